"""A worker's wall clock is an hour off; its colleague's is right, and the engine's and the databases'."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.case import eventually
from tests.faults.load import Load

TASKS = 16
HOUR = 3600
TIMES = {"poll": 1}


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_worker_whose_clock_is_an_hour_off_among_others(load: Load, off: int):
    """Locks are kept, mail goes at once and once, nobody takes a mail in another's hands for one that broke
    off, and the record has the right times.
    """
    load.post.become("slow")
    began = datetime.now(UTC)
    with (
        load.house.working(linger=0.05, clock=off, **TIMES) as wrong,
        load.house.working(linger=0.05, **TIMES),
    ):
        load.let(0)
        load.start(TASKS)  # more than the other one takes
        eventually(lambda: load.house.held_by(wrong.pid), lambda: "the one that is off has nothing to do")
        load.let()
        load.ended()
        load.worked_once()
        load.mailed_once()
    assert not load.burnt()  # no lock was lost, nothing failed
    entries = [entry for child in load.children for entry in load.record.chronology(child)]
    assert {entry["what"] for entry in entries} == {"request-sent", "notification-sent"}
    for entry in entries:
        for when in (entry["at"], entry["recordedAt"]):
            assert (
                began - timedelta(seconds=5)
                < datetime.fromisoformat(when)
                < datetime.now(UTC) + timedelta(seconds=5)
            ), entry["what"]


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_what_fails_in_a_worker_whose_clock_is_an_hour_off_is_tried_again_in_time(load: Load, off: int):
    load.post.become("closed")
    load.start(2)
    with load.house.working(clock=off, quick=3, **TIMES):
        load.ended()
        eventually(lambda: load.mails() == {"failed": 4}, load.mails)
    load.post.become("open")
    with load.house.working(quick=3, **TIMES):  # a colleague, whose clock is right
        load.mailed_once()
