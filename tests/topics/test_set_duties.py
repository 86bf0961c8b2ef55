"""`set-duties` and `close-duty`: rows of a table of duties become a list; each ends on the record."""

from __future__ import annotations

from typing import Any

from tests.topics.trial import Trial

ASKED = {
    "decision": "some-duties",
    "event": "before-the-review",
    "timescales": "some-timescales",
    "dueEvents": "review-due,later-review-due",
    "authority": "york",
}
FIRST, MOVED, AGAIN = "2027-03-01", "2027-04-01", "2027-05-04"
CONSULT = {
    "duty": "consult-child",
    "title": "Consult the child",
    "role": "social-worker",
    "person": "socialWorker",
    "deadline": "child-consultation",
    "kind": "task",
}
LIST = {"duty": "list", "title": "Ask for the list", "role": "family-finder", "kind": "task"}
BEFORE = {
    "deadline": "child-consultation",
    "amount": 20,
    "unit": "calendar-days",
    "relative": "before",
    "kind": "local-target",
    "remindBefore": 5,
    "rule": "YORK-106",
    "authority": "york",
    "says": "",
    "source": "",
}


def planned(trial: Trial, instance: str, day: str = FIRST, **more: Any) -> list[dict[str, Any]]:
    trial.engine.tables |= {"some-duties": [CONSULT, LIST], "some-timescales": [BEFORE]}
    return trial.run("set-duties", instance, **ASKED, **{"from": day} | more)["duties"]


def test_a_duty_has_its_person_and_the_date_of_its_deadline(trial: Trial, workstep: str):
    consult, ask = planned(trial, workstep)
    assert (consult["person"], consult["rule"], consult["dueDate"][:10]) == (
        "social-worker",
        "YORK-106",
        "2027-02-09",
    )
    assert consult["remindAt"] == "2027-02-02T09:00:00+00:00"
    assert (ask["person"], ask["rule"], ask["dueDate"], ask["due"][:4]) == (None, None, None, "9999")
    asked = [facts["event"] for table, facts in trial.engine.asked if table == "some-timescales"]
    assert asked == ["review-due", "later-review-due"]
    [entry] = trial.noted("duties-set")
    assert [duty["duty"] for duty in entry["details"]["duties"]] == ["consult-child", "list"]
    assert [entry["details"]["rule"] for entry in trial.noted("deadline-set")] == ["YORK-106"]


def test_where_nothing_is_to_be_done_the_list_is_empty(trial: Trial, workstep: str):
    trial.engine.tables |= {"some-duties": [], "some-timescales": []}
    assert trial.run("set-duties", workstep, **ASKED, **{"from": FIRST})["duties"] == []
    assert not trial.noted("duties-set")


def test_moved_twice_what_was_done_stays_done_and_the_date_moves(trial: Trial, workstep: str):
    _, ask = planned(trial, workstep)
    trial.run("close-duty", workstep, duty=ask, closeReason="the review was moved")
    consult, ask = planned(trial, workstep, MOVED, plannedFor=FIRST)
    assert consult["dueDate"][:10] == "2027-03-12"  # the last working day before 13 March
    duty = trial.engine.start("duty", "child-1", above=workstep)
    trial.engine.submit(duty, "UserTask_DoDuty", "family-finder", form="duty", doneOn=MOVED)
    done = trial.run("close-duty", duty, duty=ask, form="duty", doneOn=MOVED)
    assert done == {"closedOn": MOVED}
    [consult] = planned(trial, workstep, AGAIN, plannedFor=MOVED)
    [consult] = planned(trial, workstep, FIRST, plannedFor=AGAIN)
    assert [duty["duty"] for duty in planned(trial, workstep, AGAIN)] == [
        "consult-child",
        "list",
    ]  # another one
    assert [row["localTarget"] for row in trial.record.deadlines("child-1")] == ["2027-02-09", "2027-04-14"]


def test_what_could_not_be_done_is_noted_with_its_reason_and_its_deadline_ends(trial: Trial, workstep: str):
    consult, _ = planned(trial, workstep)
    duty = trial.engine.start("duty", "child-1", above=workstep)
    trial.engine.submit(duty, "UserTask_DoDuty", "social-worker", form="duty", notDoneBecause="Away.")
    trial.run("close-duty", duty, duty=consult, form="duty", notDoneBecause="Away.")
    [entry] = trial.noted("duty-closed")
    assert (entry["by"], entry["details"]["outcome"], entry["details"]["reason"]) == (
        "social-worker",
        "not-done",
        "Away.",
    )
    assert [entry["details"]["rule"] for entry in trial.noted("deadline-ended")] == ["YORK-106"]


def test_only_one_duty_is_planned_where_only_one_is_asked_for(trial: Trial, workstep: str):
    assert [duty["duty"] for duty in planned(trial, workstep, duty="list")] == ["list"]


def test_two_duties_of_one_rule_have_a_deadline_each(trial: Trial, workstep: str):
    trial.engine.tables |= {
        "some-duties": [CONSULT, LIST | {"deadline": CONSULT["deadline"]}],
        "some-timescales": [BEFORE],
    }
    consult, ask = trial.run("set-duties", workstep, **ASKED, **{"from": FIRST})["duties"]
    assert consult["rule"] == ask["rule"] and consult["due"] == ask["due"]
    duty = trial.engine.start("duty", "child-1", above=workstep)
    trial.engine.submit(duty, "UserTask_DoDuty", "social-worker", form="duty", doneOn="2027-02-01")
    trial.run("close-duty", duty, duty=consult, form="duty", doneOn="2027-02-01")
    with trial.record.reading() as view:
        assert [deadline.what for deadline in view.open_deadlines("child-1")] == ["Ask for the list"]
    trial.run("close-duty", workstep, duty=ask, closeReason="the review was moved")
    with trial.record.reading() as view:
        assert not view.open_deadlines("child-1")
    assert {row["what"]: row["metOn"] for row in trial.record.deadlines("child-1")} == {
        "Consult the child": "2027-02-01",
        "Ask for the list": None,
    }


def test_hours_that_no_duty_asks_for_need_no_moment(trial: Trial, workstep: str):
    hours = BEFORE | {"deadline": "another", "rule": "WOK-614", "unit": "hours"}
    trial.engine.tables |= {"some-duties": [CONSULT], "some-timescales": [BEFORE, hours]}
    [consult] = trial.run("set-duties", workstep, **ASKED, **{"from": FIRST})["duties"]
    assert consult["rule"] == "YORK-106"
