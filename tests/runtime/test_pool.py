"""How many tasks a worker asks for, of which topics, and what it does with those that must wait.

Rules first, then on the real engine.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from tests.case import eventually
from tests.runtime.lab import Lab
from workers.runtime import pool as pools
from workers.runtime import worker as runtime
from workers.runtime.contract import Topic
from workers.runtime.execution import Work
from workers.runtime.pool import Pool, Room
from workers.runtime.worker import Worker

EVERY = frozenset({"quick", "single"})


class Handlers:
    """Tasks run until they are let go."""

    def __init__(self) -> None:
        self.open: dict[str, threading.Event] = {}

    def run(self, work: Work) -> None:
        self.open.setdefault(work.key, threading.Event()).wait(60)

    def let(self, *keys: str) -> None:
        """They may end, those too that have not begun."""
        for key in keys:
            self.open.setdefault(key, threading.Event()).set()

    def finish(self, pool: Pool, *keys: str) -> None:
        self.let(*keys)
        eventually(
            lambda: not set(keys) & pool.running.keys(), lambda: f"still running: {list(pool.running)}"
        )


@pytest.fixture
def handlers():
    return Handlers()


@pytest.fixture
def pool(handlers: Handlers, monkeypatch: pytest.MonkeyPatch):
    """Four slots; a topic that may fill them, and one of which a single task may run.

    Nothing is fetched ahead.
    """
    monkeypatch.setattr(pools, "MOST_AHEAD", 0)
    pool = Pool(
        {name: Topic(name, print, max_parallel=most) for name, most in (("quick", 8), ("single", 1))},
        4,
        handlers.run,
    )
    pool.start()
    yield pool
    pool.close(0)  # else what waits would begin now
    handlers.let(*pool.running, *handlers.open)
    pool.close(5)


def put(pool: Pool, topic: str, *keys: str, running: int | None = None) -> None:
    expected = len(pool.running) + (len(keys) if running is None else running)
    for key in keys:
        assert pool.add(Work({"id": key, "topicName": topic}, None, time.monotonic() + 45)) is None
    eventually(
        lambda: len(pool.running) == expected,
        lambda: f"running: {list(pool.running)}, waiting: {list(pool.waiting)}",
    )


def test_a_task_that_is_told_as_forgotten_may_come_again():
    """What came a second time before is marked, and what comes now is run: neither waits for a lock's end."""
    told: list[tuple[bool, Work | None]] = []

    def work() -> Work:
        return Work({"id": "1", "topicName": "quick"}, None, time.monotonic() + 45)

    def run(_: Work) -> None:
        if not told:
            assert pool.add(work()).again

    def forgotten(done: Work) -> None:
        told.append((done.again, pool.add(work()) if not told else None))

    pool = Pool({"quick": Topic("quick", print)}, 1, run, forgotten)
    pool.start()
    pool.add(work())
    eventually(lambda: len(told) == 2, lambda: f"told: {told}")
    pool.close(5)
    assert told == [(True, None), (False, None)]


def test_an_idle_worker_asks_for_its_slots(pool: Pool):
    assert pool.room() == Room(4, EVERY, True)


def test_a_full_topic_is_left_out_and_its_tasks_take_no_room(pool: Pool, handlers: Handlers):
    put(pool, "single", "a", "b", "c", running=1)
    assert pool.room() == Room(3, frozenset({"quick"}), True)
    handlers.finish(pool, "a")
    eventually(lambda: list(pool.running) == ["b"], lambda: f"running: {list(pool.running)}")
    put(pool, "quick", "1", "2", "3")
    assert pool.room() == Room(0, frozenset({"quick"}), False)


def test_what_waits_for_its_topic_lets_others_pass(pool: Pool):
    put(pool, "single", "a", "b", running=1)
    put(pool, "quick", "1", "2", "3")
    assert list(pool.running) == ["a", "1", "2", "3"] and list(pool.waiting) == ["b"]


def test_a_task_that_is_here_already_is_not_taken_twice(pool: Pool):
    put(pool, "single", "a", "b", running=1)
    for key in ("a", "b"):
        assert pool.add(Work({"id": key, "topicName": "single"}, None, 0.0)).key == key
    assert (list(pool.running), list(pool.waiting)) == (["a"], ["b"])


@pytest.mark.parametrize(
    "seconds, ahead", [(0.001, 12), (0.05, 12), (0.1, 10), (0.25, 4), (0.5, 2), (1.1, 0), (60, 0)]
)
def test_what_is_fetched_ahead_could_start_within_a_quarter_of_a_second(
    pool: Pool, monkeypatch, seconds, ahead
):
    monkeypatch.setattr(pools, "MOST_AHEAD", 3)
    pool._mean[""] = seconds
    assert pool.room().tasks == 4 + ahead


def test_tasks_that_have_run_long_make_a_quick_worker_a_slow_one(pool: Pool, monkeypatch):
    monkeypatch.setattr(pools, "MOST_AHEAD", 3)
    pool._mean |= {"": 0.01, "quick": 0.01}
    put(pool, "quick", "1", "2", "3", "4")
    for work in pool.running.values():
        work.started -= 60
    assert pool.room() == Room(0, EVERY, False)


def test_a_full_worker_asks_for_many_or_for_none(pool: Pool, monkeypatch):
    """One by one, each would cost a request."""
    monkeypatch.setattr(pools, "MOST_AHEAD", 3)
    pool._mean |= {"": 0.01, "quick": 0.01}
    put(pool, "quick", *map(str, range(4)))
    for work in pool.running.values():
        work.started += 3600  # else they grow old, and the worker slow, while we look
    for number, tasks in enumerate([12, 11, 10, 9, 8, 7, 6, 0, 0, 0, 0, 0], 4):
        assert pool.room().tasks == tasks
        put(pool, "quick", str(number), running=0)


def test_closing_starts_nothing_more_and_tells_what_still_runs(pool: Pool, handlers: Handlers):
    put(pool, "quick", "1", "2", "3", "4")
    put(pool, "quick", "5", running=0)
    running = list(pool.running.values())
    handlers.let("1")
    pool.close(6)  # long enough for one that may end to do so
    assert [work.lost.is_set() for work in running] == [False, True, True, True]
    handlers.finish(pool, "2", "3", "4")
    assert "5" not in handlers.open and not pool.waiting


# on the real engine -----------------------------------------------------------------------------------------


def test_a_topic_that_was_full_does_not_wait_out_a_poll(lab: Lab, monkeypatch):
    """It is polled for as soon as it has room, though another topic of the worker would let the poll wait."""
    monkeypatch.setattr(runtime, "POLL", 100.0)
    monkeypatch.setattr(runtime, "PATIENCE", 0.0)
    monkeypatch.setattr(pools, "AHEAD", 0.0)
    single, other = (
        lab.worker(lambda task, work: time.sleep(0.2), max_parallel=1),
        lab.worker(lambda task, work: None),
    )
    worker = Worker(lab.engine, single.topics | other.topics)
    instances = [lab.start(single) for _ in range(5)]
    begun = time.monotonic()
    lab.go(worker)
    assert [lab.ended(instance) for instance in instances] == ["End"] * 5
    assert time.monotonic() - begun < 60
    worker.stopping.set()
    lab.start(other)  # lets the open poll return


def test_a_full_topic_keeps_no_other_waiting(lab: Lab):
    """Twenty topics, one of them with long tasks that fill it: every other starts at once, and no poll beside
    the one.
    """
    free = threading.Event()

    def wait(task: Any, work: Work) -> None:
        free.wait(60)

    slow = lab.worker(wait, max_parallel=2)
    quick = [lab.worker(lambda task, work: None) for _ in range(19)]
    worker = Worker(
        lab.engine, slow.topics | {name: topic for other in quick for name, topic in other.topics.items()}
    )
    alone: list[bool] = []
    fetch = worker.engine.fetch_and_lock
    open_polls = threading.Semaphore(1)

    def counted(*args: Any) -> Any:
        alone.append(open_polls.acquire(blocking=False))
        try:
            return fetch(*args)
        finally:
            open_polls.release()

    worker.engine.fetch_and_lock = counted
    long = [lab.start(slow) for _ in range(6)]
    lab.go(worker)
    eventually(lambda: len(worker.pool.running) == 2, lambda: "the slow topic does not run")
    instances = [lab.start(other) for other in quick]
    assert [lab.ended(instance) for instance in instances] == ["End"] * 19
    free.set()
    assert [lab.ended(instance) for instance in long] == ["End"] * 6 and alone and all(alone), (
        "two polls at once"
    )


def test_twenty_tasks_of_one_topic_use_every_slot(lab: Lab):
    together = threading.Barrier(8)

    def meet(task: Any, work: Work) -> None:
        together.wait(60)

    busy = lab.worker(meet, max_parallel=8)
    idle = [lab.worker(lambda task, work: None) for _ in range(19)]
    worker = Worker(
        lab.engine,
        busy.topics | {name: topic for other in idle for name, topic in other.topics.items()},
        slots=8,
    )
    instances = [lab.start(busy) for _ in range(24)]
    lab.go(worker)
    assert [lab.ended(instance) for instance in instances] == [
        "End"
    ] * 24  # a slot left empty would break the barrier: RetryableError, no end


def test_what_waits_too_long_is_given_back_for_another_worker(lab: Lab, monkeypatch):
    monkeypatch.setattr(runtime, "PATIENCE", 0.5)
    free, done = threading.Event(), []

    def wait(task: Any, work: Work) -> None:
        done.append(work.raw["workerId"])
        free.wait(60)

    stuck = lab.worker(wait, max_parallel=1)
    instances = [lab.start(stuck) for _ in range(3)]
    lab.go(stuck)
    eventually(lambda: len(done) == 1, lambda: "nothing runs")
    other = lab.go(
        Worker(
            lab.engine,
            {
                name: Topic(name, lambda task, work: done.append(work.raw["workerId"]))
                for name in stuck.topics
            },
        )
    )
    eventually(lambda: done.count(other.engine.worker_id) == 2, lambda: f"done by {done}")
    free.set()
    assert [lab.ended(instance) for instance in instances] == ["End"] * 3 and len(done) == 3
