"""Deadlines, derived from what the chronology says: set, met, moved, ended, or left running when what they
belong to was over.

A deadline is one rule, counted from one day, for one workstep or (workstep null) for the pathway, and there,
where duties have it, for one of them.
Setting it again moves it; `replaces` names the day it was counted from before a start date was corrected.
It ends with its pathway, and that of a workstep ends with the workstep too: what is due after a workstep is
set by the pathway.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from workers.words import LONDON

OF_A_RULE = ("deadline-set", "deadline-met", "deadline-ended")
# what is over, and where it says which
ENDS = {"pathway-ended": "pathway_id", "withdrawn": "pathway_id", "workstep-closed": "workstep_id"}
KINDS = (*OF_A_RULE, *ENDS)  # the entries that are read here

Key = tuple[str | None, ...]  # child, rule, pathway, workstep, duty, day counted from
# (child, "pathway_id" or "workstep_id", id): the day it was over
Over = Mapping[tuple[str, str, str | None], date]


def iso(value: date | datetime | str | None) -> str | None:
    """A date or a date-time with offset as ISO text; a text is checked and given back."""
    if value is None:
        return None
    parsed = read(value) if isinstance(value, str) else value
    if isinstance(parsed, datetime) and parsed.tzinfo is None:
        raise ValueError("a time without a time zone cannot be recorded")
    return parsed.isoformat()


def read(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def day(value: str) -> date:
    """The calendar day in London."""
    parsed = read(value)
    return parsed.astimezone(LONDON).date() if isinstance(parsed, datetime) else parsed


def moment(value: str) -> datetime:
    """When it is due: a date without a time at 23:59:59 in London."""
    parsed = read(value)
    return parsed if isinstance(parsed, datetime) else datetime.combine(parsed, time(23, 59, 59), LONDON)


@dataclass(frozen=True)
class Deadline:
    child_id: str
    pathway_id: str | None
    workstep_id: str | None
    process: str | None
    details: Mapping[str, Any] = field(default_factory=dict)
    met_on: str | None = None
    ended: date | None = None  # it no longer applies, or what it belongs to is over
    first: int = 0  # the entry that set it, and
    latest: int = 0  # the one that moved it last: the same where none did

    @property
    def key(self) -> Key:
        return (
            self.child_id,
            self.details["rule"],
            self.pathway_id,
            self.workstep_id,
            self.details.get("duty"),
            self.details.get("from"),
        )

    @property
    def open(self) -> bool:
        """Still to be met."""
        return self.met_on is None and self.ended is None

    @cached_property
    def due(self) -> str | None:
        """The earlier of the two dues."""
        dues = [due for due in (self.details.get("statutoryDue"), self.details.get("localTarget")) if due]
        return min(dues, key=moment, default=None)

    @cached_property
    def due_at(self) -> datetime | None:
        """When it is overdue."""
        return moment(self.due) if self.due else None

    @property
    def what(self) -> str:
        """What is due, in words: a duty's title; of `three-month-review` “Three month review”; the rule if it
        has no name.
        """
        name: str | None = self.details.get("deadline")
        words = name.replace("-", " ").capitalize() if name else self.details["rule"]
        return str(self.details.get("title") or words)

    def late_days(self, today: date) -> int:
        """Calendar days after the earlier due, up to the day it was met or ended, else up to `today`."""
        if self.due is None:
            return 0
        until = day(self.met_on) if self.met_on else min(today, self.ended or today)
        return max(0, (until - day(self.due)).days)

    def row(self, today: date) -> dict[str, Any]:
        """As `homeward deadlines` prints it."""
        return {
            "rule": self.details["rule"],
            "what": self.what,
            "process": self.process,
            "workstepId": self.workstep_id,
            "statutoryDue": self.details.get("statutoryDue"),
            "localTarget": self.details.get("localTarget"),
            "lastWorkingDay": self.details.get("lastWorkingDay"),
            "metOn": self.met_on,
            "lateDays": self.late_days(today),
        }


def soonest(deadline: Deadline) -> tuple[bool, datetime | None]:
    """To sort by: what has no date comes last."""
    return deadline.due_at is None, deadline.due_at


def derive(entries: Iterable[Any]) -> list[Deadline]:
    """Each deadline, soonest due first. `entries`: rows of the table, in the order of writing.

    Its cost is quadratic: give it one child's.
    """
    deadlines: dict[Key, Deadline] = {}
    over: dict[tuple[str, str, str | None], date] = {}
    for entry in entries:
        if entry.what not in ENDS:
            apply(entry, deadlines, over)
        elif (place := (entry.child_id, ENDS[entry.what], getattr(entry, ENDS[entry.what])))[2]:
            over.setdefault(place, on(entry))
            for key, deadline in deadlines.items():
                if (
                    deadline.ended is None
                    and (deadline.child_id, place[1], getattr(deadline, place[1])) == place
                ):
                    deadlines[key] = replace(deadline, ended=on(entry))
    return sorted(deadlines.values(), key=soonest)


def apply(entry: Any, deadlines: dict[Key, Deadline], over: Over) -> None:
    """Bring `deadlines` up to what an entry OF_A_RULE says.

    It needs to hold no other deadlines than those of the entry's child and rule.
    """
    {"deadline-set": _set, "deadline-met": _meet, "deadline-ended": _end}[entry.what](entry, deadlines, over)


def on(entry: Any) -> date:
    """The day in London on which it happened."""
    at: datetime = entry.at
    return at.astimezone(LONDON).date()


def now() -> datetime:
    """What is due before it is overdue."""
    return datetime.now(UTC)


def today() -> date:
    return now().astimezone(LONDON).date()


def _set(entry: Any, deadlines: dict[Key, Deadline], over: Over) -> None:
    """Set anew it is open again, save where what it belongs to is over; that it was met stays."""
    ended = over.get((entry.child_id, "workstep_id", entry.workstep_id)) or over.get(
        (entry.child_id, "pathway_id", entry.pathway_id)
    )
    new = Deadline(
        entry.child_id,
        entry.pathway_id,
        entry.workstep_id,
        entry.process,
        entry.details,
        None,
        ended,
        entry.id,
        entry.id,
    )
    replaced = deadlines.pop((*new.key[:-1], entry.details.get("replaces")), None)
    moved = deadlines.get(new.key)
    before = moved or replaced
    deadlines[new.key] = replace(
        new, met_on=before.met_on if before else None, first=moved.first if moved else entry.id
    )


def _end(entry: Any, deadlines: dict[Key, Deadline], over: Over) -> None:
    """It no longer applies: the workstep's own if it has one, else all that the pathway has by this rule."""
    named = [
        deadline
        for deadline in deadlines.values()
        if (deadline.child_id, deadline.pathway_id, *_of(deadline))
        == (entry.child_id, entry.pathway_id, *_of(entry))
    ]
    for deadline in _own(entry, named):
        if deadline.open:
            deadlines[deadline.key] = replace(deadline, ended=on(entry))


def _meet(entry: Any, deadlines: dict[Key, Deadline], over: Over) -> None:
    """The deadline that was met: the workstep's own if it has one, else the pathway's; of several the soonest
    that is open.
    """
    counted = entry.details.get("from")
    named = [
        deadline
        for deadline in deadlines.values()
        if (deadline.child_id, *_of(deadline)) == (entry.child_id, *_of(entry))
        and (counted is None or deadline.details.get("from") == counted)
        and (entry.pathway_id is None or deadline.pathway_id in (None, entry.pathway_id))
    ]
    # with its day named: a correction
    unmet = [deadline for deadline in _own(entry, named) if deadline.met_on is None or counted]
    if unmet:
        # what is over was met only if nothing else can have been
        deadline = min(unmet, key=lambda deadline: (deadline.ended is not None, *soonest(deadline)))
        deadlines[deadline.key] = replace(deadline, met_on=entry.details["metOn"])


def _of(told: Any) -> tuple[str, str | None]:
    """The rule, and the duty whose deadline it is, as an entry or a deadline has them."""
    return told.details["rule"], told.details.get("duty")


def _own(entry: Any, named: list[Deadline]) -> list[Deadline]:
    return [
        deadline for deadline in named if entry.workstep_id and deadline.workstep_id == entry.workstep_id
    ] or named
