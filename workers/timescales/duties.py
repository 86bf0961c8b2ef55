"""The tables of duties, dmn/duties: whatever a row names must be known, or a duty would be nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from workers.rest import organisation
from workers.timescales.tables import LOCAL, Row, Tables

FOLDER = "duties"
KINDS = ("task", "check", "notification", "notification-to-acknowledge")


def faults(models: Path, files: list[Path]) -> Iterator[str]:
    """Each with file, row and mend. Raises TableError."""
    tables = Tables.read(file for file in files if file.parent.name == FOLDER)
    known = _known(models, files) if tables else {}
    for table in tables.values():
        file = f"dmn/{FOLDER}/{table.id}.dmn"
        if table.hit_policy != "COLLECT":
            yield f"{file}: {table.id}: one row alone may hold: set its hit policy to COLLECT"
        for row in table.rows:
            strange = [event for event in events(row) if table.events and event not in table.events]
            yield from (
                f"{file}: {row.place}: {fault}"
                for fault in (
                    *_of(row, known),
                    *(
                        f"event {one} is not known: correct it, or add it to the column’s values"
                        for one in strange
                    ),
                )
            )


def authorities(row: Row) -> list[str]:
    """Whose row it is; none: everybody's."""
    return re.findall(r'"([^"]*)"', row.asked_by)


def events(row: Row) -> tuple[str, ...]:
    """The events at which a row is asked for: a cell may name several."""
    return (row.event,) if isinstance(row.event, str) else tuple(row.event or ())


def _of(row: Row, known: Mapping[str, list[str]]) -> Iterator[str]:
    said = {**row.outputs, "event": row.event}
    for name in ("event", "duty", "title", "role", "kind"):
        if not said.get(name):
            yield f"has no {name}: fill in the cell"
    for name, where in (
        ("role", "engine/organisation.toml, [roles]"),
        ("person", "engine/organisation.toml, [people]"),
        ("kind", "these"),
        ("form", "forms/, with its <form>-rules in dmn/routing"),
        ("deadline", "dmn/timescales, column “What is due”"),
    ):
        value = said.get(name)
        if value and value not in known[name]:
            few = f": {', '.join(known[name])}" if len(known[name]) <= 8 else ""
            yield f"{name} {value} is not known: correct it, or use one of {where}{few}"
    for authority in authorities(row):
        if authority not in LOCAL:
            yield f"authority {authority} is not known: use {', '.join(LOCAL)}, or leave the cell empty"
    if str(said.get("kind")).startswith("notification") and said.get("form"):
        yield f"a {said['kind']} asks nothing: leave its form empty"


def _known(models: Path, files: list[Path]) -> dict[str, list[str]]:
    """What a cell of each column may say."""
    decisions = {
        decision.get("id")
        for file in files
        if file.suffix == ".dmn"
        for decision in ElementTree.parse(file).getroot().iterfind("{*}decision")
    }
    return {
        "role": list(organisation.roles(models)),
        "person": list(organisation.people(models)),
        "kind": list(KINDS),
        "form": [file.stem for file in files if file.suffix == ".form" and f"{file.stem}-rules" in decisions],
        "deadline": [
            row.deadline
            for row in Tables.read(file for file in files if file.parent.name == "timescales").rows()
        ],
    }
