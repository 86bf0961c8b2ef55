"""The workers' account may do what the topics need, and nothing else: tried on the engine, where the suite's
own workers run as this account.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from requests.auth import HTTPBasicAuth

from tests.case import Case, eventually
from tests.rest.rights import ACCOUNT, hidden, refused
from workers.forms.deployed import Deployed
from workers.rest import codec, organisation
from workers.rest.session import EngineError, EngineSession
from workers.service import Service
from workers.settings import Settings, settings

FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="foreign">
  <message id="Message" name="foreign-news" />
  <process id="foreign" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Fork" />
    <parallelGateway id="Fork" />
    <sequenceFlow id="b" sourceRef="Fork" targetRef="Work" />
    <serviceTask id="Work" camunda:type="external" camunda:topic="notify" />
    <sequenceFlow id="c" sourceRef="Fork" targetRef="Ask" /><userTask id="Ask" />
    <sequenceFlow id="d" sourceRef="Fork" targetRef="Wait" /><receiveTask id="Wait" messageRef="Message" />
  </process>
</definitions>"""
FOREIGN_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="table" name="table" namespace="foreign">
  <decision id="foreign-table" name="Foreign" camunda:historyTimeToLive="1">
    <variable id="v" name="one" typeRef="integer" />
    <literalExpression id="e"><text>1</text></literalExpression>
  </decision>
</definitions>"""


@pytest.fixture(scope="module")
def foreign(engine: EngineSession) -> Iterator[str]:
    """A running instance of a definition that is not ours, whose external task has one of our topics."""
    deployment = engine.post(
        "/deployment/create",
        files={"foreign.bpmn": ("foreign.bpmn", FOREIGN), "foreign.dmn": ("foreign.dmn", FOREIGN_TABLE)},
        data={"deployment-name": "foreign"},
    ).json()["id"]
    yield engine.call(
        "/process-definition/key/foreign/start",
        {"businessKey": "elsewhere", "variables": {"theirs": {"value": "kept"}}},
    )["id"]
    engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


# what it may ------------------------------------------------------------------------------------------------


def test_the_workers_run_as_their_account_from_the_first_step_to_the_clean_up(
    case: Case, worker: EngineSession
):
    assert worker.auth.username == ACCOUNT
    case.start(socialWorker="social-worker", teamManager="team-manager")
    case.do("permanency-planning", requests=["allocate-parallel-planning"], requestNote="An invented note.")
    notice = case.task("acknowledge-notification")["processInstanceId"]
    assert case.engine.fetch(f"/history/process-instance/{notice}")["startUserId"] == ACCOUNT, (
        "only the workers start notifications"
    )
    case.task("permanency-planning-authorisation", "team-manager")
    case.engine.call(
        "/message",
        {
            "messageName": "withdraw-permanence",
            "businessKey": case.child,
            "processVariables": codec.encode(
                {"withdrawReason": "other", "withdrawComments": None, "withdrawnBy": "team-manager"}
            ),
        },
    )
    case.over(case.pathway)
    eventually(
        lambda: (
            not case.engine.fetch("/history/variable-instance/count", processInstanceId=case.pathway)["count"]
        ),
        lambda: "the variables of the ended pathway stay in the engine's history",
    )


def test_reads_users_and_groups(worker: EngineSession):
    # scenarios add members of their own
    assert {"qaag", "qaag-2"} <= {row["id"] for row in worker.fetch("/user", memberOfGroup="qaag")}
    assert worker.fetch("/group", id="qaag")


def test_reads_the_forms_that_are_deployed(worker: EngineSession):
    assert Deployed(worker).form("permanency-planning")["legalStatus"].label


# what it may not --------------------------------------------------------------------------------------------


def test_deploys_nothing_and_removes_nothing(engine: EngineSession, worker: EngineSession):
    with pytest.raises(EngineError) as said:
        worker.post(
            "/deployment/create",
            files={"foreign.bpmn": ("foreign.bpmn", FOREIGN)},
            data={"deployment-name": "by-the-worker"},
        )
    assert said.value.status == 403
    assert not engine.fetch("/deployment", name="by-the-worker")
    ours = engine.fetch("/process-definition", key="permanence", latestVersion=True)[0]
    refused(worker, f"/deployment/{ours['deploymentId']}?cascade=true", method="DELETE")
    refused(worker, f"/process-definition/{ours['id']}?cascade=true", method="DELETE")
    refused(worker, "/process-definition/key/permanence/suspended", {"suspended": True}, "PUT")


@pytest.mark.parametrize(
    "method, path, body",
    [
        (
            "POST",
            "/user/create",
            {"profile": {"id": "intruder"}, "credentials": {"password": "Some-Word-99"}},
        ),
        ("PUT", "/user/social-worker/profile", {"id": "social-worker", "email": "elsewhere@example.org"}),
        ("PUT", f"/user/{ACCOUNT}/profile", {"id": ACCOUNT, "email": "elsewhere@example.org"}),
        ("DELETE", "/user/social-worker", None),
        ("POST", "/group/create", {"id": "intruders", "name": "Intruders", "type": "WORKFLOW"}),
        ("DELETE", "/group/qaag", None),
        ("PUT", f"/group/{settings().engine}-admin/members/{ACCOUNT}", None),
        (
            "POST",
            "/authorization/create",
            {"type": 1, "permissions": ["ALL"], "userId": ACCOUNT, "resourceType": 7, "resourceId": "*"},
        ),
        ("POST", "/filter/create", {"resourceType": "Task", "name": "by-the-worker", "query": {}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_changes_no_users_groups_authorizations_or_filters(
    worker: EngineSession, method: str, path: str, body: Any
):
    refused(worker, path, body, method)


def test_sees_no_authorizations(worker: EngineSession):
    hidden(worker, "/authorization")


def test_sees_and_does_no_tasks(case: Case, worker: EngineSession):
    case.start(socialWorker="social-worker")
    task = case.task("permanency-planning")["id"]
    for path in (
        "/task",
        "/task/count",
        f"/task/{task}",
        f"/task/{task}/variables",
        f"/task/{task}/form-variables",
        f"/task/{task}/deployed-form",
    ):
        hidden(worker, path)
    for action, body in {
        "claim": {"userId": ACCOUNT},
        "assignee": {"userId": ACCOUNT},
        "complete": {},
        "submit-form": {},
        "delegate": {"userId": ACCOUNT},
    }.items():
        refused(worker, f"/task/{task}/{action}", body)
    assert case.task("permanency-planning")["assignee"] == "social-worker"


def test_starts_no_pathway_that_no_model_starts_and_cancels_none(case: Case, worker: EngineSession):
    case.start(socialWorker="social-worker")
    case.task("permanency-planning")
    refused(worker, "/process-definition/key/dispute-resolution/start", {"businessKey": f"{case.child}-2"})
    refused(worker, "/message", {"messageName": "dispute-resolution", "businessKey": f"{case.child}-2"})
    refused(worker, f"/process-instance/{case.pathway}", method="DELETE")
    refused(
        worker, "/process-instance/delete", {"processInstanceIds": [case.pathway], "deleteReason": "tried"}
    )
    assert (
        not case.engine.fetch("/process-instance/count", businessKey=f"{case.child}-2")["count"]
        and case.open_steps()
    )


def test_leaves_other_definitions_alone(engine: EngineSession, worker: EngineSession, foreign: str):
    task = engine.fetch("/external-task", processInstanceId=foreign)[0]["id"]
    asked = engine.fetch("/task", processInstanceId=foreign)[0]["id"]
    assert (
        worker.call(
            "/external-task/fetchAndLock",
            {
                "workerId": "tried",
                "maxTasks": 9,
                "topics": [{"topicName": "notify", "lockDuration": 1000, "processDefinitionKey": "foreign"}],
            },
        )
        == []
    )
    for path in (
        f"/external-task?processInstanceId={foreign}",
        f"/external-task/{task}",
        f"/process-instance/{foreign}",
        f"/process-instance/{foreign}/variables",
        f"/variable-instance?processInstanceIdIn={foreign}",
        f"/history/process-instance/{foreign}",
        f"/history/variable-instance?processInstanceId={foreign}",
        f"/history/activity-instance?processInstanceId={foreign}",
        f"/incident?processInstanceId={foreign}",
        f"/task/{asked}",
        "/process-definition?key=foreign",
        "/process-definition/key/foreign/xml",
        "/decision-definition?key=foreign-table",
    ):
        hidden(worker, path)
    theirs = engine.fetch("/process-definition", key="foreign")[0]["id"]
    for method, path, body in (
        ("POST", "/process-definition/key/foreign/start", {}),
        ("POST", "/decision-definition/key/foreign-table/evaluate", {"variables": {}}),
        ("POST", f"/external-task/{task}/lock", {"workerId": "tried", "lockDuration": 1000}),
        ("PUT", f"/external-task/{task}/retries", {"retries": 0}),
        ("PUT", f"/process-instance/{foreign}/variables/theirs", {"value": "changed"}),
        ("POST", "/message", {"messageName": "foreign-news", "processInstanceId": foreign}),
        (
            "POST",
            f"/process-instance/{foreign}/modification",
            {"instructions": [{"type": "cancel", "activityId": "Ask"}]},
        ),
        ("PUT", f"/process-instance/{foreign}/suspended", {"suspended": True}),
        ("DELETE", f"/process-instance/{foreign}", None),
        ("DELETE", f"/history/process-instance/{foreign}/variable-instances", None),
        ("POST", f"/task/{asked}/complete", {}),
        ("DELETE", f"/process-definition/{theirs}?cascade=true", None),
    ):
        refused(worker, path, body, method)
    untouched = engine.fetch("/external-task", processInstanceId=foreign)[0]
    assert (untouched["workerId"], untouched["retries"], untouched["suspended"]) == (None, None, False), (
        "nor do the suite's workers take it, whose topic it has"
    )
    assert engine.fetch(f"/process-instance/{foreign}/variables/theirs")["value"] == "kept"


# the account itself -----------------------------------------------------------------------------------------


def test_setting_up_again_mends_the_grants_and_changes_nothing_else(engine: EngineSession, workers: Service):
    def grants() -> dict[tuple[int, str], set[str]]:
        return {
            (row["resourceType"], row["resourceId"]): set(row["permissions"])
            for row in engine.fetch("/authorization", groupIdIn="homeward-workers")
        }

    before = grants()
    row = engine.fetch(
        "/authorization",
        groupIdIn="homeward-workers",
        resourceType=organisation.PROCESS_DEFINITION,
        resourceId="permanence",
    )[0]
    engine.call(f"/authorization/{row['id']}", row | {"permissions": ["READ", "DELETE"]}, method="PUT")
    organisation.set_up(engine, settings().models, demo_users=False)
    assert grants() == before
    assert not engine.fetch("/authorization", userIdIn=ACCOUNT), "the account has no right of its own"


def test_a_new_model_is_covered(tmp_path: Path):
    models = Path(settings().models)
    for folder in ("engine", "bpmn", "dmn"):
        (tmp_path / folder).symlink_to(models / folder)
    (tmp_path / "forms").mkdir()
    known = organisation._worker_grants(tmp_path, [])
    (tmp_path / "bpmn").unlink()
    (tmp_path / "bpmn/area").mkdir(parents=True)
    (tmp_path / "bpmn/area/another.bpmn").write_text("")
    new = organisation._worker_grants(tmp_path, ["another"])
    assert new[organisation.PROCESS_DEFINITION, "another"] == [*organisation.WORK, "CREATE_INSTANCE"]
    assert (organisation.PROCESS_DEFINITION, "permanence") in known.keys() - new.keys() and (
        organisation.DECISION_DEFINITION,
        "permanence-timescales",
    ) in new


def test_the_password_is_in_no_log_and_in_no_repr(workers: Service):
    password = workers.cleaner.session.auth.password
    assert len(password) > 40
    given = settings().model_copy(update={"worker_user": ACCOUNT, "worker_password": SecretStr(password)})
    assert password not in f"{given!r} {given} {given.model_dump_json()}"
    assert not [
        file for file in settings().var.rglob("*.log") if password in file.read_text(errors="replace")
    ]


@pytest.mark.parametrize(
    "half",
    [{"HOMEWARD_WORKER_USER": ACCOUNT}, {"HOMEWARD_WORKER_PASSWORD": "something-secret"}],
    ids=lambda half: next(iter(half)),
)
def test_half_an_account_is_refused(homeward, half):
    said = homeward("status", **half)
    assert (
        said.code == 2
        and "set HOMEWARD_WORKER_USER and HOMEWARD_WORKER_PASSWORD, both or neither" in said.err
    )
    assert said.err.count("\n") == 1 and "something-secret" not in said.err


def test_without_an_account_the_workers_are_the_operator(engine: EngineSession, tmp_path: Path):
    plain = Settings(record_url=f"sqlite:///{tmp_path / 'record.sqlite'}")
    assert Service(plain).cleaner.session.auth == engine.auth
    named = plain.model_copy(update={"worker_user": "qaag", "worker_password": SecretStr("qaag")})
    assert Service(named).cleaner.session.auth == HTTPBasicAuth("qaag", "qaag")


# demo users -------------------------------------------------------------------------------------------------


def test_demo_users_are_refused_where_the_engine_is_not_the_embedded_one(engine: EngineSession, homeward):
    for elsewhere in ("http://engine.example.org:8080/engine-rest", "http://localhost:9/engine-rest"):
        said = homeward("setup", "--demo-users", CAMUNDA_URL=elsewhere)
        assert (
            said.code == 1
            and "demo users have their ids as passwords" in said.err
            and said.err.count("\n") == 1
        ), said
