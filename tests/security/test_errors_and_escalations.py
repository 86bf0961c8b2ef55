"""S4: an error or an escalation posted at a task ends nothing and opens nothing."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from tests.case import PLAY, Case
from tests.security.attack import BPMN, WAY, settle
from tests.security.door import Door, text
from workers.settings import settings


def codes() -> list[str]:
    """Those that the models know, and others."""
    known = {
        node.get(name)
        for file in settings().models.glob("bpmn/*/*.bpmn")
        for node in etree.parse(file).iter(f"{BPMN}error", f"{BPMN}escalation")
        for name in ("errorCode", "escalationCode", "name", "id")
    }
    return [*sorted(known - {None}), "any", "", "close-workstep", "java.lang.Exception"]


def tries(case: Case, door: Callable[[str], Door], form: str) -> None:
    """Every code at an open form, by who may do it, as error and as escalation, with variables."""
    task, steps, noted = case.task(form), case.steps(), len(case.events())
    who = door(task["assignee"] or PLAY[form].who)
    for code in codes():
        extra = {"variables": {"routes": text('["end"]'), "message": text("forged")}}
        who.tried(f"/task/{task['id']}/bpmnEscalation", {"escalationCode": code, **extra})
        who.tried(f"/task/{task['id']}/bpmnError", {"errorCode": code, "errorMessage": "forged", **extra})
        assert case.tasks(form) and case.tasks(form)[0]["id"] == task["id"], f"{form}: {code} has ended it"
    settle(case)
    assert case.steps() == steps, f"{form}: opened or closed: {case.picture()}"
    assert (
        not [entry for entry in case.events()[noted:] if entry["what"] != "notification-sent"]
        and not case.incidents()
    )


def test_at_every_form_of_a_case(started: Case, door: Callable[[str], Door]):
    """S4: the whole way of a case, the meeting and its authorisation among it, whose escalations open
    information sharing.
    """
    for form, answers in WAY:
        started.until(form)
        tries(started, door, form)
        if answers:
            started.do(form, **answers)


def test_at_the_placement(at_workstep: Callable[[str], Case], door: Callable[[str], Door]):
    """S4: the form that the other case does not pass."""
    tries(at_workstep("permanence-placement"), door, "permanence-placement")


def test_at_the_acknowledgement(at_workstep: Callable[[str], Case], door: Callable[[str], Door]):
    """S4: what a manager is told of a referral."""
    case = at_workstep("family-finding-request")
    case.do("family-finding-request")
    task = case.task("acknowledge-notification")
    door("team-manager").tried(f"/task/{task['id']}/bpmnError", {"errorCode": "any"})
    door("team-manager").tried(f"/task/{task['id']}/bpmnEscalation", {"escalationCode": "any"})
    assert task["id"] in [row["id"] for row in case.tasks("acknowledge-notification")]
