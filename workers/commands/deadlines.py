"""The command `homeward deadlines`: what is due, what is late, as a list or a calendar; and what a changed
table would move.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from workers import display
from workers.commands.shell import AsJson, OneChild, check_child, engine, names, record
from workers.errors import WrongUse
from workers.reading.dates import Due, due
from workers.reading.work import open_work
from workers.records.deadlines import Deadline, now, today
from workers.records.record import Record
from workers.rest.session import EngineError, EngineUnreachable
from workers.settings import settings
from workers.timescales.calendar_file import calendar
from workers.timescales.recompute import Change, changes, move
from workers.words import LONDON

app = typer.Typer(add_completion=False)

COLUMNS = {
    "childId": "Child",
    "what": "What",
    "rule": "Rule",
    "step": "Step",
    "holders": "With",
    "statutoryDue": "Statutory",
    "localTarget": "Local target",
    "lastWorkingDay": "Last working day",
    "metOn": "Met",
    "lateDays": "Days late",
}


@app.command()
def deadlines(
    child: OneChild = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is open and late.")] = False,
    within: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="Only what is open and due in the next N days (late ones too)."
        ),
    ] = None,
    ics: Annotated[bool, typer.Option("--ics", help="As an iCalendar file, of what is open.")] = False,
    recompute: Annotated[
        bool,
        typer.Option(
            "--recompute", help="Compare open deadlines with today's tables, and move those that differ."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --recompute: only show old and new.")
    ] = False,
    reason: Annotated[str, typer.Option(help="With --recompute: why; goes on the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """What is due, for whom, and since when it is late."""
    if ics and as_json:
        raise WrongUse("give --ics or --json, not both")
    if recompute and (overdue or ics or within is not None):
        raise WrongUse(
            "--recompute looks at everything that is open: leave out --overdue, --within and --ics"
        )
    if recompute:
        return _recompute(child, dry_run, reason, as_json)
    if dry_run or reason:
        raise WrongUse("--dry-run and --reason go with --recompute")
    book = record()
    if child:
        check_child(book, child, as_json or ics)
    with book.reading() as view:
        chosen = (
            view.open_deadlines(child, _before(overdue, within))
            if overdue or ics or within is not None
            else view.every_deadline(child)
        )
        hidden = frozenset() if child else view.restricted()
    chosen = [deadline for deadline in chosen if deadline.child_id not in hidden]
    if ics:
        sys.stdout.buffer.write(calendar(chosen))
        return
    if as_json:
        of = ({} if child else {"childId": deadline.child_id} for deadline in chosen)
        return display.document([whose | one.row(today()) for whose, one in zip(of, chosen, strict=True)])
    display.rows(
        [one.document() | _over(one) for one in _with_holders(chosen, book, child)],
        False,
        COLUMNS,
        "nothing is due",
    )


def _over(due: Due) -> dict[str, str]:
    """For people, who would take it for open: what was not met, and need not be any more."""
    return {} if due.open or due.met_on else {"metOn": "no longer due"}


def _with_holders(deadlines: list[Deadline], book: Record, child: str | None) -> list[Due]:
    """With whom each lies; with nobody where the engine does not answer, which the dates can do without."""
    known = names()
    try:
        work = open_work(engine(), book, known, child=child)
    except (EngineError, EngineUnreachable):
        work = []
    return due(deadlines, work, known)


def _before(overdue: bool, within: int | None) -> dt.datetime | None:
    """Only what is overdue by then; None: whatever is open."""
    if overdue:  # by the moment: what is late by hours has no days yet
        return now()
    return (
        None if within is None else dt.datetime.combine(today() + dt.timedelta(within + 1), dt.time(), LONDON)
    )


def _recompute(child: str | None, dry_run: bool, reason: str, as_json: bool) -> None:
    if not dry_run and not reason.strip():
        raise WrongUse(
            "--reason is missing: say why dates move, it goes on the record; or look first with --dry-run"
        )
    session, book = engine(), record()
    if child:
        check_child(book, child, as_json)
    differing = changes(session, book, child)
    if not dry_run:
        for change in differing:
            move(session, book, change, settings().camunda_user, reason)
    if as_json:
        return display.document(
            [change.row() | {"moved": bool(change.now) and not dry_run} for change in differing]
        )
    for change in differing:
        typer.echo(_in_words(change))
    moved = sum(1 for change in differing if change.now)
    typer.echo(
        f"{moved} of the open deadlines {'would move' if dry_run else 'moved'}"
        + (f", {len(differing) - moved} stay as they are" if len(differing) > moved else "")
    )


def _in_words(change: Change) -> str:
    row = change.row()
    if not row["now"]:
        return f"{row['childId']} {row['rule']}: {row['problem']}"
    dates = [
        f"{words} {row['was'][name] or 'none'} → {row['now'][name] or 'none'}"
        for words, name in (("statutory", "statutoryDue"), ("local target", "localTarget"))
        if row["was"][name] != row["now"][name]
    ]
    return f"{row['childId']} {row['rule']} (from {row['from']}): {'; '.join(dates)}"
