"""What a task says in Tasklist's list: for whom and what, from whom, until when; whatever was submitted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.case import Case, eventually
from workers.records import Record
from workers.rest import codec

REPORT, MANAGER, ACKNOWLEDGE = (
    "permanency-planning",
    "permanency-planning-authorisation",
    "acknowledge-notification",
)
CHILD = "Robin Example"
SOCIAL_WORKER, TEAM_MANAGER = "Social Worker (demo)", "Team Manager (demo)"


@pytest.fixture
def case(case: Case) -> Case:
    register(case.record, case.child)
    case.start()
    return case


def register(record: Record, child: str) -> None:
    with record.transaction() as tx:
        tx.register_child(child, name=CHILD, born=None, gender="not stated", by="demo")


def card(case: Case, task: dict[str, Any]) -> dict[str, Any]:
    """What Tasklist's list can show of a task: the task's own variables."""
    return codec.decode(case.engine.fetch(f"/task/{task['id']}/localVariables"))


def named(case: Case, name: str) -> dict[str, Any]:
    return eventually(
        lambda: [task for task in case.tasks() if task["name"] == name], lambda: f"{case.picture()}"
    )[0]


def test_a_task_says_for_whom_and_what_and_why_it_came_back(case: Case):
    case.do(REPORT, permanencePlan=None)  # the rules ask for it
    case.do(REPORT, task=named(case, f"Not accepted, please correct: write the report – {CHILD}"))
    case.submit(MANAGER, "team-manager", decision="returned", comments="How often?")
    returned = named(case, f"Returned: write the report – {CHILD}")
    assert card(case, returned) | {"taskDueOn": ""} == {
        "childId": case.child,
        "childName": CHILD,
        "stepName": "SC Permanency Planning Process",
        "sentBy": TEAM_MANAGER,
        "taskDueOn": "",
        "teamGroups": "social-worker",
    }
    assert returned["priority"] == 70
    case.do(REPORT, requests=["please-action"], requestUser="iro")
    asked = named(case, f"Authorise the report – {CHILD}")
    assert (asked["priority"], card(case, asked)["sentBy"]) == (50, SOCIAL_WORKER)
    acknowledgement = case.task(ACKNOWLEDGE)
    assert acknowledgement["name"].startswith("Acknowledge: ") and acknowledgement["name"].endswith(CHILD)
    assert (acknowledgement["priority"], card(case, acknowledgement)["sentBy"]) == (30, SOCIAL_WORKER)


def test_every_task_of_a_case_has_a_due_date(case: Case):
    case.until("family-finding-meeting")
    tasks = case.engine.fetch("/history/task", processInstanceBusinessKey=case.child)
    assert len(tasks) > 5 and not [
        task["name"]
        for task in tasks
        if not (task["due"] and task["followUp"] and task["due"] > task["followUp"])
    ]


def test_no_submission_changes_what_the_next_task_says(case: Case):
    forged = dict.fromkeys(
        ("childName", "stepName", "sentBy", "sentBack", "taskDue", "taskFollowUp", "taskDueOn"), "Forged"
    )
    first = case.task(REPORT)
    case.do(REPORT, permanencePlan=None, **forged)
    again = named(case, f"Not accepted, please correct: write the report – {CHILD}")
    assert (again["due"], again["followUp"]) == (first["due"], first["followUp"])
    assert "Forged" not in card(case, again).values()
    case.do(REPORT, **forged)
    asked = named(case, f"Authorise the report – {CHILD}")
    assert asked["due"] and "Forged" not in card(case, asked).values()
    case.submit(MANAGER, "team-manager", decision="returned", comments="How often?", **forged)
    assert "Forged" not in card(case, named(case, f"Returned: write the report – {CHILD}")).values()


def test_a_report_that_is_sent_again_goes_to_who_returned_it(case: Case):
    case.do(REPORT, teamManager=None)
    case.submit(MANAGER, "team-manager-2", decision="returned", comments="How often?")
    case.do(REPORT, contactPlan="Every second Saturday.")
    task = case.task(MANAGER)
    assert task["assignee"] == "team-manager-2"
    message = case.person("team-manager-2").values(task["id"])["message"]
    assert "How often?" in message and "Changed since: Contact plan." in message
    told = [to for to, subject in case.mails() if "Authorise the report" in subject]
    assert told.count("team-manager-2") == 2 and told.count("team-manager") == 1


def test_mails_tell_the_date_and_never_the_name(case: Case):
    case.task(REPORT)
    case.mails()
    letters = [letter.get_content() for letter in case.letters()]
    assert letters and all("Due: " in letter and CHILD not in letter for letter in letters)
