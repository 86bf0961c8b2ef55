"""What the engine's configuration refuses, on the engine that runs.

Foreign classes, invented errors, a colleague's hand in one's task, weak passwords, lasting locks.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.case import Case, eventually
from workers.rest import organisation
from workers.rest.session import EngineError, EngineSession
from workers.rest.tasklist import Person
from workers.settings import settings

REPORT = "permanency-planning"
# is asked for a connection: the way in for code
DATA_SOURCE = "org.springframework.jdbc.datasource.DriverManagerDataSource"
FOREIGN = {
    DATA_SOURCE: {"url": "jdbc:h2:mem:never"},
    "java.util.Date": "2026-11-28T00:00:00.000+0000",
    "java.io.File": "/nowhere/at/all",
}
NOT_BUILT = "JSON-01006"  # a class that was built and did not fit has another number
DELAY = 3  # seconds: the longest that wrong passwords keep the right one out
ATTEMPTS = 11  # the engine's own limit would be ten

ONE_TASK = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="OneTask" targetNamespace="tests">
  <process id="one-task" isExecutable="true" camunda:historyTimeToLive="0">
    <startEvent id="Start"/><sequenceFlow id="In" sourceRef="Start" targetRef="Task"/>
    <userTask id="Task" camunda:candidateGroups="social-worker"><extensionElements>
      <camunda:taskListener event="complete" expression="${task.getVariable('read')}"/>
    </extensionElements></userTask>
    <sequenceFlow id="Out" sourceRef="Task" targetRef="End"/><endEvent id="End"/>
  </process>
</definitions>"""


def refused(session: EngineSession, path: str, body: Any = None, method: str = "POST") -> EngineError:
    with pytest.raises(EngineError) as said:
        session.call(path, body, method)
    return said.value


def foreign(kind: str) -> dict[str, Any]:
    """A variable that asks for a class by its name."""
    return {
        "type": "Object",
        "value": json.dumps(FOREIGN[kind]),
        "valueInfo": {"objectTypeName": kind, "serializationDataFormat": "application/json"},
    }


@pytest.fixture
def somebody(engine: EngineSession) -> Iterator[str]:
    """A user whom no other test knows; the password is the id."""
    user = f"somebody-{uuid.uuid4().hex[:6]}"
    organisation.make_demo_users(engine, [user])
    yield user
    if engine.fetch("/user", id=user):
        engine.call(f"/user/{user}", method="DELETE")


@pytest.fixture
def task(engine: EngineSession) -> Iterator[str]:
    """A task of the social workers in a process of its own, where nothing but the engine's configuration can
    refuse.
    """
    deployment = engine.post(
        "/deployment/create",
        files={"one-task.bpmn": ("one-task.bpmn", ONE_TASK)},
        data={"deployment-name": "one-task"},
    ).json()["id"]
    instance = engine.call("/process-definition/key/one-task/start", {"businessKey": "elsewhere"})["id"]
    yield engine.fetch("/task", processInstanceId=instance)[0]["id"]
    engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


# foreign classes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_submission_builds_no_foreign_class(engine: EngineSession, task: str, kind: str):
    """Refused is the class itself, before anything of it has run: the words are those of the check."""
    said = refused(
        EngineSession(settings().camunda_url, ("social-worker", "social-worker")),
        f"/task/{task}/submit-form",
        {"variables": {"read": foreign(kind)}},
    )
    assert said.status == 500 and NOT_BUILT in said.message, said
    assert engine.fetch(f"/task/{task}")["id"] == task, "the task is still there"


def test_a_forms_answer_builds_no_foreign_class(case: Case):
    case.start()
    task = case.task(REPORT, "social-worker")["id"]
    for key in ("nextActions", "reasons"):
        said = refused(
            case.person("social-worker").session,
            f"/task/{task}/submit-form",
            {"variables": {key: foreign(DATA_SOURCE)}},
        )
        assert NOT_BUILT in said.message, said
    case.do(REPORT, nextActions=[])
    case.task("permanency-planning-authorisation")
    assert not case.incidents()


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_variable_that_names_a_foreign_class_is_never_built(engine: EngineSession, task: str, kind: str):
    """The engine stores its text; whoever reads the value gets a refusal, and no object."""
    engine.call(f"/task/{task}/variables", {"modifications": {"planted": foreign(kind)}})
    said = refused(engine, f"/task/{task}/variables/planted", method="GET")
    assert NOT_BUILT in said.message, said


# invented errors --------------------------------------------------------------------------------------------


def test_an_invented_error_ends_no_process(engine: EngineSession, task: str):
    person = Person(settings().camunda_url, "social-worker")
    person.claim(task)
    refused(person.session, f"/task/{task}/bpmnError", {"errorCode": "invented"})
    assert engine.fetch(f"/task/{task}")["assignee"] == "social-worker"


# whose task it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, body, method",
    [
        ("/variables", {"modifications": {"nextActions": {"value": "[]", "type": "Json"}}}, "POST"),
        ("/variables/childId", None, "DELETE"),
        ("/assignee", {"userId": "business-support"}, "POST"),
        ("/delegate", {"userId": "business-support"}, "POST"),
        ("/unclaim", None, "POST"),
        ("/identity-links", {"groupId": "business-support", "type": "candidate"}, "POST"),
        ("", {"name": "Something else", "priority": 1}, "PUT"),
    ],
)
def test_nobody_changes_a_claimed_task(engine: EngineSession, task: str, path: str, body: Any, method: str):
    owner, colleague = (Person(settings().camunda_url, user) for user in ("social-worker", "social-worker-2"))
    owner.claim(task)
    before = engine.fetch(f"/task/{task}")
    for person in (colleague, owner):
        assert refused(person.session, f"/task/{task}{path}", body, method).status == 403, person.id
    assert engine.fetch(f"/task/{task}") == before and len(engine.fetch(f"/task/{task}/identity-links")) == 2
    owner.submit(task, {})


# passwords and locks ----------------------------------------------------------------------------------------


def enters(user: str, password: str) -> bool:
    """Whether basic authentication lets them in."""
    return (
        requests.get(f"{settings().camunda_url}/task/count", auth=(user, password), timeout=60).status_code
        == 200
    )


def test_wrong_passwords_delay_and_lock_nobody_out_for_good(somebody: str):
    for _ in range(ATTEMPTS):
        assert not enters(somebody, "wrong")
        time.sleep(DELAY + 0.2)  # one that comes before the delay is over is not counted: each of these is
    assert enters(somebody, somebody)


def test_wrong_passwords_delay_the_next_try(somebody: str):
    for _ in range(3):
        began = time.monotonic()
        assert not enters(somebody, "wrong")
        let_in = enters(somebody, somebody)
        if time.monotonic() - began < 1:  # else the machine stood still for as long as the delay lasts
            assert not let_in, "whoever guesses may guess on at once"
            break
    eventually(lambda: enters(somebody, somebody), lambda: "the delay never ends")


@pytest.mark.parametrize(
    "weak", ["a", "somebody", "longenoughbutsmall", "Nodigit-atall", "No0ther1Character"]
)
def test_a_weak_password_is_refused_and_a_good_one_taken(somebody: str, weak: str):
    own, good = EngineSession(settings().camunda_url, (somebody, somebody)), "Robin-Hood-1377"
    refused(
        own, f"/user/{somebody}/credentials", {"password": weak, "authenticatedUserPassword": somebody}, "PUT"
    )
    assert enters(somebody, somebody)
    own.call(
        f"/user/{somebody}/credentials", {"password": good, "authenticatedUserPassword": somebody}, "PUT"
    )
    assert enters(somebody, good)


def test_the_demonstrations_own_passwords_go_on():
    assert enters("social-worker", "social-worker") and enters(
        settings().camunda_user, settings().camunda_password.get_secret_value()
    )


def test_making_demo_users_leaves_nothing_behind(engine: EngineSession, somebody: str):
    assert not engine.fetch("/process-definition", key="demo-user") and not engine.fetch(
        "/deployment", name="demo-user"
    )
    assert not engine.fetch("/history/process-instance", processDefinitionKey="demo-user")


# accounts ---------------------------------------------------------------------------------------------------


def test_nobody_deletes_themselves(engine: EngineSession, somebody: str):
    organisation.set_up(engine, settings().models, demo_users=False)
    own = EngineSession(settings().camunda_url, (somebody, somebody))
    assert refused(own, f"/user/{somebody}", method="DELETE").status == 403
    profile = own.fetch(f"/user/{somebody}/profile") | {"email": f"{somebody}@example.org"}
    own.call(f"/user/{somebody}/profile", profile, "PUT")
    assert engine.fetch(f"/user/{somebody}/profile")["email"] == profile["email"]


def test_no_demo_user_deletes_themselves(engine: EngineSession):
    assert (
        refused(
            EngineSession(settings().camunda_url, ("business-support-2",) * 2),
            "/user/business-support-2",
            method="DELETE",
        ).status
        == 403
    )


def test_who_gets_the_id_of_one_who_has_gone_gets_none_of_their_rights(engine: EngineSession, somebody: str):
    grant = {
        "type": organisation.GRANT,
        "permissions": ["ALL"],
        "userId": somebody,
        "resourceType": organisation.USER,
        "resourceId": "*",
    }
    engine.call("/authorization/create", grant)
    engine.call(f"/user/{somebody}", method="DELETE")
    organisation.set_up(engine, settings().models, demo_users=False)
    assert not engine.fetch("/authorization", userIdIn=somebody)
    organisation.make_demo_users(engine, [somebody])
    assert not EngineSession(settings().camunda_url, (somebody, somebody)).fetch("/user", id="demo")


# what lies on the disk --------------------------------------------------------------------------------------


def test_the_engines_files_are_its_owners_alone(engine: EngineSession):
    folder = settings().var / "engine"
    if not folder.exists():
        pytest.skip("the engine is not the embedded one")
    parts = [folder, *folder.rglob("*")]
    assert any(path.name == "h2.mv.db" for path in parts)
    assert not [path for path in parts if path.exists() and path.stat().st_mode & 0o077]


# what there is to see without a password --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/camunda/api/engine/application.wadl",
        "/camunda/api/cockpit/application.wadl",
        "/engine-rest/application.wadl",
    ],
)
def test_no_map_of_the_api_without_a_password(path: str):
    assert requests.get(f"{settings().web_url}{path}", timeout=60).status_code in (401, 404)
