"""C1: a variable that names a Java class of the sender's choice. Nothing of it may ever be built."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.case import Case
from tests.security.attack import delete
from tests.security.door import Door, object_
from workers.rest.session import EngineError, EngineUnreachable

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
SOURCE = "org.springframework.jdbc.datasource.DriverManagerDataSource"


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """What is there once somebody's code has run in the engine; the engine is on this machine, or the test
    sees nothing.
    """
    return tmp_path / "mark"


def classes(mark: Path) -> dict[str, dict[str, Any]]:
    """The class of the finding, which connects when its getter is called, alone and inside what is allowed to
    be built.
    """
    bean = {
        "url": f"jdbc:h2:mem:{mark.parent.name};INIT=CALL FILE_WRITE(X'70726f6f66','{mark}')",
        "driverClassName": "org.h2.Driver",
        "username": "sa",
        "password": "",
    }
    return {
        "alone": object_(SOURCE, json.dumps(bean)),
        "in a list": object_(f"java.util.ArrayList<{SOURCE}>", json.dumps([bean])),
        "in a map": object_(f"java.util.HashMap<java.lang.String,{SOURCE}>", json.dumps({"a": bean})),
        "in an array": object_(f"[L{SOURCE};", json.dumps([bean])),
        "nested": object_(f"java.util.ArrayList<java.util.ArrayList<{SOURCE}>>", json.dumps([[bean]])),
        "serialised": object_(
            "java.util.ArrayList",
            "rO0ABXNyABNqYXZhLnV0aWwuQXJyYXlMaXN0eIHSHZnHYZ0DAAFJAARzaXpleHAAAAAAdwQAAAAAeA==",
        )
        | {
            "valueInfo": {
                "objectTypeName": "java.util.ArrayList",
                "serializationDataFormat": "application/x-java-serialized-object",
            }
        },
    }


def read_all(door: Door, task_id: str) -> None:
    """Everything by which a value is built for who reads it."""
    for path in (
        f"/task/{task_id}/variables",
        f"/task/{task_id}/form-variables",
        f"/task/{task_id}/localVariables",
        f"/task/{task_id}/variables/extra",
        f"/task/{task_id}/rendered-form",
    ):
        with suppress(EngineError, EngineUnreachable):
            door.session.fetch(path)


def test_no_class_is_built_of_a_submission(started: Case, door: Callable[[str], Door], mark: Path):
    """C1: as an answer of the form's own, by each call that takes variables: refused, and the task stays as
    it was.
    """
    worker, task = door("social-worker"), started.task(REPORT)
    worker.claim(task["id"])
    before = started.task(REPORT), worker.values(task["id"])
    values = worker.honest(task["id"], REPORT)
    for kind, variable in classes(mark).items():
        for how in ("submit-form", "complete"):
            for key in ("nextActions", "teamManager", "reportDate"):
                assert worker.submits(task["id"], values, {key: variable}, how) >= 400, (
                    f"{kind} as {key} by {how}"
                )
        read_all(worker, task["id"])
        assert not mark.exists(), f"{kind}: code ran in the engine"
    assert (started.task(REPORT), worker.values(task["id"])) == before and not started.incidents()


def test_no_class_is_built_of_a_variable_beside_the_form(
    started: Case, door: Callable[[str], Door], mark: Path
):
    """C1: beside the form's keys, written to the task, and read by the next person."""
    worker, task = door("social-worker"), started.task(REPORT)
    worker.claim(task["id"])
    foreign = classes(mark)["alone"]
    worker.writes(task, {"extra": foreign})
    for path in ("resolve", "delegate", "bpmnError", "bpmnEscalation"):
        worker.tried(
            f"/task/{task['id']}/{path}",
            {
                "variables": {"extra": foreign},
                "userId": worker.id,
                "errorCode": "any",
                "escalationCode": "any",
            },
        )
    read_all(worker, task["id"])
    assert not mark.exists(), "code ran in the engine"
    task = started.task(REPORT)
    if (
        worker.submits(
            task["id"], worker.honest(task["id"], REPORT), {"extra": foreign, "managerActions": foreign}
        )
        >= 400
    ):
        assert worker.submits(task["id"], worker.honest(task["id"], REPORT)) < 400, (
            "the form can still be sent"
        )
    manager = door("team-manager")
    read_all(manager, started.task(MANAGER)["id"])
    assert not mark.exists(), "code ran in the engine"
    started.do(MANAGER)
    started.task("permanency-planning-quality")
    assert not mark.exists() and not started.incidents()


def test_no_class_is_built_of_a_start(case: Case, door: Callable[[str], Door], mark: Path):
    """C1: whoever may start a pathway sends variables too."""
    foreign = classes(mark)["alone"]
    door("social-worker").starts(
        case.child,
        variables={
            "childId": {"value": case.child},
            "socialWorker": foreign,
            "authority": foreign,
            "extra": foreign,
        },
    )
    door("social-worker").tried(
        "/process-definition/key/permanence/submit-form",
        {"businessKey": case.child, "variables": {"extra": foreign, "teamManager": foreign}},
    )
    for instance in case.engine.fetch("/process-instance", businessKey=case.child):
        for path in (
            f"/process-instance/{instance['id']}/variables",
            f"/variable-instance?processInstanceIdIn={instance['id']}",
        ):
            with suppress(EngineError, EngineUnreachable):
                case.engine.fetch(path)
    assert not mark.exists(), "code ran in the engine"
    delete(case)
