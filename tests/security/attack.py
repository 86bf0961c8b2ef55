"""What several attacks share: every name that a submission could carry, and what must not have happened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from lxml import etree

from tests.case import Case, eventually
from tests.security.door import Door, Typed, json_, text
from workers.rest.session import EngineError
from workers.settings import settings

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
FORGED = "Forged words of somebody else"
NFA = "permanency-planning-no-longer-required"
# The forms that a case comes to, the meeting and its authorisation among them, and what is answered there
# when it is not the usual; only the placement is not on it.
WAY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("permanency-planning", {}),
    ("permanency-planning-authorisation", {}),
    ("permanency-planning-quality", {}),
    ("adm-panel-record", {}),
    ("adm-decision", {}),
    ("family-finding-request", {}),
    ("family-finding-meeting", {}),
    ("authorise-request", {}),
    (
        "information-sharing-meeting",
        {"nextActions": ["panel-and-matching-decision", "child-in-care-planning"]},
    ),
    ("child-in-care-planning", {}),
    ("panel-record", {}),
    (
        "matching-decision",
        {
            "verdict": "not-agreed",
            "nextActions": ["match-not-agreed", "update-permanence-plan"],
            "matchReason": None,
            "updateReason": "needs-changed",
        },
    ),
    ("update-permanence-plan", {}),
)
YES = {
    "sentNow",
    "matchAuthorised",
    "withdrawn",
    "alreadyOpen",
    "threeMonthReviewRequired",
    "threeMonthReviewOpen",
    "sendImmediately",
    "matchIdentified",
    "iroRatified",
}
LISTS = {"requests", "requestsSent"}
ROWS = {"report", "earlier", "panelRecord", "answers"}
PEOPLE = {"socialWorker", "teamManager", "iro", "familyFinder", "familyFindingManager"}
OTHERS = {
    "nextActionsBy",
    "closedBy",
    "withdrawnBy",
    "manager",
    "submittedBy",
    "requestedBy",
    "writtenBy",
    "answeredBy",
    "author",
    "qaagWorker",
    "decisionMaker",
    "panelWorker",
    "acknowledgedBy",
    "user",
    "by",
    "authoriser",
    "requester",
}
# What workers have read, or may read, beside what the models name.
FURTHER = {
    "workstepId",
    "pathwayId",
    "closeReason",
    "closedBy",
    "withdrawReason",
    "withdrawComments",
    "withdrawnBy",
    "nextActionsBy",
    "unfinishedForm",
    "form",
    "rules",
    "taskName",
    "stepName",
    "openedFor",
    "dueDate",
    "followUpDate",
    "authority",
    "childId",
    "people",
    "case",
    "prefill",
    "requestKey",
    "requestLabel",
    "decision",
    "comments",
    "verdict",
    "message",
    "nextActions",
    "matchReason",
    "updateReason",
    "purpose",
    "groups",
    "template",
    "rule",
    "event",
    "managerKnown",
    "submittedBy",
    "requestedBy",
    "writtenBy",
    "answeredBy",
    "familyFindingManager",
    "outcome",
    "processes",
    "finished",
    "rework",
    "returned",
}


@lru_cache
def names() -> frozenset[str]:
    """Every variable that the models map, set or read by name."""
    found = set(FURTHER)
    for file in settings().models.glob("bpmn/*/*.bpmn"):
        for node in etree.parse(file).iter():
            if node.tag in (f"{CAMUNDA}inputParameter", f"{CAMUNDA}outputParameter"):
                found.add(node.get("name"))
            found |= {
                node.get(name)
                for name in ("source", "target", f"{CAMUNDA}resultVariable")
                if (node.get(name) and node.tag.startswith(CAMUNDA))
                or (name.startswith("{") and node.get(name))
            }
            for words in (node.text or "", *node.attrib.values()):
                found |= set(re.findall(r"[gs]etVariable(?:Local)?\('(\w+)'", words))
    return frozenset(found - {None})


@lru_cache
def questions(form: str) -> frozenset[str]:
    """Every key that a form writes, what it shows disabled among them."""
    file = next(settings().models.glob(f"forms/*/{form}.form"))
    return frozenset(part["key"] for part in parts(json.loads(file.read_text())["components"], disabled=True))


def parts(components: list[dict[str, Any]], disabled: bool = False) -> Iterator[dict[str, Any]]:
    """What somebody fills in; a list of rows is one question. `disabled`: and what they are only shown."""
    for part in components:
        if part["type"] == "group":
            yield from parts(part["components"], disabled)
        elif (key := part.get("key") or part.get("path")) and (
            disabled or not (part.get("disabled") or part.get("readonly"))
        ):
            yield part | {"key": key}


def poison(form: str | None = None) -> dict[str, Typed]:
    """All that a form does not ask for, each with what would do most harm. `form` none: at a start, where the
    people are asked for.
    """
    asked = questions(form) if form else PEOPLE | {"childId", "authority"}
    return {name: _harmful(name) for name in sorted(names() - asked)}


def _harmful(name: str) -> Typed:
    if name in YES:
        return {"value": True, "type": "Boolean"}
    if name in LISTS or name.endswith("Actions"):
        return json_([NFA, "match-agreed", "placement-complete"])
    if name == "routes" or name.endswith("Routes"):
        return json_(["permanence-placement", "end"])
    if name in ROWS or name.endswith("Record"):
        return json_([{"section": "Forged", "question": "Forged", "answer": FORGED}])
    if name in PEOPLE or name in OTHERS or name.endswith("By"):
        return text("business-support")
    if name.endswith("Decision") or name == "decision":
        return text("returned" if name == "decision" else "authorised")
    if name == "verdict":
        return text("not-agreed")
    return text(FORGED)


def came_back(case: Case, form: str, what: str = "") -> dict[str, Any]:
    """The rules have refused it: the form is open again, and says why."""
    open_ = case.tasks(form)
    assert open_, f"{what}: {form} did not come back: {case.picture()}"
    values = case.engine.fetch(f"/task/{open_[0]['id']}/variables", deserializeValues=False)
    assert (values.get("message") or {}).get("value"), f"{what}: {form} came back without a word"
    return open_[0]


def settled(case: Case) -> bool:
    """Neither a worker nor the engine has anything to do for the child; a task that has failed waits for the
    operator.
    """
    return not any(
        case.engine.fetch(path, processInstanceId=instance["id"], withRetriesLeft=True)["count"]
        for instance in case.engine.fetch("/process-instance", businessKey=case.child)
        for path in ("/external-task/count", "/job/count?messages=true")
    )


def settle(case: Case) -> None:
    eventually(lambda: settled(case), lambda: f"still at work: {case.picture()}")


def left(case: Case) -> list[str]:
    """What the engine's history still holds of the child: variables, their details. What the coverage counts
    is no answer.
    """
    return [
        f"{row['processDefinitionKey']}: {row.get('name') or row.get('variableName')}"
        for instance in case.engine.fetch("/history/process-instance", processInstanceBusinessKey=case.child)
        for path in ("variable-instance", "detail")
        for row in case.engine.fetch(f"/history/{path}", processInstanceId=instance["id"])
        if not (row.get("name") or row.get("variableName") or "").startswith("flow:")
    ]


def delete(case: Case) -> None:
    """An administrator deletes every instance of the child, as in Cockpit."""

    def gone() -> bool:
        for instance in case.engine.fetch(
            "/process-instance", businessKey=case.child, rootProcessInstances=True
        ):
            try:
                case.engine.call(
                    f"/process-instance/{instance['id']}?skipCustomListeners=true&skipIoMappings=true",
                    method="DELETE",
                )
            except EngineError as error:
                if not error.optimistic_locking and error.status != 404:  # a worker was just at it
                    raise
                return False
        return True

    eventually(gone, lambda: f"cannot be deleted: {case.picture()}")


def told(case: Case) -> list[tuple[Any, ...]]:
    """The chronology without ids, moments, mails and what was unexpected: alike for two cases that went
    alike.
    """
    return sorted(
        (
            (
                entry["what"],
                entry["process"],
                entry["by"] or "",
                str(
                    sorted(
                        (key, str(value))
                        for key, value in entry["details"].items()
                        if not key.endswith(("Id", "Key"))
                    )
                ),
            )
            for entry in case.events()
            if entry["what"] not in ("notification-sent", "unexpected-variables")
        ),
        key=str,
    )


def send(
    door: Door, case: Case, form: str, injected: dict[str, Typed], how: str = "submit-form", **answers: Any
) -> dict[str, Any]:
    """Send a form that is open, with more than it asks for; the task."""
    task = case.task(form, door.id)
    status = door.submits(task["id"], door.honest(task["id"], form, **answers), injected, how)
    assert status < 400, f"{form} by {door.id}: {status}"
    return task
