"""What neither form-js nor the engine notices in a form."""

from pathlib import Path

from .checks import report
from .checks.forms import forms


def test_every_form_is_complete(files: list[Path]) -> None:
    report(forms(files))
