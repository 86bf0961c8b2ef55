"""The house's own models: nothing is open, and each shield is there for something."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workers import models
from workers.bpmn import BPMN, CAMUNDA
from workers.catalogue.shields import Summary, steps, summaries
from workers.catalogue.shields.flow import Flow
from workers.catalogue.shields.house import House
from workers.rest.deploy import model_files
from workers.settings import PROJECT
from workers.topics import catalogue

HOUSE = House(model_files(PROJECT), catalogue())
STEPS = [step for step in steps(HOUSE, ()) if step.context is None or step.graph.model.process]
SHIELDS = [
    (summary.file, summary.element, name)
    for summary in summaries(model_files(PROJECT), catalogue())
    for name in summary.shields
]


def test_nothing_is_open_in_the_house() -> None:
    assert models.findings(PROJECT) == []


@pytest.mark.parametrize(
    "file, element, name", SHIELDS, ids=[f"{file.stem}: {element}: {name}" for file, element, name in SHIELDS]
)
def test_every_shield_of_the_house_is_needed(file: Path, element: str, name: str) -> None:
    """Without it, exactly that variable is open at that step."""
    graph = HOUSE.graphs[file.stem]
    step = graph.model.elements[element]
    mapping = step.find(f"{BPMN}extensionElements/{CAMUNDA}inputOutput")
    shield = next(one for one in mapping if one.get("name") == name and one.tag == CAMUNDA + "inputParameter")
    place = list(mapping).index(shield)
    mapping.remove(shield)
    HOUSE.forget(step)
    try:
        assert {read for one in STEPS if one.element is step for read in Flow(HOUSE, one).readers} == {name}
    finally:
        mapping.insert(place, shield)
        HOUSE.forget(step)


def test_deploy_refuses_a_model_without_its_shield(tmp_path: Path) -> None:
    for folder in ("bpmn", "dmn", "forms", "engine"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("server"))
    model = tmp_path / "bpmn/shared/authorise-request.bpmn"
    shield = '<camunda:inputParameter name="requestedBy">${requestedBy}</camunda:inputParameter>'
    text = model.read_text()
    assert shield in text
    model.write_text(text.replace(shield, ""))
    found = [one for one in models.findings(tmp_path) if "UserTask_AnswerRequest" in one]
    assert len(found) == 1 and found[0].startswith(
        "bpmn/shared/authorise-request.bpmn: UserTask_AnswerRequest: its submission may also write "
        "requestedBy, which is read later by "
    )


def test_every_human_step_is_listed() -> None:
    listed: list[Summary] = summaries(model_files(PROJECT), catalogue())
    assert {(one.file.stem, one.element) for one in listed} == {
        (step.graph.model.process, step.element.get("id")) for step in STEPS
    }
    assert all(one.answers for one in listed)
