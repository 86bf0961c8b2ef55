"""S8 and S9: what an instance leaves in the engine's history, and a whole case in which every submission
brings more than it should.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from tests import canaries
from tests.case import ACKNOWLEDGE, PLAY, Case, eventually, form_of
from tests.security.attack import FORGED, delete, left, parts, poison, told
from tests.security.door import REST, WEB, Door, json_, text
from workers.rest import codec

REPORT = "permanency-planning"
DECISIONS = {"includeInputs": True, "includeOutputs": True, "disableCustomObjectDeserialization": True}
LOGS: dict[str, dict[str, Any]] = {
    "decision-instance": DECISIONS,
    "task": {},
    "user-operation": {},
    "incident": {},
    "external-task-log": {},
    "job-log": {},
    "activity-instance": {},
}


@pytest.mark.parametrize("form", [REPORT, "family-finding-request"])
def test_an_instance_that_is_deleted_leaves_nothing(case: Case, form: str):
    """S8: deleted in Cockpit before its form was ever submitted."""
    with case.record.transaction() as tx:
        tx.register_child(case.child, name="Robin Example", born=None, gender="not stated", by="demo")
    case.start()
    case.until(form)
    assert left(case)
    delete(case)
    eventually(lambda: not left(case), lambda: f"still in the engine's history: {sorted(set(left(case)))}")


def test_a_refused_second_start_leaves_nothing(started: Case, door: Callable[[str], Door]):
    """S8: whatever its starter sent along."""
    started.task(REPORT)
    first = started.pathway
    door("social-worker").starts(
        started.child,
        variables={
            "childId": text(started.child),
            "note": text("An invented reason."),
            "more": json_(["An invented reason."]),
        },
    )
    started.event("start-refused")

    def kept() -> list[Any]:
        return [
            row["name"]
            for row in started.engine.fetch(
                "/history/process-instance", processInstanceBusinessKey=started.child, finished=True
            )
            if row["id"] != first
            for row in started.engine.fetch("/history/variable-instance", processInstanceId=row["id"])
            if not row["name"].startswith("flow:")
        ]

    eventually(lambda: not kept(), lambda: f"still in the engine's history: {kept()}")


def test_twenty_withdrawals_at_once_are_one(started: Case):
    """Minor: recorded once."""
    started.task(REPORT)
    body = {
        "messageName": "withdraw-permanence",
        "businessKey": started.child,
        "processVariables": codec.encode(
            {"withdrawReason": "left-care", "withdrawComments": None, "withdrawnBy": "demo"}
        ),
    }

    def withdraw(_: int) -> None:
        with suppress(Exception):
            started.engine.call("/message", body)

    with ThreadPoolExecutor(20) as many:
        list(many.map(withdraw, range(20)))
    started.ended()
    assert (
        len(started.events("withdrawn"))
        == len(started.events("pathway-ended"))
        == len(started.events("workstep-closed"))
        == 1
    )


def test_an_acknowledgement_keeps_what_was_sent(started: Case, door: Callable[[str], Door]):
    """Minor: `requestLabel`, `requestKey`, `requestedBy` and the like, injected at the acknowledgement."""
    options = next(
        part
        for part in parts(started.person("social-worker").form(started.task(REPORT)["id"])["components"])
        if part["key"] == "requests"
    )["values"]
    started.do(REPORT, requests=[options[0]["value"]])
    sent = started.event("request-sent")["details"]["request"]
    task = started.task(ACKNOWLEDGE)
    groups = {link["groupId"] for link in started.engine.fetch(f"/task/{task['id']}/identity-links")}
    who = door(task["assignee"] or ("qaag" if "qaag" in groups else "team-manager"))
    status = who.submits(task["id"], who.honest(task["id"], ACKNOWLEDGE), poison(ACKNOWLEDGE))
    assert status < 400
    said = started.event("notification-acknowledged")
    assert said["by"] == who.id and FORGED not in str(said) and sent in str(said["details"])
    shown = [
        row
        for row in started.record.notifications(started.child)
        if row["template"] == "acknowledge" and row["acknowledgedBy"]
    ]
    assert shown and {row["acknowledgedBy"] for row in shown} == {who.id}


def play(case: Case, submit: Callable[[Case, str, dict[str, Any]], None]) -> None:
    """A whole case to Child Placed, acknowledgements among it."""
    case.start()
    done: set[str] = set()

    def next_task() -> list[dict[str, Any]]:
        return [task for task in case.tasks() if task["id"] not in done]

    while not case.is_over():
        eventually(lambda: next_task() or case.is_over(), lambda: f"nothing opens: {case.picture()}")
        for task in next_task()[:1]:
            done.add(task["id"])
            submit(case, form_of(task) or "", task)


def who_of(case: Case, task: dict[str, Any]) -> str:
    groups = {link["groupId"] for link in case.engine.fetch(f"/task/{task['id']}/identity-links")}
    usual = PLAY[form_of(task) or ""].who
    return task["assignee"] or (usual if usual in groups else sorted(groups - {None})[0])


@pytest.fixture(scope="module")
def honest(engine, workers) -> list[tuple[Any, ...]]:
    """What the record says of a case in which everybody sends what they are asked for."""
    from workers.settings import settings

    case = Case(engine, workers.record, settings().camunda_url, f"child-{uuid.uuid4().hex[:8]}")
    play(case, lambda case, form, task: case.do(form, who_of(case, task), task))
    return [_of(row, case) for row in told(case)]


def _of(row: tuple[Any, ...], case: Case) -> tuple[Any, ...]:
    """Without the child's reference, and without comments: they are the sender's own."""
    return tuple(re.sub(r"\('comments', '[^']*'\)", "", word.replace(case.child, "CHILD")) for word in row)


@pytest.mark.parametrize("way", [REST, WEB])
def test_a_whole_case_of_poisoned_submissions(
    case: Case, at: Callable[[str, str], Door], honest: list[tuple[Any, ...]], way: str
):
    """C3, S3, S9: every submission brings every name that the models know, and words of its own; the record
    says what an honest case says, and the engine keeps none of the words.
    """
    word = canaries.plant(f"{canaries.WORD}{uuid.uuid4().hex[:8]}", "a planted value")

    def submit(case: Case, form: str, task: dict[str, Any]) -> None:
        door = at(way, who_of(case, task))
        texts = {
            part["key"]: f"{word} in {part['key']}"
            for part in parts(door.form(task["id"])["components"])
            if part["type"] in ("textfield", "textarea") and part["key"] not in ("teamManager", "requestUser")
        }
        if not task["assignee"]:
            door.claim(task["id"])
        door.tried(f"/task/{task['id']}", {"name": word, "description": word, "priority": 50}, "PUT")
        door.tried(f"/task/{task['id']}/comment/create", {"message": word})
        door.tried(f"/task/{task['id']}/localVariables/planted", text(word), "PUT")
        status = door.submits(
            task["id"],
            door.honest(task["id"], form) | texts,
            poison(form) | {f"own{number}": text(f"{word} {number}") for number in range(3)},
            "complete" if len(case.events()) % 2 else "submit-form",
        )
        assert status < 400, f"{form}: {status}"

    play(case, submit)
    case.mails()
    differs = sorted({_of(row, case) for row in told(case)} ^ set(honest), key=str)
    assert not differs, "\n".join(map(str, differs))
    assert (
        case.events("unexpected-variables")
        and word not in str(case.events("unexpected-variables"))
        and FORGED not in str(case.events())
    )
    assert not [mail for mail in case.letters() if word in str(mail)]
    eventually(lambda: not left(case), lambda: f"still in the engine's history: {sorted(set(left(case)))}")
    eventually(lambda: not remains(case, word), lambda: f"still in the engine: {remains(case, word)}")


def remains(case: Case, word: str) -> list[str]:
    """Where the engine still holds a planted word: decisions, tasks, the log of what users did, comments,
    incidents, external tasks.
    """
    found = set()
    for instance in case.engine.fetch("/history/process-instance", processInstanceBusinessKey=case.child):
        for path, more in LOGS.items():
            for row in case.engine.fetch(f"/history/{path}", processInstanceId=instance["id"], **more):
                if word in str(row) or FORGED in str(row):
                    where = (
                        row.get("decisionDefinitionKey")
                        or row.get("property")
                        or row.get("taskDefinitionKey")
                        or ""
                    )
                    inputs = [
                        value.get("clauseName") for value in row.get("inputs") or [] if word in str(value)
                    ]
                    found.add(f"{instance['processDefinitionKey']}: {path} {where} {inputs}")
    return sorted(found)
