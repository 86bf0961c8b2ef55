"""The catalogue, what carries it, and the two commands that tell."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.homeward import Said
from workers.requirements import Catalogue, CatalogueError
from workers.requirements.carriers import Carrier, carriers, mentions
from workers.requirements.coverage import counts, status, unknown
from workers.settings import PROJECT

Homeward = Callable[..., Said]

ROWS = """
- {id: PERM-001, process: permanence, step: review, kind: rule, says: One., actor: [iro], automate: gateway,
   source: {seed: guide.txt, authority: unnamed, section: Introduction, line: 3}}
- {id: PERM-002, process: permanence, step: review, kind: role, says: Two., actor: [iro],
   automate: manual-guidance,
   source: {seed: guide.txt, authority: unnamed, section: Introduction, line: 4}}
- {id: PERM-003, process: permanence, step: plan, kind: form, says: Three., actor: [iro], automate: form,
   timescale: {amount: 0, unit: hours, relative: before, to: the meeting},
   source: {seed: guide.txt, authority: unnamed, section: Plan, line: 5}}
"""
SOURCES = '["guide.txt"]\ntitle = "A guide"\nedition = "version 1"\nauthority = "unnamed"\n'
SAMPLE = PROJECT / "tests/models/faults/sample"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sample of the model checks, whose models name PERM-001, with a catalogue of its own and a test."""
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    folder = tmp_path / "docs/requirements"
    folder.mkdir(parents=True)
    (folder / "guide.yaml").write_text(ROWS)
    (folder / "sources.toml").write_text(SOURCES)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/guide.feature").write_text("Feature: guide\n  # PERM-001\n  Scenario: one\n")
    return tmp_path


def spoil(file: Path, good: str, bad: str) -> None:
    text = file.read_text()
    assert good in text
    file.write_text(text.replace(good, bad))


# what carries it --------------------------------------------------------------------------------------------


def test_models_carry_what_their_elements_name(project: Path) -> None:
    process, table, form = (
        "bpmn/sample-request.bpmn",
        "dmn/routing/sample-request.dmn",
        "forms/sample-request.form",
    )
    assert carriers(project)["PERM-001"] == [
        Carrier("PERM-001", process, "userTask", "UserTask_RecordRequest", "Record request"),
        Carrier("PERM-001", table, "rule", "Rule_Help", "Sample request routing"),
        Carrier("PERM-001", table, "rule", "Rule_Otherwise", "Sample request routing"),
        Carrier("PERM-001", form, "checklist", "Checklist_NextActions", "Next actions"),
    ]


def test_topics_carry_what_their_contracts_name() -> None:
    topic = Carrier("PERM-081", "workers/topics/deadline_news.py", "topic", "remind", "")
    assert topic in carriers(PROJECT)["PERM-081"]


def test_a_file_that_cannot_be_read_carries_nothing(project: Path) -> None:
    for file in (*project.glob("bpmn/*"), *project.glob("dmn/*/*"), *project.glob("forms/*")):
        file.write_text("<")
    assert "PERM-001" not in carriers(project)


def test_a_test_names_it_and_carries_nothing(project: Path) -> None:
    spoil(project / "tests/guide.feature", "PERM-001", "PERM-003")
    assert [(one.file, one.line) for one in mentions(project, "PERM-003")] == [("tests/guide.feature", 2)]
    assert "PERM-003" not in carriers(project) and not mentions(project, "PERM-001")


def test_what_nothing_names_is_missing_unless_people_do_it(project: Path) -> None:
    catalogue, found = Catalogue(project), carriers(project)
    assert [status(row, found) for row in catalogue.values()] == ["carried", "guidance", "missing"]
    assert counts(catalogue.values(), found) == [
        {"file": "guide", "process": "permanence", "carried": 1, "guidance": 1, "missing": 1, "all": 3}
    ]


@pytest.mark.parametrize("identifier", ["PERM-999", "PERM-1", "PREM-001"])
@pytest.mark.parametrize("file", ["bpmn/sample-request.bpmn", "forms/sample-request.form"])
def test_an_id_that_no_row_has_is_unknown(project: Path, file: str, identifier: str) -> None:
    spoil(project / file, "PERM-001", identifier)
    assert {(one.file, one.requirement) for one in unknown(Catalogue(project), named(project))} == {
        (file, identifier)
    }


def test_a_rule_of_law_is_not_unknown(project: Path) -> None:
    spoil(project / "forms/sample-request.form", "PERM-001", "ENG-01")
    assert unknown(Catalogue(project), named(project)) == []


def named(project: Path) -> dict[str, list[Carrier]]:
    """What the project's own files name: topics belong to the package."""
    found = {name: [one for one in those if one.kind != "topic"] for name, those in carriers(project).items()}
    return {name: those for name, those in found.items() if those}


# the catalogue ----------------------------------------------------------------------------------------------


def test_every_row_has_a_source_that_is_described() -> None:
    catalogue = Catalogue(PROJECT)
    assert {row["source"]["seed"] for row in catalogue.values()} == catalogue.documents.keys()
    assert len(catalogue) == 1470 and all(catalogue.source(row) for row in catalogue.values())


def test_what_is_no_catalogue_is_said_in_one_line(project: Path) -> None:
    (project / "docs/requirements/guide.yaml").write_text("- a: [\n")
    with pytest.raises(CatalogueError, match=r"guide\.yaml: holds no list of requirements"):
        Catalogue(project)
    (project / "docs/requirements/guide.yaml").write_text("a: b\n")
    with pytest.raises(CatalogueError, match=r"guide\.yaml: holds no list of requirements"):
        Catalogue(project)
    (project / "docs/requirements/guide.yaml").unlink()
    with pytest.raises(CatalogueError, match=r"no requirements in .*docs/requirements"):
        Catalogue(project)


# the commands -----------------------------------------------------------------------------------------------


def test_requirement_tells_what_is_asked_by_whom_and_what_carries_it(
    project: Path, homeward: Homeward
) -> None:
    said = homeward("requirement", "PERM-001", "--json", HOMEWARD_MODELS=str(project))
    found = json.loads(said.out)
    assert (said.code, found["says"], found["status"]) == (0, "One.", "carried")
    assert found["document"]["title"] == "A guide" and found["source"]["line"] == 3
    assert [one["element"] for one in found["carriers"]] == [
        "UserTask_RecordRequest",
        "Rule_Help",
        "Rule_Otherwise",
        "Checklist_NextActions",
    ]
    assert [(one["file"], one["line"]) for one in found["tests"]] == [("tests/guide.feature", 2)]
    page = homeward("requirement", "PERM-001", HOMEWARD_MODELS=str(project)).out
    assert "One." in page and "A guide (version 1), Introduction, line 3" in page
    assert "UserTask_RecordRequest" in page and "tests/guide.feature" in page


def test_requirement_says_what_nothing_carries(project: Path, homeward: Homeward) -> None:
    said = homeward("requirement", "PERM-003", HOMEWARD_MODELS=str(project))
    assert said.code == 0 and said.out.startswith("PERM-003: permanence, plan, form, form: missing\nThree.\n")
    assert "timescale  before: the meeting\n" in said.out and "Carried by" not in said.out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("requirement", "PERM-01"), "no requirement PERM-01: near are PERM-001"),
        (("requirement", "perm-001"), "no requirement perm-001: near are PERM-001"),
        (("requirement", "nonsense"), "no requirement nonsense: ids are written as PERM-001"),
        (("requirement", "ENG-05"), "ENG-05 is a rule of law: see `homeward deadline --list`"),
        (
            ("requirements", "--process", "permanense"),
            "no requirements of process permanense: there are permanence",
        ),
    ],
)
def test_what_does_not_exist_is_wrong_use(
    project: Path,
    homeward: Homeward,
    arguments: tuple[str, ...],
    error: str,
) -> None:
    said = homeward(*arguments, HOMEWARD_MODELS=str(project))
    assert (said.code, said.out) == (2, "") and said.err.startswith(f"error: {error}")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "command", [("requirement", "PERM-001"), ("requirements",), ("requirements", "--missing")]
)
def test_without_a_catalogue_the_commands_say_where_it_belongs(
    tmp_path: Path,
    homeward: Homeward,
    command: tuple[str, ...],
) -> None:
    said = homeward(*command, HOMEWARD_MODELS=str(tmp_path))
    assert said.code == 1 and said.err.startswith(f"error: no requirements in {tmp_path}/docs/requirements: ")
    assert said.err.count("\n") == 1


def test_requirements_counts_and_lists_what_is_missing(homeward: Homeward) -> None:
    said = homeward("requirements", "--json")
    found = json.loads(said.out)
    assert (said.code, found["unknown"]) == (0, [])
    assert sum(row["all"] for row in found["processes"]) == 1470
    listed = json.loads(homeward("requirements", "--missing", "--json").out)
    assert len(listed) == sum(row["missing"] for row in found["processes"])
    assert {
        row["process"]
        for row in json.loads(homeward("requirements", "--missing", "--process", "lado", "--json").out)
    } == {"lado"}
    assert "WOK-819" in homeward("requirements", "--missing", "--process", "lado").out


def test_requirements_finds_an_id_that_no_row_has(project: Path, homeward: Homeward) -> None:
    """Here the topics name requirements that this catalogue lacks."""
    said = homeward("requirements", HOMEWARD_MODELS=str(project))
    assert said.code == 1 and "workers/topics/deadline_news.py" in said.out
    assert json.loads(homeward("requirements", "--json", HOMEWARD_MODELS=str(project)).out)["unknown"]
