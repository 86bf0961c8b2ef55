"""What a person wrote into a form, read from the engine: the form that the task really had, and what was
written beyond it.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.case import Case, eventually
from tests.coverage import instrumented
from workers.forms.deployed import Deployed, NotDeployed
from workers.forms.submissions import LIMIT, Submissions
from workers.rest import codec
from workers.rest.deploy import deploy
from workers.rest.session import EngineSession
from workers.settings import settings

REPORT = "permanency-planning"
LAB = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  targetNamespace="lab">
  <bpmn:process id="lab-asking" isExecutable="true" camunda:historyTimeToLive="1">
    <bpmn:startEvent id="Start" /><bpmn:sequenceFlow id="a" sourceRef="Start" targetRef="Ask" />
    <bpmn:userTask id="Ask" name="Ask" camunda:formRef="{form}" camunda:formRefBinding="latest">
      <bpmn:extensionElements>
        <camunda:inputOutput>
          <camunda:inputParameter name="nextActions">${{JSON('[]')}}</camunda:inputParameter>
          <camunda:inputParameter name="shown">${{execution.getVariable('shown')}}</camunda:inputParameter>
          <camunda:inputParameter name="read">${{execution.getVariable('read')}}</camunda:inputParameter>
          <camunda:inputParameter
            name="shielded">${{execution.getVariable('shielded')}}</camunda:inputParameter>
          <camunda:outputParameter name="chosen">${{nextActions}}</camunda:outputParameter>
        </camunda:inputOutput>
        <camunda:taskListener event="create" expression="${{task.setVariableLocal('childId', 'somebody')}}" />
        <camunda:taskListener event="complete"
          expression="${{task.execution.setVariable('submittedBy', currentUser())}}" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="b" sourceRef="Ask" targetRef="Merge" />
    <bpmn:exclusiveGateway id="Merge" default="d" />
    <bpmn:sequenceFlow id="c" sourceRef="Merge" targetRef="Ask"><bpmn:conditionExpression
      xsi:type="bpmn:tFormalExpression">${{execution.getVariable('again') == true}}</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="d" sourceRef="Merge" targetRef="Look" /><bpmn:userTask id="Look" name="Look" />
  </bpmn:process>
</bpmn:definitions>"""
FORM = {
    "id": "lab-form",
    "type": "default",
    "components": [
        {"type": "textfield", "key": "name", "label": "Name", "id": "a"},
        {"type": "number", "key": "score", "label": "Score", "id": "b"},
        {
            "type": "checklist",
            "key": "nextActions",
            "label": "Next",
            "id": "c",
            "values": [{"value": "x", "label": "X"}],
        },
        {"type": "checkbox", "key": "again", "label": "Again", "id": "e"},
        {"type": "textfield", "key": "shown", "label": "Shown", "id": "d", "disabled": True},
        {"type": "textfield", "key": "read", "label": "Read", "id": "f", "readonly": True},
    ],
}


class Lab:
    """A process of one question, and people who answer it."""

    def __init__(self, engine: EngineSession):
        self.engine, self.deployments, self.form_deployment = engine, [], ""
        self.submissions = Submissions(engine, Deployed(engine))

    def put(self, name: str, text: str) -> str:
        self.deployments.append(
            self.engine.post(
                "/deployment/create", files={name: (name, text)}, data={"deployment-name": "lab"}
            ).json()["id"]
        )
        return self.deployments[-1]

    def remove(self, deployment: str) -> None:
        self.deployments.remove(deployment)
        self.engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")

    def without_inputs(self) -> None:
        """The step has no scope of its own."""
        self.put(
            "lab-asking.bpmn",
            re.sub(
                r"<camunda:inputOutput>.*</camunda:inputOutput>", "", LAB.format(form="lab-form"), flags=re.S
            ),
        )

    def begin(self, **variables: Any) -> str:
        return self.engine.call(
            "/process-definition/key/lab-asking/start",
            {"businessKey": f"lab-{uuid.uuid4().hex[:6]}", "variables": codec.encode(variables)},
        )["id"]

    def task(self, instance: str) -> str:
        return self.engine.fetch("/task", processInstanceId=instance)[0]["id"]

    def submit(self, instance: str, **answers: Any) -> str:
        self.engine.call(f"/task/{self.task(instance)}/submit-form", {"variables": codec.encode(answers)})
        return instance

    def names(self, instance: str) -> list[str]:
        return sorted(
            name
            for found in self.submissions.unexpected(instance, "lab-form")
            for name in found.details["names"]
        )


@pytest.fixture
def lab(engine: EngineSession) -> Iterator[Lab]:
    built = Lab(engine)
    built.put("lab-asking.bpmn", LAB.format(form="lab-form"))
    built.form_deployment = built.put("lab-form.form", json.dumps(FORM))
    yield built
    for deployment in [*built.deployments]:
        built.remove(deployment)


@pytest.fixture
def changed(engine: EngineSession, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Deploy a copy of the models in which one form is another: `changed(form, edit)`.

    Taken back when the test is over.
    """
    copy, before = (
        instrumented(settings().models, tmp_path),
        {row["id"] for row in engine.fetch("/deployment")},
    )

    def change(form: str, edit: Callable[[list[dict[str, Any]]], None]) -> None:
        file = next(copy.glob(f"forms/*/{form}.form"))
        content = json.loads(file.read_text())
        edit(content["components"])
        file.write_text(json.dumps(content))
        assert deploy(engine, copy).forms == [form]

    yield change
    for row in engine.fetch("/deployment"):
        if row["id"] not in before:
            engine.call(f"/deployment/{row['id']}?cascade=true", method="DELETE")


def recorded(case: Case, form: str) -> dict[str, Any]:
    """The form's row on the record, waited for."""

    def rows() -> list[dict[str, Any]]:
        return [
            row
            for entry in case.events("workstep-opened")
            for row in case.record.answers_of(entry["workstepId"])
            if row["form"] == form
        ]

    return eventually(rows, lambda: f"{form} is not on the record: {case.picture()}")[-1]


# the form that the task had ---------------------------------------------------------------------------------


def test_a_question_added_while_the_workers_run_is_on_the_record_in_its_words(case: Case, changed) -> None:
    case.start()
    case.do(REPORT)
    assert "favouriteSong" not in recorded(case, REPORT)["questions"]
    changed(
        REPORT,
        lambda parts: parts.append(
            {
                "type": "group",
                "id": "g1",
                "label": "19. Music",
                "components": [
                    {"type": "textfield", "key": "favouriteSong", "label": "Favourite song", "id": "f1"},
                    {"type": "number", "key": "songs", "label": "Songs known", "id": "f2"},
                ],
            }
        ),
    )
    case.do(
        "permanency-planning-authorisation",
        "team-manager",
        decision="returned",
        comments="An invented reason.",
    )
    case.do(REPORT, "social-worker", favouriteSong="An invented song.", songs=7)
    task = eventually(
        lambda: case.tasks("permanency-planning-authorisation"), lambda: f"not asked: {case.picture()}"
    )[0]
    row = recorded(case, REPORT)
    assert (row["answers"]["favouriteSong"], row["answers"]["songs"], row["questions"]["favouriteSong"]) == (
        "An invented song.",
        7,
        ["19. Music", "Favourite song"],
    )
    shown = case.person("team-manager").values(task["id"])["earlier"]
    assert {"section": "19. Music", "question": "Favourite song", "answer": "An invented song."} in shown
    assert not case.events("unexpected-variables")


def test_an_answer_on_a_page_loaded_before_the_question_went_is_kept_in_its_words(
    case: Case, changed
) -> None:
    case.start()
    case.task(REPORT)

    def remove(parts: list[dict[str, Any]]) -> None:
        for group in parts:
            group["components"] = [
                part for part in group.get("components", []) if part.get("key") != "lifeStory"
            ]

    changed(REPORT, remove)
    case.do(REPORT, lifeStory="An invented story.")
    row = recorded(case, REPORT)
    assert (
        row["answers"]["lifeStory"] == "An invented story."
        and row["questions"]["lifeStory"][1] != "lifeStory"
    )
    assert not case.events("unexpected-variables")


def test_what_a_form_held_that_is_gone_is_kept_by_its_keys(lab: Lab) -> None:
    instance = lab.submit(
        lab.begin(shielded="s", other="o"), name="An invented name", score=3, nextActions=["x"]
    )
    lab.remove(lab.form_deployment)
    kept = Submissions(lab.engine, Deployed(lab.engine)).last(instance, "lab-form")
    assert kept.answers == {"name": "An invented name", "score": 3, "nextActions": ["x"]}
    assert kept.words == {key: (None, key) for key in kept.answers}
    with pytest.raises(NotDeployed, match=r"form lab-form is not in the engine: .* run `homeward deploy`"):
        Deployed(lab.engine).form("lab-form")


def test_of_several_versions_a_task_had_those_of_its_time(lab: Lab) -> None:
    first = lab.submit(lab.begin(), name="One")
    lab.put(
        "lab-form.form",
        json.dumps(
            FORM | {"components": [{"type": "textfield", "key": "name", "label": "Full name", "id": "a"}]}
        ),
    )
    second = lab.submit(lab.begin(), name="Two")
    assert (
        lab.submissions.last(first, "lab-form").questions["name"].label,
        [*lab.submissions.last(second, "lab-form").questions],
    ) == ("Name", ["name"])
    assert lab.submissions.last(second, "lab-form").questions["name"].label == "Full name"


def test_a_form_under_another_files_name_is_found(lab: Lab) -> None:
    """Modeler deploys a file under whatever name it has; the engine knows the form by its id."""
    lab.put(
        "my draft (2).form",
        json.dumps(FORM | {"components": [{"type": "textfield", "key": "mine", "label": "Mine", "id": "m"}]}),
    )
    assert [*lab.submissions.last(lab.submit(lab.begin(), mine="x"), "lab-form").answers] == ["mine"]


def test_what_is_known_already_costs_one_request(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed, asked = Deployed(lab.engine), []
    deployed.form("lab-form")
    real = lab.engine.request
    monkeypatch.setattr(
        lab.engine, "request", lambda method, url, **more: asked.append(url) or real(method, url, **more)
    )
    deployed.form("lab-form")
    assert asked == ["/deployment"]


def test_a_variable_that_is_not_what_its_type_says_stops_nothing(lab: Lab) -> None:
    instance = lab.begin()
    lab.engine.call(
        f"/task/{lab.task(instance)}/submit-form",
        {
            "variables": {
                "name": {
                    "type": "Object",
                    "value": "no JSON",
                    "valueInfo": {
                        "objectTypeName": "java.lang.String",
                        "serializationDataFormat": "application/json",
                    },
                },
                "odd": {"type": "Bytes", "value": "AAAA"},
                "score": {"type": "Date", "value": "2026-11-02T00:00:00.000+0000"},
            }
        },
    )
    assert lab.submissions.last(instance, "lab-form").answers["name"] == "no JSON"
    assert lab.names(instance) == ["odd"]


def test_a_form_never_submitted_is_none(lab: Lab) -> None:
    assert lab.submissions.last(lab.begin(), "lab-form") is None


# the steps of a process -------------------------------------------------------------------------------------


def test_the_steps_of_a_process_are_those_deployed(engine: EngineSession) -> None:
    latest = engine.fetch("/process-definition", key="adm-permanence-decision", latestVersion=True)[0]["id"]
    steps = Deployed(engine).steps(latest)
    assert [(step.id, step.form_ref) for step in steps.values()] == [
        ("UserTask_RecordRecommendation", "adm-panel-record")
    ]
    step = steps["UserTask_RecordRecommendation"]
    assert {"nextActions"} <= step.inputs and "childId" in step.writes


def test_the_form_is_the_instances_where_the_model_says_so(lab: Lab) -> None:
    """Read from the instance, not from the task, whose copy a submission can write."""
    lab.put(
        "lab-asking.bpmn",
        LAB.format(form="${form}").replace(
            "name=\"shielded\">${execution.getVariable('shielded')}",
            "name=\"form\">${execution.getVariable('form')}",
        ),
    )
    instance = lab.submit(lab.begin(form="lab-form"), name="A", form="another")
    assert lab.submissions.last(instance, "lab-form").answers["name"] == "A"
    assert lab.names(instance) == ["form"]


# what is beyond the form ------------------------------------------------------------------------------------


def test_nothing_is_unexpected_of_an_honest_submission(lab: Lab) -> None:
    assert lab.names(lab.submit(lab.begin(shielded=1), name="A", score=None, nextActions=["x"])) == []


@pytest.mark.parametrize("name", ["extra", "shielded", "childId", "submittedBy", "chosen", "shown"])
def test_what_a_submission_held_beyond_its_form_is_named(lab: Lab, name: str) -> None:
    """A variable that nobody knows, one that the step shields, those that listeners and outputs write, a
    question that is only shown.
    """
    assert lab.names(lab.submit(lab.begin(), name="A", **{name: "a secret"})) == [name]


@pytest.mark.parametrize(
    "path, body",
    [
        ("/task/{task}/complete", lambda extra: {"variables": extra}),
        ("/task/{task}/variables", lambda extra: {"modifications": extra}),
        ("/task/{task}/localVariables", lambda extra: {"modifications": extra}),
        ("/task/{task}/resolve", lambda extra: {"variables": extra}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_way_it_was_written(lab: Lab, path: str, body: Callable[[Any], Any]) -> None:
    instance = lab.begin()
    lab.engine.call(path.format(task=lab.task(instance)), body(codec.encode({"extra": 1, "shielded": 2})))
    assert lab.names(instance) == ["extra", "shielded"]


def test_what_an_operator_writes_into_an_instance_is_not_taken_for_the_persons(lab: Lab) -> None:
    for prepare in (lambda: None, lab.without_inputs):
        prepare()
        instance = lab.begin()
        lab.engine.call(
            f"/process-instance/{instance}/variables",
            {"modifications": codec.encode({"socialWorker": "another"})},
        )
        assert lab.names(instance) == []
        assert lab.names(lab.submit(instance, name="A", extra=1)) == ["extra"]


def test_what_came_with_a_submission_that_was_refused_is_named_too(lab: Lab) -> None:
    instance = lab.submit(lab.submit(lab.begin(), again=True, extra=1), again=False, name="A")
    found = lab.submissions.unexpected(instance, "lab-form")
    assert [row.details for row in found] == [{"form": "lab-form", "names": ["extra"]}] and found[
        0
    ].key != lab.submissions.last(instance, "lab-form").task["id"]


def test_names_are_printable_short_and_few(lab: Lab) -> None:
    names = [f"n{number}" for number in range(60)] + ["x" * 65, "a\nb", "\u202eevil"]
    found = lab.submissions.unexpected(lab.submit(lab.begin(), **dict.fromkeys(names, 1)), "lab-form")[0]
    assert len(found.details["names"]) == 50 and found.details["more"] == len(names) - 50
    assert set(found.details["names"]) <= set(names[:60])


def test_a_flood_is_counted_and_not_read(lab: Lab) -> None:
    found = lab.submissions.unexpected(
        lab.submit(lab.begin(), **{f"n{number}": 1 for number in range(LIMIT + 100)}), "lab-form"
    )[0]
    assert len(found.details["names"]) == 50 and found.details["more"] > LIMIT


def test_it_is_on_the_record_by_whom_and_in_the_status_and_its_value_nowhere(case: Case, homeward) -> None:
    case.start()
    case.do(REPORT, managerActions=["canary-4711"], favouriteColour="canary-4711")
    entry = case.event("unexpected-variables")
    assert (entry["by"], entry["details"]["form"], sorted(entry["details"]["names"])) == (
        "social-worker",
        REPORT,
        ["favouriteColour", "managerActions"],
    )
    assert "canary-4711" not in json.dumps([case.record.chronology(case.child), recorded(case, REPORT)])
    shown = [
        row
        for row in json.loads(homeward("status", "--json").out)["unexpected"]
        if row["childId"] == case.child
    ]
    assert [(row["form"], sorted(row["names"]), row["by"], row["at"]) for row in shown] == [
        (REPORT, ["favouriteColour", "managerActions"], "social-worker", entry["at"])
    ]
    assert "“SC Child's Permanence Report C0054” by Social Worker (demo): " in homeward("status").out


def test_an_acknowledgement_is_watched_too(case: Case) -> None:
    case.start(teamManager="team-manager")
    case.do(REPORT, requests=["allocate-parallel-planning"])
    case.do("acknowledge-notification", "team-manager", requestKey="another")
    assert case.event("unexpected-variables", form="acknowledge-notification")["details"]["names"] == [
        "requestKey"
    ]


def test_it_is_noted_when_the_step_is_closed_early(case: Case, homeward) -> None:
    case.start()
    case.engine.call(
        f"/task/{case.task(REPORT, 'social-worker')['id']}/variables",
        {"modifications": codec.encode({"extra": 1, "childWishes": "An invented wish."})},
    )
    assert homeward("withdraw", case.child, "--reason", "other").code == 0
    case.over(case.pathway)
    assert case.event("unexpected-variables")["details"] == {"form": REPORT, "names": ["extra"]}
    assert recorded(case, REPORT)["answers"]["childWishes"] == "An invented wish.", (
        "written through the task, and never submitted"
    )


def test_a_draft_reaches_the_record_when_the_step_is_closed_early(case: Case, homeward) -> None:
    case.start()
    worker, task = case.person("social-worker"), case.task(REPORT, "social-worker")["id"]
    worker.claim(task)
    for wishes in ("An inv", "An invented wish."):
        answers = {"childWishes": wishes, "childName": "Somebody else", "school": ""}
        worker.session.call(
            f"/task/{task}/localVariables/draft", codec.encode({"x": {"answers": answers}})["x"], method="PUT"
        )
    assert homeward("withdraw", case.child, "--reason", "other").code == 0
    case.over(case.pathway)
    kept = recorded(case, REPORT)["answers"]
    assert kept["childWishes"] == "An invented wish."
    assert kept.get("childName") != "Somebody else"
    assert not case.events("unexpected-variables")


def test_what_a_form_only_shows_is_read_from_the_process_and_not_from_the_submission(lab: Lab) -> None:
    instance = lab.submit(
        lab.begin(shown="true", read="true"), name="An invented name.", shown="forged", read="forged"
    )
    given = lab.submissions.last(instance, "lab-form")
    assert given and {key: given.answers[key] for key in ("name", "shown", "read")} == {
        "name": "An invented name.",
        "shown": "true",
        "read": "true",
    }
