"""Found since: a variable that calls itself transient is there for the rules and gone for the record and its
history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.case import Case
from tests.security.attack import FORGED, NFA, poison, settle
from tests.security.door import Door, Typed
from workers.rest import codec

REPORT, MANAGER, QUALITY = (
    "permanency-planning",
    "permanency-planning-authorisation",
    "permanency-planning-quality",
)


def transient(variables: dict[str, Typed]) -> dict[str, Typed]:
    return {
        name: variable | {"valueInfo": variable.get("valueInfo", {}) | {"transient": True}}
        for name, variable in variables.items()
    }


def sends(case: Case, door: Door, form: str, how: str, **answers: Any) -> dict[str, Any]:
    """Everything that an honest submission holds, as transient; what was sent."""
    task = case.task(form)
    if not task["assignee"]:
        door.claim(task["id"])
    values = door.honest(task["id"], form, **answers)
    door.submits(task["id"], {}, transient(codec.encode(values)), how)
    settle(case)
    return values


def test_a_report_that_passed_the_rules_is_on_the_record(started: Case, door: Callable[[str], Door]):
    """C3, S7: all answers transient: refused, back, or recorded as they were read."""
    for how in ("submit-form", "complete"):
        values = sends(started, door("social-worker"), REPORT, how)
        if not started.tasks(REPORT):
            kept = started.record.latest_answers(started.child, form=REPORT) or {}
            lost = {
                key for key, value in values.items() if value not in (None, []) and kept.get(key) != value
            }
            assert not lost and not started.incidents(), (
                f"{how}: not on the record: {sorted(lost)}; {started.picture()}"
            )
            return
    assert not started.incidents()


def test_an_answer_that_passed_the_rules_is_on_the_record(started: Case, door: Callable[[str], Door]):
    """C3, S7: the manager's and QAAG's `decision`, transient: nobody is past them without an answer on the
    record.
    """
    started.do(REPORT)
    for form, who, following in ((MANAGER, "team-manager", QUALITY), (QUALITY, "qaag", "adm-panel-record")):
        for decision in ("returned", "authorised"):
            if not started.tasks(form):
                break
            sends(started, door(who), form, "submit-form", decision=decision, comments="An invented reason.")
            said = [
                entry["details"]["decision"]
                for entry in started.events("request-answered")
                if entry["by"] == who
            ]
            if not started.tasks(form):
                assert said == [decision], (
                    f"{form}: {decision} was sent, {said} is on the record: {started.picture()}"
                )
                assert bool(started.tasks(following)) == (decision == "authorised")
        assert not started.incidents()
        if started.tasks(REPORT):
            return
        if started.tasks(form):
            started.do(form)
            started.task(following)


def test_nothing_else_is_written_by_it(started: Case, door: Callable[[str], Door]):
    """C3: every name that the models know, transient, beside an honest answer."""
    started.do(REPORT)
    manager, task = door("team-manager"), started.task(MANAGER)
    if manager.submits(task["id"], manager.honest(task["id"], MANAGER), transient(poison(MANAGER))) >= 400:
        harmless = {
            name: variable
            for name, variable in poison(MANAGER).items()
            if name
            not in {
                row["name"]
                for row in started.engine.fetch(
                    "/variable-instance", processInstanceIdIn=task["processInstanceId"]
                )
            }
        }
        manager.submits(task["id"], manager.honest(task["id"], MANAGER), transient(harmless))
    settle(started)
    if started.tasks(MANAGER):
        started.do(MANAGER)
    task = started.task(QUALITY)
    assert FORGED not in str(started.events()) and FORGED not in str(
        started.engine.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False)
    )
    assert (
        not [entry for entry in started.events("next-action-chosen") if entry["details"]["value"] == NFA]
        and not started.incidents()
    )
