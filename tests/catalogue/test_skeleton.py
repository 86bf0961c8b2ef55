"""The house's models keep the skeleton; each rule of it finds the faults that it is there for."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.pathways.conftest import SECOND
from workers import models
from workers.catalogue.skeleton import RULES, findings
from workers.rest.deploy import model_files
from workers.settings import PROJECT

FILES = model_files(PROJECT)
FAULTS = tomllib.loads((Path(__file__).parent / "skeleton.toml").read_text())
EACH = {f"{rule}: {name}": fault for rule, faults in FAULTS.items() for name, fault in faults.items()}


def test_the_house_keeps_it() -> None:
    assert findings(FILES) == []


@pytest.mark.parametrize("fault", EACH.values(), ids=EACH)
def test_fault_is_found(fault: dict[str, Any], tmp_path: Path) -> None:
    (file,) = [file for file in FILES if file.name == f"{fault['in']}.bpmn"]
    text, good = file.read_text(), fault["good"]
    assert good in text, "the model has changed: the fault no longer applies"
    renamed = re.fullmatch(r'"?[A-Z]\w+"?', good)
    (tmp_path / file.name).write_text(text.replace(good, fault.get("bad", ""), -1 if renamed else 1))
    found = findings([tmp_path / file.name, *(other for other in FILES if other != file)])
    assert any(one.element == fault["at"] and fault["says"] in one.what for one in found), found


def test_every_rule_has_a_fault() -> None:
    assert FAULTS.keys() == {*RULES, "declared"}


def test_deploy_refuses_what_lacks_a_part_of_it(tmp_path: Path) -> None:
    for folder in ("bpmn", "dmn", "forms", "engine"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("server"))
    model = tmp_path / "bpmn/permanence/update-permanence-plan.bpmn"
    model.write_text(model.read_text().replace('"Task_CloseWorkstep"', '"Task_Close"'))
    assert models.findings(tmp_path) == [
        "bpmn/permanence/update-permanence-plan.bpmn: Task_Close: has topic close-workstep: "
        "call it Task_CloseWorkstep"
    ]


def test_duties_that_nobody_planned_are_found(tmp_path: Path) -> None:
    review = SECOND / "bpmn/care-review/care-review.bpmn"
    for name, at in (("duties", "Activity_Before"), ("standingDuties", "Activity_Standing")):
        (tmp_path / review.name).write_text(
            review.read_text().replace(
                f'<camunda:outputParameter name="{name}">', '<camunda:outputParameter name="others">', 1
            )
        )
        [found] = findings([tmp_path / review.name, *FILES])
        assert found.element == at and f"with the output {name} stand right before it" in found.what
