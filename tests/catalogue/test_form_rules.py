"""What a form settles by itself is in the tables as the form says it, and nothing else there is touched."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from workers.catalogue import form_rules
from workers.commands import forms as commands
from workers.forms import components
from workers.rest.deploy import model_files
from workers.settings import PROJECT

FORM, TABLE = "forms/permanence/family-finding-request.form", "dmn/routing/family-finding-request.dmn"
GENERATED = re.compile(
    r'<decision id="[\w-]+-(?:unreadable|incomplete|no-dates|implausible)".*?</decision>', re.S
)


def test_the_tables_say_what_the_forms_say() -> None:
    assert form_rules.findings(model_files(PROJECT)) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("bpmn", "dmn", "forms"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


def change(project: Path, key: str, how: Callable[[dict[str, Any]], object]) -> None:
    """Change one question of the form."""

    def walk(parts: list[dict[str, Any]]) -> None:
        for part in parts:
            if part.get("key") == key:
                how(part)
            walk(part.get("components", []))

    form = json.loads((project / FORM).read_text())
    walk(form["components"])
    (project / FORM).write_text(json.dumps(form))


def drifted(project: Path) -> set[str]:
    return {one.element for one in form_rules.findings(model_files(project)) if "homeward forms" in one.what}


@pytest.mark.parametrize(
    "key, how, decision",
    [
        ("healthNeeds", lambda part: part["validate"].update(required=True), "incomplete"),
        ("referralReason", lambda part: part["validate"].pop("required"), "incomplete"),
        ("healthNeeds", lambda part: part["properties"].update(required="to-authorise"), "incomplete"),
        ("familyNeededBy", lambda part: part.update(dateLabel="Needed by"), "no-dates"),
        ("familyNeededBy", lambda part: part.update(disabled=True), "no-dates"),
        ("familyNeededBy", lambda part: part["properties"].update(notAfter="today"), "implausible"),
        ("searchScope", lambda part: part["values"].pop(), "unreadable"),
        ("healthNeeds", lambda part: part.update(key="healthToday"), "unreadable"),
    ],
)
def test_a_changed_form_is_drift_until_written(
    project: Path, key: str, how: Callable[[dict[str, Any]], object], decision: str
) -> None:
    change(project, key, lambda part: part.setdefault("properties", {}))
    assert drifted(project) == set()
    before = (project / TABLE).read_bytes()
    change(project, key, how)
    assert f"family-finding-request-{decision}" in drifted(project)
    assert project / TABLE in form_rules.write(model_files(project))
    assert drifted(project) == set() and form_rules.write(model_files(project)) == []
    after = (project / TABLE).read_bytes()
    assert after != before
    assert GENERATED.sub("", after.decode()) == GENERATED.sub("", before.decode())


def test_the_form_tells_what_its_tables_ask(project: Path) -> None:
    """A date is read back with its limits, a long text counted, and what is required named where it lacks."""
    change(project, "healthNeeds", lambda part: part["validate"].update(required=True))
    change(
        project,
        "familyNeededBy",
        lambda part: part.update(description="Own words.", properties={"notAfter": "today"}),
    )
    form_rules.write(model_files(project))
    form = json.loads((project / FORM).read_text())
    parts = {part.get("key") or part["id"]: part for part in components(form)}
    assert parts["familyNeededBy"]["description"].startswith("Own words. {{if familyNeededBy = null")
    assert "That is after today." in parts["familyNeededBy"]["description"]
    assert parts["healthNeeds"]["description"].endswith(
        " {{string length(healthNeeds)}} of 4,000 characters."
    )
    assert (
        '{label: "Health", missing: (healthNeeds = null or healthNeeds = "")}'
        in parts["Text_Missing"]["text"]
    )
    assert form["components"][-1] == parts["Text_Missing"]


def test_what_an_analyst_wrote_stays_byte_for_byte(project: Path) -> None:
    """Line ends of Windows, tabs and odd blanks included."""
    text = (
        (project / TABLE).read_text().replace("What opens next", "What \t opens   next").replace("\n", "\r\n")
    )
    (project / TABLE).write_bytes(text.encode())
    form_rules.write(model_files(project))
    written = (project / TABLE).read_bytes().decode()
    assert written != text and GENERATED.sub("", written) == GENERATED.sub("", text)


def test_a_question_is_not_forgotten_by_the_rules(project: Path) -> None:
    """A decision that the form calls for, and the rules do not ask."""
    table = project / TABLE
    requirement = re.search(
        r'\s*<informationRequirement id="InformationRequirement_NoDates">.*', table.read_text()
    )
    table.write_text(table.read_text().replace(requirement.group(), ""))
    (found,) = form_rules.findings(model_files(project))
    assert (found.element, found.what[:46]) == (
        "family-finding-request-rules",
        "does not ask family-finding-request-no-dates, ",
    )


def test_a_decision_that_is_no_longer_called_for(project: Path) -> None:
    for key in ("decisionDate", "familyNeededBy", "profileConsentDate"):
        change(project, key, lambda part: part.update(type="textfield", label="When", validate={}))
    found = {one.element: one.what for one in form_rules.findings(model_files(project))}
    assert found["family-finding-request-no-dates"] == (
        "has nothing to say of the form family-finding-request: take the decision away"
    )


def test_a_decision_of_no_form(project: Path) -> None:
    table = project / TABLE
    table.write_text(table.read_text().replace("family-finding-request-no-dates", "family-finding-no-dates"))
    found = {one.element: one.what for one in form_rules.findings(model_files(project))}
    assert "family-finding is neither a form nor a workstep" in found["family-finding-no-dates"]


def test_a_drawn_decision_is_filled(project: Path) -> None:
    """As Modeler leaves it: a box with an id."""
    table = project / TABLE
    filled = re.search(
        r'<decision id="family-finding-request-incomplete".*?</decision>', table.read_text(), re.S
    )
    drawn = '<decision id="family-finding-request-incomplete" name="Decision 1"></decision>'
    table.write_text(table.read_text().replace(filled.group(), drawn))
    assert form_rules.write(model_files(project)) == [table]
    expression = re.search(r"<text>.*</text>", filled.group(), re.S).group()
    assert expression in table.read_text() and 'name="incomplete" typeRef="string"' in table.read_text()


# the command ------------------------------------------------------------------------------------------------


@pytest.fixture
def homeward(project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`homeward forms` in the copy."""
    monkeypatch.setattr(commands, "settings", lambda: SimpleNamespace(models=project))
    app = typer.Typer()
    app.command()(commands.forms)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_command_says_what_is_not_as_the_form_says_and_writes_it(homeward: Any, project: Path) -> None:
    assert homeward().stdout == "the rules know every form as it is\n"
    change(project, "healthNeeds", lambda part: part["validate"].update(required=True))
    done = homeward("--check")
    assert done.exit_code == 1 and done.stdout == (
        f"{TABLE}: family-finding-request-incomplete: is not what the form family-finding-request says: "
        "run `homeward forms --write`\n"
        f"{FORM}: family-finding-request: does not tell its dates or what is missing: "
        "run `homeward forms --write`\n"
    )
    assert json.loads(homeward("--check", "--json").stdout)["findings"][0]["file"] == TABLE
    done = homeward("--write")
    assert done.exit_code == 0 and done.stdout.startswith(f"generated; changed: {FORM}, {TABLE}\n")
