"""`kill -9` strikes a worker at every point of a task's and of a mail's way.

Another worker ends what it left, when the locks of the dead have run out.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.case import eventually
from tests.faults.load import ADDRESSES, Load

TASKS = 12
TIMES = {"lock": 3, "quick": 2, "poll": 0.5}  # seconds


@pytest.mark.parametrize(
    "point, after", [("fetched", 0), ("writing", 3), ("committed", 3), ("reported", 3), ("done", 3)]
)
def test_a_worker_that_is_killed_loses_no_task_and_does_none_twice(load: Load, point: str, after: int):
    load.start(TASKS)
    with load.house.working(die=point, after=after, **TIMES) as victim:
        assert victim.wait(180) == -9
    assert load.open(), "it died too late: this has tested nothing"
    with load.house.working(**TIMES):
        load.ended()
        load.worked_once()
        # what the victim's outbox was about when it died, nobody knows
        eventually(lambda: load.mails().keys() <= {"sent", "unknown"}, load.mails)
    settle(load)


@pytest.mark.parametrize("point, arrived", [("claimed", False), ("dialogue", True), ("accepted", True)])
def test_a_mail_in_hand_when_its_worker_is_killed_is_not_sent_again_unasked(
    load: Load, point: str, arrived: bool
):
    load.start(TASKS)
    with load.house.working(die=point, after=3, **TIMES) as victim:
        assert victim.wait(180) == -9
    with load.house.working(**TIMES):
        load.ended()
        load.worked_once()
        eventually(lambda: load.mails() == {"sent": 2 * TASKS - 1, "unknown": 1}, load.mails)
    assert load.post.letters(load.batch).total() == 2 * TASKS - (not arrived)
    settle(load)


def settle(load: Load) -> None:
    """No mail came twice; what did not come, or may not have, is told to the operator, and to nobody else."""
    came = load.post.letters(load.batch)
    missing = Counter({(address, child): 1 for address in ADDRESSES for child in load.children}) - came
    told = Counter((f"{row['to']}@example.org", row["childId"]) for row in load.given_up())
    assert set(came.values()) == {1} and missing <= told
    assert {row["reason"] for row in load.given_up()} <= {"ended without an answer: not sent again"}
