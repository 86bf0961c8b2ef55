"""What one file names exists in another."""

from pathlib import Path

from .checks import ROOT, report
from .checks import references as check

# What the next pathways need and the project's do not use yet, those of the tests do.
SPEAKING = ROOT / "tests" / "pathways" / "models"


def test_one_definition_a_file_named_as_the_file(files: list[Path]) -> None:
    report(check.files_and_ids(files))


def test_forms_decisions_and_processes_exist(files: list[Path]) -> None:
    report(check.references(files))


def test_every_form_and_decision_is_used(files: list[Path]) -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "workers").rglob("*.py"))
    report(check.unused(files, code))


def test_messages_errors_and_escalations_are_used(files: list[Path]) -> None:
    report(check.declarations(files))


def test_everything_that_runs_says_what(files: list[Path]) -> None:
    report(check.implementations(files))


def test_every_topic_has_a_worker_and_every_worker_a_model(files: list[Path]) -> None:
    from workers.topics import catalogue

    known = set(catalogue() if callable(catalogue) else catalogue)
    report(check.topics(files, known))
    used = check.topics_in([*files, *SPEAKING.rglob("*.bpmn")])
    assert known == used, f"topics that no model uses: {', '.join(sorted(known - used))}"
