"""The working table of deadlines: how each one stands, kept in the transaction of the entry that says so.

It holds the closed ones too, a few columns each: whether a deadline was met before it is moved, and which of
several is met, follows from them. `deadlines.apply` decides what an entry means, as in `deadlines.derive`, so
the table is what the entries tell, and may be built anew from them. An entry costs what its child has by that
rule on that pathway, a list what it lists; neither looks at what else was ever recorded.
"""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from workers.records.deadlines import ENDS, KINDS, Deadline, Key, Over, apply, derive, on
from workers.records.schema import STANDS_OPEN, deadlines, entries

# what is read of an entry
COLUMNS = tuple(
    entries.c[name]
    for name in ("id", "child_id", "what", "process", "pathway_id", "workstep_id", "at", "details")
)
BATCH = 1000


def follow(connection: Connection, entry: Any) -> None:
    """Bring the table up to what an entry of KINDS says that was just written."""
    if place := ENDS.get(entry.what):
        if over := getattr(entry, place):
            theirs = and_(
                deadlines.c.child_id == entry.child_id,
                deadlines.c[place] == over,
                deadlines.c.ended.is_(None),
            )
            connection.execute(update(deadlines).where(theirs).values(ended=on(entry).isoformat()))
        return
    same = and_(deadlines.c.child_id == entry.child_id, deadlines.c.rule == entry.details["rule"])
    if entry.pathway_id:
        same = and_(same, or_(deadlines.c.pathway_id == entry.pathway_id, deadlines.c.pathway_id.is_(None)))
    before = {deadline.key: deadline for deadline in read(connection, same, by=(deadlines.c.first,))}
    after = dict(before)
    apply(entry, after, _over(connection, entry) if entry.what == "deadline-set" else {})
    _save(connection, before, after)


def read(
    connection: Connection,
    *where: Any,
    by: Iterable[Any] = (deadlines.c.due_at.nulls_last(), deadlines.c.first),
) -> list[Deadline]:
    """Soonest due first; of equals the one that was set first."""
    wanted = (
        select(deadlines, entries.c.process, entries.c.details)
        .join(entries, entries.c.id == deadlines.c.latest)
        .where(*where)
        .order_by(*by)
    )
    return [
        Deadline(
            row.child_id,
            row.pathway_id,
            row.workstep_id,
            row.process,
            row.details,
            row.met_on,
            row.ended and date.fromisoformat(row.ended),
            row.first,
            row.latest,
        )
        for row in connection.execute(wanted)
    ]


def read_open(connection: Connection, child_id: str | None, before: datetime | None) -> list[Deadline]:
    """What is still to be met; `before`: and overdue by then."""
    of_child = [deadlines.c.child_id == child_id] if child_id is not None else []
    return read(connection, STANDS_OPEN, *of_child, *([deadlines.c.due_at < before] if before else []))


def rebuild(connection: Connection) -> None:
    """Make the table anew from the entries.

    Called by a migration, so it names what it reads and writes: other columns may come later.
    """
    connection.execute(delete(deadlines))
    every = select(*COLUMNS).where(entries.c.what.in_(KINDS)).order_by(entries.c.child_id, entries.c.id)
    streamed = connection.execute(every, execution_options={"yield_per": BATCH})
    rows: list[dict[str, Any]] = []
    for _, of_a_child in groupby(streamed, attrgetter("child_id")):
        rows += map(_row, derive(of_a_child))
        if len(rows) >= BATCH:
            connection.execute(insert(deadlines), rows)
            rows = []
    if rows:
        connection.execute(insert(deadlines), rows)


def _over(connection: Connection, entry: Any) -> Over:
    """Since when the entry's pathway and workstep are over, if they are."""
    its = [
        and_(entries.c.what == what, entries.c[place] == getattr(entry, place))
        for what, place in ENDS.items()
        if getattr(entry, place)
    ]
    ended = (
        connection.execute(
            select(*COLUMNS)
            .where(entries.c.child_id == entry.child_id, entries.c.what.in_(ENDS), or_(*its))
            .order_by(entries.c.id)
        )
        if its
        else ()
    )
    over: dict[tuple[str, str, str | None], date] = {}
    for end in ended:
        over.setdefault((end.child_id, ENDS[end.what], getattr(end, ENDS[end.what])), on(end))
    return over


def _save(connection: Connection, before: dict[Key, Deadline], after: dict[Key, Deadline]) -> None:
    old, new = ({deadline.first: deadline for deadline in some.values()} for some in (before, after))
    for first in old.keys() - new.keys():
        connection.execute(delete(deadlines).where(deadlines.c.first == first))
    for first, deadline in new.items():
        if first not in old:
            connection.execute(insert(deadlines).values(_row(deadline)))
        elif deadline is not old[first]:
            connection.execute(update(deadlines).where(deadlines.c.first == first).values(_row(deadline)))


def _row(deadline: Deadline) -> dict[str, Any]:
    return {
        "first": deadline.first,
        "latest": deadline.latest,
        "child_id": deadline.child_id,
        "rule": deadline.details["rule"],
        "pathway_id": deadline.pathway_id,
        "workstep_id": deadline.workstep_id,
        "due_at": deadline.due_at,
        "met_on": deadline.met_on,
        "ended": deadline.ended and deadline.ended.isoformat(),
    }
