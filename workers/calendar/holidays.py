"""Bank holidays of England and Wales, from the data bundled with `govuk-bank-holidays`, never the network."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from workers.errors import Refused, WrongUse


class CalendarError(Refused):
    """A date that cannot be computed."""


class MomentNeeded(WrongUse, CalendarError):
    """Hours cannot be counted from a date."""


@lru_cache
def holidays() -> dict[dt.date, str]:
    """Each bank holiday and its name."""
    bundled = BankHolidays(use_cached_holidays=True)
    return {
        holiday["date"]: holiday["title"]
        for holiday in bundled.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    }


@lru_cache
def known_years() -> tuple[int, int]:
    """First and last year that the bank holidays are known for."""
    years = [day.year for day in holidays()]
    return min(years), max(years)


@lru_cache
def working_days() -> list[dt.date]:
    """Every working day of the known years, in order."""
    first, last = known_years()
    begin = dt.date(first, 1, 1)
    every = (begin + dt.timedelta(n) for n in range((dt.date(last, 12, 31) - begin).days + 1))
    return [day for day in every if day.weekday() < 5 and day not in holidays()]


def check(day: dt.date) -> None:
    """An error that names the year, if its bank holidays are not known."""
    first, last = known_years()
    if not first <= day.year <= last:
        raise CalendarError(
            f"bank holidays are known from {first} to {last}, not for {day.year}: update the "
            "package govuk-bank-holidays"
        )


def why_not_working(day: dt.date) -> str | None:
    """Why a day is no working day ("Saturday", "Good Friday"), or None when it is one.

    A year outside the data is an error.
    """
    check(day)
    return holidays().get(day) or (day.strftime("%A") if day.weekday() >= 5 else None)
