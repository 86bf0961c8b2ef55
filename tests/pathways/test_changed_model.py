"""A pathway whose model changes while a case is under way: the case follows, and is finished by it."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.case import Case, eventually
from tests.pathways.conftest import deploy_beside, project
from workers import scaffold
from workers.rest.session import EngineSession
from workers.scaffold import Workstep

TASK, WRITE, PREPARE = "Write the record of the visit", "Write up the visit", "UserTask_Prepare"
REMINDER = """
    <bpmn:boundaryEvent id="Timer_{0}" name="{0} reminder" cancelActivity="false"
      attachedToRef="UserTask_FillIn">
      <bpmn:outgoing>Flow_{0}</bpmn:outgoing>
      <bpmn:timerEventDefinition id="TimerEventDefinition_{0}">
        <bpmn:timeDate xsi:type="bpmn:tFormalExpression">{1}</bpmn:timeDate>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="Flow_{0}" sourceRef="Timer_{0}" targetRef="End_{0}" />
    <bpmn:endEvent id="End_{0}" name="{0} reminder told">
      <bpmn:incoming>Flow_{0}</bpmn:incoming>
    </bpmn:endEvent>
"""
REMINDERS = REMINDER.format("First", "2026-01-01T10:00:00") + REMINDER.format("Second", "2037-01-01T10:00:00")
BEFORE = f"""
    <bpmn:sequenceFlow id="Flow_ToPrepared" sourceRef="Gateway_Merge" targetRef="Gateway_Prepared" />
    <bpmn:exclusiveGateway id="Gateway_Prepared" name="Prepared?" default="Flow_NotPrepared" />
    <bpmn:sequenceFlow id="Flow_NotPrepared" sourceRef="Gateway_Prepared" targetRef="{PREPARE}" />
    <bpmn:userTask id="{PREPARE}" name="Prepare the visit" />
    <bpmn:sequenceFlow id="Flow_ToFillIn" sourceRef="{PREPARE}" targetRef="UserTask_FillIn" />
"""
TO_FILL_IN = '<bpmn:sequenceFlow id="Flow_ToFillIn" sourceRef="Gateway_Merge" targetRef="UserTask_FillIn" />'


def deploy(engine: EngineSession, *files: Path) -> None:
    engine.post(
        "/deployment/create",
        files={file.name: (file.name, file.read_bytes()) for file in files},
        data={"deployment-name": "changed"},
    )


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))


@pytest.fixture
def step(engine: EngineSession, tmp_path: Path) -> Workstep:
    """The workstep of a new pathway, `<step>-pathway`, with two reminders: of long ago, and of later."""
    name = f"visit-{uuid.uuid4().hex[:6]}"
    made = Workstep(name, "Placement visit", "social-worker", "Record of the visit")
    scaffold.new_pathway(project(tmp_path), f"{name}-pathway", "Placement visits", made)
    change(workstep(tmp_path, made), "<bpmn:subProcess id=", f"{REMINDERS}<bpmn:subProcess id=")
    deploy_beside(engine, tmp_path)
    return made


def workstep(folder: Path, step: Workstep) -> Path:
    return folder / f"bpmn/{step.name}-pathway/{step.name}.bpmn"


def test_a_case_follows_the_changed_model_and_is_finished_by_it(
    case: Case, step: Workstep, engine: EngineSession, tmp_path: Path, homeward
):
    pathway = f"{step.name}-pathway"
    with case.record.transaction() as tx:
        tx.register_child(case.child, name="Robin Example", by="demo")
    case.start(pathway, socialWorker="social-worker")
    task = case.task(step.name)
    instance = task["processInstanceId"]
    eventually(lambda: taken(case, instance, "Timer_First"), lambda: "the first reminder is not told")

    model = workstep(tmp_path, step)
    change(model, TASK, WRITE)
    change(model, TO_FILL_IN, BEFORE)
    change(model.with_stem(pathway), "Placement visits of one child", "Visits of one child")
    deploy(engine, model, model.with_stem(pathway))

    models = {"HOMEWARD_MODELS": str(tmp_path)}
    shown = homeward("migrate", pathway, step.name, "--dry-run", **models)
    assert shown.code == 0 and WRITE in shown.out and "in the way" not in shown.out, shown
    for _ in range(2):  # said again, nothing is left, and nothing is told twice
        done = homeward("migrate", pathway, step.name, "--yes", **models)
        assert done.code == 0, done
    assert done.out.startswith("no cases to migrate")

    assert [one["details"] for one in case.events("model-changed")] == [
        {"model": pathway, "version": 2},
        {"model": step.name, "version": 2},
    ]
    told = homeward("chronology", case.child, **models).out
    assert "had Placement visit follow its changed model from now on (version 2)" in told

    assert case.task(step.name)["id"] == task["id"], "the task stays whose it was"
    assert case.timer("Timer_Second", instance)["dueDate"].startswith("2037-01-01")
    case.submit(step.name, "social-worker")
    case.over(case.pathway)
    assert case.record.latest_answers(case.child, form=step.name)
    assert taken(case, instance, "Timer_First") == 1 and not taken(case, instance, PREPARE)


def taken(case: Case, instance: str, element: str) -> int:
    return int(
        case.engine.fetch(
            "/history/activity-instance/count", processInstanceId=instance, activityId=element, finished=True
        )["count"]
    )
