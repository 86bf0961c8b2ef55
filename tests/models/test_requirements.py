"""Every requirement is carried by a model or a topic, and none is made up."""

import json
import subprocess
import sys

import pytest

from .checks import ROOT

TRACE = ROOT.parent / "shared" / "tools" / "trace.py"


@pytest.fixture(scope="module")
def trace() -> dict:
    if not TRACE.exists():
        pytest.skip("trace.py is not part of this checkout")
    command = [sys.executable, str(TRACE), "--project", str(ROOT), "--process", "permanence", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_no_model_names_an_unknown_requirement(trace: dict) -> None:
    assert not trace["unknown"]


def test_every_permanence_requirement_is_carried(trace: dict) -> None:
    missing = [identifier for row in trace["rows"].values() for identifier in row["missing"]]
    assert not missing, f"{len(missing)} requirements are carried by nothing: {' '.join(missing)}"
