"""A place to try the runtime in: two tiny models on the real engine, and workers whose topics are written in
the test.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.case import eventually
from workers.rest import codec
from workers.rest.session import EngineSession
from workers.runtime import execution
from workers.runtime import worker as runtime
from workers.runtime.contract import Nothing, Topic, Variables
from workers.runtime.worker import Worker

SECRET = "Robin Canary"  # stands for a child's data: it must not be seen outside the variables
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="lab">"""
TASK = (
    HEAD
    + """
  <error id="Known" errorCode="KNOWN" />
  <process id="lab-task" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Task" />
    <serviceTask id="Task" camunda:type="external" camunda:topic="${topic}" />
    <boundaryEvent id="Caught" attachedToRef="Task">
      <errorEventDefinition errorRef="Known" camunda:errorMessageVariable="caught" /></boundaryEvent>
    <sequenceFlow id="b" sourceRef="Caught" targetRef="End_Caught" /><endEvent id="End_Caught" />
    <sequenceFlow id="c" sourceRef="Task" targetRef="Question" />
    <exclusiveGateway id="Question" default="e" />
    <sequenceFlow id="d" sourceRef="Question" targetRef="End_Never"><conditionExpression>
      ${execution.getVariable('broken') != null &amp;&amp; nobody.knows}</conditionExpression></sequenceFlow>
    <endEvent id="End_Never" />
    <sequenceFlow id="e" sourceRef="Question" targetRef="End" /><endEvent id="End" />
  </process>
</definitions>"""
)
BRANCHES = 5
JOIN = (
    HEAD
    + """
  <process id="lab-join" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Fork" />
    <parallelGateway id="Fork" />
"""
    + "".join(
        f"""
    <sequenceFlow id="f{n}" sourceRef="Fork" targetRef="Task_{n}" />
    <serviceTask id="Task_{n}" camunda:type="external" camunda:topic="${{topic}}" />
    <sequenceFlow id="j{n}" sourceRef="Task_{n}" targetRef="Join" />"""
        for n in range(BRANCHES)
    )
    + """
    <parallelGateway id="Join" /><sequenceFlow id="z" sourceRef="Join" targetRef="End" /><endEvent id="End" />
  </process>
</definitions>"""
)


class Lab:
    def __init__(self, engine: EngineSession):
        self.engine = engine
        answer = engine.post(
            "/deployment/create",
            files={"task.bpmn": ("task.bpmn", TASK), "join.bpmn": ("join.bpmn", JOIN)},
            data={"deployment-name": "lab"},
        ).json()
        self.deployment = answer["id"]
        self.workers: list[Worker] = []

    def close(self) -> None:
        self.stop()
        self.engine.call(f"/deployment/{self.deployment}?cascade=true", method="DELETE")

    def stop(self) -> None:
        while self.workers:
            self.workers.pop().stop(0)

    def worker(self, handler: Callable[..., Any], *, slots: int = 8, **contract: Any) -> Worker:
        """A worker of one topic of its own, not yet started."""
        # the models map nothing
        topic = Topic(
            f"lab-{uuid.uuid4().hex[:8]}", handler, **({"input": Nothing, "around": True} | contract)
        )
        return Worker(self.engine, {topic.name: topic}, slots=slots)

    def go(self, worker: Worker) -> Worker:
        worker.start()
        self.workers.append(worker)
        return worker

    def start(self, worker: Worker, process: str = "lab-task", **variables: Any) -> str:
        """Start an instance whose tasks are of the worker's topic."""
        body = {"variables": codec.encode({"topic": next(iter(worker.topics)), **variables})}
        return self.engine.call(f"/process-definition/key/{process}/start", body)["id"]

    def tasks(self, instance: str) -> list[dict[str, Any]]:
        return self.engine.fetch("/external-task", processInstanceId=instance)

    def task(self, instance: str) -> dict[str, Any]:
        return self.tasks(instance)[0]

    def ended(self, instance: str) -> str:
        """The end event that the instance has come to, waited for."""

        def ends() -> list[dict[str, Any]]:
            assert not (stuck := self.engine.fetch("/incident", processInstanceId=instance)), stuck
            return self.engine.fetch(
                "/history/activity-instance",
                processInstanceId=instance,
                activityType="noneEndEvent",
                finished=True,
            )

        return eventually(ends, lambda: f"not ended: {self.tasks(instance)}")[0]["activityId"]

    def incident(self, instance: str) -> str:
        """The message of the one incident, waited for."""
        found = eventually(
            lambda: self.engine.fetch("/incident", processInstanceId=instance),
            lambda: f"no incident: {self.tasks(instance)}",
        )
        assert len(found) == 1
        return found[0]["incidentMessage"]

    def details(self, instance: str) -> str:
        return self.engine.get(f"/external-task/{self.task(instance)['id']}/errorDetails").text

    def failed(self, instance: str) -> dict[str, Any]:
        """The task once its first failure is reported."""

        def task() -> dict[str, Any] | None:
            return next((task for task in self.tasks(instance) if task["errorMessage"]), None)

        return eventually(task, lambda: f"no failure: {self.tasks(instance)}")

    def set_retries(self, instance: str, retries: int = 1) -> None:
        self.engine.call(f"/external-task/{self.task(instance)['id']}/retries", {"retries": retries}, "PUT")

    def variables(self, instance: str) -> dict[str, tuple[str, Any]]:
        rows = self.engine.fetch(
            "/history/variable-instance", processInstanceId=instance, deserializeValues=False
        )
        return {row["name"]: (row["type"], row["value"]) for row in rows}


class Named(Variables):
    name: str | None = None


@pytest.fixture(scope="module")
def lab_of_the_module(engine: EngineSession) -> Iterator[Lab]:
    """The models, deployed once for all tests of a module."""
    lab = Lab(engine)
    yield lab
    lab.close()


@pytest.fixture
def lab(lab_of_the_module: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The models, and no worker left from the test before."""
    monkeypatch.setattr(runtime, "POLL", 0.5)
    yield lab_of_the_module
    lab_of_the_module.stop()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Everything that the runtime logs."""
    lines: list[Any] = []

    class Log:
        def __getattr__(self, level: str):
            return lambda event, **facts: lines.append((level, event, facts))

    monkeypatch.setattr(execution, "log", Log())
    monkeypatch.setattr(runtime, "log", Log())
    return lines


def outcome(logged: list[Any]) -> str:
    """How the one task ended, waited for."""
    found = eventually(
        lambda: [facts["outcome"] for _, event, facts in logged if event == "task"],
        lambda: f"nothing logged: {logged}",
    )
    return found[-1]
