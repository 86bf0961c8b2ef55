"""Reports of failures and results, told to the real engine and to its double; and the double's troubles, in
the engine's own words.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import Any

import pytest

from tests.runtime.lab import BRANCHES, JOIN
from tests.testing.worlds import (
    CALLS,
    GONE,
    LOCK,
    InMemory,
    Real,
    World,
    moment,
    some_topic,
)
from workers.rest.session import EngineError, EngineSession
from workers.settings import settings
from workers.testing import OLE, UNAUTHORIZED

# failures ---------------------------------------------------------------------------------------------------


def test_a_failure_hides_the_task_until_its_pause_is_over_and_leaves_it_to_its_worker(world: World):
    task = world.add()
    world.fetch(task.topic)
    said = {
        "errorMessage": "the register is busy",
        "errorDetails": "a trace",
        "errorDetail": "ignored",
        "retries": 4,
        "retryTimeout": int(LOCK * 1000),
    }
    assert world.on(task, "failure", **said) == (204, "")
    assert [world.task(task)[name] for name in ("errorMessage", "retries", "workerId")] == [
        "the register is busy",
        4,
        "one",
    ]
    assert world.ask("GET", f"/external-task/{task.id}/errorDetails") == (200, "a trace")
    assert not world.incidents(task)
    world.expired(task)
    [again] = world.fetch(task.topic, "two")
    assert [again[name] for name in ("id", "errorMessage", "errorDetails", "retries")] == [
        task.id,
        "the register is busy",
        "a trace",
        4,
    ]


def test_a_pause_is_a_lock_that_its_worker_may_still_use(world: World):
    """Who unlocks all that a worker holds ends the pauses too."""
    task = world.add()
    world.fetch(task.topic)
    world.on(task, "failure", retries=2, retryTimeout=60_000)
    assert world.listed(externalTaskId=task.id, workerId="one", locked="true") and not world.fetch(
        task.topic, "two"
    )
    assert world.on(task, "extendLock", newDuration=60_000) == (204, "")
    assert world.on(task, "unlock") == (204, "") and world.fetch(task.topic, "two")[0]["retries"] == 2


@pytest.mark.parametrize("retries", [..., None, 0], ids=["none said", "null", "zero"])
def test_a_failure_without_retries_is_an_incident(world: World, retries):
    task = world.add()
    world.fetch(task.topic)
    assert world.on(task, "failure", errorMessage="x" * 700, errorDetails="a trace", retries=retries) == (
        204,
        "",
    )
    [incident] = world.incidents(task)
    assert (
        incident["incidentMessage"] == "x" * 666
        and incident["incidentType"] == "failedExternalTask"
        and incident["configuration"] == task.id
    )
    assert (
        incident["activityId"] == "Task"
        and incident["id"] == incident["rootCauseIncidentId"]
        and moment(incident["incidentTimestamp"])
    )
    assert (
        world.task(task)["retries"] == 0
        and not world.fetch(task.topic)
        and world.listed(externalTaskId=task.id, noRetriesLeft="true")
    )
    assert world.ask("PUT", f"/external-task/{task.id}/retries", {"retries": 2}) == (204, "")
    assert not world.incidents(task) and world.fetch(task.topic)[0]["errorMessage"] == "x" * 666
    assert (
        world.ask("PUT", f"/external-task/{task.id}/retries", {"retries": 0}) == (204, "")
        and len(world.incidents(task)) == 1
    )


def test_the_next_failure_has_its_own_message_and_keeps_the_details(world: World):
    task = world.add()
    world.fetch(task.topic)
    assert world.ask("GET", f"/external-task/{task.id}/errorDetails") == (204, "")
    world.on(task, "failure", errorMessage="first", errorDetails="a trace", retries=1, retryTimeout=0)
    world.fetch(task.topic)
    world.on(task, "failure", retries=0)
    assert world.task(task)["errorMessage"] is None and world.ask(
        "GET", f"/external-task/{task.id}/errorDetails"
    ) == (200, "a trace")
    assert [row["incidentMessage"] for row in world.incidents(task)] == [None]


@pytest.mark.parametrize(
    "call, body, answer",
    [
        (
            "failure",
            {"retries": -1},
            (500, ("ProcessEngineException", 0, "retries is not greater than or equal to 0")),
        ),
        (
            "failure",
            {"retries": 1, "retryTimeout": -1},
            (500, ("ProcessEngineException", 0, "retryDuration is not greater than or equal to 0")),
        ),
        ("bpmnError", {}, (500, ("NullValueException", 0, "errorCode is null"))),
    ],
    ids=str,
)
def test_an_unfit_report_is_refused(world: World, call, body, answer):
    task = world.add()
    world.fetch(task.topic)
    assert world.on(task, call, **body) == answer


@pytest.mark.parametrize(
    "retries, answer",
    [
        (
            -1,
            (
                "BadUserRequestException",
                0,
                "The number of retries cannot be negative: retries is not greater than or equal to 0",
            ),
        ),
        (None, ("InvalidRequestException", None, "The number of retries cannot be null.")),
    ],
)
def test_unfit_retries_are_refused(world: World, retries, answer):
    assert world.ask("PUT", f"/external-task/{world.add().id}/retries", {"retries": retries}) == (400, answer)


# results ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["complete", "bpmnError"])
@pytest.mark.parametrize(
    "value, kind, java",
    [
        ("2026-01-01T10:00:00.000+00:00", "Date", "java.util.Date"),
        ("tomorrow", "Date", "java.util.Date"),
        (2**33, "Integer", "java.lang.Integer"),
        ("x", "Boolean", "java.lang.Boolean"),
        ("x", "Long", "java.lang.Long"),
    ],
)
def test_a_value_that_is_not_of_its_type_is_refused(world: World, call, value, kind, java):
    task = world.add()
    world.fetch(task.topic)

    def send(value: Any, kind: str) -> tuple[int, Any]:
        return world.on(task, call, **CALLS[call], variables={"a": {"value": value, "type": kind}})

    assert send(value, kind) == (
        400,
        (
            "InvalidRequestException",
            None,
            f"Cannot convert value '{value}' of type '{kind}' to java type {java}",
        ),
    )
    assert send("x", "Nonsense") == (400, ("RestException", None, "Unsupported value type 'Nonsense'"))
    assert send("2026-01-01T10:00:00.000+0000", "Date") == (204, "")


def test_a_text_that_is_too_long_is_refused_and_the_task_stays(world: World):
    task = world.add()
    world.fetch(task.topic)
    status, (kind, code, _) = world.on(
        task, "complete", variables={"a": {"value": "x" * 4001, "type": "String"}}
    )
    assert (status, kind, code) == (500, "ProcessEnginePersistenceException", 10002)
    assert world.on(
        task,
        "complete",
        variables={"a": {"value": "x" * 4000, "type": "String"}},
        localVariables={"b": {"value": 1}},
    ) == (204, "")
    assert world.on(task, "complete") == GONE


def test_what_is_no_json_is_refused(world: World):
    task = world.add()
    with pytest.raises(EngineError) as refused:
        world.session.request(
            "POST",
            f"/external-task/{task.id}/complete",
            data="{",
            headers={"Content-Type": "application/json"},
        )
    assert refused.value.status == 400  # two mappers of the engine's REST compete for the words


def test_the_version_is_told(world: World):
    assert world.session.fetch("/version")["version"]


# troubles, in the engine's own words ------------------------------------------------------------------------


def test_the_doubles_optimistic_locking_error_is_the_engines(real: Real):
    files = {"join.bpmn": ("join.bpmn", JOIN.replace("lab-join", "lab-double-join"))}
    answer = real.session.post(
        "/deployment/create", files=files, data={"deployment-name": "lab-double"}
    ).json()

    def complete(task: dict[str, Any], together: threading.Barrier) -> Any:
        together.wait(60)
        return real.on(task["id"], "complete")

    try:
        met: list[Any] = []
        while not met:  # five branches, one join
            real.session.call(
                "/process-definition/key/lab-double-join/start",
                {"variables": {"topic": {"value": (topic := some_topic())}}},
            )
            with ThreadPoolExecutor(BRANCHES) as threads:
                together = repeat(threading.Barrier(BRANCHES))
                answers = threads.map(complete, real.fetch(topic), together)
            met = [answer for answer in answers if answer[0] != 204]
    finally:
        real.session.call(f"/deployment/{answer['id']}?cascade=true", method="DELETE")
    told = InMemory()
    task = told.add()
    told.double.trouble("complete", OLE)
    status, (kind, code, message) = told.on(task, "complete")
    assert {(status, said[0], said[1], said[2][:10]) for status, said in met} == {
        (status, kind, code, message[:10])
    }


def test_the_doubles_refused_user_is_the_engines(real: Real):
    told = InMemory()
    told.double.trouble("version", UNAUTHORIZED)
    refused = []
    for session in (EngineSession(settings().camunda_url, ("nobody", "wrong")), told.session):
        with pytest.raises(EngineError) as error:
            session.fetch("/version")
        refused.append((error.value.status, error.value.kind, error.value.message, error.value.code))
    assert refused[0] == refused[1]
