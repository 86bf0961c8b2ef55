"""What pycamunda gets wrong about the engine's REST, and its requests about time.

C1 to C7 of the defects that we do not have (../runtime/test_peers_defects.py has the rest).

C1 a message is correlated twice
        test_a_message_is_correlated_once_and_its_empty_answer_is_no_error,
        test_a_notification_that_is_sent_again_opens_nothing_new
C2 calls that go past the session
        test_every_request_says_who_asks, test_nobody_talks_to_the_engine_past_the_session
C3 no timeout
        test_a_server_that_stalls_ends_the_call_in_time, test_an_answer_that_trickles_ends_in_time
C4 a list filter of which one value is read
        test_a_list_filters_by_all_its_values
C5 an error that is a text
        test_an_error_keeps_status_type_and_code; with code 1: test_session.py: test_each_answer_is_told_apart
C7 an unknown type of incident breaks the list
        test_an_incident_of_a_type_of_ones_own_is_listed
"""

from __future__ import annotations

import ast
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.case import ACKNOWLEDGE, Case, eventually
from tests.rest.proxy import EngineProxy
from tests.runtime.lab import Lab
from workers.rest import deploy, external_tasks
from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime.contract import Retry
from workers.runtime.execution import Work
from workers.settings import PROJECT
from workers.topics import close_workstep, open_workstep
from workers.topics import request_acknowledgement as notifying
from workers.topics.services import Services

PACKAGE = PROJECT / "workers"


# C1 ---------------------------------------------------------------------------------------------------------


def test_a_message_is_correlated_once_and_its_empty_answer_is_no_error(
    case: Case, proxy: EngineProxy, homeward
):
    case.start()
    case.task("permanency-planning")
    done = homeward("withdraw", case.child, "--reason", "other", CAMUNDA_URL=proxy.url)
    assert (done.code, done.err) == (0, "")
    assert [(seen.method, seen.status) for seen in proxy.calls("/message")] == [("POST", 204)]
    case.ended()
    assert len(case.events("withdrawn")) == 1


def test_a_notification_that_is_sent_again_opens_nothing_new(case: Case, workers):
    """The worker dies, or its report is lost, after the message was correlated: the task runs again under the
    same key.
    """
    case.start(socialWorker="social-worker")
    case.task("permanency-planning")
    step = case.engine.fetch("/process-instance", superProcessInstance=case.pathway)[0]
    raw = {
        "id": str(uuid.uuid4()),
        "businessKey": case.child,
        "processDefinitionKey": "permanency-planning-process",
        "processDefinitionId": step["definitionId"],
        "processInstanceId": step["id"],
        "activityId": "Task",
    }
    task = notifying.RequestAcknowledgementIn(request_label="Look at it", user="team-manager")
    for _ in range(2):
        notifying.request_acknowledgement(task, Work(raw, workers.worker.services, time.monotonic() + 60))
    assert (
        case.engine.fetch(
            "/history/process-instance/count",
            processDefinitionKey=ACKNOWLEDGE,
            processInstanceBusinessKey=case.child,
        )["count"]
        == 1
    )
    assert case.event("request-sent", request="Look at it")


def test_what_is_closed_before_a_worker_noted_it_as_open_has_opened_once(case: Case, workers, book):
    """Also where the note of its opening comes last, from a worker whose task was taken from it meanwhile."""
    case.start()
    case.task("permanency-planning")
    step = case.engine.fetch("/process-instance", superProcessInstance=case.pathway)[0]
    known = workers.worker.services
    with book.transaction() as tx:  # it knows the pathway, and nothing of its worksteps
        tx.claim_pathway(case.child, "permanence", case.pathway)
    services = Services(known.engine, book, known.directory, known.channel)

    def work() -> Work:
        raw = {
            "id": str(uuid.uuid4()),
            "businessKey": case.child,
            "processDefinitionKey": "permanency-planning-process",
            "processDefinitionId": step["definitionId"],
            "processInstanceId": step["id"],
            "activityId": "Task",
        }
        return Work(raw, services, time.monotonic() + 60)

    close_workstep.close_workstep(close_workstep.CloseWorkstepIn(close_reason="withdrawn: other"), work())
    open_workstep.open_workstep(open_workstep.OpenWorkstepIn(), work())
    assert [entry["what"] for entry in book.chronology(case.child) if entry["workstepId"] == step["id"]] == [
        "workstep-opened",
        "workstep-closed",
    ]


# C2 ---------------------------------------------------------------------------------------------------------


def test_every_request_says_who_asks(case: Case, lab: Lab, proxy: EngineProxy, homeward, tmp_path):
    """Commands, deployment, counts, a failing and a finished task: nothing reaches the engine without
    credentials.
    """
    for command in (
        ["start", case.child, "--unregistered"],
        ["allocate", case.child, "--role", "socialWorker", "--to", "social-worker", "--reason", "x"],
        ["status"],
        ["incidents"],
        ["withdraw", case.child, "--reason", "other"],
        ["setup"],
    ):
        assert homeward(*command, CAMUNDA_URL=proxy.url).code == 0, command
    session = EngineSession(proxy.url, lab.engine.auth)
    (tmp_path / "dmn/x").mkdir(parents=True)
    (tmp_path / "dmn/x/asked.dmn").write_text(
        (PROJECT / "dmn/routing/acknowledge-notification.dmn")
        .read_text()
        .replace("acknowledge-notification", "asked")
    )
    deploy.deploy(session, tmp_path)
    deployment = session.fetch("/deployment", sortBy="deploymentTime", sortOrder="desc", maxResults=1)[0][
        "id"
    ]
    session.call(f"/deployment/{deployment}?cascade=true", method="DELETE")
    runs: list[int] = []

    def handler(task, work):
        runs.append(1)
        work.expires = time.monotonic() + 30  # of more than a minute: the next heartbeat extends the lock
        eventually(lambda: proxy.calls("/extendLock"), lambda: "the lock is not extended")
        if len(runs) == 1:
            raise LookupError("first time")

    # one failure stays until it is retried by hand
    worker = lab.worker(handler, lock=120.0, retry=Retry(times=1))
    worker.engine.session = session
    instance = lab.start(worker)
    lab.go(worker)
    lab.incident(instance)
    lab.set_retries(instance)
    lab.ended(instance)
    lab.stop()
    asked = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", f"{seen.method} {seen.path}") for seen in proxy.seen}
    assert {
        "POST /external-task/fetchAndLock",
        "POST /external-task/ID/complete",
        "POST /external-task/ID/failure",
        "POST /external-task/ID/extendLock",
        "POST /deployment/create",
        "GET /process-instance/count",
        "POST /message",
    } <= asked
    assert not {f"{seen.method} {seen.path}" for seen in proxy.seen if not seen.authorization}


def test_nobody_talks_to_the_engine_past_the_session():
    """No bare `requests.get`, no other HTTP library, nothing of pycamunda that ignores its session, none of
    the other library's clients.
    """
    # the last two ask only whether what they start is up: the engine as its user, the workers their page
    own_sessions = {
        "rest/session.py",
        "rest/auth.py",
        "embedded/launcher.py",
        "cluster.py",
    }
    talks = re.compile(
        r"requests\.(get|post|put|delete|request|Session)\b|urlopen|http\.client|HTTPConnection|\bhttpx\b|\baiohttp\b"
    )
    found = []
    for file in PACKAGE.rglob("*.py"):
        name, source = str(file.relative_to(PACKAGE)), file.read_text()
        if name not in own_sessions and (match := talks.search(source)):
            found.append(f"{name}: {match[0]}")
        for node in ast.walk(ast.parse(source)):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            modules = (
                [module]
                if module
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            found += [
                f"{name}: {module}"
                for module in modules
                if module.split(".")[0] == "camunda" and module != "camunda.external_task.external_task"
            ]
            found += [
                f"{name}: {module}"
                for module in modules
                if module.split(".")[0] == "pycamunda" and name != "rest/external_tasks.py"
            ]
    assert not found
    used = set(re.findall(r"pycamunda\.[a-z]+\.(\w+)", (PACKAGE / "rest/external_tasks.py").read_text()))
    assert used <= {
        "CamundaRequest",
        "FetchAndLock",
        "Complete",
        "HandleFailure",
        "HandleBPMNError",
        "ExtendLock",
        "Unlock",
    }, "these keep to the session; Count and others do not"


# C3 ---------------------------------------------------------------------------------------------------------


def silent(connection: socket.socket, over: threading.Event) -> None:
    over.wait(600)


def headers_only(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n")
    over.wait(600)


def trickling(connection: socket.socket, over: threading.Event) -> None:
    """A byte now and then: each is in time, the whole comes too late."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    with suppress(OSError):
        while not over.wait(0.1):
            connection.sendall(b" ")


@pytest.fixture
def stalled(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a server that takes every call and stalls as the parameter says."""
    over, held = threading.Event(), list[socket.socket]()

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                held.append(listening.accept()[0])
                threading.Thread(target=answer, args=(held[-1],), daemon=True).start()

    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        request.param(connection, over)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/engine-rest"
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
    for connection in held:
        connection.close()


CALLS: dict[str, Callable[[EngineSession, ExternalTasks], Any]] = {
    "fetch": lambda session, tasks: session.fetch("/task"),
    "call": lambda session, tasks: session.call("/message", {}),
    "fetchAndLock": lambda session, tasks: tasks.fetch_and_lock([], 1, 0.5 - 10),
    "complete": lambda session, tasks: tasks.complete("x", {}, {}),
    "failure": lambda session, tasks: tasks.failure("x", "", "", 0, 0),
    "bpmnError": lambda session, tasks: tasks.bpmn_error("x", "", "", {}),
    "extendLock": lambda session, tasks: tasks.extend_lock("x", 1),
    "unlock": lambda session, tasks: tasks.unlock("x"),
    "locked by me": lambda session, tasks: tasks.locked_by_me(),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("stalled", [silent, headers_only], indirect=True, ids=lambda how: how.__name__)
def test_a_server_that_stalls_ends_the_call_in_time(stalled: str, monkeypatch, call):
    monkeypatch.setattr(external_tasks, "SHORT", 0.5)
    monkeypatch.setattr(external_tasks, "LONG", 0.5)
    session = EngineSession(stalled, ("u", "p"), timeout=(0.5, 0.5))
    started = time.monotonic()
    with pytest.raises(EngineUnreachable):
        call(session, ExternalTasks(session, "worker"))
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("stalled", [trickling], indirect=True, ids=lambda how: how.__name__)
def test_an_answer_that_trickles_ends_in_time(stalled: str):
    """`requests` counts the time between two bytes, not the time of the whole."""
    session, started = EngineSession(stalled, ("u", "p"), timeout=(0.5, 0.5)), time.monotonic()
    with pytest.raises(EngineUnreachable):
        session.fetch("/task")
    assert time.monotonic() - started < 60


# C4, C5, C7 -------------------------------------------------------------------------------------------------


def test_a_list_filters_by_all_its_values(engine: EngineSession):
    keys = ["permanence", "authorise-request"]
    assert sorted(
        row["key"] for row in engine.fetch("/process-definition", keysIn=keys, latestVersion=True)
    ) == sorted(keys)


def test_an_error_keeps_status_type_and_code(engine: EngineSession):
    with pytest.raises(EngineError) as gone:
        engine.call("/external-task/nobody/complete", {"workerId": "x"})
    assert (gone.value.status, gone.value.kind, gone.value.not_ours) == (404, "RestException", True)
    with pytest.raises(EngineError) as unfit:
        engine.call(
            "/process-definition/key/permanence/start",
            {"variables": {"x": {"value": "a", "type": "Integer"}}},
        )
    assert (unfit.value.status, unfit.value.kind) == (400, "InvalidRequestException")
    with pytest.raises(EngineError) as unheard:
        engine.call("/message", {"messageName": "nobody-waits-for-it"})
    assert (unheard.value.status, unheard.value.code, unheard.value.nobody_waits) == (400, 0, True)


def test_an_incident_of_a_type_of_ones_own_is_listed(case: Case, homeward):
    case.start()
    task = case.task("permanency-planning")
    made = case.engine.call(
        f"/execution/{task['executionId']}/create-incident",
        {
            "incidentType": "file-missing",
            "configuration": "shelf-7",
            "message": "the file is not on its shelf",
        },
    )
    [row] = [
        row for row in json.loads(homeward("incidents", case.child, "--json").out) if row["id"] == made["id"]
    ]
    assert (row["type"], row["of"], row["childId"], row["message"]) == (
        "file-missing",
        "shelf-7",
        case.child,
        "the file is not on its shelf",
    )
    assert re.search(r"[+-]\d{4}$|Z$", row["at"]), "a moment with its offset"
    assert "no retry ends it" in homeward("incidents", case.child).out
    refused = homeward("incidents", "retry", row["id"], "--reason", "found")
    assert refused.code == 1 and "end it in Cockpit" in refused.err
    case.engine.call(f"/incident/{row['id']}", method="DELETE")
    eventually(lambda: homeward("incidents", case.child).out == "no incidents\n", lambda: "it stays")
