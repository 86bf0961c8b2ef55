"""What is asked of each record, and how long the answer takes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

from sqlalchemy import select

from bench.record.population import Size, child
from workers.records import Happening, Reads, Record, Transaction, figures
from workers.records.deadlines import OF_A_RULE, derive, now, today
from workers.records.schema import entries
from workers.timescales.calendar_file import calendar

CHILDREN = 23  # who are asked for in turn
# Answers a round: LEAST, or more until the seconds are ENOUGH; fewer of what takes LONG.
LEAST, ENOUGH, LONG = (
    3,
    0.1,
    1.0,
)
KINDS = (*OF_A_RULE, "pathway-ended", "withdrawn")  # what lists of deadlines were derived from


def _late(view: Reads) -> list[dict[str, object]]:
    return [{"childId": one.child_id} | one.row(today()) for one in view.open_deadlines(before=now())]


OF_ALL: dict[str, Callable[[Reads], object]] = {
    "`status`: what is late": _late,
    "`deadlines --overdue --json`": lambda view: json.dumps(_late(view)),
    "the calendar page": lambda view: calendar(view.open_deadlines()),
    "`status`: stubs": lambda view: view.children(stubs_only=True),
    "`status`, `mail`: what was given up": lambda view: view.given_up(),
    "outbox: the next 50": lambda view: view.due_notifications(view.now(), 50),
    "`/metrics`: mail": figures.mail,
    "clean-up: what is to be purged": lambda view: view.pending_purges(),
}
OF_ONE: dict[str, Callable[[Reads, str], object]] = {
    "`deadlines CHILD`": lambda view, of: view.deadlines(of),
    "`chronology CHILD`": lambda view, of: view.chronology(of),
    "`notifications CHILD`": lambda view, of: view.notifications(of),
    "a form's latest answers": lambda view, of: view.latest_answers(of, form="form-1"),
    "the open pathway": lambda view, of: view.open_pathway(of, "permanence"),
}
WRITE = "one write: a deadline set and met"
EVERYBODY = "every child (`children()`)"


def write(tx: Transaction, of: str) -> None:
    happening = Happening(uuid4().hex, of, pathway_id="bench")
    tx.deadline_set(
        happening,
        rule="PERM-081",
        from_="2026-01-01",
        statutory_due=None,
        local_target="2026-04-01",
        last_working_day="2026-04-01",
        source="s",
        kind="local-target",
    )
    tx.deadline_met(happening, rule="PERM-081", met_on="2026-03-01")


@dataclass
class Asked:
    """One record, and who is asked for next."""

    record: Record
    size: Size

    def __post_init__(self) -> None:
        self._turn = count()

    def questions(self) -> Iterator[tuple[str, Callable[[], object]]]:
        for name, read in OF_ALL.items():
            yield name, lambda read=read: self._read(lambda view: read(view))
        for name, read in OF_ONE.items():
            yield name, lambda read=read: self._read(lambda view: read(view, self._child()))
        yield WRITE, self._write
        yield EVERYBODY, lambda: self._read(lambda view: view.children())

    def _child(self) -> str:
        return child(next(self._turn) % CHILDREN * (self.size.children // CHILDREN))

    def _read(self, read: Callable[[Reads], object]) -> None:
        with self.record.reading() as view:
            assert read(view), "nothing to read: it would measure nothing"

    def _write(self) -> None:
        with self.record.transaction() as tx:
            write(tx, self._child())


def timed(ask: Callable[[], object]) -> float:
    """Seconds of the quickest of several answers: other programs' turns are no part of it."""
    spent: list[float] = []
    while (len(spent) < LEAST and sum(spent) < LONG) or sum(spent) < ENOUGH:
        begun = time.perf_counter()
        ask()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def derived(record: Record) -> float:
    """Seconds of the list of deadlines as it was made before there was a table: from every entry that tells
    of one, each sought among all.
    """
    begun = time.perf_counter()
    with record.reading() as view:
        found = [
            one
            for one in derive(
                view._rows(select(entries).where(entries.c.what.in_(KINDS)).order_by(entries.c.id))
            )
            if one.open
        ]
    assert found
    return time.perf_counter() - begun
