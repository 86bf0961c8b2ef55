"""Rows of duties that nobody could do are refused, with file, row and mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pathways.conftest import SECOND, project
from workers.rest.deploy import model_files
from workers.timescales import duties

TABLE = "dmn/duties/care-review-duties.dmn"
ROW = f"{TABLE}: Rule_CareReviewDuties_YORK106: "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models of the project and of the tests' pathways."""
    return shutil.copytree(SECOND, project(tmp_path_factory.mktemp("rows")), dirs_exist_ok=True)


def faults(folder: Path, good: str = "", bad: str = "") -> list[str]:
    """What is said of the table with the first `good` made `bad`."""
    file = folder / TABLE
    text = file.read_text()
    assert good in text, "the table has changed: the fault no longer applies"
    try:
        file.write_text(text.replace(good, bad, 1))
        return [*duties.faults(folder, model_files(folder))]
    finally:
        file.write_text(text)


def test_the_table_of_the_tests_names_what_is_known(folder: Path):
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ('"social-worker"', '"social-workers"', "role social-workers is not known"),
        ('"socialWorker"', '"social-worker"', "person social-worker is not known"),
        ('"child-consultation"', '"consultation"', "deadline consultation is not known"),
        ('"task"</text></outputEntry>', '"chore"</text></outputEntry>', "kind chore is not known"),
        ('"york"</text></inputEntry>', '"yrok"</text></inputEntry>', "authority yrok is not known"),
        ('"Consult the child about the review"', "", "has no title"),
        ('"before-the-review"</text></inputEntry>', "</text></inputEntry>", "has no event"),
        (
            '"before-the-review"</text></inputEntry>',
            '"before"</text></inputEntry>',
            "event before is not known",
        ),
    ],
)
def test_a_row_that_names_what_nobody_knows_is_refused(folder: Path, good: str, bad: str, says: str):
    [fault] = faults(folder, good, bad)
    assert fault.startswith(ROW + says) and ": " in fault.removeprefix(ROW)


@pytest.mark.parametrize(
    ("bad", "says"),
    [("authorise", "form authorise is not known"), ("acknowledge-notification", "")],
)
def test_a_form_has_its_rules(folder: Path, bad: str, says: str):
    found = faults(folder, '"review-arrangements"', f'"{bad}"')
    assert [says in fault for fault in found] == ([True] if says else [])


def test_a_notification_asks_nothing(folder: Path):
    kind = 'YORK109_Kind"><text>"%s"'
    [fault] = faults(folder, kind % "task", kind % "notification")
    assert "leave its form empty" in fault


def test_of_a_table_every_row_may_hold(folder: Path):
    [fault] = faults(folder, 'hitPolicy="COLLECT"', 'hitPolicy="UNIQUE"')
    assert "set its hit policy to COLLECT" in fault


def test_a_row_may_name_several_events(folder: Path):
    cell = '"before-the-review"%s</text></inputEntry>'
    assert faults(folder, cell % "", cell % ',"at-the-review"') == []
    [fault] = faults(folder, cell % "", cell % ',"afterwards"')
    assert fault.startswith(ROW + "event afterwards is not known")
