"""The diagrams read well, and processes and decisions carry what every one of them must."""

from pathlib import Path

from .checks import house, report
from .checks.diagram import diagrams


def test_every_process_has_what_ours_have(files: list[Path]) -> None:
    report(house.processes(files))


def test_every_decision_has_what_ours_have(files: list[Path]) -> None:
    report(house.decisions(files))


def test_every_diagram_reads_well(files: list[Path]) -> None:
    report(diagrams(files))
