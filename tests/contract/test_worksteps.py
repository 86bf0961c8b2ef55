"""`homeward worksteps`: what each process tells other programs, and the pages made of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.homeward import Said
from workers import cli, generated
from workers.bpmn import BPMN, CAMUNDA, read
from workers.catalogue.skeleton.steps import FORM
from workers.contract import commands, pages
from workers.contract.worksteps import ContractError, describe
from workers.rest.deploy import model_files
from workers.settings import PROJECT

Homeward = Callable[..., Said]

FOUND = {one["process"]: one for one in describe(PROJECT)}
PLANNING, MEETING = "permanency-planning-process", "family-finding-meeting-review"


def the(rows: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    """The one row that has this."""
    (row,) = [row for row in rows if wanted.items() <= row.items()]
    return row


# what a process tells ---------------------------------------------------------------------------------------


def test_every_process_is_there_with_the_forms_of_its_steps() -> None:
    models = read(model_files(PROJECT))
    named = {
        model.process: [task.get(CAMUNDA + "formRef", "") for task in model.root.iter(BPMN + "userTask")]
        for model in models
    }
    assert FOUND.keys() == named.keys()
    for process, forms in named.items():
        told = [form for step in FOUND[process]["steps"] for form in step["forms"]]
        assert told == forms if FORM not in forms else told


def test_a_workstep_belongs_to_the_pathway_that_calls_it() -> None:
    pathway = FOUND["permanence"]
    assert (pathway["kind"], pathway["pathways"], pathway["steps"]) == ("pathway", [], [])
    for process in pathway["calls"]:
        assert (FOUND[process]["kind"], FOUND[process]["pathways"]) == ("workstep", ["permanence"])
    shared = FOUND["authorise-request"]
    assert shared["kind"] == "shared" and {"looked-after", "permanence"} <= set(shared["pathways"])


def test_a_form_tells_its_keys_options_and_what_is_required() -> None:
    form = the(FOUND[PLANNING]["forms"], form="permanency-planning-authorisation")["questions"]
    decision = the(form, key="decision")
    assert (decision["type"], decision["required"], decision["shown"]) == ("radio", True, False)
    assert decision["options"].keys() == {"authorised", "returned"}
    assert not the(form, key="comments")["required"]
    families = the(FOUND[MEETING]["forms"], form="family-finding-meeting")["questions"]
    rows = the(families, key="familiesConsidered")["rows"]
    assert [row["key"] for row in rows] == ["reference", "outcome", "reason"]
    assert the(families, key="childName")["shown"]


def test_a_step_tells_who_does_it() -> None:
    (report,) = FOUND[PLANNING]["steps"]
    assert (report["person"], report["groups"]) == ("socialWorker", ["social-worker"])
    (meeting,) = FOUND[MEETING]["steps"]  # an expression picks one of the two
    assert (meeting["person"], meeting["groups"]) == (None, ["family-finder", "family-finding-review-team"])
    assert "agency-decision-maker" in FOUND["authorise-request"]["roles"]  # the callers say so


def test_requests_tell_whom_they_ask_and_whether_they_are_waited_for() -> None:
    manager = the(FOUND[PLANNING]["requests"], form="permanency-planning-authorisation")
    assert (manager["holds"], manager["person"]) == (True, "teamManager")
    assert manager["groups"] == ["team-manager", "practice-supervisor"]
    assert {"decision", "comments", "nextActions"} <= set(manager["takes"])
    panel = the(FOUND[PLANNING]["requests"], label="CS Request for a panel date")  # a row of a table
    assert (panel["form"], panel["holds"], panel["groups"]) == ("acknowledge-notification", False, ["qaag"])
    told = the(FOUND["family-finding-request"]["requests"], holds=False)  # of the element alone
    assert told["label"].startswith("Required CS Manager") and told["person"] == "teamManager"


def test_next_actions_tell_how_the_forms_write_them_and_what_they_open() -> None:
    for process in FOUND.values():
        offered = {
            value
            for form in process["forms"]
            for question in form["questions"]
            if question["key"] == "nextActions"
            for value in question["options"]
        }
        if process["kind"] == "workstep" and process["nextActions"]:
            assert {action["value"] for action in process["nextActions"]} - {None} == offered
    now = [action["opens"] for action in FOUND[MEETING]["nextActions"] if action["when"] == "immediately"]
    assert now == ["information-sharing-meeting"]


def test_a_clock_tells_which_rules_it_follows() -> None:
    (clock,) = FOUND["permanence"]["timescales"]
    assert (clock["decision"], clock["rules"]) == ("permanence-timescales", ["PERM-081"])


def test_where_there_are_no_models_one_line_says_where_they_belong(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=rf"no models in {tmp_path}: bpmn/ and engine/organisation\.toml"):
        describe(tmp_path)


# the pages --------------------------------------------------------------------------------------------------


def known_commands() -> list[dict[str, Any]]:
    return commands.describe(typer.main.get_command(cli.app))


def test_committed_pages_are_what_models_and_commands_say() -> None:
    expected = pages.expected(PROJECT, list(FOUND.values()), known_commands())
    drift = [str(file.relative_to(PROJECT)) for file in generated.drift(expected)]
    assert not drift, f"run `homeward worksteps --write` and commit {', '.join(drift)}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the models, roles and pages."""
    for folder in ("bpmn", "dmn", "forms", "docs/contract"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    (tmp_path / "engine").mkdir()
    shutil.copy(PROJECT / "engine/organisation.toml", tmp_path / "engine")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "good", "bad", "page", "says"),
    [
        (
            "forms/shared/authorise-request.form",
            '"required": true',
            '"required": false',
            "worksteps.md",
            "| `decision` | Your answer | radio | | `authorised`, `returned` |",
        ),
        (
            "dmn/routing/family-finding-request.dmn",
            '"family-finding-meeting-review"',
            '"information-sharing-meeting"',
            "worksteps.md",
            "| `family-finding-meeting` | `information-sharing-meeting` |",
        ),
        (
            "engine/organisation.toml",
            'cp-chair = { name = "Child protection chairs" }',
            'cp-chair = { name = "Child protection chairs", starts = ["permanence"] }',
            "roles.md",
            "| `cp-chair` | Child protection chairs | `permanence` |",
        ),
    ],
)
def test_a_changed_model_is_written_once(
    project: Path, homeward: Homeward, file: str, good: str, bad: str, page: str, says: str
) -> None:
    text = (project / file).read_text()
    assert good in text
    (project / file).write_text(text.replace(good, bad))
    said = homeward("worksteps", "--write", HOMEWARD_MODELS=str(project))
    assert said.out == f"generated; changed: docs/contract/{page}\n"
    assert says in (project / "docs/contract" / page).read_text()
    again = homeward("worksteps", "--write", "--json", HOMEWARD_MODELS=str(project))
    assert json.loads(again.out) == {"changed": []}


def test_the_page_of_commands_has_every_command_and_option() -> None:
    page = (PROJECT / pages.FOLDER / "commands.md").read_text()
    for name in cli.WHERE:
        assert f"## homeward {name}" in page
    assert "`--dry-run`" in page and "## homeward incidents retry" in page


@pytest.mark.parametrize(
    "page", [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))], ids=lambda file: file.name
)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


# the command ------------------------------------------------------------------------------------------------


def test_the_command_prints_one_document_or_a_page_for_people(homeward: Homeward) -> None:
    said = homeward("worksteps", "--json")
    assert (said.code, said.err, json.loads(said.out)) == (0, "", list(FOUND.values()))
    page = homeward("worksteps").out
    assert "SC Permanence Placement (permanence-placement): workstep of permanence\n" in page
    assert "  opens     permanence-placement on-finish: SC Permanence Match Agreed\n" in page
