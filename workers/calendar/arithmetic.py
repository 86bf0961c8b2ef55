"""The arithmetic of timescales. Pure: dates and units in, dates out.

The day of the event is day 0; a limit never moves to a working day.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from workers.calendar.holidays import CalendarError, MomentNeeded, check, why_not_working, working_days
from workers.words import LONDON

CALENDAR_UNITS = {
    "calendar-days": relativedelta(days=1),
    "weeks": relativedelta(weeks=1),
    "months": relativedelta(months=1),
    "years": relativedelta(years=1),
}
UNITS = ("working-days", *CALENDAR_UNITS, "hours", "same-day")
RELATIVES = ("within", "every", "after", "before")
END_OF_DAY = dt.time(23, 59, 59)
DAY = dt.timedelta(1)


@dataclass(frozen=True)
class Due:
    """`due` as the rule says: a date, or where the unit is hours a moment in London; `last_working_day` on or
    before it (None beyond the bank-holiday data).
    """

    due: dt.date | dt.datetime
    last_working_day: dt.date | None


def due(start: dt.date | dt.datetime, amount: int, unit: str, relative: str = "within") -> Due:
    """What lies `amount` units after `start` ("within", "every", "after"), or before it.

    Months and years clip: 31 August + 6 months = 28 February. Hours are elapsed time and need a moment with
    offset; of a moment, other units take London's date. Raises CalendarError.
    """
    try:
        return _due(start, amount, unit, relative)
    except OverflowError:
        raise CalendarError(
            f"{amount} {unit} from {start.isoformat()} lies outside the years 1 to 9999: give another day"
        ) from None


def _due(start: dt.date | dt.datetime, amount: int, unit: str, relative: str) -> Due:
    if relative not in RELATIVES:
        raise CalendarError(f"relative {relative!r} is not known: use {', '.join(RELATIVES)}")
    signed = -amount if relative == "before" else amount
    if unit == "hours":
        if not isinstance(start, dt.datetime) or start.tzinfo is None:
            raise MomentNeeded(
                "hours are counted from a moment, not from a date: give date, time and offset, as "
                "2026-03-28T09:30:00+00:00"
            )
        moment = (start.astimezone(dt.UTC) + dt.timedelta(hours=signed)).astimezone(LONDON)
        return Due(moment, last_working_day(moment.date()))
    day = date_of(start)
    if unit == "working-days":
        day = add_working_days(day, signed)
    elif unit in CALENDAR_UNITS:
        try:
            day += CALENDAR_UNITS[unit] * signed
        except (ValueError, OverflowError):
            raise CalendarError(f"{signed} {unit} from {day} lies outside the years 1 to 9999") from None
    elif unit != "same-day":
        raise CalendarError(f"unit {unit!r} is not known: use {', '.join(UNITS)}")
    return Due(day, last_working_day(day))


def add_working_days(start: dt.date, amount: int) -> dt.date:
    """The working day `amount` after (before, if negative) `start`; 0 is the day itself."""
    if not amount:
        return start
    check(start + DAY if amount > 0 else start - DAY)  # the first day that is looked at
    days = working_days()
    place = bisect_right(days, start) + amount - 1 if amount > 0 else bisect_left(days, start) + amount
    if not 0 <= place < len(days):
        check(dt.date(days[-1].year + 1, 1, 1) if amount > 0 else dt.date(days[0].year - 1, 12, 31))
    return days[place]


def passed_over(start: dt.date, end: dt.date) -> list[tuple[dt.date, str]]:
    """The days between two dates that were not counted as working days, with the reason, from `start` on."""
    step = DAY if end >= start else -DAY
    days = (start + step * n for n in range(1, abs((end - start).days)))
    return [(day, why) for day in days if (why := why_not_working(day))]


def last_working_day(day: dt.date) -> dt.date | None:
    """The last working day on or before `day`; None where the bank holidays of its year are not known."""
    days = working_days()
    place = bisect_right(days, day)
    published = days[0] <= day and day.year <= days[-1].year
    return days[place - 1] if published else None


def date_of(start: dt.date | dt.datetime) -> dt.date:
    """A date as it is; a moment's date in London."""
    if not isinstance(start, dt.datetime):
        return start
    return start.astimezone(LONDON).date() if start.tzinfo else start.date()


def end_of(day: dt.date) -> dt.datetime:
    """The moment a date without a time becomes overdue: 23:59:59 in London, with offset."""
    return dt.datetime.combine(day, END_OF_DAY, LONDON)


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day in London, with offset."""
    return dt.datetime.combine(day, dt.time(), LONDON)
