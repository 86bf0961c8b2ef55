"""Camunda Modeler opens and saves every file without a warning or a loss."""

from pathlib import Path

from .checks import report
from .checks.node import modeler


def test_every_file_opens_and_saves_without_loss(files: list[Path]) -> None:
    report(modeler(files))
