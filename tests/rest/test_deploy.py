"""Deployment: all models or none, a second time none; what is wrong is named with file, element and line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.rest.deploy import DeployError, deploy
from workers.settings import settings

BPMN, DMN, FORM = (
    "bpmn/shared/authorise-request.bpmn",
    "dmn/routing/authorise-request.dmn",
    "forms/shared/authorise-request.form",
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Three models under names of their own, to be spoilt."""
    for file in (BPMN, DMN, FORM):
        target = tmp_path / file.replace("authorise-request", "lab-request")
        target.parent.mkdir(parents=True)
        target.write_text((settings().models / file).read_text().replace("authorise-request", "lab-request"))
    return tmp_path


@pytest.fixture
def definitions(engine) -> Callable[[], int]:
    return lambda: engine.fetch("/process-definition/count", key="lab-request")["count"]


def remove(engine) -> None:
    for row in engine.fetch("/deployment"):
        if (
            engine.fetch("/process-definition/count", key="lab-request", deploymentId=row["id"])["count"]
            or row["name"] == "lab"
        ):
            engine.call(f"/deployment/{row['id']}?cascade=true", method="DELETE")


def test_unchanged_models_are_not_deployed_again(engine, models, definitions):
    try:
        first = deploy(engine, models)
        assert (first.processes, first.forms) == (["lab-request"], ["lab-request"])
        again = deploy(engine, models)
        assert (again.files, again.processes, again.decisions, again.forms, definitions()) == (
            3,
            [],
            [],
            [],
            1,
        )
        file = models / BPMN.replace("authorise-request", "lab-request")
        file.write_text(file.read_text().replace("Answer the request", "Answer it"))
        changed = deploy(engine, models)
        assert (changed.processes, changed.forms, definitions()) == (["lab-request"], [], 2)
    finally:
        remove(engine)


def test_a_form_that_has_changed_is_named(engine, models, homeward, monkeypatch):
    try:
        deploy(engine, models)
        spoil(models, "form", "Comments", "What you want to say")
        monkeypatch.setenv("HOMEWARD_MODELS", str(models))
        said = homeward("deploy", "--unchecked", "--json")
        assert json.loads(said.out) == {
            "files": 3,
            "processes": [],
            "decisions": [],
            "forms": ["lab-request"],
        }
        assert "changed: nothing" in homeward("deploy", "--unchecked").out
        spoil(models, "form", "What you want to say", "Comments")
        assert "changed: lab-request" in homeward("deploy", "--unchecked").out
    finally:
        remove(engine)


def spoil(models: Path, kind: str, old: str, new: str) -> None:
    file = next(models.glob(f"*/*/lab-request.{kind}"))
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    "kind, old, new, said",
    [
        (
            "bpmn",
            "camunda:topic=",
            "topicless=",
            ["lab-request.bpmn: ", "topic", "(line ", "element MessageEventDefinition_"],
        ),
        ("bpmn", "sourceRef=", "from=", ["lab-request.bpmn: ", "sourceRef", "(line ", "element Flow_"]),
        (
            "bpmn",
            'isExecutable="true"',
            'isExecutable="false"',
            ["lab-request.bpmn: process lab-request is not executable: tick Executable in Modeler"],
        ),
        (
            "bpmn",
            'process id="lab-request"',
            'process id="another"',
            ["lab-request.bpmn: must hold one process whose id is lab-request"],
        ),
        ("bpmn", "</bpmn:process>", "", ["lab-request.bpmn: cannot be read: mismatched tag: line "]),
        ("dmn", "</decision>", "", ["lab-request.dmn: cannot be read: mismatched tag: line "]),
        ("dmn", 'hitPolicy="FIRST"', 'hitPolicy="LAST"', ["lab-request.dmn", "its log says why"]),
        ("form", ",", "", ["lab-request.form: cannot be read: Expecting ',' delimiter: line "]),
    ],
    ids=[
        "no topic",
        "schema",
        "not executable",
        "other id",
        "BPMN no XML",
        "DMN no XML",
        "DMN refused",
        "form no JSON",
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_deployed(engine, models, definitions, kind, old, new, said):
    spoil(models, kind, old, new)
    with pytest.raises(DeployError) as error:
        deploy(engine, models)
    assert "\n" not in str(error.value) and all(part in str(error.value) for part in said), str(error.value)
    assert definitions() == 0


def test_two_files_of_one_name_are_refused(engine, models):
    (models / "bpmn/other").mkdir()
    shutil.copy(next(models.glob("bpmn/*/lab-request.bpmn")), models / "bpmn/other")
    with pytest.raises(DeployError, match=r"lab-request\.bpmn: 2 files of this name"):
        deploy(engine, models)


def test_a_folder_without_models_is_refused(engine, tmp_path):
    with pytest.raises(DeployError, match="no models in"):
        deploy(engine, tmp_path)
