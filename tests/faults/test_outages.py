"""Workers are stopped, the engine goes, the databases go, under load.

Afterwards every task is done once: counted in the engine, on the record, in the post office.
"""

from __future__ import annotations

import signal
import time

import pytest

from tests.case import eventually
from tests.faults.load import Load
from workers.embedded.postgresql import PostgreSQL

TASKS = 60
TIMES = {"lock": 10, "poll": 2}  # seconds
BEGUN = (
    50  # tasks that each worker may begin before the fault: two of them cannot do all, the fault is in time
)
AFTERWARDS = 240.0  # seconds: what has failed often waits for long
AWAY = 30.0  # seconds that the databases are gone


def test_workers_that_are_stopped_under_load_hold_nothing_and_burn_no_retry(load: Load):
    load.let(0)
    load.start(TASKS)  # more than the other one takes
    with load.house.working(linger=0.2, poll=2) as first, load.house.working(linger=0.2, poll=2):
        eventually(lambda: load.house.held_by(first.pid), lambda: "it has nothing to do: this tests nothing")
        first.terminate()
        load.let()
        assert first.wait(90) == 0  # grace, and one poll
        assert not load.house.held_by(first.pid)
        load.ended()
        load.worked_once()
        load.mailed_once()
    assert not load.burnt()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_an_engine_that_restarts_under_load(load: Load, how: signal.Signals):
    load.let(BEGUN)
    load.start(TASKS)
    with load.house.working(linger=0.1, **TIMES), load.house.working(linger=0.1, **TIMES):
        load.over(0.3)
        load.house.node.restart(how)
        assert load.open(), "it died too late: this has tested nothing"
        load.let()
        load.ended(AFTERWARDS)
        load.worked_once()
        load.mailed_once()


def test_databases_that_are_gone_for_half_a_minute_under_load(load: Load, postgresql: PostgreSQL):
    """Those of the engine and of the record, at the same time."""
    load.let(BEGUN)
    load.start(TASKS)
    with load.house.working(linger=0.1, quick=5, **TIMES), load.house.working(linger=0.1, quick=5, **TIMES):
        load.over(0.3)
        postgresql.stop("immediate")
        time.sleep(AWAY)  # this is the fault itself
        postgresql.start()
        assert load.open(), "they went too late: this has tested nothing"
        load.let()
        load.ended(AFTERWARDS)
        load.worked_once()
        eventually(lambda: load.mails().keys() <= {"sent", "unknown"}, load.mails)
        came = load.post.letters(load.batch)
        assert set(came.values()) == {1} and came.total() + load.mails().get("unknown", 0) >= 2 * TASKS
