"""The runtime on the engine's double: what a real engine and a network do rarely, done at will.

And the double's own promises to who tests with it.
"""

from __future__ import annotations

import math
import textwrap
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from workers import testing
from workers.rest.session import EngineError, EngineUnreachable
from workers.runtime import backoff
from workers.runtime.contract import Nothing, Retry, Topic, Variables
from workers.runtime.execution import Work
from workers.runtime.outcome import BpmnError, FatalError, RetryableError
from workers.runtime.worker import Worker
from workers.testing import (
    ANSWER_LOST,
    ANY,
    DEADLOCK,
    OLE,
    POLLS_FULL,
    SILENT,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNREACHABLE,
    EngineDouble,
    Trouble,
)
from workers.testing.double import PATIENCE


@pytest.fixture
def double() -> EngineDouble:
    return EngineDouble()


def worker(double: EngineDouble, handler: Callable[..., Any], slots: int = 8, **contract: Any) -> Worker:
    return Worker(
        double.session(), {"work": Topic("work", handler, **({"input": Nothing} | contract))}, None, slots
    )


# reports ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble, times",
    [(OLE, 2), (DEADLOCK, 2), (UNAVAILABLE, 1), (UNREACHABLE, 1), (SILENT, 1), (ANSWER_LOST, 2)],
    ids=["optimistic locking", "deadlock", "unavailable", "unreachable", "silent", "answer lost"],
)
def test_a_report_that_meets_trouble_is_made_again_and_the_work_is_not(
    double: EngineDouble, trouble: Trouble, times: int
):
    runs = []
    double.trouble("complete", trouble, times)
    task = double.add("work")
    with double.working(worker(double, lambda task, work: runs.append(1))):
        assert double.done(task) == {}
    assert len(runs) == 1 and double.calls["complete"] == times + 1 and double.calls["failure"] == 0


def test_a_report_that_the_engine_refuses_is_an_incident_and_the_work_is_not_done_again(double: EngineDouble):
    runs = []
    double.trouble(
        "complete",
        Trouble(500, "ProcessEngineException", "Unknown property used in expression: ${nobody}"),
        math.inf,
    )
    task = double.add("work")
    with double.working(worker(double, lambda task, work: runs.append(1))):
        assert double.incident(task).startswith(
            "work done, engine refused the result: engine answered 500 ProcessEngineException: "
            "Unknown property"
        )
    assert len(runs) == double.calls["complete"] == 1


@pytest.mark.parametrize("status", [401, 408, 425, 429])
def test_a_report_that_is_refused_for_a_while_is_made_again_and_no_incident(
    double: EngineDouble, status: int
):
    runs = []
    double.trouble("complete", Trouble(status), 2)
    task = double.add("work")
    with double.working(worker(double, lambda task, work: runs.append(1))):
        double.done(task)
    assert len(runs) == 1 and double.calls["complete"] == 3 and double.calls["failure"] == 0


def test_a_report_that_is_refused_until_the_lock_is_over_is_no_incident(double: EngineDouble):
    double.trouble("complete", UNAUTHORIZED, math.inf)
    double.trouble("extendLock", UNAUTHORIZED, math.inf)
    task = double.add("work")
    with double.working(running := worker(double, lambda task, work: None, lock=0.6)):

        def outcomes(*names: str) -> float:
            return sum(running.metrics.outcomes.labels("work", name)._value.get() for name in names)

        double.until(
            lambda: double.calls["complete"] > 1 and outcomes("unreported", "lock-lost"),
            lambda: "the lock is not over",
        )
        double.heal()
        double.done(task)
    assert double.calls["failure"] == 0 and not task.incident and outcomes("incident") == 0


def test_the_pause_after_many_failures_is_still_a_number(double: EngineDouble, monkeypatch):
    """A night without an engine is thousands of failed polls."""
    monkeypatch.setattr(backoff, "LONGEST_PAUSE", 0)
    double.trouble("fetchAndLock", UNREACHABLE, 1100)
    task = double.add("work")
    with double.working(worker(double, lambda task, work: None)):
        double.done(task)


@pytest.mark.parametrize(
    "answer", [None, {"status": "maintenance"}, [None], [{"id": "x", "topicName": "unknown"}]], ids=str
)
def test_the_fetcher_outlives_an_answer_that_is_none(double: EngineDouble, monkeypatch, answer: Any):
    running = worker(double, lambda task, work: None)
    poll, strange = running.engine.fetch_and_lock, [answer]
    monkeypatch.setattr(
        running.engine, "fetch_and_lock", lambda *asked: strange.pop() if strange else poll(*asked)
    )
    task = double.add("work")
    with double.working(running):
        double.done(task)
    assert not strange


@pytest.mark.parametrize(
    "trouble",
    [UNREACHABLE, UNAVAILABLE, POLLS_FULL, UNAUTHORIZED, OLE],
    ids=["unreachable", "unavailable", "polls full", "unauthorized", "optimistic locking"],
)
def test_the_fetcher_outlives_an_engine_in_trouble(double: EngineDouble, trouble: Trouble):
    double.trouble("fetchAndLock", trouble)
    task = double.add("work")
    with double.working(worker(double, lambda task, work: None)):
        double.done(task)
    assert double.calls["fetchAndLock"] >= 2


def test_of_five_tasks_the_one_that_fails_holds_up_none(double: EngineDouble):
    class Number(Variables):
        number: int

    def handler(task: Number, work: Any) -> None:
        if task.number == 1:
            raise RetryableError("the register is busy")

    tasks = [double.add("work", {"number": number}) for number in range(5)]
    with double.working(worker(double, handler, slots=1, input=Number, retry=Retry(times=5, base=600))):
        for task in tasks[:1] + tasks[2:]:
            double.done(task)
        assert double.failed(tasks[1]) == ("the register is busy", 4)
    assert double.calls["complete"] == 4 and double.calls["failure"] == 1


def test_a_retry_comes_after_its_pause(double: EngineDouble):
    runs = []

    def handler(task: Any, work: Any) -> None:
        runs.append(work.raw["retries"])
        if len(runs) < 3:
            raise RetryableError("the register is busy")

    task = double.add("work")
    with double.working(worker(double, handler, retry=Retry(times=5, base=60))):
        for left in (4, 3):
            double.until(lambda left=left: task.retries == left, lambda: f"retries are {task.retries}")
            double.advance(300)
        double.done(task)
    assert runs == [None, 4, 3]


def test_an_incident_and_a_declared_error_are_told_apart(double: EngineDouble):
    def handler(task: Any, work: Any) -> None:
        raise (
            FatalError("correct the variable teamManager")
            if work.child_id == "child-1"
            else BpmnError("KNOWN", "not in the calendar", {"day": 3})
        )

    fatal, declared = double.add("work", business_key="child-1"), double.add("work", business_key="child-2")
    with double.working(worker(double, handler, errors=frozenset({"KNOWN"}))):
        assert double.incident(fatal) == "correct the variable teamManager"
        assert double.thrown(declared) == ("KNOWN", "not in the calendar", {"day": 3})


# locks ------------------------------------------------------------------------------------------------------


def test_a_task_that_another_worker_has_taken_is_left_to_it(double: EngineDouble):
    other, runs = double.session(), []

    def handler(task: Any, work: Any) -> None:
        runs.append(1)
        other.call(f"/external-task/{work.key}/unlock", {})
        other.call(f"/external-task/{work.key}/lock", {"workerId": "somebody else", "lockDuration": 60_000})

    task = double.add("work")
    with double.working(worker(double, handler, slots=1)):
        double.until(lambda: double.calls["complete"], lambda: "no report")
    assert (task.worker, task.ended, task.retries, len(runs)) == (
        "somebody else",
        None,
        None,
        1,
    ) and double.calls["failure"] == 0


def lent(work: Work) -> None:
    """For its worker half a minute is left of the lock, of more than a minute: the next heartbeat extends it,
    however late it comes.
    """
    work.expires = time.monotonic() + 30


def test_a_task_that_is_cancelled_while_it_runs_is_let_go(double: EngineDouble):
    told = threading.Event()

    def handler(mine: Any, work: Any) -> None:
        double.cancel(task)
        lent(work)
        if work.lost.wait(PATIENCE):
            told.set()

    task = double.add("work")
    with double.working(worker(double, handler, lock=120.0)):
        assert told.wait(PATIENCE)
    assert double.calls["extendLock"] == 1 and double.calls["complete"] == double.calls["failure"] == 0


def test_a_lock_that_ended_at_the_engine_is_never_extended_and_the_handler_is_told(double: EngineDouble):
    told = threading.Event()

    def handler(mine: Any, work: Any) -> None:
        double.advance(600)
        lent(work)
        lost = work.lost.wait(PATIENCE)
        double.cancel(task)  # else it is fetched again
        if lost:
            told.set()

    task = double.add("work")
    with double.working(worker(double, handler, slots=1, lock=120.0)):
        assert told.wait(PATIENCE)
    assert double.calls["extendLock"] == 1 and double.calls["complete"] == 0


def test_a_handler_longer_than_its_lock_keeps_it(double: EngineDouble):
    """Two thirds of a lock pass at once, at the engine and for the worker, three times; the rival looks each
    time, whose poll ends with it.
    """
    runs, extended = [], threading.Event()

    def handler(mine: Any, work: Any) -> None:
        runs.append(1)
        for _ in range(3):
            there, here = task.expires, work.expires - 40
            double.advance(40)
            work.expires = here
            double.until(
                lambda there=there, here=here: task.expires > there and work.expires > here,
                lambda: "the lock is not extended",
            )
        extended.set()

    task = double.add("work")
    with (
        double.working(worker(double, handler, lock=60.0)),
        double.working(worker(double, handler, lock=60.0)),
    ):
        double.done(task)
    assert len(runs) == 1 and extended.is_set() and double.calls["extendLock"] >= 3


def test_stopping_gives_back_what_runs_and_burns_no_retry(double: EngineDouble):
    running, free = threading.Event(), threading.Event()

    def handler(task: Any, work: Any) -> None:
        running.set()
        free.wait(PATIENCE)

    task = double.add("work")
    with double.working(worker(double, handler), grace=0):
        assert running.wait(PATIENCE)
    free.set()
    assert (task.worker, task.retries, task.ended) == (None, None, None)


@pytest.mark.parametrize(
    "trouble",
    [Trouble(404, "RestException", "External task with id x does not exist"), UNAVAILABLE],
    ids=["gone", "unavailable"],
)
def test_one_unlock_that_fails_at_the_end_leaves_no_other_task_locked(double: EngineDouble, trouble: Trouble):
    running, free = threading.Semaphore(0), threading.Event()

    def handler(task: Any, work: Any) -> None:
        running.release()
        free.wait(PATIENCE)

    tasks = [double.add("work") for _ in range(4)]
    with double.working(worker(double, handler), grace=0):
        assert all(running.acquire(timeout=PATIENCE) for _ in tasks)
        before = double.calls["unlock"]  # a task that had to wait long for a slot was given back once already
        double.trouble("unlock", trouble)
    free.set()
    assert double.calls["unlock"] - before == 4 and len([task for task in tasks if task.worker]) == 1


def waiting(running: Worker, ends: float) -> Work:
    """A task that waits in this worker for longer than it may, under a lock of so many seconds more."""
    work = Work(
        {"id": f"ends-{ends}", "topicName": "work"},
        None,
        time.monotonic() + ends,
        fetched=time.monotonic() - 60,
    )
    running.pool.add(work)
    return work


def test_only_a_task_that_is_still_ours_is_given_back(double: EngineDouble, monkeypatch):
    running, unlocked = worker(double, lambda task, work: None), []
    monkeypatch.setattr(running.engine, "unlock", unlocked.append)
    waiting(running, -1), waiting(running, 30)
    waiting(running, 20).lost.set()
    running._beat()
    assert unlocked == ["ends-30"] and not running.pool.waiting


def test_the_lock_that_ends_first_is_extended_first_and_an_odd_error_stops_no_other(
    double: EngineDouble, monkeypatch
):
    running, asked = worker(double, lambda task, work: None, lock=600.0), []

    def extend(task: str, lock: float) -> None:
        asked.append(task)
        if len(asked) == 1:
            raise ValueError("odd")

    monkeypatch.setattr(running.engine, "extend_lock", extend)
    for ends in (200, 50, 100):
        waiting(running, ends).fetched = math.inf  # never waits too long
    running._beat()
    assert asked == ["ends-50", "ends-100", "ends-200"]


def test_the_heartbeat_outlives_what_it_meets(double: EngineDouble, monkeypatch):
    def handler(task: Any, work: Any) -> None:
        lent(work)
        double.until(lambda: double.calls["extendLock"], lambda: "no heartbeat after the odd one")

    running, beats = worker(double, handler, lock=120.0), []
    beat = running._beat

    def odd() -> None:
        beats.append(1)
        if len(beats) == 1:
            raise LookupError
        beat()

    monkeypatch.setattr(running, "_beat", odd)
    task = double.add("work")
    with double.working(running):
        double.done(task)
    assert double.calls["extendLock"]


def test_a_pause_that_is_over_is_forgotten(double: EngineDouble):
    """Else a worker would remember every task that ever failed and was then another's, or cancelled."""

    def handler(task: Any, work: Any) -> None:
        raise RetryableError("the register is busy")

    task = double.add("work")
    with double.working(running := worker(double, handler, retry=Retry(3, 600.0))):
        double.until(lambda: running.paused, lambda: "no pause")
        double.cancel(task)  # nobody fetches it again
        assert 0 < running.paused[task.id] - time.monotonic() < 720
        running.paused[task.id] -= 720  # the pause is over
        double.until(lambda: not running.paused, lambda: "still remembered")


def test_twenty_topics_are_one_poll_and_none_starves(double: EngineDouble):
    busy, free = threading.Semaphore(0), threading.Event()

    def slow(task: Any, work: Any) -> None:
        busy.release()
        free.wait(PATIENCE)

    topics = {f"work-{number}": Topic(f"work-{number}", lambda task, work: None) for number in range(19)} | {
        "slow": Topic("slow", slow, max_parallel=2)
    }
    held = [double.add("slow") for _ in range(10)]
    with double.working(Worker(double.session(), topics, None, 8)):
        assert busy.acquire(timeout=PATIENCE) and busy.acquire(timeout=PATIENCE)
        for task in [double.add(f"work-{number}") for number in range(19) for _ in range(5)]:
            double.done(task)
        free.set()
        for task in held:
            double.done(task)
    assert double.most_polls == 1


# the double's own promises ----------------------------------------------------------------------------------


def test_the_example_of_the_documentation_runs():
    text = testing.__doc__ or ""
    scope: dict[str, Any] = {}
    exec(textwrap.dedent(text[text.index("    from workers") : text.index("`done` waits")]), scope)
    scope["test_a_greeting_is_made"]()


def test_polls_that_are_open_at_once_are_counted(double: EngineDouble):
    with double.working(worker(double, lambda task, work: None)):
        double.until(lambda: double.most_polls == 1, lambda: "no poll")
        with double.working(worker(double, lambda task, work: None)):
            double.until(lambda: double.most_polls == 2, lambda: f"{double.most_polls} polls")
        double.done(double.add("work"))
    assert double.most_polls == 2


def test_planned_troubles_are_met_in_turn_by_the_calls_they_are_for(double: EngineDouble):
    session = double.session()
    double.trouble("version", UNREACHABLE)
    double.trouble("version", UNAUTHORIZED)
    double.trouble(ANY, UNAVAILABLE, math.inf)
    with pytest.raises(EngineUnreachable, match="ConnectionError"):
        session.fetch("/version")
    with pytest.raises(EngineError, match="401"):
        session.fetch("/version")
    for path in ("/version", "/external-task", "/version"):
        with pytest.raises(EngineUnreachable, match="HTTP 503"):
            session.fetch(path)
    double.heal()
    assert session.fetch("/version") and double.calls == {"version": 5, "external-task": 1}


def test_a_poll_that_loses_its_answer_leaves_the_task_locked(double: EngineDouble):
    task = double.add("work")
    double.trouble("fetchAndLock", ANSWER_LOST)
    with pytest.raises(EngineUnreachable):
        double.session().call(
            "/external-task/fetchAndLock",
            {"workerId": "one", "maxTasks": 1, "topics": [{"topicName": "work", "lockDuration": 1000}]},
        )
    assert task.worker == "one"


@pytest.mark.parametrize(
    "error, said",
    [
        (
            FatalError("the register is closed"),
            "not completed: task of topic work is incident: the register is closed",
        ),
        (BpmnError("KNOWN"), "not completed: task of topic work is bpmn-error KNOWN"),
    ],
    ids=["incident", "error"],
)
def test_a_task_that_ended_otherwise_fails_the_test_at_once_and_says_why(
    double: EngineDouble, error: Exception, said: str
):
    def handler(task: Any, work: Any) -> None:
        raise error

    task = double.add("work")
    with (
        double.working(worker(double, handler, errors=frozenset({"KNOWN"}))),
        pytest.raises(AssertionError, match=said),
    ):
        double.done(task)


def test_a_wait_looks_at_what_the_engine_does_not_hear_of(double: EngineDouble):
    elsewhere = threading.Event()
    threading.Timer(0.2, elsewhere.set).start()
    double.until(elsewhere.is_set, lambda: "looked at once")


def test_a_task_that_nobody_works_fails_the_test_and_says_so(double: EngineDouble):
    with pytest.raises(AssertionError, match="task of topic work is open, last locked by nobody"):
        double.done(double.add("work"), patience=0.01)


@pytest.mark.parametrize(
    "path", ["/process-instance", "/external-task?tenantIdIn=one", "/incident?executionId=one"]
)
def test_what_the_double_does_not_know_it_says(double: EngineDouble, path: str):
    with pytest.raises(
        EngineError, match=r"501: the engine double does not know .* try this on a real engine"
    ):
        double.session().fetch(path)


def test_stopping_leaves_the_pause_before_a_retry_as_it_is(double: EngineDouble):
    """The pause is a lock of ours: who unlocks all that is locked by him would have the task fail again at
    once.
    """

    def handler(task: Nothing, work: Any) -> None:
        raise RetryableError("the archive is closed")

    task = double.add("work")
    with double.working(worker(double, handler, retry=Retry(3, 600.0))):
        double.failed(task)
    polls = double.calls["fetchAndLock"]
    with double.working(worker(double, handler, retry=Retry(3, 600.0))):
        double.advance(300)
        double.add("other")  # lets the open poll look again
        double.until(lambda: double.calls["fetchAndLock"] > polls, lambda: "no poll")
        assert double.calls["failure"] == 1
        double.advance(600)
        double.until(lambda: double.calls["failure"] == 2, lambda: "not tried again")
