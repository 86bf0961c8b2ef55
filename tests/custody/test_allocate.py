"""Work that is handed over by the operator: to whom it may go, and what would else be nobody's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.case import ACKNOWLEDGE, Case, eventually
from workers.rest import codec

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
GHOST = "gone-away"


@pytest.fixture
def ghost(case: Case):
    """A manager who leaves while a task is theirs."""
    case.engine.call(
        "/user/create",
        {
            "profile": {
                "id": GHOST,
                "firstName": "Gone",
                "lastName": "Away",
                "email": f"{GHOST}@example.org",
            },
            "credentials": {"password": "Secret-1-password"},
        },
    )
    case.engine.call(f"/group/team-manager/members/{GHOST}", method="PUT")
    yield GHOST
    case.engine.call(f"/user/{GHOST}", method="DELETE")


def allocate(homeward, case: Case, role: str, to: str) -> Any:
    return homeward("allocate", case.child, "--role", role, "--to", to, "--reason", "An invented reason.")


@pytest.mark.parametrize(
    "role, to, groups",
    [
        ("socialWorker", "team-manager", "social-worker"),
        ("teamManager", "social-worker", "practice-supervisor, team-manager"),
        ("iro", "iro-manager", "iro"),
        ("familyFinder", "social-worker", "family-finder"),
    ],
)
def test_nobody_is_allocated_what_they_may_not_do(case: Case, homeward, role, to, groups):
    case.start()
    case.task(REPORT)
    said = allocate(homeward, case, role, to)
    assert (
        said.code == 1
        and f"user {to} is no {role}: name a member of {groups}" in said.err
        and said.err.count("\n") == 1
    )
    assert not case.events("allocated") and not case.task(REPORT)["assignee"]


def test_a_role_takes_only_its_own_work_along(case: Case, homeward):
    """The family finding manager's groups hold the managers too, whose authorisation stays where it is."""
    case.start()
    case.do(REPORT)
    assert case.task(MANAGER)["assignee"] is None
    assert allocate(homeward, case, "familyFindingManager", "family-finding-manager").code == 0
    assert case.task(MANAGER)["assignee"] is None
    assert allocate(homeward, case, "teamManager", "practice-supervisor").code == 0
    assert case.task(MANAGER)["assignee"] == "practice-supervisor"


def test_what_waits_in_an_inbox_stays_there(case: Case, homeward):
    case.start()
    case.until("family-finding-meeting")
    assert allocate(homeward, case, "familyFinder", "family-finder-2").code == 0
    assert case.task("family-finding-meeting")["assignee"] is None


def test_a_task_of_who_has_gone_is_listed_and_can_be_handed_over(case: Case, homeward, ghost):
    case.start()
    case.submit(REPORT, "social-worker", teamManager=ghost)
    task = case.task(MANAGER)
    assert task["assignee"] == ghost
    assert not [row for row in told(homeward) if row["childId"] == case.child]
    case.engine.call(f"/user/{ghost}", method="DELETE")
    assert [row for row in told(homeward) if row["childId"] == case.child] == [
        {"childId": case.child, "task": task["name"], "assignee": ghost, "since": task["created"]}
    ]
    assert f"“{task['name']}” belongs to " in homeward("status").out
    assert allocate(homeward, case, "teamManager", "team-manager-2").code == 0
    assert case.task(MANAGER)["assignee"] == "team-manager-2"
    assert not [row for row in told(homeward) if row["childId"] == case.child]


def test_a_notification_for_who_has_gone_goes_to_whom_it_may(case: Case, homeward, ghost):
    case.start(teamManager=ghost)
    case.do(REPORT, teamManager=ghost, requests=["please-action"], requestUser=ghost)
    task = case.task(ACKNOWLEDGE)
    assert task["assignee"] == ghost and case.task(MANAGER)["assignee"] == ghost
    case.engine.call(f"/user/{ghost}", method="DELETE")
    assert {row["task"] for row in told(homeward) if row["childId"] == case.child} == {
        task["name"],
        case.task(MANAGER)["name"],
    }
    assert allocate(homeward, case, "teamManager", "team-manager-2").code == 0
    assert case.task(ACKNOWLEDGE)["assignee"] == "team-manager-2" == case.task(MANAGER)["assignee"]
    # also where the rules send it back
    assert (
        case.engine.fetch(f"/process-instance/{task['processInstanceId']}/variables/user")["value"]
        == "team-manager-2"
    )
    case.submit(ACKNOWLEDGE, "team-manager-2")
    case.event("notification-acknowledged")


def test_a_step_for_who_has_gone_is_offered_to_the_group(case: Case):
    """A manager hands over what was theirs; what opens later, and whose mail somebody sees to, is in nobody's
    list otherwise.
    """
    engine, gone = case.engine, "moved-on"
    engine.call(
        "/user/create",
        {
            "profile": {
                "id": gone,
                "firstName": "Moved",
                "lastName": "Elsewhere",
                "email": f"{gone}@example.org",
            },
            "credentials": {"password": "Secret-1-password"},
        },
    )
    engine.call(f"/group/social-worker/members/{gone}", method="PUT")
    case.start(socialWorker=gone)
    task = case.task(REPORT)
    engine.call(f"/user/{gone}", method="DELETE")
    case.person("team-manager").session.call(f"/task/{task['id']}/assignee", {"userId": "social-worker"})
    for form in (REPORT, MANAGER, "permanency-planning-quality", "adm-panel-record", "adm-decision"):
        case.do(form)

    def opened() -> list[dict[str, Any]]:
        """The mail to who has gone is an incident, unless the workers still remember them: the operator sees
        to it.
        """
        for instance in engine.fetch(
            "/process-instance", businessKey=case.child, processDefinitionKey="family-finding-request"
        ):
            for incident in engine.fetch("/incident", processInstanceId=instance["id"]):
                engine.call(
                    f"/execution/{incident['executionId']}/localVariables/user",
                    {"value": "social-worker", "type": "String"},
                    "PUT",
                )
                engine.call(f"/external-task/{incident['configuration']}/retries", {"retries": 1}, "PUT")
        return case.person("social-worker-2").tasks(case.child, "family-finding-request")

    (task,) = eventually(opened, lambda: str(case.picture()))
    assert task["assignee"] is None


def test_what_somebody_who_has_gone_was_to_acknowledge_does_not_outlive_the_withdrawal(
    case: Case, ghost: str
):
    case.start()
    case.do(REPORT, requests=["please-action"], requestUser=ghost)
    case.task(ACKNOWLEDGE)
    case.task(MANAGER)
    case.engine.call(f"/user/{ghost}", method="DELETE")
    case.engine.call(
        "/message",
        {
            "messageName": "withdraw-permanence",
            "businessKey": case.child,
            "processVariables": codec.encode({"withdrawReason": "other", "withdrawnBy": "iro"}),
        },
    )
    case.ended()
    dropped = case.events("notification-ended")
    assert [(entry["by"], entry["details"]["reason"], entry["pathwayId"]) for entry in dropped] == [
        ("iro", "withdrawn: other", case.pathway)
    ]
    assert not case.events("notification-acknowledged")


def test_a_notification_that_is_given_back_has_its_place_on_the_record(case: Case):
    case.start()
    case.do(REPORT, requests=["allocate-parallel-planning"])
    task = case.task(ACKNOWLEDGE, "team-manager")
    case.person("team-manager").claim(task["id"])
    case.person("team-manager").session.call(f"/task/{task['id']}/claim", {"userId": None})
    entry = case.event("task-given-back")
    assert (entry["process"], entry["pathwayId"], entry["workstepId"]) == (
        "permanency-planning-process",
        case.pathway,
        case.event("workstep-opened")["workstepId"],
    )


def told(homeward) -> list[dict[str, Any]]:
    return json.loads(homeward("status", "--json").out)["nobodys"]
