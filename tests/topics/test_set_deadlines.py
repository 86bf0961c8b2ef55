"""`set-deadlines`: rows of a table become dates, for timers, tasks and the record."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial

EVENT = {
    "decision": "permanence-timescales",
    "event": "family-finding-begun-or-reviewed",
    "from": "2026-06-15",
}
ROW = {
    "deadline": "three-month-review",
    "amount": 3,
    "unit": "months",
    "relative": "every",
    "kind": "local-target",
    "remindBefore": 10,
    "rule": "PERM-081",
    "authority": "unnamed",
    "says": "Every three months.",
    "source": "the source",
}


def test_a_row_becomes_a_date_with_its_reminder(trial: Trial, pathway: str):
    trial.engine.tables["permanence-timescales"] = [ROW]
    dates = trial.run("set-deadlines", pathway, authority="camden", facts={"ageMonths": 30}, **EVENT)
    assert dates == {
        "rule": "PERM-081",
        "from": "2026-06-15",
        "statutoryDue": None,
        "localTarget": "2026-09-15T23:59:59+01:00",
        "due": "2026-09-15T23:59:59+01:00",
        "remindAt": "2026-09-01T09:00:00+01:00",  # ten working days before
        "dueDate": "2026-09-15T23:59:59+01:00",
        "followUpDate": "2026-09-08T00:00:00+01:00",  # five
    }
    assert trial.engine.asked == [
        ("permanence-timescales", {"event": EVENT["event"], "authority": "camden", "ageMonths": 30})
    ]
    [deadline] = trial.record.deadlines(CHILD)
    assert (deadline["rule"], deadline["localTarget"]) == ("PERM-081", "2026-09-15")
    assert trial.noted("deadline-set")[0]["pathwayId"] == pathway


def test_what_was_met_is_met_and_the_next_one_set(trial: Trial, pathway: str):
    trial.engine.tables["permanence-timescales"] = [ROW]
    trial.run("set-deadlines", pathway, **EVENT)
    trial.run("set-deadlines", pathway, **EVENT | {"from": "2026-09-10"}, metOn="2026-09-10")
    assert trial.noted("deadline-met")[0]["details"]["metOn"] == "2026-09-10"
    assert [entry["details"]["localTarget"] for entry in trial.noted("deadline-set")] == [
        "2026-09-15",
        "2026-12-10",
    ]


def test_without_a_row_there_is_no_date_and_the_timers_wait_for_ever(trial: Trial, pathway: str):
    trial.engine.tables["permanence-timescales"] = [ROW | {"supersededBy": "ENG-01"}]
    dates = trial.run("set-deadlines", pathway, **EVENT)
    assert dates["rule"] is None and dates["due"] == dates["remindAt"] == "9999-12-31T00:00:00"
    assert trial.record.deadlines(CHILD) == []


def test_a_day_that_is_none_is_an_incident(trial: Trial, pathway: str):
    assert "is no date" in trial.fail("set-deadlines", pathway, **EVENT | {"from": "15/06/2026"})
