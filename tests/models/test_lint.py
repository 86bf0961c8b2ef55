"""bpmnlint finds nothing, warnings included."""

from pathlib import Path

from .checks import report
from .checks.node import lint


def test_every_process_is_clean(files: list[Path]) -> None:
    report(lint(files))
