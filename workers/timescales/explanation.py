"""A date and why: the rule, what it is counted from, the days passed over, the source."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from workers.calendar.arithmetic import date_of, due, passed_over
from workers.calendar.holidays import CalendarError, MomentNeeded
from workers.timescales import QuestionError
from workers.timescales.soundness import has_date
from workers.timescales.tables import Row
from workers.words import LONDON

# what ISO 8601 allows besides, `20251219` and weeks, is more often a slip than meant
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(DATE.pattern + r"[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)

# A unit in days, to compare amounts; no date is counted by it.
DAYS = {
    "same-day": 0,
    "hours": 1 / 24,
    "working-days": 1.4,
    "calendar-days": 1,
    "weeks": 7,
    "months": 30.4,
    "years": 365,
}


def date(text: str) -> dt.date:
    """YYYY-MM-DD and nothing else. Raises ValueError."""
    if not DATE.fullmatch(text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


def start(text: str) -> dt.date | dt.datetime:
    """What `--from` says: a date, or a moment; without an offset it is London's. Raises QuestionError."""
    try:
        if not MOMENT.fullmatch(text):
            return date(text)
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise QuestionError(
            f"--from {text} is no date: use YYYY-MM-DD, or YYYY-MM-DDTHH:MM for hours"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def headed(rows: list[Row]) -> list[Row]:
    """What is due soonest on top; then what has no date, then what a stricter rule replaces.

    Of one thing that several events start, the table's first event counts: an extension does not come before
    what it extends.
    """
    dated = [row for row in rows if has_date(row.outputs, row.table) and not row.outputs.get("supersededBy")]
    events: defaultdict[str, list[str | None]] = defaultdict(list)
    for row in dated:
        if row.event not in events[row.deadline]:
            events[row.deadline].append(row.event)
    soonest = {
        deadline: min(_length(row) for row in dated if (row.deadline, row.event) == (deadline, names[0]))
        for deadline, names in events.items()
    }
    dated.sort(key=lambda row: (soonest[row.deadline], events[row.deadline].index(row.event), _length(row)))
    return dated + sorted(
        (row for row in rows if row not in dated), key=lambda row: bool(row.outputs.get("supersededBy"))
    )


def _length(row: Row) -> float:
    return float(row.amount * DAYS[row.unit])


def explain(row: Mapping[str, Any], from_: dt.date | dt.datetime, strict: bool = True) -> dict[str, Any]:
    """The document that `homeward deadline --json` prints.

    Raises CalendarError, the rule named, and TableError; not `strict`: hours from a date have no date and say
    so in `problem`.
    """
    counted, problem = None, None
    if has_date(row):
        try:
            counted = due(from_, row["amount"], row["unit"], row.get("relative", ""))
        except CalendarError as error:
            if strict or not isinstance(error, MomentNeeded):
                raise type(error)(f"{row['rule']}: {error}") from None
            problem = str(error)
    until = counted.due if counted and row["unit"] == "working-days" else None
    head = {name: row.get(name) for name in ("rule", "deadline", "authority", "kind")}
    return (
        head
        | {
            "from": from_.isoformat(),
            **{name: row.get(name) for name in ("amount", "unit", "relative")},
            "due": counted and counted.due.isoformat(),
            "lastWorkingDay": counted and counted.last_working_day and counted.last_working_day.isoformat(),
            "skipped": [
                {"date": day.isoformat(), "why": why} for day, why in passed_over(date_of(from_), until)
            ]
            if until
            else [],
            "remindBefore": row.get("remindBefore"),
            "supersededBy": row.get("supersededBy"),
            "source": row["source"],
            "says": row["says"],
        }
        | ({"problem": problem} if problem else {})
    )


def sentence(answer: Mapping[str, Any]) -> str:
    """The same for people, in a few lines."""
    whose = ", ".join(filter(None, (answer["authority"], answer["kind"])))
    lines = [f"{answer['rule']} ({whose}): {answer['says']}"]
    if answer["due"]:
        moment = answer["unit"] == "hours"
        lines.append(f"  due {_day(answer['due'], moment)}, {amount(answer)} {_day(answer['from'], moment)}")
        if not answer["lastWorkingDay"]:
            lines.append(
                "  the last working day before it is not known yet: bank holidays of that year are "
                "not published"
            )
        elif answer["lastWorkingDay"] != answer["due"][:10]:
            lines.append(f"  last working day on or before it: {_day(answer['lastWorkingDay'], False)}")
    else:
        lines.append(
            f"  no date: {answer['problem']}" if answer.get("problem") else "  no date follows from it"
        )
    holidays = [day for day in answer["skipped"] if day["why"] not in ("Saturday", "Sunday")]
    if answer["skipped"]:
        named = "; ".join(f"{day['why']}, {_day(day['date'], False)}" for day in holidays)
        lines.append(
            f"  not counted: {len(answer['skipped']) - len(holidays)} days of weekends"
            + (f"; {named}" if named else "")
        )
    if answer["supersededBy"]:
        lines.append(f"  not used where dates are set: {answer['supersededBy']} is stricter")
    return "\n".join([*lines, f"  source: {answer['source']}"])


def amount(answer: Mapping[str, Any]) -> str:
    """In words: "15 working days after", "the same day as"."""
    if answer["unit"] == "same-day":
        return "the same day as"
    unit = answer["unit"].replace("-", " ")
    unit = unit.removesuffix("s") if answer["amount"] == 1 else unit
    return f"{answer['amount']} {unit} {'before' if answer['relative'] == 'before' else 'after'}"


def _day(text: str, moment: bool) -> str:
    if moment or len(text) > 10:
        return f"{dt.datetime.fromisoformat(text).astimezone(LONDON):%A %-d %B %Y at %H:%M}"
    return f"{dt.date.fromisoformat(text):%A %-d %B %Y}"
