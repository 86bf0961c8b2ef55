"""What the check of the shields takes for granted of the engine: where a submission lands, and what undoes
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.case import Case
from tests.homeward import Said
from workers.catalogue.shields.behaviour import CARRIED
from workers.rest import codec
from workers.rest.session import EngineSession

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="shields">
"""
CALLED = (
    HEAD
    + """
  <process id="shields-called" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Scope" />
    <subProcess id="Scope">
      <extensionElements>
        <camunda:inputOutput>
          <camunda:inputParameter name="inner">kept</camunda:inputParameter>
        </camunda:inputOutput>
      </extensionElements>
      <startEvent id="Begin" /><sequenceFlow id="b" sourceRef="Begin" targetRef="Ask" />
      <userTask id="Ask">
        <extensionElements>
          <camunda:inputOutput>
            <camunda:inputParameter
              name="shielded">${execution.getVariable('shielded')}</camunda:inputParameter>
            <camunda:inputParameter name="absent">${execution.getVariable('absent')}</camunda:inputParameter>
            <camunda:inputParameter name="lost">kept</camunda:inputParameter>
            <camunda:outputParameter name="passedOn">${shielded}</camunda:outputParameter>
            <camunda:outputParameter name="order">
              ${execution.getVariable('ended') == null ? 'first' : 'second'}
            </camunda:outputParameter>
          </camunda:inputOutput>
          <camunda:taskListener event="create" expression="${task.setVariableLocal('own', own)}" />
          <camunda:taskListener event="complete"
            expression="${task.execution.setVariable('by', 'listener')}" />
          <camunda:taskListener event="complete"
            expression="${task.execution.setVariable('lost', 'listener')}" />
          <camunda:executionListener event="end" expression="${execution.setVariable('ended', true)}" />
        </extensionElements>
      </userTask>
      <sequenceFlow id="c" sourceRef="Ask" targetRef="Done" /><endEvent id="Done" />
    </subProcess>
    <sequenceFlow id="d" sourceRef="Scope" targetRef="Wait" /><userTask id="Wait" />
  </process>
</definitions>"""
)
CALLER = (
    HEAD
    + """
  <process id="shields-caller" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Call" />
    <callActivity id="Call" calledElement="shields-called">
      <extensionElements>
        <camunda:in source="shielded" target="shielded" /><camunda:in source="own" target="own" />
        <camunda:out source="fresh" target="taken" />
      </extensionElements>
    </callActivity>
    <boundaryEvent id="Caught" attachedToRef="Call" cancelActivity="false">
      <escalationEventDefinition escalationRef="Now" />
    </boundaryEvent>
    <sequenceFlow id="b" sourceRef="Caught" targetRef="Seen" /><endEvent id="Seen" />
  </process>
  <escalation id="Now" escalationCode="now" />
</definitions>"""
)
FORGED = dict.fromkeys(("shielded", "absent", "own", "inner", "by", "fresh", "lost"), "forged")


@pytest.fixture(scope="module")
def lab(engine: EngineSession) -> Iterator[EngineSession]:
    files = {
        name: (name, text)
        for name, text in (("shields-called.bpmn", CALLED), ("shields-caller.bpmn", CALLER))
    }
    deployment = engine.post("/deployment/create", files=files, data={"deployment-name": "shields"}).json()[
        "id"
    ]
    yield engine
    engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


def begun(lab: EngineSession, process: str) -> str:
    return lab.call(
        f"/process-definition/key/{process}/start",
        {"variables": codec.encode({"shielded": "true one", "own": "true one"})},
    )["id"]


def task(lab: EngineSession, instance: str) -> str:
    return lab.fetch("/task", processInstanceId=instance)[0]["id"]


def held(lab: EngineSession, instance: str) -> dict[str, Any]:
    """The variables of the process itself."""
    return {
        row["name"]: row["value"]
        for row in lab.fetch("/variable-instance", processInstanceIdIn=instance)
        if row["executionId"] == instance and not row["taskId"]
    }


@pytest.mark.parametrize("door", ["submit-form", "complete"])
def test_where_a_submission_lands(lab: EngineSession, door: str) -> None:
    instance = begun(lab, "shields-called")
    lab.call(f"/task/{task(lab, instance)}/{door}", {"variables": codec.encode(FORGED)})
    after = held(lab, instance)
    assert after["fresh"] == "forged", "what nobody holds becomes a variable of the process"
    assert after["shielded"] == "true one", (
        "an input parameter of the same name takes the write and ends with the step"
    )
    assert "absent" not in after, "so does one that holds nothing"
    assert after["passedOn"] == "forged", "but an output parameter carries it out"
    assert "inner" not in after, "an input parameter of the sub-process around takes it too"
    assert after["by"] == "listener", "a complete listener comes after the submission"
    assert "lost" not in after, "what a listener sets under the name of an input parameter is lost"
    assert after["own"] == ("true one" if door == "submit-form" else "forged"), (
        "`complete` writes past the task's own variables"
    )
    assert after["order"] == "second", "end listeners come before output parameters"


def test_an_escalation_writes_while_the_step_stays_open_and_brings_the_outputs_to_its_catcher(
    lab: EngineSession,
) -> None:
    caller = begun(lab, "shields-caller")
    called = lab.fetch("/process-instance", superProcessInstance=caller)[0]["id"]
    lab.call(
        f"/task/{task(lab, called)}/bpmnEscalation",
        {"escalationCode": "now", "variables": codec.encode(FORGED)},
    )
    assert held(lab, called)["fresh"] == "forged" and held(lab, called)["shielded"] == "true one"
    assert held(lab, caller)["taken"] == "forged"
    assert lab.fetch("/task", processInstanceId=called), "the step is still open"


def test_a_message_writes_over_what_was_sent_before_it(case: Case, homeward: Callable[..., Said]) -> None:
    """What the check takes a message to bring, it brings each time: nobody is named in advance."""
    case.start(withdrawnBy="forged", withdrawReason="forged", withdrawComments="forged")
    case.submit(
        "permanency-planning",
        "social-worker",
        nextActions=["adm-permanence-decision"],
        closedBy="forged",
        closeReason="forged",
    )
    case.came_back("permanency-planning", "social-worker")
    assert homeward("withdraw", case.child, "--reason", "left-care", "--by", "team-manager").code == 0
    case.ended()
    (withdrawn,), (closed,) = case.events("withdrawn"), case.events("workstep-closed")
    assert withdrawn["by"] == closed["by"] == "team-manager"
    assert "forged" not in f"{withdrawn['details']} {closed['details']}"
    assert {name for names in CARRIED.values() for name in names} == {
        "closedBy",
        "closeReason",
        "withdrawReason",
        "withdrawComments",
        "withdrawnBy",
    }
