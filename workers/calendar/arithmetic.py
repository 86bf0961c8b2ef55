"""The arithmetic of timescales. Pure: dates and units in, dates out. The day of the event is day 0; a limit never moves to a working day."""
from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from workers.calendar.holidays import CalendarError, why_not_working

LONDON = ZoneInfo("Europe/London")
CALENDAR_UNITS = {"days": "days", "weeks": "weeks", "months": "months", "years": "years"}
END_OF_DAY = dt.time(23, 59, 59)


@dataclass(frozen=True)
class Due:
    """`due` as the rule says; `last_working_day` on or before it (None beyond the bank-holiday data); the days that were not counted."""

    due: dt.date
    last_working_day: dt.date | None
    skipped: tuple[tuple[dt.date, str], ...] = ()


def add_working_days(start: dt.date, amount: int) -> tuple[dt.date, tuple[tuple[dt.date, str], ...]]:
    """The working day `amount` after (before, if negative) `start`, and each day passed over with the reason."""
    day, left, step, skipped = start, abs(amount), dt.timedelta(1 if amount >= 0 else -1), []
    while left:
        day += step
        if why := why_not_working(day):
            skipped.append((day, why))
        else:
            left -= 1
    return day, tuple(skipped)


def last_working_day(day: dt.date) -> dt.date | None:
    """The last working day on or before `day`; None where the bank holidays of its year are not known."""
    try:
        while why_not_working(day):
            day -= dt.timedelta(1)
    except CalendarError:
        return None
    return day


def due_date(start: dt.date, amount: int, unit: str, before: bool = False) -> Due:
    """The date `amount` units after `start` ("within", "every"), or before it. Months and years clip: 31 August + 6 months = 28 February."""
    signed = -amount if before else amount
    if unit == "working-days":
        due, skipped = add_working_days(start, signed)
    elif unit in CALENDAR_UNITS:
        due, skipped = start + relativedelta(**{CALENDAR_UNITS[unit]: signed}), ()
    else:
        raise CalendarError(f"unit {unit!r} is not known for dates: use working-days, {', '.join(CALENDAR_UNITS)}")
    return Due(due, last_working_day(due), skipped)


def end_of(day: dt.date) -> dt.datetime:
    """The moment a date without a time becomes overdue: 23:59:59 in London, with offset."""
    return dt.datetime.combine(day, END_OF_DAY, LONDON)


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in London, with offset."""
    return dt.datetime.combine(day, dt.time(), LONDON)
