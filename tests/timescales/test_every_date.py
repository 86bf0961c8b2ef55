"""Every rule with a number, from days at which dates go wrong, against a second way of counting that shares
nothing with ours but the list of holidays.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from workers.settings import PROJECT
from workers.timescales.explanation import explain
from workers.timescales.tables import Tables
from workers.words import LONDON

ROWS = [
    row
    for table in Tables.of_files(PROJECT).values()
    if table.folder == "timescales"
    for row in table.rows
    if row.amount is not None and row.unit != "school-terms"
]
HOLIDAYS = {
    holiday["date"]
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(
        division=BankHolidays.ENGLAND_AND_WALES
    )
}
LAST_KNOWN = max(HOLIDAYS).year
STARTS = {
    "before Christmas": "2025-12-19",
    "Christmas Eve": "2024-12-24",
    "a Saturday": "2026-08-29",
    "before Easter": "2026-04-01",
    "Good Friday": "2025-04-18",
    "before the May bank holidays": "2026-04-30",
    "29 February": "2024-02-29",
    "31 August": "2026-08-31",
    "30 November": "2026-11-30",
    "31 January": "2027-01-31",
    "the clocks go forward": "2026-03-28",
    "the clocks go back": "2026-10-24",
}


def is_working(day: dt.date) -> bool:
    return day.isoweekday() <= 5 and day not in HOLIDAYS


def expected(start: dt.date, amount: int, unit: str, sign: int) -> dt.date:
    match unit:
        case "same-day":
            return start
        case "calendar-days":
            return dt.date.fromordinal(start.toordinal() + sign * amount)
        case "weeks":
            return dt.date.fromordinal(start.toordinal() + sign * 7 * amount)
        case "months":
            year, month = divmod(start.year * 12 + start.month - 1 + sign * amount, 12)
            return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
    day = start
    for _ in range(amount):
        day = dt.date.fromordinal(day.toordinal() + sign)
        while not is_working(day):
            day = dt.date.fromordinal(day.toordinal() + sign)
    return day


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_every_rule_from(start: str) -> None:
    wrong: list[Any] = []
    day = dt.date.fromisoformat(start)
    for row in ROWS:
        sign = -1 if row.relative == "before" else 1
        if row.unit == "hours":
            moment = dt.datetime.combine(day, dt.time(9, 30), LONDON)
            said = dt.datetime.fromisoformat(explain(dict(row.outputs), moment)["due"])
            if (
                said.timestamp() != moment.timestamp() + sign * 3600 * row.amount
                or said.utcoffset() != said.astimezone(LONDON).utcoffset()
            ):
                wrong.append((row.rule, said))
            continue
        found, due = explain(dict(row.outputs), day), expected(day, row.amount, row.unit, sign)
        last = due
        while due.year <= LAST_KNOWN and not is_working(last):
            last -= dt.timedelta(1)
        if (found["due"], found["lastWorkingDay"]) != (
            due.isoformat(),
            last.isoformat() if due.year <= LAST_KNOWN else None,
        ):
            wrong.append((row.rule, found["due"], due))
    assert not wrong and len(ROWS) > 380
