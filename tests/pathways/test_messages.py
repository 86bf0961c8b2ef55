"""Pathways speak to each other: one announces an event and starts another, which waits for such events."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case import Case


@pytest.fixture
def changed(case: Case, both: Path) -> Case:
    """The child has changed school."""
    case.over(case.start("new-school"))
    return case


def heard(case: Case) -> int:
    return case.engine.fetch(
        "/history/activity-instance/count",
        processInstanceId=dental_care(case),
        activityId="EndEvent_SchoolHeardOf",
    )["count"]


def dental_care(case: Case) -> str:
    [opened] = {entry["details"]["openPathway"] for entry in case.events("pathway-asked")}
    return str(opened)


def test_one_starts_another_of_the_same_child_and_says_so(changed: Case):
    case = changed
    [asked] = case.events("pathway-asked")
    assert (asked["process"], asked["details"]["pathway"], asked["details"]["alreadyOpen"]) == (
        "new-school",
        "dental-care",
        False,
    )
    case.task("first-dental-check")
    started = [entry for entry in case.events("pathway-started") if entry["process"] == "dental-care"]
    assert [entry["pathwayId"] for entry in started] == [dental_care(case)]


def test_of_an_event_that_nobody_waits_for_the_record_says_so(changed: Case, both: Path, homeward):
    assert changed.event("event-announced")["details"]["heardBy"] == []
    said = homeward("chronology", changed.child, HOMEWARD_MODELS=str(both)).out
    assert "Announced: school changed. Nobody waits for it." in said and "Dental care was started." in said


def test_who_waits_hears_it_and_what_is_open_is_not_started_again(
    changed: Case, another, both: Path, homeward
):
    case, stranger = changed, another()
    stranger.over(stranger.start("new-school"))
    stranger.task("first-dental-check")
    case.task("first-dental-check")
    case.over(case.start("new-school"))
    last = case.events("event-announced")[-1]["details"]
    assert (last["heardBy"], last["instances"]) == (["dental-care"], [dental_care(case)])
    assert (heard(case), heard(stranger)) == (1, 0), "another child's does not hear it"
    assert [entry["details"]["alreadyOpen"] for entry in case.events("pathway-asked")] == [False, True]
    assert "Heard by Dental care." in homeward("chronology", case.child, HOMEWARD_MODELS=str(both)).out
    assert not case.incidents()
