"""From rows to dates, without an engine: which due drives, hours, rows without a number, reminders, years
beyond the bank holidays; and which rows are in force.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from workers.calendar.holidays import CalendarError, known_years
from workers.timescales import TimescaleError
from workers.timescales.dates import NEVER, DatedDeadline, dated, recorded
from workers.timescales.evaluation import in_force, needed
from workers.timescales.explanation import explain
from workers.timescales.tables import Fact, Row, Table
from workers.words import LONDON

BEYOND = known_years()[1] + 1


def row(
    rule: str = "ENG-1", amount: int | None = 10, unit: str | None = "working-days", **changed: Any
) -> dict[str, Any]:
    return {
        "rule": rule,
        "deadline": "review",
        "amount": amount,
        "unit": unit,
        "relative": "within",
        "kind": "statutory",
        "authority": "england",
        "remindBefore": 5,
        "supersededBy": None,
        "source": f"source of {rule}",
    } | changed


def local(rule: str = "CAM-1", **changed: Any) -> dict[str, Any]:
    return row(rule, **{"kind": "local-target", "authority": "camden"} | changed)


def one(*rows: dict[str, Any], start: str = "2026-06-15") -> DatedDeadline:
    [found] = dated(
        rows, dt.date.fromisoformat(start) if len(start) == 10 else dt.datetime.fromisoformat(start)
    )
    return found


@pytest.mark.parametrize(
    ("law", "target", "rule", "due", "last"),
    [
        (10, 15, "ENG-1", "2026-06-29", "2026-06-29"),
        (15, 10, "CAM-1", "2026-06-29", "2026-06-29"),
        (10, 10, "CAM-1", "2026-06-29", "2026-06-29"),
    ],
    ids=[
        "the law is earlier",
        "the target is earlier",
        "both the same: whoever works to the target keeps the law",
    ],
)
def test_the_earlier_of_law_and_local_target_drives(
    law: int, target: int, rule: str, due: str, last: str
) -> None:
    found = one(row(amount=law), local(amount=target))
    dates, entry = found.dates(9, 5), recorded(found)
    assert (found.rule, dates["rule"], entry["rule"]) == (rule, rule, rule)
    assert dates["due"] == f"{due}T23:59:59+01:00" == dates["dueDate"]
    assert {dates["statutoryDue"][:10], dates["localTarget"][:10]} == {
        entry["statutory_due"].isoformat(),
        entry["local_target"].isoformat(),
    }
    assert entry["last_working_day"].isoformat() == last and entry["source"] == f"source of {rule}"
    assert entry["details"] == {"deadline": "review", "statutoryRule": "ENG-1", "localRule": "CAM-1"}


@pytest.mark.parametrize(
    ("only", "there", "missing"),
    [
        (row(), "statutoryDue", "localTarget"),
        (row(kind="statutory-unverified"), "statutoryDue", "localTarget"),
        (local(), "localTarget", "statutoryDue"),
        (local(kind="guidance"), "localTarget", "statutoryDue"),
    ],
)
def test_one_due_alone_leaves_the_other_empty(only: dict[str, Any], there: str, missing: str) -> None:
    dates = one(only).dates(9, 5)
    assert dates[there] == dates["due"] and dates[missing] is None


def test_hours_give_moments_and_no_reminder() -> None:
    # the clocks go back: a Sunday
    found = one(local(amount=24, unit="hours", remindBefore=0), start="2026-10-24T09:30:00+01:00")
    dates = found.dates(9, 5)
    assert dates["due"] == dates["dueDate"] == dates["localTarget"] == "2026-10-25T08:30:00+00:00"
    assert dates["remindAt"] == NEVER and recorded(found)["last_working_day"] == dt.date(2026, 10, 23)


def test_hours_and_days_of_one_deadline_are_compared_as_moments() -> None:
    start = "2026-06-15T09:00:00+01:00"
    # Tuesday 23:59:59, before Wednesday 01:00
    assert one(row(amount=1), local(amount=40, unit="hours"), start=start).rule == "ENG-1"
    assert one(row(amount=1), local(amount=38, unit="hours"), start=start).rule == "CAM-1"


def test_hours_from_a_date_name_the_rule() -> None:
    with pytest.raises(CalendarError, match=r"^CAM-1: hours are counted from a moment"):
        one(local(amount=24, unit="hours"))


EMPTY = {"rule": "X", "deadline": "review", "kind": "guidance"}


@pytest.mark.parametrize(
    "numberless",
    [row(amount=None, unit=None), row(amount=None), row(unit="school-terms", amount=1), EMPTY],
    ids=["no number and no unit", "no number", "school terms", "empty cells, which the engine leaves out"],
)
def test_a_row_without_a_number_sets_nothing_and_hides_nothing(numberless: dict[str, Any]) -> None:
    assert dated([numberless], dt.date(2026, 6, 15)) == []
    assert one(numberless, local()).rule == "CAM-1"


def test_a_row_that_does_not_say_in_which_direction_is_an_error_that_names_it() -> None:
    halves = local()
    del halves["relative"]
    with pytest.raises(CalendarError, match=r"^CAM-1: relative '' is not known"):
        one(halves)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit": None}, "amount 10 has no unit"),
        ({"unit": "moons"}, "unit moons is not known"),
        ({"amount": 1.5}, "amount 1.5 is no whole number"),
        ({"amount": -1}, "amount -1 is no whole number"),
    ],
    ids=["no unit", "no known unit", "half", "below 0"],
)
def test_a_number_that_cannot_be_counted_is_an_error_and_never_no_deadline(
    wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(TimescaleError, match=f"^CAM-1: {said}"):
        dated([local(**wrong)], dt.date(2026, 6, 15))
    with pytest.raises(TimescaleError, match=f"^CAM-1: {said}"):
        explain(local(**wrong, says="x"), dt.date(2026, 6, 15), strict=False)
    with pytest.raises(TimescaleError, match=f"^table some-timescales: CAM-1: {said}"):
        in_force([local(**wrong)], "some-timescales")


@pytest.mark.parametrize(
    "start",
    [dt.date(BEYOND, 3, 2), dt.date.max],
    ids=["a year without bank holidays", "the last day there is"],
)
def test_only_hours_from_a_date_are_no_error(start: dt.date) -> None:
    said = explain(local(unit="hours", says="x"), start, strict=False)
    assert said["due"] is None and "moment" in said["problem"]
    with pytest.raises(CalendarError, match=f"^CAM-1: .*{start.year}"):
        explain(local(says="x"), start, strict=False)


def test_deadlines_come_soonest_first_and_one_of_them_alone() -> None:
    rows = [
        row("A", 3, "months", deadline="later"),
        row("B", 1, "calendar-days", deadline="soon"),
        row("C", 2, "weeks", relative="before", deadline="before"),
    ]
    assert [found.name for found in dated(rows, dt.date(2026, 6, 15))] == ["before", "soon", "later"]
    assert [found.rule for found in dated(rows, dt.date(2026, 6, 15), "later")] == ["A"]
    assert dated(rows, dt.date(2026, 6, 15), "never heard of") == []


REMINDERS = [
    ("2026-06-15", 10, "working-days", 5, "2026-06-22T09:00:00+01:00", "a week before"),
    ("2026-03-26", 6, "working-days", 3, "2026-03-31T09:00:00+01:00", "back over Easter"),
    ("2025-12-19", 15, "working-days", 10, "2025-12-30T09:00:00+00:00", "back over New Year, in winter"),
    (
        "2026-06-15",
        26,
        "calendar-days",
        1,
        "2026-07-09T09:00:00+01:00",
        "due on a Saturday: before the last working day",
    ),
    ("2026-06-15", 10, "working-days", 0, "2026-06-29T09:00:00+01:00", "on the day itself"),
    (
        "2026-03-30",
        0,
        "same-day",
        1,
        "2026-03-27T09:00:00+00:00",
        "nine o'clock is London's, before the clocks go forward",
    ),
]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "before", "remind", "what"), REMINDERS, ids=[case[5] for case in REMINDERS]
)
def test_the_reminder_is_at_nine_so_many_working_days_before(
    start: str, amount: int, unit: str, before: int, remind: str, what: str
) -> None:
    assert (
        one(row(amount=amount, unit=unit, remindBefore=before), start=start).dates(9, 5)["remindAt"] == remind
    )


def test_an_empty_cell_for_reminders_means_none() -> None:
    assert one(row(remindBefore=None)).dates(9, 5)["remindAt"] == NEVER


def test_the_model_may_ask_for_another_hour_and_other_days() -> None:
    dates = one(row()).dates(remind_hour=7, follow_up_days=2)
    assert (dates["remindAt"], dates["followUpDate"]) == (
        "2026-06-22T07:00:00+01:00",
        "2026-06-25T00:00:00+01:00",
    )
    assert one(row()).dates(9, 5)["followUpDate"] == "2026-06-22T00:00:00+01:00"
    assert one(row()).dates(9, 0)["followUpDate"] == "2026-06-29T00:00:00+01:00"


def test_months_beyond_the_bank_holidays_give_a_date_and_a_reminder_by_calendar_days() -> None:
    found = one(row(amount=12, unit="months", remindBefore=5), start=f"{BEYOND}-03-20")
    due = dt.date(BEYOND + 1, 3, 20)
    dates = found.dates(9, 5)
    assert (
        dates["due"] == dt.datetime.combine(due, dt.time(23, 59, 59), LONDON).isoformat() == dates["dueDate"]
    )
    assert dates["remindAt"] == dt.datetime.combine(due - dt.timedelta(5), dt.time(9), LONDON).isoformat()
    assert recorded(found)["last_working_day"] is None


def test_working_days_beyond_the_bank_holidays_are_an_error_that_names_rule_and_year() -> None:
    with pytest.raises(CalendarError, match=f"^CAM-1: bank holidays are known from .* not for {BEYOND}"):
        one(local(), start=f"{BEYOND - 1}-12-28")


# rows in force ----------------------------------------------------------------------------------------------


def test_a_row_that_a_stricter_one_replaces_is_not_in_force() -> None:
    rows = [local("CAM-1", supersededBy="CAM-2"), local("CAM-2")]
    assert [row["rule"] for row in in_force(rows, "some-timescales")] == ["CAM-2"]
    assert in_force([], "some-timescales") == []


def test_law_and_local_target_and_two_deadlines_stand_side_by_side() -> None:
    rows = [row(), local(), local("CAM-3", deadline="visit")]
    assert in_force(rows, "some-timescales") == rows


def test_an_empty_cell_that_the_engine_leaves_out_replaces_nothing() -> None:
    said = local()
    del said["supersededBy"]
    assert in_force([said], "some-timescales") == [said]


def test_two_rows_for_one_clock_are_an_error_that_names_table_rules_and_clock() -> None:
    with pytest.raises(
        TimescaleError,
        match=r"table some-timescales: CAM-1 and CAM-2 both say when review is due in camden: "
        r".*“Superseded by”",
    ):
        in_force([local("CAM-1"), row(), local("CAM-2")], "some-timescales")


def table(*rows: tuple[str, str, dict[str, str]]) -> Table:
    facts = {name: Fact(name, name, "boolean", ()) for name in ("a", "b", "c")}
    made = [
        Row("t", f"r{number}", event, cells, {"authority": authority, "rule": f"r{number}"})
        for number, (event, authority, cells) in enumerate(rows)
    ]
    return Table("t", "t", "timescales", "COLLECT", "", ("begun", "ended"), facts, tuple(made))


def test_needed_are_the_facts_of_the_event_for_the_authority_and_for_the_law() -> None:
    some = table(
        ("begun", "england", {"a": "true"}),
        ("begun", "york", {"b": "true"}),
        ("begun", "camden", {"c": "true", "a": "false"}),
        ("ended", "york", {"c": "true"}),
    )
    assert needed([some], "begun", "york") == ["a", "b"]
    assert needed([some], "begun", "camden") == ["a", "c"]
    assert needed([some], "ended", "york") == ["c"] and needed([some], "ended", "camden") == []
    assert needed([some, table(("begun", "unnamed", {"c": "true"}))], "begun", "york") == ["a", "b", "c"]
