"""Duties around a review, and those that stand: `models/dmn/duties/care-review-duties.dmn` says which.

The pathway only plans, calls and waits; what York and Wokingham do is rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.case import ACKNOWLEDGE, TODAY, Case, eventually, form_of
from tests.homeward import Said
from workers.rest import codec
from workers.settings import PROJECT

DAY = TODAY + dt.timedelta(60)
IN_CARE_SINCE = TODAY - dt.timedelta(days=430)
CONSULT, LIST, ARRANGE, VISIT = (
    "Consult the child about the review",
    "Ask for the invitation list",
    "Agree the arrangements with the social worker",
    "Visit the child",
)


@pytest.fixture
def review(case: Case, both: Path) -> Callable[..., Case]:
    """A review on DAY, planned for a child of an authority; the social worker is named, the reviewing officer
    is not.
    """

    def planned(authority: str = "york", **more: Any) -> Case:
        case.start(
            "care-review",
            **{"authority": authority, "reviewDate": DAY.isoformat(), "socialWorker": "social-worker"} | more,
        )
        return case

    return planned


@pytest.fixture
def fostered(case: Case, homeward: Callable[..., Said]) -> Callable[..., None]:
    """The child, registered, has been with a foster carer for fourteen months; notes a further episode, of
    today.
    """

    def noted(*episode: str, since: dt.date = TODAY) -> None:
        said = homeward("episode", case.child, *episode, "--from", since.isoformat())
        assert said.code == 0, said.err

    homeward("child", "add", case.child, "--name", "Robin Example", "--born", "2015-05-04")
    for episode in (("period-of-care",), ("placement", "U6"), ("legal-status", "C2")):
        noted(*episode, since=IN_CARE_SINCE)
    return noted


def duties(case: Case, *titles: str) -> dict[str, dict[str, Any]]:
    """The child's open duties by their titles, once they are these."""

    open_: dict[str, dict[str, Any]] = {}

    def as_wanted() -> bool:
        open_.clear()
        open_.update(
            (task["name"].partition(" – ")[0], task) for task in case.tasks() if form_of(task) != ACKNOWLEDGE
        )
        return sorted(open_) == sorted(titles)

    eventually(as_wanted, lambda: f"{sorted(open_)}: {case.picture()}")
    return open_


def done(case: Case, title: str, user: str, **answers: Any) -> None:
    task = next(task for task in case.tasks() if task["name"].startswith(title))
    case.submit(form_of(task) or "", user, task, **answers or {"doneOn": TODAY.isoformat()})


def closed(case: Case, title: str) -> dict[str, Any]:
    return case.event("duty-closed", title=title)["details"]


def due(task: dict[str, Any]) -> dt.date:
    return dt.date.fromisoformat(task["due"][:10])


def moved(case: Case, day: dt.date) -> None:
    body = {"messageName": "care-review-moved", "processInstanceId": case.pathway}
    case.engine.call("/message", body | {"processVariables": codec.encode({"reviewDate": day.isoformat()})})


def test_york_sees_yorks_duties_with_their_dates_counted_back(review):
    case = review()
    open_ = duties(case, CONSULT, LIST, ARRANGE)
    assert due(open_[CONSULT]) <= DAY - dt.timedelta(20)  # its last working day
    assert open_[CONSULT]["assignee"] == "social-worker" and open_[LIST]["assignee"] is None
    assert [task["name"] for task in case.person("admin-officer").tasks(case.child)] == [open_[LIST]["name"]]
    assert form_of(open_[ARRANGE]) == "review-arrangements" and form_of(open_[LIST]) == "duty"
    news = "for your information, The invitations go out"
    eventually(lambda: case.letters_to("business-support", news), lambda: str(case.letters()))
    assert closed(case, "The invitations go out")["outcome"] == "told"
    rules = {row["rule"] for row in case.record.deadlines(case.child)}
    assert rules == {"YORK-106", "YORK-137", "ENG-07"}  # of two dates for one thing the earlier


def test_wokingham_sees_its_own_and_passes_over_what_has_no_row(review):
    case = review("wokingham")
    talk = "Talk with the social worker before the review"
    open_ = duties(case, talk)
    assert not case.person("social-worker").tasks(case.child)
    assert due(open_[talk]) < DAY - dt.timedelta(15)  # fifteen working days
    done(case, talk, "iro")
    duties(case)  # nothing is asked at and after it
    assert closed(case, talk)["outcome"] == "done"


def test_before_at_and_after_the_review(review, homeward):
    case = review()
    duties(case, CONSULT, LIST, ARRANGE)
    done(case, CONSULT, "social-worker", doneOn=TODAY.isoformat(), note="They want it at school.")
    done(case, LIST, "admin-officer")
    done(case, ARRANGE, "iro", agreedOn=TODAY.isoformat(), arrangements="At school.")
    agree = "State whether the decisions are agreed"
    duties(case, agree)
    done(case, agree, "social-worker")
    plan = "Bring the care plan into line with the decisions"
    duties(case, plan)
    assert case.task(ACKNOWLEDGE, "team-manager")["name"].startswith("Acknowledge: The care plan was updated")
    case.submit(ACKNOWLEDGE, "team-manager")
    assert (
        case.event("notification-acknowledged", request="The care plan was updated")["by"] == "team-manager"
    )
    done(case, plan, "social-worker")
    assert closed(case, plan)["doneOn"] == TODAY.isoformat()
    met = {row["rule"]: row["metOn"] for row in case.record.deadlines(case.child)}
    assert met["YORK-106"] == met["YORK-063"] == TODAY.isoformat()
    assert "did “Consult the child about the review”" in homeward("chronology", case.child).out
    printed = homeward("print", case.child, "duty").out
    assert CONSULT in printed and "They want it at school." in printed


def test_what_could_not_be_done_says_why(review):
    case = review()
    duties(case, CONSULT, LIST, ARRANGE)
    done(case, LIST, "admin-officer", doneBy="A colleague")
    said = case.came_back("duty", "admin-officer")
    assert said["message"] == "Say on which day it was done, or why it could not be done."
    done(
        case,
        f"Not accepted, please correct: {LIST[0].lower()}{LIST[1:]}",
        "admin-officer",
        notDoneBecause="No list.",
    )
    assert closed(case, LIST) | {"outcome": "not-done", "reason": "No list."} == closed(case, LIST)
    duties(case, CONSULT, ARRANGE)


def test_a_moved_review_plans_the_rest_anew_and_loses_nothing_that_was_written(review):
    case = review()
    before = duties(case, CONSULT, LIST, ARRANGE)
    done(case, LIST, "admin-officer")
    closed(case, LIST)
    draft = {"answers": {"note": "They want it at school."}}
    case.engine.call(
        f"/task/{before[CONSULT]['id']}/localVariables/draft", codec.encode({"x": draft})["x"], method="PUT"
    )
    later = DAY + dt.timedelta(28)
    moved(case, later)
    gone = closed(case, CONSULT)
    assert (gone["outcome"], gone["reason"]) == ("fell-away", "the review was moved")
    case.event("duties-set", plannedFor=DAY.isoformat())
    after = duties(case, CONSULT, ARRANGE)  # what was done is not asked for again
    assert due(after[CONSULT]) > due(before[CONSULT])
    shown = case.person("social-worker").values(after[CONSULT]["id"])["earlier"]
    assert [(row["question"], row["answer"]) for row in shown] == [("Note", "They want it at school.")]
    [deadline] = [row for row in case.record.deadlines(case.child) if row["rule"] == "YORK-106"]
    assert deadline["localTarget"] == (later - dt.timedelta(20)).isoformat()
    moved(case, DAY)  # and back
    case.event("duties-set", plannedFor=later.isoformat())
    assert due(duties(case, CONSULT, ARRANGE)[CONSULT]) == due(before[CONSULT])


def test_a_changed_table_leaves_a_planned_duty_alone_and_says_so(review, engine, homeward):
    case = review()
    before = duties(case, CONSULT, LIST, ARRANGE)
    file = PROJECT / "dmn/timescales/looked-after-review-preparation-timescales.dmn"
    head, rule, tail = file.read_text().partition("_YORK106_Amount")
    changed = head + rule + tail.replace("<text>20</text>", "<text>34</text>", 1)
    deployment = engine.post(
        "/deployment/create", files={file.name: (file.name, changed)}, data={"deployment-name": "changed"}
    ).json()["id"]
    try:
        said = homeward("deadlines", case.child, "--recompute", "--reason", "they are asked earlier")
        moved(case, DAY + dt.timedelta(28))
        case.event("duties-set", plannedFor=DAY.isoformat())
    finally:
        engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")
    assert f"YORK-106: {CONSULT}: a duty that is planned keeps its date" in said.out
    assert "0 of the open deadlines moved, 1 stay as they are" in said.out
    after = duties(case, CONSULT, LIST, ARRANGE)
    assert due(after[CONSULT]) <= DAY - dt.timedelta(34 - 28) < due(before[CONSULT]) + dt.timedelta(28)


def test_a_duty_is_reminded_of_and_its_lateness_told_above(review):
    case = review()
    task = duties(case, CONSULT, LIST, ARRANGE)[CONSULT]
    for timer in ("Timer_Reminder", "Timer_Breach"):
        case.fire(timer, task["processInstanceId"])
    assert case.event("reminder-sent", rule="YORK-106")["details"]["to"] == ["social-worker"]
    assert {"team-manager", "practice-supervisor"} <= {
        *case.event("escalated", rule="YORK-106")["details"]["to"]
    }


def test_visits_come_back_at_the_interval_of_that_days_situation(review, fostered):
    case = review("camden")
    first = duties(case, VISIT)[VISIT]
    assert due(first) <= TODAY + dt.timedelta(weeks=6)
    fostered("permanent-placement")
    done(case, VISIT, "social-worker")
    closed(case, VISIT)
    second = duties(case, VISIT)[VISIT]
    assert second["id"] != first["id"] and due(second) > TODAY + dt.timedelta(weeks=10)
    fostered("placement", "A4")
    done(case, VISIT, "social-worker")
    case.over(case.pathway)  # no row any more


def test_duties_of_a_workstep_that_is_closed_early_fall_away_and_say_why(case, both, homeward):
    case.start("dental-care", authority="york", socialWorker="social-worker")
    ask = "Ask the carer which dentist the child has"
    task = duties(case, ask)[ask]
    draft = {"answers": {"note": "They are with Invented Dentists."}}
    case.engine.call(
        f"/task/{task['id']}/localVariables/draft", codec.encode({"x": draft})["x"], method="PUT"
    )
    said = homeward("withdraw", case.child, "--pathway", "dental-care", "--reason", "left-care")
    assert said.code == 0, said.err
    case.over(case.pathway)
    gone = closed(case, ask)
    assert (gone["outcome"], gone["reason"]) == ("fell-away", "withdrawn: left-care")
    with case.record.reading() as view:
        assert view.answers_by(gone["answers"])["answers"]["note"] == "They are with Invented Dentists."


def test_what_stands_ends_with_the_pathway_and_says_why(review, fostered, homeward):
    case = review("wokingham")
    talk = "Talk with the social worker before the review"
    duties(case, talk, VISIT)
    said = homeward("withdraw", case.child, "--pathway", "care-review", "--reason", "left-care")
    assert said.code == 0, said.err
    case.over(case.pathway)
    for title in (talk, VISIT):
        assert closed(case, title)["reason"] == "withdrawn: left-care"
