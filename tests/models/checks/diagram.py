"""How the diagrams read.

The checker lives outside this checkout: where it is absent its tests are skipped.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from xml.etree.ElementTree import ParseError

import pytest

from . import ROOT, Finding

CHECKER = ROOT.parent / "shared" / "tools" / "diagram_check.py"
WIDEST = 2400  # pixels: about a page


def diagrams(files: list[Path]) -> list[Finding]:
    """Detached, crossing or slanted flows, covered labels, overlaps: what no linter sees."""
    if not CHECKER.exists():
        pytest.skip("diagram_check.py is not part of this checkout")
    check = runpy.run_path(str(CHECKER))["check"]
    findings = []
    for path in files:
        if path.suffix == ".bpmn":
            try:
                findings += [
                    Finding(path, " ".join(found["elements"]), found["finding"])
                    for found in check(path, WIDEST)
                ]
            except ParseError as error:
                findings.append(Finding(path, "", str(error)))
    return findings
