"""What the command prints for people. Programs use `--json`."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from workers.words import LONDON

WIDE = 200  # columns, where nobody's screen ends
DATE = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")

console = Console(highlight=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDE)


def rows(
    entries: list[dict[str, Any]], as_json: bool, columns: dict[str, str], nothing: str = "nothing"
) -> None:
    """Rows as JSON, or as a table of the named columns; `nothing`: what is said where there are none."""
    if as_json:
        return document(entries)
    if not entries:
        return line(nothing)
    table = Table(box=None, header_style="bold")
    for key, title in columns.items():  # names may be folded, a date never
        table.add_column(title, overflow="fold", no_wrap=any(_dated(row.get(key)) for row in entries))
    for row in entries:
        table.add_row(*(_dated(row.get(key)) or _words(row.get(key)) for key in columns))
    console.print(table)


def line(text: str) -> None:
    """One line, however long, as it is."""
    console.print(text, markup=False, soft_wrap=True)


def heading(text: str) -> None:
    console.print(f"\n{text}", style="bold", markup=False, soft_wrap=True)


def _dated(value: Any) -> str | None:
    """A date as people write it, a moment in London's time, the end of a day as that day; else None."""
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    if len(value) == 10:
        return f"{dt.date.fromisoformat(value):%d %b %Y}"
    moment = dt.datetime.fromisoformat(value).astimezone(LONDON)
    return (
        f"{moment:%d %b %Y}"
        if moment.time().replace(microsecond=0) == dt.time(23, 59, 59)
        else f"{moment:%d %b %Y %H:%M}"
    )


def document(value: Any) -> None:
    """One JSON document."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def done(what: dict[str, Any], as_json: bool, sentence: str) -> None:
    """What a command did, for programs or for people."""
    document(what) if as_json else typer.echo(sentence)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value)
