"""A single fault in the clean sample."""

from __future__ import annotations

from typing import NamedTuple

PROCESS, DECISION, FORM = (
    "bpmn/sample-request.bpmn",
    "dmn/routing/sample-request.dmn",
    "forms/sample-request.form",
)


class Fault(NamedTuple):
    """Replace `good` (once in the file) by `bad`; `check` must report it and say `says`."""

    name: str
    file: str
    good: str
    bad: str
    check: str
    says: str
