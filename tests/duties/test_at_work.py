"""The rows at work: planned by the review cycle, at the desks of their roles, done with their own forms."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.case import TODAY, Case, eventually
from tests.duties.test_looked_after import CASES, ROWS
from workers.rest.tasklist import form_of
from workers.timescales import duties

EVENT, TALK = "before-the-first-review", "pre-review-discussion"


def planned(case: Case, one_workstep: str, authority: str) -> None:
    day = TODAY + dt.timedelta(60)
    about = {"authority": authority, "reviewNumber": "first", "reviewDate": day.isoformat()}
    case.start(one_workstep, workstep="review-cycle", **about)


def expected(authority: str) -> dict[str, str]:
    """By title, the role: as the cases of the table have it."""
    titles = {
        row.duty: row.title
        for row in ROWS
        if EVENT in duties.events(row) and authority in (duties.authorities(row) or [authority])
    }
    [asks] = [row["asks"] for row in CASES if (row["event"], row["authority"]) == (EVENT, authority)]
    said = [text.split() for text in asks]
    return {titles[duty]: role for duty, of, role, *_ in said if of == "of"}


@pytest.mark.parametrize("authority", ["camden", "wokingham", "york"])
def test_each_authority_has_its_own_duties_before_a_review(case: Case, one_workstep: str, authority: str):
    planned(case, one_workstep, authority)
    wanted = expected(authority)

    def found() -> dict[str, str]:
        return {
            task["name"].partition(" – ")[0]: role
            for role in {*wanted.values()}
            for task in case.duties(role)
        }

    eventually(lambda: found() == wanted, lambda: f"{found()}: {case.picture()}")
    assert len(case.duties()) == len(wanted)


def test_the_talk_before_a_review_settles_who_comes_how_it_runs_and_where(case: Case, one_workstep: str):
    planned(case, one_workstep, "york")
    case.submit(TALK, "iro", doneOn=TODAY.isoformat(), invited="Everybody.", notDoneBecause="")
    said = case.came_back(TALK, "iro")
    assert said["message"] == "Say who is invited, how the review runs and where it is held."
    case.submit(TALK, "iro", course="The child speaks first.", place="At home.", notDoneBecause="")
    title = "Talk the review over with the social worker"
    closed = case.event("duty-closed", title=title)["details"]
    assert (closed["outcome"], closed["doneOn"]) == ("done", TODAY.isoformat())


def test_a_duty_that_falls_away_while_it_is_listed_breaks_no_list(case: Case, one_workstep: str):
    """The engine reads the task and what its form is one after the other: the instance may be gone then."""
    planned(case, one_workstep, "york")
    task = case.task(TALK)
    instance = f"/process-instance/{task['processInstanceId']}/variables"
    for scope, form in {
        f"/execution/{task['executionId']}/localVariables": TALK,
        instance: TALK,
        f"/task/{task['id']}/localVariables": None,
    }.items():
        case.engine.call(f"{scope}/form", method="DELETE")
        [listed] = case.engine.fetch("/task", taskId=task["id"])
        assert (listed["name"], form_of(listed)) == (task["name"], form)
