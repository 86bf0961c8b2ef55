"""The commands `homeward requirement` and `homeward requirements`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from workers import display
from workers.commands.shell import AsJson
from workers.requirements import Catalogue, Row
from workers.requirements.carriers import carriers, mentions
from workers.requirements.coverage import counts, status, unknown
from workers.settings import settings

app = typer.Typer(add_completion=False)

CARRIED_BY = {"file": "Carried by", "element": "Element", "name": "Name", "kind": "Kind"}
TESTED_BY = {"file": "Tests that name it", "line": "Line", "text": "Text"}
COUNTS = {name: name.capitalize() for name in ("file", "process", "carried", "guidance", "missing", "all")}
MISSING = {"id": "Id", "process": "Process", "step": "Step", "automate": "As", "says": "Asked"}
UNKNOWN = {"requirement": "No such id", "file": "File", "element": "Element"}


@app.command()
def requirement(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Such as PERM-081.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """What is asked, by which source, and what carries it; and the tests that name it."""
    models = settings().models
    catalogue = Catalogue(models)
    row = catalogue.named(identifier)
    by_id = carriers(models)
    carried = [carrier._asdict() for carrier in by_id.get(identifier, [])]
    tested = [carrier._asdict() for carrier in mentions(models, identifier)]
    state = status(row, by_id)
    if as_json:
        document = catalogue.documents[row["source"]["seed"]]
        return display.document(
            row | {"document": document, "status": state, "carriers": carried, "tests": tested}
        )
    _say(row, state, catalogue.source(row))
    if carried:
        display.rows(carried, False, CARRIED_BY)
    if tested:
        display.rows(tested, False, TESTED_BY)


def _say(row: Row, state: str, source: str) -> None:
    typer.echo(f"{row['id']}: {row['process']}, {row['step']}, {row['kind']}, {row['automate']}: {state}")
    typer.echo(row["says"])
    about = {
        "asked of": ", ".join(row["actor"]),
        "when": row.get("trigger", ""),
        "timescale": _timescale(row.get("timescale") or {}),
        "words": "; ".join(f"{name} {_words(value)}" for name, value in row.get("labels", {}).items()),
        "fields": ", ".join(row.get("fields", [])),
        "source": source,
        "note": row.get("note", ""),
    }
    for name, text in about.items():
        if text:
            typer.echo(f"{name:10} {text}")
    typer.echo()


def _words(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _timescale(timescale: dict[str, Any]) -> str:
    """In the row's own terms: an amount of 0 is "before" or "at once", with no number given."""
    if not timescale:
        return ""
    numbered = timescale["amount"] or timescale["unit"] == "same-day"
    length = f" {timescale['amount']} {timescale['unit']}" if numbered else ""
    return f"{timescale['relative']}{length}: {timescale['to']}"


@app.command()
def requirements(
    process: Annotated[str, typer.Option(help="Of one process of the catalogue only.")] = "",
    missing: Annotated[bool, typer.Option("--missing", help="List what nothing carries.")] = False,
    as_json: AsJson = False,
) -> None:
    """How much of what is asked is carried by models and topics, process by process."""
    models = settings().models
    catalogue = Catalogue(models)
    rows = catalogue.of_process(process)
    by_id = carriers(models)
    if missing:
        return display.rows([row for row in rows if status(row, by_id) == "missing"], as_json, MISSING)
    strange = [carrier._asdict() for carrier in unknown(catalogue, by_id)]
    if as_json:
        display.document({"processes": counts(rows, by_id), "unknown": strange})
    else:
        display.rows(counts(rows, by_id), False, COUNTS)
        if strange:
            display.rows(strange, False, UNKNOWN)
    if strange:
        raise typer.Exit(1)
