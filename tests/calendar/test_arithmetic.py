"""The arithmetic of time at its edges: design, "Arithmetic of time"."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.calendar import arithmetic
from workers.calendar.arithmetic import (
    CALENDAR_UNITS,
    Due,
    add_working_days,
    end_of,
    last_working_day,
    passed_over,
    start_of,
)
from workers.calendar.holidays import CalendarError, holidays, known_years, why_not_working

FIRST, LAST = known_years()
day = dt.date.fromisoformat
# far enough from both ends that 120 working days never leave the data
inside = st.dates(dt.date(FIRST + 1, 1, 1), dt.date(LAST - 1, 12, 31))
amounts = st.integers(0, 120)


def due_date(start: dt.date, amount: int, unit: str, before: bool = False) -> Due:
    return arithmetic.due(start, amount, unit, "before" if before else "within")


def working(date: dt.date) -> bool:
    return why_not_working(date) is None


working_days = inside.filter(working)

# what the design says, one row a sentence

WORKING_DAYS = [
    # start        amount  due           what it shows
    ("2026-11-02", 0, "2026-11-02", "the day of the event is day 0"),
    ("2026-11-02", 1, "2026-11-03", "the first working day after it"),
    ("2026-11-06", 1, "2026-11-09", "from a Friday, over the weekend"),
    ("2026-11-07", 1, "2026-11-09", "from a Saturday: Monday is the first working day after it"),
    ("2026-11-08", 1, "2026-11-09", "from a Sunday too"),
    ("2026-11-07", 0, "2026-11-07", "day 0 of a Saturday stays where it is: a limit never moves"),
    ("2026-11-02", 15, "2026-11-23", "three weeks without a holiday"),
    ("2025-12-19", 15, "2026-01-14", "Christmas, Boxing Day and New Year are not counted"),
    ("2026-12-24", 1, "2026-12-29", "Boxing Day on a Saturday: the substitute Monday is not counted either"),
    ("2027-12-24", 1, "2027-12-29", "Christmas and Boxing Day on a weekend: two substitutes"),
    ("2026-04-02", 1, "2026-04-07", "Good Friday and Easter Monday"),
    ("2026-05-01", 1, "2026-05-05", "early May"),
    ("2020-05-07", 1, "2020-05-11", "2020: early May on Friday the 8th, VE Day"),
    ("2020-05-01", 1, "2020-05-04", "and not on Monday the 4th"),
    ("2022-06-01", 1, "2022-06-06", "2022: two days for the Platinum Jubilee"),
    ("2022-09-16", 1, "2022-09-20", "the late Queen's funeral"),
    ("2023-05-05", 1, "2023-05-09", "the Coronation"),
    ("2026-08-28", 1, "2026-09-01", "the summer bank holiday"),
    ("2028-02-28", 1, "2028-02-29", "29 February is a working day like any other"),
    ("2026-11-09", -5, "2026-11-02", "back the same way"),
    ("2026-11-08", -1, "2026-11-06", "back from a Sunday"),
    ("2026-04-07", -1, "2026-04-02", "back over Easter"),
    ("2026-01-14", -15, "2025-12-19", "back over Christmas"),
]


@pytest.mark.parametrize(
    ("start", "amount", "due", "what"), WORKING_DAYS, ids=[row[3] for row in WORKING_DAYS]
)
def test_working_days(start: str, amount: int, due: str, what: str) -> None:
    assert add_working_days(day(start), amount) == day(due)
    assert due_date(day(start), abs(amount), "working-days", before=amount < 0).due == day(due)


CALENDAR = [
    # start        amount  unit   before  due           last working day  what it shows
    ("2026-11-02", 10, "calendar-days", False, "2026-11-12", "2026-11-12", "days are calendar days"),
    (
        "2026-11-02",
        5,
        "calendar-days",
        False,
        "2026-11-07",
        "2026-11-06",
        "a Saturday stays due; Friday is the last working day",
    ),
    ("2025-12-20", 5, "calendar-days", False, "2025-12-25", "2025-12-24", "Christmas Day stays due"),
    (
        "2026-04-01",
        5,
        "calendar-days",
        False,
        "2026-04-06",
        "2026-04-02",
        "Easter Monday stays due; Thursday is the last working day",
    ),
    ("2026-11-02", 6, "weeks", False, "2026-12-14", "2026-12-14", "a week has seven days"),
    ("2026-08-31", 6, "months", False, "2027-02-28", "2027-02-26", "months clip, on a Sunday"),
    (
        "2027-08-31",
        6,
        "months",
        False,
        "2028-02-29",
        "2028-02-29",
        "months clip to 29 February in a leap year",
    ),
    ("2026-01-31", 1, "months", False, "2026-02-28", "2026-02-27", "31 January and a month"),
    ("2026-05-31", 3, "months", True, "2026-02-28", "2026-02-27", "months clip backwards too"),
    ("2026-11-30", 3, "months", False, "2027-02-28", "2027-02-26", "three months from 30 November"),
    ("2026-12-31", 1, "months", False, "2027-01-31", "2027-01-29", "over the year's end"),
    ("2024-02-29", 1, "years", False, "2025-02-28", "2025-02-28", "29 February and a year"),
    ("2024-02-29", 4, "years", False, "2028-02-29", "2028-02-29", "29 February and four years"),
    ("2026-11-02", 0, "months", False, "2026-11-02", "2026-11-02", "nothing added"),
    ("2026-11-12", 10, "calendar-days", True, "2026-11-02", "2026-11-02", "days before"),
]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "before", "due", "last", "what"), CALENDAR, ids=[row[6] for row in CALENDAR]
)
def test_calendar_units(
    start: str, amount: int, unit: str, before: bool, due: str, last: str, what: str
) -> None:
    found = due_date(day(start), amount, unit, before)
    assert (found.due, found.last_working_day) == (day(due), day(last))


def test_skipped_days_say_why() -> None:
    skipped = passed_over(day("2025-12-24"), day("2025-12-30"))
    assert [(str(date), why) for date, why in skipped] == [
        ("2025-12-25", "Christmas Day"),
        ("2025-12-26", "Boxing Day"),
        ("2025-12-27", "Saturday"),
        ("2025-12-28", "Sunday"),
    ]


def test_a_holiday_is_named_even_on_a_weekend_day() -> None:
    assert why_not_working(day("2026-04-03")) == "Good Friday"
    assert why_not_working(day("2026-11-07")) == "Saturday"
    assert why_not_working(day("2026-11-02")) is None


def test_only_england_and_wales() -> None:
    assert working(day("2026-11-30")), "St Andrew's Day is Scotland's"
    assert working(day("2026-03-17")), "St Patrick's Day is Northern Ireland's"
    assert not working(day("2026-04-06")), "Easter Monday is none in Scotland"


# beyond the data


def test_working_days_beyond_the_data_name_the_year_and_the_mending() -> None:
    with pytest.raises(
        CalendarError,
        match=rf"from {FIRST} to {LAST}, not for {LAST + 1}: update the package govuk-bank-holidays",
    ):
        due_date(dt.date(LAST, 12, 20), 15, "working-days")
    with pytest.raises(CalendarError, match=rf"not for {FIRST - 1}"):
        due_date(dt.date(FIRST, 1, 5), 15, "working-days", before=True)
    with pytest.raises(CalendarError, match="not for 2206"):
        add_working_days(dt.date(2206, 6, 1), 1)


def test_the_last_day_of_the_data_still_counts() -> None:
    assert due_date(dt.date(LAST, 12, 31) - dt.timedelta(7), 1, "working-days").due.year == LAST
    assert last_working_day(dt.date(LAST, 12, 31)) is not None
    assert last_working_day(dt.date(LAST + 1, 1, 1)) is None


def test_last_working_day_is_unknown_where_it_would_lie_before_the_data() -> None:
    """1 January is a holiday: the working day before it lies in a year that is not known."""
    assert last_working_day(dt.date(FIRST, 1, 1)) is None


def test_a_birthday_beyond_the_data_has_no_last_working_day() -> None:
    due = due_date(day("2026-11-02"), 18, "years")
    assert (due.due, due.last_working_day) == (day("2044-11-02"), None)


@pytest.mark.parametrize("unit", ["days", "working days", "month", "school-terms", ""])
def test_an_unknown_unit_is_an_error_that_names_it_and_those_known(unit: str) -> None:
    with pytest.raises(
        CalendarError,
        match=rf"unit '{unit}' is not known: use working-days, calendar-days, weeks, months, years, "
        r"hours, same-day",
    ):
        due_date(day("2026-11-02"), 3, unit)


# always


@given(working_days, amounts)
def test_there_and_back_again(start: dt.date, amount: int) -> None:
    there = add_working_days(start, amount)
    assert add_working_days(there, -amount) == start
    assert set(passed_over(start, there)) == set(passed_over(there, start))


@given(inside, amounts.filter(bool))
def test_a_working_day_is_due_and_every_day_is_accounted_for(start: dt.date, amount: int) -> None:
    due = add_working_days(start, amount)
    skipped = passed_over(start, due)
    assert working(due) and (due - start).days == amount + len(skipped)
    assert all(not working(date) and start < date < due for date, _ in skipped)


@given(inside, amounts)
def test_one_more_is_later(start: dt.date, amount: int) -> None:
    assert add_working_days(start, amount) < add_working_days(start, amount + 1)


@given(inside, amounts)
def test_a_later_event_is_never_due_earlier(start: dt.date, amount: int) -> None:
    assert add_working_days(start, amount) <= add_working_days(start + dt.timedelta(1), amount) or amount == 0


@given(inside, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(start: dt.date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(start, first), second) == add_working_days(start, first + second)


@given(inside, st.integers(0, 120), st.sampled_from(["working-days", *CALENDAR_UNITS]), st.booleans())
def test_last_working_day_is_the_last_on_or_before(
    start: dt.date, amount: int, unit: str, before: bool
) -> None:
    due = due_date(start, amount, unit, before)
    if due.last_working_day is None:
        assert due.due.year > LAST or not any(
            working(dt.date(FIRST, 1, 1) + dt.timedelta(n))
            for n in range((due.due - dt.date(FIRST, 1, 1)).days + 1)
        )
    else:
        assert working(due.last_working_day) and due.last_working_day <= due.due
        between = (
            due.last_working_day + dt.timedelta(n)
            for n in range(1, (due.due - due.last_working_day).days + 1)
        )
        assert not any(working(date) for date in between)


@given(inside, st.integers(0, 24))
def test_months_keep_the_day_or_clip_to_the_last(start: dt.date, months: int) -> None:
    due = due_date(start, months, "months").due
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due.day < start.day and (due + dt.timedelta(1)).day == 1)


@given(inside)
def test_a_bank_holiday_or_a_weekend_and_nothing_else_is_no_working_day(date: dt.date) -> None:
    assert working(date) == (date.weekday() < 5 and date not in holidays())


# moments in London

MOMENTS = [
    ("2026-01-15", "2026-01-15T00:00:00+00:00", "2026-01-15T23:59:59+00:00"),
    ("2026-07-15", "2026-07-15T00:00:00+01:00", "2026-07-15T23:59:59+01:00"),
    # the clocks go forward: 23 hours; and back: 25
    ("2026-03-29", "2026-03-29T00:00:00+00:00", "2026-03-29T23:59:59+01:00"),
    ("2026-10-25", "2026-10-25T00:00:00+01:00", "2026-10-25T23:59:59+00:00"),
]


@pytest.mark.parametrize(("date", "starts", "ends"), MOMENTS)
def test_a_day_in_london(date: str, starts: str, ends: str) -> None:
    assert start_of(day(date)).isoformat() == starts
    assert end_of(day(date)).isoformat() == ends


@pytest.mark.parametrize(("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-02", 24)])
def test_the_length_of_a_day(date: str, hours: int) -> None:
    elapsed = end_of(day(date)).astimezone(dt.UTC) - start_of(day(date)).astimezone(dt.UTC)
    assert elapsed == dt.timedelta(hours=hours) - dt.timedelta(seconds=1)


@given(inside)
def test_a_day_ends_a_second_before_the_next(date: dt.date) -> None:
    gap = start_of(date + dt.timedelta(1)).astimezone(dt.UTC) - end_of(date).astimezone(dt.UTC)
    assert gap == dt.timedelta(seconds=1)


# hours

HOURS = [
    ("2026-11-02T09:30:00+00:00", 24, "within", "2026-11-03T09:30:00+00:00", "a day like any other"),
    (
        "2026-03-28T09:30:00+00:00",
        24,
        "within",
        "2026-03-29T10:30:00+01:00",
        "the clocks go forward: 24 hours have passed at half past ten",
    ),
    (
        "2026-10-24T09:30:00+01:00",
        24,
        "within",
        "2026-10-25T08:30:00+00:00",
        "the clocks go back: 24 hours have passed at half past eight",
    ),
    ("2026-10-24T23:30:00+01:00", 4, "within", "2026-10-25T02:30:00+00:00", "over the hour that comes twice"),
    (
        "2026-03-29T02:30:00+01:00",
        4,
        "before",
        "2026-03-28T21:30:00+00:00",
        "back over the hour that there is not",
    ),
    (
        "2026-07-01T22:00:00+00:00",
        4,
        "within",
        "2026-07-02T03:00:00+01:00",
        "given in another offset, told in London's",
    ),
    ("2025-12-31T22:00:00+00:00", 48, "within", "2026-01-02T22:00:00+00:00", "hours know no holidays"),
]


@pytest.mark.parametrize(("start", "amount", "relative", "due", "what"), HOURS, ids=[row[4] for row in HOURS])
def test_hours_are_elapsed_time(start: str, amount: int, relative: str, due: str, what: str) -> None:
    assert arithmetic.due(dt.datetime.fromisoformat(start), amount, "hours", relative).due.isoformat() == due


@pytest.mark.parametrize("start", [day("2026-11-02"), dt.datetime(2026, 11, 2, 9, 30)])
def test_hours_need_a_moment(start: dt.date) -> None:
    with pytest.raises(CalendarError, match="hours are counted from a moment"):
        arithmetic.due(start, 4, "hours")


@given(
    st.datetimes(dt.datetime(2013, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC)),
    st.integers(0, 1000),
)
def test_hours_there_and_back_again(start: dt.datetime, amount: int) -> None:
    there = arithmetic.due(start, amount, "hours").due
    assert (
        there - start == dt.timedelta(hours=amount)
        and arithmetic.due(there, amount, "hours", "before").due == start
    )


@pytest.mark.parametrize(
    ("start", "due"),
    [("2026-11-02T23:30:00+00:00", "2026-11-02"), ("2026-07-01T23:30:00+00:00", "2026-07-02")],
)
def test_of_a_moment_the_other_units_take_the_date_in_london(start: str, due: str) -> None:
    assert arithmetic.due(dt.datetime.fromisoformat(start), 0, "same-day").due == day(due)


def test_what_lies_outside_all_years_is_an_error() -> None:
    with pytest.raises(CalendarError, match="outside the years"):
        arithmetic.due(day("9999-12-01"), 2, "months")


# the same by another way: day by day


def count_one_by_one(start: dt.date, amount: int) -> dt.date:
    found, left = start, abs(amount)
    while left:
        found += dt.timedelta(1 if amount > 0 else -1)
        left -= found.weekday() < 5 and found not in holidays()
    return found


@given(inside, st.integers(-120, 120))
def test_counting_is_counting_day_by_day(start: dt.date, amount: int) -> None:
    assert add_working_days(start, amount) == count_one_by_one(start, amount)
