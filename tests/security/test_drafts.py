"""Who may keep a draft with a task: its holder, that one variable, and the engine keeps no trail of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.case import Case
from tests.security.door import Door
from workers.rest import codec

REPORT = "permanency-planning"
OWNER, COLLEAGUE, MANAGER, STRANGER = "social-worker", "social-worker-2", "team-manager", "qaag"


def test_only_the_holder_writes_only_the_draft(started: Case, door: Callable[[str], Door]):
    task = started.task(REPORT, OWNER)["id"]
    draft, value = f"/task/{task}/localVariables/draft", codec.encode({"x": {"answers": {}}})["x"]
    door(OWNER).refused(draft, value, "PUT")  # nobody's yet
    started.person(OWNER).claim(task)
    door(OWNER).session.call(draft, value, method="PUT")
    door(OWNER).session.call(draft, value, method="PUT")
    for who in (COLLEAGUE, MANAGER, STRANGER):
        door(who).refused(draft, value, "PUT")
    door(OWNER).refused(draft, method="DELETE")
    for path in ("localVariables/routes", "localVariables/childId", "variables/draft", "variables/routes"):
        door(OWNER).refused(f"/task/{task}/{path}", value, "PUT")
    both = {"modifications": {"draft": value, "routes": value}}
    door(OWNER).refused(f"/task/{task}/localVariables", both)
    assert door(COLLEAGUE).session.fetch(draft, deserializeValue=False)["value"] == value["value"]
    door(STRANGER).refused(draft, method="GET")
    trail = started.engine.fetch("/history/detail", taskId=task, variableUpdates=True)
    assert "draft" not in {row["variableName"] for row in trail}


def test_whoever_had_the_task_keeps_no_draft_with_it(started: Case, door: Callable[[str], Door]):
    task = started.task(REPORT, OWNER)["id"]
    started.person(OWNER).claim(task)
    started.engine.call(f"/task/{task}/assignee", {"userId": COLLEAGUE})
    draft, value = f"/task/{task}/localVariables/draft", codec.encode({"x": {"answers": {}}})["x"]
    door(OWNER).refused(draft, value, "PUT")
    door(COLLEAGUE).session.call(draft, value, method="PUT")
