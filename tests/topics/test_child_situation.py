"""`child-situation`: the facts of the child, for what asks for facts."""

from __future__ import annotations

import datetime as dt

from tests.topics.trial import CHILD, Trial


def test_the_situation_is_what_the_tables_ask_for(trial: Trial, pathway: str):
    with trial.record.transaction() as tx:
        tx.register_child(CHILD, name="Robin Example", born=dt.date(2012, 5, 4))
    trial.run("note-episode", pathway, kind="period-of-care", **{"from": "2025-01-05"})
    trial.run("note-episode", pathway, kind="placement", value="U4", **{"from": "2025-01-05"})
    found = trial.run("child-situation", pathway, on="2026-01-05")["situation"]
    expected = {"ageMonths": 164, "lookedAfter": True, "placementKind": "foster", "placementMonths": 12}
    assert {name: found.get(name) for name in expected} == expected
    assert "legalStatus" not in found, "nobody has said so"
    assert found["caseType"] == "looked-after" and found["longTermFostering"] is False
    earlier = trial.run("child-situation", pathway, on="2025-01-04")["situation"]
    assert "lookedAfter" not in earlier and earlier["ageMonths"] == 152
    assert trial.run("child-situation", pathway)["situation"]["lookedAfter"] is True, "today"


def test_it_is_taken_as_the_facts_of_a_deadline(trial: Trial, pathway: str):
    trial.engine.tables["looked-after-visit-timescales"] = []
    trial.run("note-episode", pathway, kind="placement", value="P1", **{"from": "2025-01-05"})
    facts = trial.run("child-situation", pathway, on="2025-02-01")["situation"]
    trial.run(
        "set-deadlines",
        pathway,
        decision="looked-after-visit-timescales",
        event="visit-held",
        facts=facts,
    )
    [(_, asked)] = trial.engine.asked
    assert (asked["placementKind"], asked["placementMonths"]) == ("parents", 0)


def test_a_day_that_is_none_is_an_incident(trial: Trial, pathway: str):
    assert "mapped to `on`" in trial.fail("child-situation", pathway, on="tomorrow")
