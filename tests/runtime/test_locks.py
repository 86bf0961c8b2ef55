"""Locks, reports and stopping: what the engine, the network or another worker does to a task that runs.

On the real engine.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.case import eventually
from tests.runtime.lab import BRANCHES, SECRET, Lab, Named, outcome
from workers.rest.session import EngineError, EngineUnreachable
from workers.runtime import worker as runtime

# locks ------------------------------------------------------------------------------------------------------


def test_a_handler_three_times_as_long_as_its_lock_runs_once(lab: Lab):
    """The lock is so long that a machine which stands still for seconds loses none."""
    runs = []

    def handler(task, work):
        runs.append(1)
        time.sleep(24)

    worker = lab.worker(handler, lock=8.0)
    rival = runtime.Worker(lab.engine, worker.topics)
    instance = lab.start(worker)
    lab.go(worker)
    lab.go(rival)
    assert lab.ended(instance) == "End" and len(runs) == 1


def test_a_case_that_is_cancelled_tells_the_handler_and_drops_the_result(lab: Lab, logged):
    told = threading.Event()
    running = threading.Event()

    def handler(task, work):
        running.set()
        if work.lost.wait(60):
            told.set()

    instance = lab.start(worker := lab.worker(handler, lock=1.5))
    lab.go(worker)
    assert running.wait(60)
    lab.engine.call(f"/process-instance/{instance}", method="DELETE")
    assert told.wait(60) and outcome(logged) == "lock-lost"


def test_a_case_that_is_cancelled_before_the_report_is_let_go(lab: Lab, logged):
    def handler(task, work):
        lab.engine.call(f"/process-instance/{work.instance_id}", method="DELETE")

    lab.start(worker := lab.worker(handler))
    lab.go(worker)
    assert outcome(logged) == "task-gone"


def test_a_task_that_another_worker_has_taken_is_left_to_it(lab: Lab, logged):
    def handler(task, work):
        lab.engine.call(f"/external-task/{work.key}/unlock", {})
        lab.engine.call(
            f"/external-task/{work.key}/lock", {"workerId": "somebody else", "lockDuration": 60000}
        )

    # full: it does not fetch the task back itself
    instance = lab.start(worker := lab.worker(handler, max_parallel=1))
    lab.go(worker)
    assert outcome(logged) == "task-gone" and lab.task(instance)["workerId"] == "somebody else"


def test_a_task_fetched_again_while_it_runs_is_not_run_again(lab: Lab, monkeypatch):
    """No heartbeat gets through, the lock runs out, this very worker fetches the task a second time."""
    runs = []

    def handler(task, work):
        runs.append(work)
        work.expires = time.monotonic()  # now, for the heartbeat
        assert work.lost.wait(60)
        # and for the engine
        lab.engine.call(
            f"/external-task/{work.key}/extendLock", {"workerId": work.raw["workerId"], "newDuration": 1}
        )
        eventually(lambda: work.again and not work.lost.is_set(), lambda: "not fetched again")

    worker = lab.worker(handler)

    def cut(*_: Any) -> None:
        raise EngineUnreachable("cut")

    monkeypatch.setattr(worker.engine, "extend_lock", cut)
    instance = lab.start(worker)
    lab.go(worker)
    assert lab.ended(instance) == "End"
    assert len(runs) == 1 and runs[0].again


def test_no_more_of_a_topic_runs_at_once_than_its_contract_allows(lab: Lab):
    now, most, pair = [], [], threading.Barrier(2)

    def handler(task, work):
        now.append(1)
        most.append(len(now))
        pair.wait(60)
        now.pop()

    worker = lab.worker(handler, max_parallel=2)
    instances = [lab.start(worker) for _ in range(6)]
    lab.go(worker)
    assert [lab.ended(instance) for instance in instances] == ["End"] * 6
    assert max(most) == 2


# reporting --------------------------------------------------------------------------------------------------


def test_branches_that_meet_at_a_join_each_run_once(lab: Lab):
    """Optimistic locking errors are the rule here: the report is made again, the work is not."""
    runs: list[str] = []
    together = threading.Barrier(BRANCHES)

    def handler(task, work):
        runs.append(work.activity)
        together.wait(60)

    instance = lab.start(worker := lab.worker(handler), "lab-join")
    lab.go(worker)
    assert lab.ended(instance) == "End" and len(runs) == BRANCHES


@pytest.mark.parametrize(
    "trouble, arrived",
    [
        (EngineError(500, "OptimisticLockingException", "", 1), False),
        (EngineError(500, "ProcessEngineException", "deadlock", 10000), False),
        (EngineUnreachable("cut"), False),
        (EngineUnreachable("cut"), True),
    ],
    ids=["optimistic locking", "deadlock", "request lost", "answer lost"],
)
def test_a_report_that_fails_is_made_again_and_the_work_is_not(
    lab: Lab, logged, monkeypatch, trouble, arrived
):
    runs, calls = [], []
    worker = lab.worker(lambda task, work: runs.append(1))
    complete = worker.engine.complete

    def troubled(*args: Any) -> None:
        calls.append(1)
        if arrived or len(calls) > 2:
            complete(*args)
        if len(calls) <= 2:
            raise trouble

    monkeypatch.setattr(worker.engine, "complete", troubled)
    instance = lab.start(worker)
    lab.go(worker)
    assert lab.ended(instance) == "End" and outcome(logged) == "complete" and len(runs) == 1


def test_a_result_that_the_engine_refuses_is_an_incident_and_not_submitted_again(lab: Lab):
    runs = []
    instance = lab.start(worker := lab.worker(lambda task, work: runs.append(1)), broken=True)
    lab.go(worker)
    message = lab.incident(instance)
    assert (
        message.startswith(
            "work done, engine refused the result: engine answered 500 ProcessEngineException: "
            "Unknown property used in expression"
        )
        and len(runs) == 1
    )


# stopping ---------------------------------------------------------------------------------------------------


def test_stopping_drains_what_runs_gives_back_the_rest_and_burns_no_retry(lab: Lab):
    begun, finish = threading.Semaphore(0), threading.Event()

    def handler(task: Named, work):
        begun.release()
        if task.name == "short":
            finish.wait(60)
        else:
            work.lost.wait(120)

    worker = lab.worker(handler, input=Named, slots=2)
    short, long = lab.start(worker, name="short"), lab.start(worker, name="long")
    worker.start()
    assert begun.acquire(timeout=60) and begun.acquire(timeout=60)
    waiting = lab.start(worker, name="short")
    stopping = threading.Thread(target=worker.stop, args=(10.0,))  # the short one has as long to report
    stopping.start()
    eventually(worker.stopping.is_set, lambda: "stop() did nothing")
    finish.set()
    stopping.join(60)
    assert not stopping.is_alive() and lab.ended(short) == "End"
    assert worker.engine.locked_by_me() == []
    for instance in (long, waiting):
        task = lab.task(instance)
        assert (task["workerId"], task["retries"], task["errorMessage"]) == (None, None, None)

    lab.go(
        runtime.Worker(
            lab.engine,
            {name: replace(topic, handler=lambda task, work: None) for name, topic in worker.topics.items()},
        )
    )
    assert (lab.ended(long), lab.ended(waiting)) == ("End", "End")


def test_a_poll_that_is_open_while_the_worker_stops_takes_no_task_with_it(lab: Lab, monkeypatch):
    monkeypatch.setattr(runtime, "POLL", 60.0)
    worker, asked = lab.worker(lambda task, work: None), threading.Event()
    fetch = worker.engine.fetch_and_lock
    monkeypatch.setattr(worker.engine, "fetch_and_lock", lambda *args: asked.set() or fetch(*args))
    worker.start()
    assert asked.wait(60)  # the poll is on its way, and open until there is work
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    eventually(worker.stopping.is_set, lambda: "stop() did nothing")
    instance = lab.start(worker)  # answers the poll
    stopping.join(60)
    assert not stopping.is_alive()
    assert (lab.task(instance)["workerId"], lab.task(instance)["retries"]) == (None, None)


def test_the_fetcher_outlives_whatever_an_answer_brings(lab: Lab, logged, monkeypatch):
    worker = lab.worker(lambda task, work: None)
    fetch, calls = worker.engine.fetch_and_lock, []

    def troubled(*args: Any) -> list[dict[str, Any]]:
        calls.append(1)
        match len(calls):
            case 1:
                raise ValueError(SECRET)
            case 2:
                raise EngineUnreachable("the engine does not answer")
        return fetch(*args)

    monkeypatch.setattr(worker.engine, "fetch_and_lock", troubled)
    instance = lab.start(worker)
    lab.go(worker)
    assert lab.ended(instance) == "End"
    assert [event for _, event, _ in logged].count("fetch_failed") == 2 and SECRET not in str(logged)
