"""From rows to the dates that timers, tasks and the record need: of each deadline statutory and local."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from workers.calendar.arithmetic import Due, add_working_days, end_of, start_of
from workers.calendar.arithmetic import due as count
from workers.calendar.holidays import CalendarError
from workers.timescales.soundness import has_date

NEVER = "9999-12-31T00:00:00"  # a boundary timer needs a date even where an authority has no timescale


@dataclass(frozen=True)
class Dated:
    """A row and the date it gives."""

    row: Mapping[str, Any]
    counted: Due

    @property
    def statutory(self) -> bool:
        kind: str = self.row["kind"]
        return kind.startswith("statutory")

    @cached_property
    def moment(self) -> dt.datetime:
        """When it is overdue."""
        return self.counted.due if isinstance(self.counted.due, dt.datetime) else end_of(self.counted.due)


@dataclass(frozen=True)
class DatedDeadline:
    """One thing that is due: by law, by a local target, or by both.

    The earlier of the two drives tasks and timers.
    """

    name: str
    law: Dated | None
    local: Dated | None

    @cached_property
    def first(self) -> Dated:
        return min((dated for dated in (self.local, self.law) if dated), key=lambda dated: dated.moment)

    @property
    def rule(self) -> str:
        rule: str = self.first.row["rule"]
        return rule

    def dates(self, remind_hour: int, follow_up_days: int) -> dict[str, str | None]:
        """What `set-deadlines` returns of it; date-times with London's offset."""
        first = self.first
        hours = first.row["unit"] == "hours"
        working = first.counted.last_working_day or first.moment.date()
        days = first.row.get("remindBefore")
        remind = (
            NEVER
            if hours or days is None
            else start_of(_before(working, days)).replace(hour=remind_hour).isoformat()
        )
        # Where hours count the last working day may lie before the event, and a reminder before the start
        # helps nobody.
        task = first.moment if hours else end_of(working)
        return {
            "rule": self.rule,
            "statutoryDue": _iso(self.law),
            "localTarget": _iso(self.local),
            "due": first.moment.isoformat(),
            "remindAt": remind,
            "dueDate": task.isoformat(),
            "followUpDate": due_soon(working, follow_up_days).isoformat(),
        }


def due_soon(due: dt.date, follow_up_days: int) -> dt.datetime:
    """From when what is due on a day is due soon."""
    return start_of(_before(due, follow_up_days))


def dated(
    rows: Iterable[Mapping[str, Any]], start: dt.date | dt.datetime, deadline: str | None = None
) -> list[DatedDeadline]:
    """The deadlines that rows in force give, soonest first; `deadline`: only this one.

    Rows without a number give none. Raises CalendarError and TableError, the rule named.
    """
    deadlines: dict[str, dict[bool, Dated]] = {}
    for row in rows:
        if deadline not in (None, row["deadline"]) or not has_date(row):
            continue
        try:
            candidate = Dated(row, count(start, row["amount"], row["unit"], row.get("relative", "")))
        except CalendarError as error:
            raise CalendarError(f"{row['rule']}: {error}") from None
        sides = deadlines.setdefault(row["deadline"], {})
        if candidate.statutory not in sides or candidate.moment < sides[candidate.statutory].moment:
            sides[candidate.statutory] = candidate
    return sorted(
        (DatedDeadline(name, both.get(True), both.get(False)) for name, both in deadlines.items()),
        key=lambda deadline: deadline.first.moment,
    )


def recorded(deadline: DatedDeadline, **details: Any) -> dict[str, Any]:
    """What `Writes.deadline_set` takes of it; `details`: what else its entry says."""
    rules = {
        name: dated.row["rule"]
        for name, dated in (("statutoryRule", deadline.law), ("localRule", deadline.local))
        if dated
    }
    return {
        "rule": deadline.rule,
        "statutory_due": deadline.law and deadline.law.counted.due,
        "local_target": deadline.local and deadline.local.counted.due,
        "last_working_day": deadline.first.counted.last_working_day,
        "source": deadline.first.row["source"],
        "kind": deadline.first.row["kind"],
        "details": {"deadline": deadline.name, **rules, **details},
    }


def again(
    deadline: DatedDeadline, decision: str | None, asked: Mapping[str, Any], due: Mapping[str, int]
) -> dict[str, Any]:
    """What its entry says so that the table can be asked again, by `homeward deadlines --recompute`: the
    question, and what it came to. `due`: what `dates` takes.
    """
    return {
        "decision": decision,
        "asked": asked,
        "remindHour": due["remind_hour"],
        "followUpDays": due["follow_up_days"],
        "dates": deadline.dates(**due),
    }


def _iso(dated: Dated | None) -> str | None:
    return dated.moment.isoformat() if dated else None


def _before(day: dt.date, working_days: int) -> dt.date:
    """That many working days before; calendar days where the bank holidays of the year are not known yet: a
    nudge a little late beats none.
    """
    try:
        return add_working_days(day, -working_days)
    except CalendarError:
        return day - dt.timedelta(working_days)
