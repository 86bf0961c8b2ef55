"""Deadlines, derived from what the chronology says: set, met, moved, or left running when the pathway ended.

A deadline is one rule, counted from one day, for one workstep or (workstep null) for the pathway.
Setting it again moves it; `replaces` names the day it was counted from before a start date was corrected.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KINDS = ("deadline-set", "deadline-met", "deadline-ended", "pathway-ended", "withdrawn")   # the entries that are read here


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


@dataclass
class Deadline:
    child_id: str
    pathway_id: str | None
    workstep_id: str | None
    process: str | None
    details: Mapping[str, Any] = field(default_factory=dict)
    met_on: str | None = None
    ended: date | None = None              # it no longer applies, or its pathway has ended

    @property
    def open(self) -> bool:
        """Still to be met."""
        return self.met_on is None and self.ended is None

    @property
    def due(self) -> str | None:
        """The earlier of the two dues."""
        dues = [due for due in (self.details.get("statutoryDue"), self.details.get("localTarget")) if due]
        return min(dues, key=moment, default=None)

    @property
    def late(self) -> bool:
        """Still to be met, and overdue: by the moment, for what is late by hours has no days yet."""
        return self.open and self.due is not None and moment(self.due) < datetime.now(UTC)

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
            "process": self.process,
            "workstepId": self.workstep_id,
            "statutoryDue": self.details.get("statutoryDue"),
            "localTarget": self.details.get("localTarget"),
            "lastWorkingDay": self.details.get("lastWorkingDay"),
            "metOn": self.met_on,
            "lateDays": self.late_days(today),
        }


def derive(entries: Iterable[Any]) -> list[Deadline]:
    """Each deadline, soonest due first. `entries`: rows of the table, in the order of writing."""
    deadlines: dict[tuple[str | None, ...], Deadline] = {}
    ended: dict[str, date] = {}
    for entry in entries:
        if entry.what == "deadline-set":
            rule, counted = entry.details["rule"], entry.details.get("from")
            key = (entry.child_id, rule, entry.pathway_id, entry.workstep_id)
            replaced = deadlines.pop((*key, entry.details.get("replaces")), None)
            known = deadlines.get((*key, counted)) or replaced
            deadlines[*key, counted] = Deadline(
                entry.child_id,
                entry.pathway_id,
                entry.workstep_id,
                entry.process,
                entry.details,
                known and known.met_on,
            )
        elif entry.what == "deadline-met":
            _meet(entry, deadlines)
        elif entry.what == "deadline-ended":
            for found in deadlines.values():
                if found.open and (found.child_id, found.pathway_id, found.details["rule"]) == (entry.child_id, entry.pathway_id, entry.details["rule"]):
                    found.ended = entry.at.astimezone(LONDON).date()
        elif entry.pathway_id:
            ended.setdefault(entry.pathway_id, entry.at.astimezone(LONDON).date())
    for found in deadlines.values():
        found.ended = found.ended or ended.get(found.pathway_id)
    return sorted(deadlines.values(), key=lambda found: (found.due is None, found.due and moment(found.due)))


def today() -> date:
    return datetime.now(UTC).astimezone(LONDON).date()


def _meet(entry: Any, deadlines: Mapping[tuple[str | None, ...], Deadline]) -> None:
    """Mark the deadline that was met: the workstep's own if it has one, else the pathway's soonest open one."""
    rule, counted = entry.details["rule"], entry.details.get("from")
    named = [
        found for (child, name, pathway, _, start), found in deadlines.items()
        if (child, name) == (entry.child_id, rule) and (counted is None or start == counted)
        and (entry.pathway_id is None or pathway in (None, entry.pathway_id))
    ]
    own = [found for found in named if entry.workstep_id and found.workstep_id == entry.workstep_id]
    open_ones = [found for found in own or named if found.met_on is None or counted]  # with its day named: a correction
    if open_ones:
        min(open_ones, key=lambda found: (found.due is None, found.due and moment(found.due))).met_on = entry.details[
            "metOn"
        ]
