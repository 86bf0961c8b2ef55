"""Two pathways of one child at once: each is started, listed, withdrawn and ended by its own name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.case import Case, eventually
from workers import play


@pytest.fixture
def dental(case: Case, both: Path, homeward) -> str:
    """Both pathways are open for a child; the instance of dental care."""
    case.start(socialWorker="social-worker")
    case.task("permanency-planning")
    answer = homeward("start", case.child, "--unregistered", "--pathway", "dental-care", "--json")
    assert answer.code == 0, answer.err
    said = json.loads(answer.out)
    case.task("first-dental-check")
    return said["pathwayId"]


def held(case: Case, *actions: str) -> None:
    case.submit("first-dental-check", "social-worker", nextActions=list(actions))


def outcomes(case: Case) -> dict[str, str]:
    return {entry["process"]: entry["details"]["outcome"] for entry in case.events("pathway-ended")}


def test_each_is_counted_and_has_its_own_deadline(case: Case, dental: str, homeward):
    status = json.loads(homeward("status", "--json").out)
    assert status["pathways"]["dental-care"] >= 1 and status["pathways"]["permanence"] >= 1
    [deadline] = json.loads(homeward("deadlines", case.child, "--json").out)
    assert (deadline["rule"], deadline["process"]) == ("CAM-169", "first-dental-check")


def test_it_notes_the_period_of_care_and_asks_the_situation_for_its_facts(case: Case, dental: str, homeward):
    found = json.loads(homeward("situation", case.child, "--json").out)
    [care] = found["episodes"]
    assert (care["kind"], care["process"], care["to"]) == ("period-of-care", "first-dental-check", None)
    [deadline] = [one for one in case.events("deadline-set") if one["details"]["rule"] == "CAM-169"]
    asked = deadline["details"]["asked"]
    assert (asked["lookedAfter"], asked["monthsLookedAfter"], asked["caseType"]) == (True, 0, "looked-after")


def test_the_one_ends_with_its_own_outcome_and_its_deadline_and_leaves_the_other(
    case: Case,
    dental: str,
    homeward,
):
    held(case, "dental-check-refused")
    case.over(dental)
    assert outcomes(case) == {"dental-care": "Dental check refused"}
    assert "no longer due" in homeward("deadlines", case.child).out
    assert case.open_steps() == ["permanency-planning-process"]


def test_the_one_is_withdrawn_by_name_and_leaves_the_other(case: Case, dental: str, homeward):
    said = homeward("withdraw", case.child, "--pathway", "dental-care", "--reason", "other")
    assert said.code == 0, said.err
    case.over(dental)
    assert list(outcomes(case)) == ["dental-care"] and case.open_steps() == ["permanency-planning-process"]
    said = homeward("start", case.child, "--unregistered", "--pathway", "dental-care")
    assert said.code == 0, said.err  # and may be opened again
    said = homeward("withdraw", case.child, "--pathway", "permanence", "--reason", "other")
    assert said.code == 0, said.err
    case.over(case.pathway)
    assert case.tasks("first-dental-check")


def test_it_is_played_by_its_own_table(case: Case, both: Path):
    play.begin(case.engine, case.record, case.child, "dental-care")
    steps = list(play.play(case.engine, case.record, case.child, case.url, play.parts(both, "dental-care")))
    assert steps == [("social-worker", "Write the dental check – Robin Example")]
    eventually(lambda: outcomes(case) == {"dental-care": "Dental check held"}, lambda: str(case.picture()))
