"""What the engine would take, and no case could get past: models that ask the workers for what they do not
know or lack a part of the skeleton, rules that do not know their form, timescales that cannot be counted.
"""

from __future__ import annotations

from pathlib import Path

from workers.catalogue import check, form_rules, skeleton
from workers.rest import organisation
from workers.rest.deploy import model_files
from workers.timescales.soundness import faults
from workers.timescales.tables import Tables
from workers.topics import catalogue


def findings(models: Path) -> list[str]:
    """Each with file, place and mend. The files can be read: `deploy` has looked. Raises TableError."""
    files = model_files(models)
    lines = [
        f"{finding.file.relative_to(models)}: {finding.element}: {finding.what}"
        for finding in [
            *check.findings(files, catalogue(), organisation.startable(models)),
            *skeleton.findings(files),
            *form_rules.findings(files),
        ]
    ]
    if any(file.parent.name == "timescales" for file in files):
        tables = Tables.of_files(models)
        lines += [
            f"dmn/timescales/{row.table}.dmn: {row.rule} ({row.place}): {fault}"
            for row in tables.rows()
            if tables[row.table].folder == "timescales"
            for fault in faults(row.outputs)
        ]
    return lines
