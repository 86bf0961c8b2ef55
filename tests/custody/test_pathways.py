"""The commands on any pathway, not on permanence alone: one of a single step, which only these tests know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.beside import deployed
from tests.case import Case, eventually

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="x" id="Definitions_Errand">
<process id="errand" name="Errand" isExecutable="true" camunda:historyTimeToLive="P1D">
 <startEvent id="Start"/><sequenceFlow id="Flow_1" sourceRef="Start" targetRef="Task_Open"/>
 <serviceTask id="Task_Open" camunda:type="external" camunda:topic="open-pathway">
  <extensionElements><camunda:inputOutput>
   <camunda:outputParameter name="alreadyOpen">${alreadyOpen}</camunda:outputParameter>
  </camunda:inputOutput></extensionElements>
 </serviceTask>
 <sequenceFlow id="Flow_2" sourceRef="Task_Open" targetRef="Gateway"/>
 <exclusiveGateway id="Gateway" default="Flow_3"/>
 <sequenceFlow id="Flow_3" sourceRef="Gateway" targetRef="Task_Run"/>
 <sequenceFlow id="Flow_4" sourceRef="Gateway" targetRef="End_Refused">
  <conditionExpression xsi:type="tFormalExpression">${alreadyOpen}</conditionExpression></sequenceFlow>
 <userTask id="Task_Run" name="Run the errand" camunda:candidateGroups="social-worker"/>
 <sequenceFlow id="Flow_5" sourceRef="Task_Run" targetRef="End"/>
 <endEvent id="End"/><endEvent id="End_Refused"/>
</process></definitions>"""


@pytest.fixture(scope="module")
def errand(engine, workers):
    with deployed(engine, "errand", MODEL) as process:
        yield process


def start(homeward, case: Case, *options: str) -> Any:
    return homeward("start", case.child, "--pathway", "errand", "--unregistered", *options)


def test_any_pathway_is_opened_counted_and_refused_a_second_time(case: Case, errand, homeward):
    opened = json.loads(start(homeward, case, "--json").out)
    (instance,) = case.engine.fetch("/process-instance", businessKey=case.child)
    assert opened == {
        "childId": case.child,
        "pathway": errand,
        "pathwayId": instance["id"],
        "authority": "camden",
    }
    case.start()
    case.task("permanency-planning")
    status = json.loads(homeward("status", "--json").out)
    assert (
        status["pathways"][errand] == 1
        and status["pathways"]["permanence"] >= 1
        and status["open"] == sum(status["pathways"].values())
    )
    assert f"{errand} 1" in homeward("status").out
    said = start(homeward, case)
    assert said.code == 1 and f"{case.child} has an open errand pathway already" in said.err


def test_a_pathway_that_fails_at_its_start_says_why(case: Case, errand, homeward):
    model = case.engine.fetch("/process-definition/key/errand")
    said = start(homeward, case, "--iro", "iro")
    assert said.code == 0 and model["key"] == errand
    case.engine.call(
        f"/process-instance/{case.engine.fetch('/process-instance', businessKey=case.child)[0]['id']}",
        method="DELETE",
    )
    assert start(homeward, case).code == 0  # what was deleted behind our back holds nothing up


def test_a_pathway_that_cannot_be_withdrawn_is_not_called_closed(case: Case, errand, homeward):
    said = homeward("withdraw", case.child, "--pathway", errand, "--reason", "other")
    assert said.code == 1 and f"{case.child} has no open errand pathway" in said.err
    start(homeward, case)
    said = homeward("withdraw", case.child, "--pathway", errand, "--reason", "other")
    assert (
        said.code == 1
        and f"errand of {case.child} waits for no message withdraw-errand" in said.err
        and said.err.count("\n") == 1
    )
    for row in case.engine.fetch("/process-instance", businessKey=case.child):
        case.engine.call(f"/process-instance/{row['id']}", method="DELETE")
    eventually(lambda: case.is_over(), lambda: str(case.picture()))
