"""S2: a task that somebody has claimed is theirs. Colleagues of the group see it, and change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.case import Case
from tests.security.attack import came_back
from tests.security.door import Door, text

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"


def state(case: Case, task_id: str) -> tuple[Any, ...]:
    """The task, who may see it, and what lies on it."""
    links = case.engine.fetch(f"/task/{task_id}/identity-links")
    return (
        case.engine.fetch(f"/task/{task_id}"),
        sorted((str(link["userId"]), str(link["groupId"]), link["type"]) for link in links),
        case.engine.fetch(f"/task/{task_id}/variables", deserializeValues=False),
        case.engine.fetch(f"/task/{task_id}/localVariables", deserializeValues=False),
    )


def calls(task: dict[str, Any], me: str) -> list[tuple[str, str, Any]]:
    """All that changes a task, its people, its variables or its state. Its owner is somebody else."""
    at, group = f"/task/{task['id']}", "business-support"
    changed = {
        key: task.get(key)
        for key in ("owner", "delegationState", "tenantId", "parentTaskId", "description", "assignee")
    }
    return [
        ("POST", f"{at}/variables", {"modifications": {"childWishes": text("Not mine")}}),
        ("POST", f"{at}/localVariables", {"modifications": {"childWishes": text("Not mine")}}),
        ("PUT", f"{at}/variables/childWishes", text("Not mine")),
        ("PUT", f"{at}/localVariables/nextActions", text("Not mine")),
        ("DELETE", f"{at}/variables/childId", None),
        ("DELETE", f"{at}/localVariables/nextActions", None),
        (
            "POST",
            f"/execution/{task['executionId']}/localVariables",
            {"modifications": {"childWishes": text("Not mine")}},
        ),
        (
            "POST",
            f"/process-instance/{task['processInstanceId']}/variables",
            {"modifications": {"submittedBy": text(me)}},
        ),
        (
            "PUT",
            at,
            changed
            | {
                "name": "Another name",
                "priority": 7,
                "due": "2031-01-01T00:00:00.000+0000",
                "followUp": None,
            },
        ),
        ("PUT", at, changed | {"assignee": me, "name": task["name"], "priority": 50}),
        ("POST", f"{at}/identity-links", {"userId": "cp-chair", "type": "candidate"}),
        ("POST", f"{at}/identity-links", {"groupId": group, "type": "candidate"}),
        ("POST", f"{at}/identity-links", {"userId": me, "type": "assignee"}),
        ("POST", f"{at}/identity-links", {"userId": me, "type": "owner"}),
        ("POST", f"{at}/identity-links/delete", {"groupId": "social-worker", "type": "candidate"}),
        ("POST", f"{at}/identity-links/delete", {"userId": task.get("assignee"), "type": "assignee"}),
        ("POST", f"{at}/delegate", {"userId": me}),
        ("POST", f"{at}/delegate", {"userId": "cp-chair"}),
        ("POST", f"{at}/assignee", {"userId": "lac-health-team"}),
        ("POST", f"{at}/assignee", {"userId": me}),
        ("POST", f"{at}/assignee", {"userId": None}),
        ("POST", f"{at}/unclaim", None),
        ("POST", f"{at}/claim", {"userId": me}),
        ("POST", f"{at}/claim", {"userId": "cp-chair"}),
        ("POST", f"{at}/claim", {"userId": None}),
        ("POST", f"{at}/claim", {"userId": ""}),
        ("POST", f"{at}/resolve", {}),
        ("POST", f"{at}/resolve", {"variables": {"childWishes": text("Not mine")}}),
        ("POST", f"{at}/bpmnError", {"errorCode": "any", "variables": {"childWishes": text("Not mine")}}),
        (
            "POST",
            f"{at}/bpmnEscalation",
            {
                "escalationCode": "any",
                "variables": {"childWishes": text("Not mine"), "nextActions": text("Not mine")},
            },
        ),
        ("POST", f"{at}/comment/create", {"message": "Not mine"}),
        ("DELETE", at, None),
        (
            "POST",
            "/task/create",
            {"id": "anything", "name": "Not asked for", "assignee": me, "parentTaskId": task["id"]},
        ),
    ]


def test_a_colleague_changes_nothing_of_a_claimed_task(started: Case, door: Callable[[str], Door]):
    """S2: the eleven calls of the finding, `claim` in another's name and in nobody's, `resolve`, both ways to
    complete.
    """
    owner, colleague, task = door("social-worker"), door("social-worker-2"), started.task(REPORT)
    owner.claim(task["id"])
    before = state(started, task["id"])
    wrong = []
    for method, path, body in calls(before[0], colleague.id):
        status, after = colleague.tried(path, body, method), state(started, task["id"])
        if status < 400 or after != before:
            harm = "" if after == before else ", and it changed the task"
            wrong.append(f"{method} {path.rsplit('/', 1)[-1]} {body}: {status}{harm}")
            started.engine.call(f"/task/{task['id']}/assignee", {"userId": owner.id})
            before = state(started, task["id"])
    for how in ("submit-form", "complete"):
        if colleague.submits(task["id"], colleague.honest(task["id"], REPORT), how=how) < 400:
            wrong.append(f"{how} by a colleague")
            break
    assert not wrong, "\n".join(wrong)
    assert owner.submits(task["id"], owner.honest(task["id"], REPORT)) < 400, "its owner goes on"
    assert started.event("form-submitted", form=REPORT)["by"] == owner.id


def test_nobody_gives_a_free_task_to_who_may_not_have_it(started: Case, door: Callable[[str], Door]):
    """S2: before anybody has claimed it, a member of the group can claim it, for themselves alone."""
    member, task = door("social-worker"), started.task(REPORT)
    before, wrong = state(started, task["id"]), []
    for method, path, body in calls(before[0], member.id):
        last = path.rsplit("/", 1)[-1]
        if (
            (last in ("claim", "assignee") and (body or {}).get("userId") == member.id)
            or last == "unclaim"
            or (last == "claim" and not body["userId"])
        ):
            continue  # it becomes theirs, or stays free: no harm
        status, after = member.tried(path, body, method), state(started, task["id"])
        if after != before:
            wrong.append(f"{method} {last} {body}: {status}, and it changed the task")
            started.engine.call(f"/task/{task['id']}/assignee", {"userId": None})
            before = state(started, task["id"])
    assert not wrong, "\n".join(wrong)
    for stranger in ("cp-chair", "business-support", "lac-health-team"):
        assert not started.person(stranger).tasks(started.child)
    member.claim(task["id"])
    assert started.task(REPORT)["assignee"] == member.id


def test_who_has_it_hands_it_to_nobody_by_themselves(started: Case, door: Callable[[str], Door]):
    """S2: its owner, too, gives it to nobody outside; the record would not know.

    To give it back is another test's.
    """
    owner, task = door("social-worker"), started.task(REPORT)
    owner.claim(task["id"])
    before, wrong = state(started, task["id"]), []
    for method, path, body in calls(before[0], "cp-chair"):
        last = path.rsplit("/", 1)[-1]
        if (
            last in ("bpmnError", "bpmnEscalation", "unclaim", "resolve")
            or (body or {}).get("userId", "cp-chair") in (None, "")
            or "ariables" in path
        ):
            continue  # S4's, custody's; what they write into their own form is their own
        status, after = owner.tried(path, body, method), state(started, task["id"])
        if after[:2] != before[:2]:
            wrong.append(f"{method} {last} {body}: {status}, and it changed the task")
            started.engine.call(f"/task/{task['id']}/assignee", {"userId": owner.id})
            before = state(started, task["id"])
    assert not wrong, "\n".join(wrong)


def test_its_owner_gives_it_back(started: Case, door: Callable[[str], Door]):
    """S2: what Tasklist's button does; the task is the group's again, and the record says so."""
    owner, task = door("social-worker"), started.task(REPORT)
    owner.claim(task["id"])
    owner.session.call(f"/task/{task['id']}/claim", {"userId": None})
    assert started.task(REPORT)["assignee"] is None
    assert started.event("task-given-back")["by"] == owner.id
    colleague = door("social-worker-2")
    colleague.claim(task["id"])
    assert colleague.submits(task["id"], colleague.honest(task["id"], REPORT)) < 400


def test_a_manager_hands_it_over_to_who_may_have_it(started: Case, door: Callable[[str], Door]):
    """S2: to a colleague of the group and to nobody else; the record says from whom, to whom and by whom."""
    owner, manager, task = door("social-worker"), door("team-manager"), started.task(REPORT)
    owner.claim(task["id"])
    for stranger in ("business-support", "cp-chair", "nobody-here", "team-manager"):
        manager.refused(f"/task/{task['id']}/assignee", {"userId": stranger})
        manager.refused(f"/task/{task['id']}/identity-links", {"userId": stranger, "type": "candidate"})
    assert started.task(REPORT)["assignee"] == owner.id
    manager.session.call(f"/task/{task['id']}/assignee", {"userId": "social-worker-2"})
    said = started.event("task-handed-over")
    assert (said["by"], said["details"]["from"], said["details"]["to"]) == (
        manager.id,
        owner.id,
        "social-worker-2",
    )
    assert owner.submits(task["id"], owner.honest(task["id"], REPORT)) >= 400


@pytest.mark.parametrize(
    "form, holder", [("permanency-planning-quality", "qaag"), ("adm-decision", "agency-decision-maker")]
)
def test_a_manager_reaches_nothing_of_what_others_decide(
    started: Case, door: Callable[[str], Door], form: str, holder: str
):
    """S2: who hands over the social workers' tasks neither reads nor moves the decision maker's, although one
    process holds them all.
    """
    started.until(form)
    task = started.task(form)
    before = state(started, task["id"])
    for who in ("team-manager", "practice-supervisor", "family-finding-manager"):
        manager = door(who)
        assert not manager.tasks(started.child, form), f"{who} sees it"
        for path in ("", "/variables", "/form-variables", "/deployed-form"):
            manager.refused(f"/task/{task['id']}{path}", method="GET")
        for method, path, body in (
            ("POST", "assignee", {"userId": f"{holder}-2"}),
            ("POST", "claim", {"userId": None}),
            ("POST", "claim", {"userId": f"{holder}-2"}),
            ("POST", "unclaim", None),
            ("POST", "delegate", {"userId": f"{holder}-2"}),
            ("POST", "identity-links", {"userId": who, "type": "candidate"}),
        ):
            assert manager.tried(f"/task/{task['id']}/{path}", body, method) >= 400, f"{who}: {path} {body}"
    assert state(started, task["id"]) == before


def test_other_roles_reach_nothing_of_it(started: Case, door: Callable[[str], Door]):
    """Held: whoever is not of the group neither sees nor changes the task, claimed or not."""
    task = started.task(REPORT)
    before = state(started, task["id"])
    for who in ("business-support", "qaag"):
        stranger = door(who)
        for method, path, body in calls(before[0], stranger.id):
            assert stranger.tried(path, body, method) >= 400, f"{who}: {method} {path}"
        for path in (
            "",
            "/variables",
            "/form-variables",
            "/deployed-form",
            "/identity-links",
            "/localVariables",
            "/comment",
            "/attachment",
        ):
            stranger.refused(f"/task/{task['id']}{path}", method="GET")
        assert stranger.submits(task["id"], {"nextActions": []}) >= 400 and not stranger.tasks(started.child)
    assert state(started, task["id"]) == before


def test_nobody_answers_for_who_is_asked(started: Case, door: Callable[[str], Door]):
    """Held: who wrote the report finds no other door to its authorisation."""
    started.do(REPORT)
    task, author = started.task(MANAGER), door("social-worker")
    for method, path, body in calls(task, author.id):
        assert author.tried(path, body, method) >= 400, f"{method} {path}"
    for call in ("submit-form", "complete"):
        assert (
            author.submits(
                task["id"], {"decision": "authorised", "nextActions": ["adm-permanence-decision"]}, how=call
            )
            >= 400
        )
    assert started.task(MANAGER)["assignee"] is None and not started.events("request-answered")


@pytest.mark.parametrize("message", ["withdraw-permanence", "close-workstep", "acknowledge-notification"])
def test_nobody_of_the_staff_sends_a_message(started: Case, door: Callable[[str], Door], message: str):
    """Held: by key, by instance, with `all`, by execution; nor do they modify or delete an instance."""
    started.task(REPORT)
    step = next(iter(started.steps()))
    for who in ("social-worker", "team-manager", "qaag", "iro"):
        for target in (
            {"businessKey": started.child},
            {"processInstanceId": step},
            {"correlationKeys": {"workstepId": text(step)}},
            {"businessKey": started.child, "all": True},
        ):
            assert door(who).tried("/message", {"messageName": message, **target}) in (400, 403, 404)
        door(who).refused(
            f"/execution/{started.task(REPORT)['executionId']}/messageSubscriptions/{message}/trigger", {}
        )
        door(who).refused(
            f"/process-instance/{step}/modification",
            {"instructions": [{"type": "cancel", "activityId": "UserTask_WriteReport"}]},
        )
        door(who).refused(f"/process-instance/{step}", method="DELETE")
    started.task(REPORT)


def test_a_report_of_ones_own_stays_unauthorised_by_mere_claiming(
    started: Case, door: Callable[[str], Door], hats: str
):
    """S2, C3: claimed by a colleague who is asked, given back, and answered by who asked: comes back."""
    started.submit(REPORT, hats)
    task, me = started.task(MANAGER), Door(door("team-manager").way, hats)
    me.submits(task["id"], me.honest(task["id"], MANAGER))
    came_back(started, MANAGER)
