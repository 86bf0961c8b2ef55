"""`notify`: who is told that something waits for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.topics.trial import CHILD, Trial
from workers.calendar.arithmetic import add_working_days, end_of, start_of
from workers.records.happening import Happening
from workers.words import LONDON


def said(trial: Trial) -> dict[str, Any]:
    """What the first mail that waits has to say."""
    with trial.record.reading() as view:
        return view.due_notifications(view.now(), 1)[0].details


def test_the_named_user_is_told_and_nobody_else(trial: Trial, workstep: str):
    trial.run("notify", workstep, user="team-manager-2", groups="team-manager", template="task-opened")
    assert trial.mails() == [("team-manager-2", "task-opened")]
    assert not trial.noted("request-sent")


def test_without_a_name_each_member_of_the_groups_is_told(trial: Trial, workstep: str):
    trial.run("notify", workstep, groups="team-manager, family-finder", template="returned")
    told = ["family-finder", "team-manager", "team-manager-2"]
    assert trial.mails() == [(person, "returned") for person in told]


def test_a_request_is_noted_with_whom_it_reached_each_once(trial: Trial, pathway: str, workstep: str):
    trial.engine.groups["team-manager"] = {"team-manager", "practice-supervisor"}
    groups = "team-manager,practice-supervisor"
    given = {"groups": groups, "template": "request", "requestLabel": "Authorise the plan"}
    trial.run("notify", workstep, **given)
    [entry] = trial.noted("request-sent")
    assert (entry["pathwayId"], entry["workstepId"]) == (pathway, workstep)
    assert entry["details"] == {
        "request": "Authorise the plan",
        "to": groups,
        "told": ["team-manager", "team-manager-2"],
    }


def test_a_user_who_has_gone_is_an_incident_and_no_mail(trial: Trial, workstep: str):
    said = trial.fail("notify", workstep, user="somebody-gone", template="task-opened")
    assert "user somebody-gone does not exist" in said and trial.mails() == []


# what the step behind it shows


def test_the_task_shows_child_step_sender_and_the_date_from_the_table(trial: Trial, workstep: str):
    with trial.record.transaction() as tx:
        tx.register_child(CHILD, name="Robin Example", born=None, gender=None, by="demo")
    card = trial.run("notify", workstep, groups="team-manager", template="task-opened")
    assert trial.engine.asked[-1] == ("task-timescales", {"event": "task-opened", "authority": "camden"})
    target = add_working_days(dt.datetime.now(LONDON).date(), 10)
    assert card == {
        "childName": "Robin Example",
        "stepName": "SC Permanence Family Finding Request",
        "sentBy": "social-worker",
        "sentBack": None,
        "taskDue": end_of(target).isoformat(),
        "taskFollowUp": start_of(add_working_days(target, -5)).isoformat(),
        "taskDueOn": f"{target:%A} {target.day} {target:%B %Y}",
        "taskRule": "HOUSE-01",
        "teamGroups": "team-manager",
        "restrictedGroup": None,
        "restrictedUsers": None,
    }


def test_a_date_of_the_law_goes_before_the_table(trial: Trial, workstep: str):
    given = {"dueDate": "2026-12-01T23:59:59+00:00", "followUpDate": "2026-11-24T00:00:00+00:00"}
    card = trial.run("notify", workstep, groups="team-manager", template="returned", **given)
    assert (card["taskDue"], card["taskFollowUp"]) == (given["dueDate"], given["followUpDate"])
    assert (card["taskDueOn"], card["sentBack"]) == ("Tuesday 1 December 2026", "Returned")
    assert card["taskRule"] is None, "who gave it watches it"


def test_a_day_lasts_until_its_end_and_is_due_soon_before(trial: Trial, workstep: str):
    card = trial.run("notify", workstep, groups="iro", template="task-opened", dueDate="2026-12-08")
    assert card["taskDue"] == "2026-12-08T23:59:59+00:00"
    assert card["taskFollowUp"] == "2026-12-01T00:00:00+00:00", "five working days before"


def test_a_child_whom_nobody_has_registered_goes_by_the_reference(trial: Trial, workstep: str):
    card = trial.run("notify", workstep, groups="team-manager", template="request", sender="team-manager")
    assert (card["childName"], card["sentBy"]) == (CHILD, "team-manager")


def test_a_long_name_leaves_room_for_the_rest_of_the_name_of_a_task(trial: Trial, workstep: str):
    with trial.record.transaction() as tx:
        tx.register_child(CHILD, name="Robin " * 50, born=None, gender=None, by="demo")
    card = trial.run("notify", workstep, groups="team-manager", template="task-opened")
    assert len(card["childName"]) == 120


def test_an_event_that_the_table_does_not_know_is_an_incident(trial: Trial, workstep: str):
    trial.engine.tables["task-timescales"] = []
    said = trial.fail("notify", workstep, groups="team-manager", template="request", dueEvent="never")
    assert "table task-timescales says no time for never in camden" in said and trial.mails() == []


# what the mail says


def test_a_mail_says_what_is_asked_in_the_words_of_the_step_and_who_was_before(trial: Trial, workstep: str):
    given = {"user": "team-manager", "template": "task-opened"}
    trial.run("notify", workstep, at="Event_SocialWorkerTold", **given)
    assert (said(trial)["request"], said(trial)["sender"]) == (
        "Refer child to family finders",
        "social-worker",
    )


def test_who_submitted_last_in_the_workstep_is_who_asks_and_its_words_come_first(trial: Trial, workstep: str):
    trial.engine.submit(workstep, "UserTask_ReferChild", "team-manager-2")
    trial.run("record-submission", workstep, form="family-finding-request")
    given = {
        "user": "team-manager",
        "asked": "Confirm quality",
        "requestLabel": "Required CS Manager: Please",
    }
    trial.run("notify", workstep, template="request", **given)
    assert (said(trial)["request"], said(trial)["sender"]) == ("Confirm quality", "team-manager-2")
    assert trial.noted("request-sent")[0]["details"]["request"] == "Required CS Manager: Please"


def test_a_mail_opens_the_filter_where_its_reader_finds_the_task(trial: Trial, workstep: str):
    trial.run("notify", workstep, user="team-manager", template="task-opened")
    assert said(trial)["filter"] == "filter of My tasks"


def test_a_groups_mail_opens_the_filter_of_the_team(trial: Trial, workstep: str):
    trial.run("notify", workstep, groups="team-manager", template="task-opened")
    assert said(trial)["filter"] == "filter of My team's tasks"


# a request that is made again

ASKED = {
    "groups": "team-manager",
    "template": "request",
    "requestLabel": "Authorise the report",
    "form": "permanency-planning-authorisation",
    "sender": "social-worker",
}


@pytest.fixture
def returned(trial: Trial, workstep: str) -> str:
    """A workstep whose report was returned, and sent again with one other answer."""
    for number, (form, by, answers) in enumerate(
        [
            ("permanency-planning", "social-worker", {"contactPlan": "None.", "ethnicity": "WBRI"}),
            (ASKED["form"], "team-manager-2", {"decision": "returned", "comments": "How often?"}),
            ("permanency-planning", "social-worker", {"contactPlan": "Often.", "ethnicity": "WBRI"}),
        ]
    ):
        with trial.record.transaction() as tx:
            tx.answers(
                key=f"{workstep}:{number}",
                child_id=CHILD,
                process="permanency-planning-process",
                workstep_id=workstep,
                form=form,
                by=by,
                at=None,
                answers=answers,
                questions={
                    "contactPlan": ["7. Contact", "Contact plan"],
                    "ethnicity": ["1. Child", "Ethnicity"],
                },
            )
    return workstep


def test_it_goes_to_who_returned_it_with_what_has_changed(trial: Trial, returned: str):
    card = trial.run("notify", returned, **ASKED)
    assert (card["authoriser"], trial.mails()) == ("team-manager-2", [("team-manager-2", "request")])
    today = dt.datetime.now(LONDON).date()
    assert card["message"] == (
        f"team-manager-2 returned it on {today.day} {today:%B %Y}: How often?\n\nChanged since: Contact plan."
    )


def test_who_may_no_longer_answer_it_is_not_asked_again(trial: Trial, returned: str):
    trial.engine.groups["team-manager-2"] = {"qaag"}
    card = trial.run("notify", returned, **ASKED)
    assert "authoriser" not in card and "How often?" in card["message"]
    assert trial.mails() == [("team-manager", "request")]


def test_who_sent_it_is_not_asked_again(trial: Trial, returned: str):
    assert "authoriser" not in trial.run("notify", returned, **ASKED | {"sender": "team-manager-2"})


def test_what_was_authorised_is_asked_of_all_again(trial: Trial, workstep: str):
    assert not {"authoriser", "message"} & trial.run("notify", workstep, **ASKED).keys()


def test_the_longest_comments_leave_the_engine_room(trial: Trial, returned: str):
    with trial.record.transaction() as tx:
        tx.answers(
            key="long",
            child_id=CHILD,
            process="permanency-planning-process",
            workstep_id=returned,
            form=ASKED["form"],
            by="team-manager-2",
            at=None,
            answers={"decision": "returned", "comments": "x" * 4000},
            questions={},
        )
    message = trial.run("notify", returned, **ASKED)["message"]
    assert len(message) < 4000 and message.endswith("Changed since: nothing.")


def restrict(trial: Trial, *people: str) -> None:
    trial.engine.groups["super-user"] = {"super-user"}
    with trial.record.transaction() as tx:
        tx.entry(Happening("restricted", CHILD), "restricted", {"to": list(people), "reason": "Invented"})


def test_of_a_restricted_child_only_who_may_see_it_hears(trial: Trial, workstep: str):
    restrict(trial, "team-manager", "social-worker")
    card = trial.run("notify", workstep, groups="team-manager", template="request", requestLabel="Authorise")
    assert trial.mails() == [("team-manager", "request")]
    assert (card["teamGroups"], card["restrictedGroup"], card["restrictedUsers"]) == (
        "team-manager",
        "super-user",
        "team-manager",
    )


@pytest.mark.parametrize("user", [None, "team-manager-2"])
def test_where_nobody_named_has_the_role_the_super_users_do(trial: Trial, workstep: str, user: str | None):
    restrict(trial, "social-worker")
    card = trial.run("notify", workstep, user=user, groups="team-manager", template="request")
    assert trial.mails() == [("super-user", "request")]
    assert (card["restrictedGroup"], card["restrictedUsers"]) == ("super-user", None)
    assert {name: card[name] for name in ("user", "authoriser") if name in card} == (
        {"user": None, "authoriser": None} if user else {}
    )


def test_of_another_child_all_hear_and_nothing_is_closed(trial: Trial, workstep: str):
    card = trial.run("notify", workstep, groups="team-manager", template="request")
    assert len(trial.mails()) == 2
    assert (card["restrictedGroup"], card["restrictedUsers"]) == (None, None)
