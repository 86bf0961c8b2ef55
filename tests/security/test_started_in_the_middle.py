"""C2: who may start a pathway may also say where it begins. What begins in the middle leaves no trace on the
record, and asks nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from tests.case import Case, eventually
from tests.security.attack import BPMN, delete, settle, settled
from tests.security.door import REST, WEB, Door
from workers.settings import settings

REPORT, PLANNING = "permanency-planning", "permanency-planning-process"
HONEST = {"type": "startBeforeActivity", "activityId": "StartEvent_StartedByKey"}
WORK = ("callActivity", "serviceTask", "sendTask", "businessRuleTask", "subProcess", "userTask")


def instructions() -> dict[str, list[dict[str, Any]]]:
    """Every place of the pathway at which somebody or something works: alone, after an honest start, by the
    flow that leads there, and from behind.
    """
    tree = etree.parse(settings().models / "bpmn" / "permanence" / "permanence.bpmn")
    nodes = [
        node.get("id")
        for node in tree.iter()
        if isinstance(node.tag, str)
        and (
            node.tag.removeprefix(BPMN) in WORK
            or (
                node.tag.removeprefix(BPMN) in ("intermediateThrowEvent", "endEvent")
                and node.find(f"{BPMN}messageEventDefinition") is not None
            )
        )
        and node.get("triggeredByEvent") != "true"
    ]
    found: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        if node in ("Task_OpenPathway", "SubProcess_Permanence"):
            continue
        before = {"type": "startBeforeActivity", "activityId": node}
        found |= {
            f"before {node}": [before],
            f"honest, and before {node}": [HONEST, before],
            f"before {node}, and honest": [before, HONEST],
        }
        if node.startswith(("Activity_", "Task_Open")):
            found[f"after {node}"] = [{"type": "startAfterActivity", "activityId": node}]
    for flow in tree.iter(f"{BPMN}sequenceFlow"):
        if flow.get("targetRef").startswith(("Activity_", "Task_Close")):
            found[f"by {flow.get('id')}"] = [{"type": "startTransition", "transitionId": flow.get("id")}]
    found["before SubProcess_Permanence"] = [
        {"type": "startBeforeActivity", "activityId": "SubProcess_Permanence"}
    ]
    found["twice at once"] = [HONEST, HONEST]
    found["with variables of its own"] = [
        {
            "type": "startBeforeActivity",
            "activityId": "Activity_PermanencePlacement",
            "variables": {
                "pathwayId": {"value": "any", "local": True},
                "routes": {"value": '["permanence-placement"]', "type": "Json"},
            },
        }
    ]
    return found


def wrong(case: Case, shape: str) -> list[str]:
    """What no honest start makes: another task than the report's, another workstep, an end on the record."""
    entries = case.events()
    opened = [entry["process"] for entry in entries if entry["what"] == "workstep-opened"]
    strange = {entry["what"] for entry in entries} - {
        "pathway-started",
        "workstep-opened",
        "notification-sent",
        "start-refused",
    }
    tasks = [task["name"] for task in case.tasks() if task not in case.tasks(REPORT)]
    found = {
        "worksteps": opened if set(opened) - {PLANNING} or len(opened) > 1 else [],
        "entries": sorted(strange),
        "tasks": tasks,
        "reports": len(case.tasks(REPORT)) if len(case.tasks(REPORT)) > 1 else 0,
    }
    return [f"{shape}: {found}"] if any(found.values()) else []


def test_nothing_begins_in_the_middle(another: Callable[[], Case], at: Callable[[str, str], Door]):
    """C2: at every place of the pathway, in every form that the engine's REST knows, alternately at both
    doors.
    """
    tried: dict[str, Case] = {}
    for number, (shape, given) in enumerate(instructions().items()):
        case = tried[shape] = another()
        who = ("social-worker", "iro", "team-manager")[number % 3]
        at((REST, WEB)[number % 2], who).starts(
            case.child,
            *given,
            **({"skipCustomListeners": True, "skipIoMappings": True} if number % 5 == 4 else {}),
        )
    try:
        for case in tried.values():
            settle(case)
        assert not (found := [problem for shape, case in tried.items() for problem in wrong(case, shape)]), (
            "\n".join(found)
        )
    finally:
        for case in tried.values():
            delete(case)


def test_a_second_pathway_is_not_opened_beside_the_first(started: Case, door: Callable[[str], Door]):
    """C2: `Activity_FamilyFindingRequest` beside an open pathway."""
    started.task(REPORT)
    try:
        door("social-worker").starts(
            started.child, {"type": "startBeforeActivity", "activityId": "Activity_FamilyFindingRequest"}
        )
        settle(started)
        assert not wrong(started, "beside") and len(started.tasks()) == 1
    finally:
        delete(started)


def test_the_placement_of_a_child_without_a_case_cannot_be_recorded(case: Case, door: Callable[[str], Door]):
    """C2: the finding itself: "Child Placed" by one social worker."""
    worker = door("social-worker")
    try:
        worker.starts(
            case.child, {"type": "startBeforeActivity", "activityId": "Activity_PermanencePlacement"}
        )
        eventually(lambda: settled(case), lambda: f"still at work: {case.picture()}")
        for task in case.tasks():
            worker.submits(task["id"], worker.honest(task["id"], "permanence-placement"))
        settle(case)
        assert not case.events(), [(entry["what"], entry["details"]) for entry in case.events()]
    finally:
        delete(case)


@pytest.mark.parametrize(
    "process",
    [
        "permanence-placement",
        "panel-and-matching-decision",
        "authorise-request",
        "acknowledge-notification",
        "permanency-planning-process",
    ],
)
def test_no_workstep_is_started_by_itself(case: Case, door: Callable[[str], Door], process: str):
    """Held: staff start the declared pathways only."""
    for who in ("social-worker", "team-manager", "qaag", "business-support"):
        assert door(who).starts(case.child, process=process) in (400, 403, 404)
        assert door(who).tried(
            f"/process-definition/key/{process}/submit-form", {"businessKey": case.child, "variables": {}}
        ) in (400, 403, 404)
    assert not case.events() and not case.tasks()
