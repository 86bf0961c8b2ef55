"""`latest-day`: until when the law lets something be put off, as the rules of a form want it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.topics.trial import Trial
from workers.calendar.holidays import known_years

TABLE = "looked-after-review-timescales"
ROW = {"source": "An invented source", "says": "Invented.", "remindBefore": 5, "relative": "within"}
LAW = ROW | {"rule": "ENG-02", "deadline": "later-review", "authority": "england", "kind": "statutory"}
LOCAL = ROW | {"rule": "CAM-138", "deadline": "later-review", "authority": "camden", "kind": "local-target"}


def found(trial: Trial, workstep: str, day: str | None) -> dict[str, Any]:
    about = {"decision": TABLE, "event": "review-held", "deadline": "later-review", "from": day}
    return trial.run("latest-day", workstep, **about)


def test_it_is_the_laws_day_and_no_local_target(trial: Trial, workstep: str):
    trial.engine.tables[TABLE] = [
        LAW | {"amount": 6, "unit": "months"},
        LOCAL | {"amount": 5, "unit": "months"},
        LAW | {"deadline": "another", "amount": 1, "unit": "months"},
    ]
    assert found(trial, workstep, "2026-08-31")["latest"] == "2027-02-28"
    assert not trial.noted("deadline-set")


@pytest.mark.parametrize("day", [None, "", "soon", "2026-02-30"])
def test_of_no_day_there_is_none(trial: Trial, workstep: str, day: str | None):
    trial.engine.tables[TABLE] = [LAW | {"amount": 6, "unit": "months"}]
    assert found(trial, workstep, day)["latest"] is None


def test_where_the_law_says_nothing_there_is_none(trial: Trial, workstep: str):
    trial.engine.tables[TABLE] = [LOCAL | {"amount": 6, "unit": "months"}]
    assert found(trial, workstep, "2026-08-31")["latest"] is None


def test_beyond_the_calendar_there_is_none_and_it_says_where_that_ends(trial: Trial, workstep: str):
    trial.engine.tables[TABLE] = [LAW | {"amount": 20, "unit": "working-days"}]
    last = f"{known_years()[1]}-12-31"
    assert found(trial, workstep, last) == {"latest": None, "knownUntil": last}
