"""`homeward deadlines` as somebody types it, on a record of its own and on a day of its own: Friday 10 July
2026.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from tests.homeward import Said
from workers.records import Happening, Record
from workers.rest.session import EngineSession

TODAY = dt.datetime(2026, 7, 10, 12, tzinfo=dt.UTC)
KEYS = [
    "rule",
    "what",
    "process",
    "workstepId",
    "statutoryDue",
    "localTarget",
    "lastWorkingDay",
    "metOn",
    "lateDays",
]
OPEN = {
    "LATE": "2026-07-09",
    "TODAY": "2026-07-10",
    "MONDAY": "2026-07-13",
    "WEEK": "2026-07-17",
    "EIGHT": "2026-07-18",
    "NONE": None,
}


@pytest.fixture
def book(book: Record) -> Record:
    """With two children."""
    with book.transaction() as tx:
        tx.register_child("child-1", name="Robin Invented", born=dt.date(2015, 5, 1))
        tx.register_child("child-2")
    return book


@pytest.fixture
def deadlines(book: Record, tmp_path: Path, homeward: Callable[..., Said]) -> Iterator[Callable[..., Said]]:
    with time_machine.travel(TODAY, tick=False):
        yield lambda *arguments: homeward(
            "deadlines",
            *arguments,
            HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}",
            HOMEWARD_VAR=str(tmp_path),
            CAMUNDA_URL="http://localhost:9/engine-rest",
        )


def put(
    book: Record,
    rule: str,
    statutory: str | None,
    local: str | None = None,
    child: str = "child-1",
    workstep_id: str | None = None,
    key: str = "",
    **more: Any,
) -> None:
    facts = {
        "from_": "2026-06-15",
        "last_working_day": min(filter(None, (statutory, local)), default=None),
    } | more
    happening = Happening(key or f"{rule}:{child}", child, "permanence", f"pathway-{rule}", workstep_id)
    with book.transaction() as tx:
        assert tx.deadline_set(
            happening,
            rule=rule,
            statutory_due=statutory,
            local_target=local,
            source="the source",
            kind="statutory",
            **facts,
        )


@pytest.fixture
def many(book: Record) -> Record:
    """Six open ones, and one each that was met late, met in time, ended by another rule and ended with its
    pathway: all four due a month ago.
    """
    for rule, due in OPEN.items():
        put(book, rule, due)
    for rule in ("MET-LATE", "MET", "ENDED", "PATHWAY"):
        put(book, rule, "2026-06-10")
    with book.transaction() as tx:
        tx.deadline_met(
            Happening("1", "child-1", pathway_id="pathway-MET-LATE"), rule="MET-LATE", met_on="2026-06-13"
        )
        tx.deadline_met(Happening("2", "child-1", pathway_id="pathway-MET"), rule="MET", met_on="2026-06-10")
        at = dt.datetime(2026, 6, 12, 9, tzinfo=dt.UTC)
        tx.entry(
            Happening("3", "child-1", pathway_id="pathway-ENDED", at=at), "deadline-ended", {"rule": "ENDED"}
        )
        tx.entry(Happening("4", "child-1", pathway_id="pathway-PATHWAY", at=at), "pathway-ended")
    return book


def rules(said: Said) -> list[str]:
    assert said.code == 0, said.err
    return [row["rule"] for row in json.loads(said.out)]


def test_everything_is_told_soonest_first_with_what_was_late(
    many: Record, deadlines: Callable[..., Said]
) -> None:
    said = deadlines("child-1", "--json")
    assert rules(said)[4:] == list(OPEN)
    late = {row["rule"]: (row["metOn"], row["lateDays"]) for row in json.loads(said.out) if row["lateDays"]}
    assert late == {
        "LATE": (None, 1),
        "MET-LATE": ("2026-06-13", 3),
        "ENDED": (None, 2),
        "PATHWAY": (None, 2),
    }


def test_a_row_has_exactly_the_keys_of_the_contract(book: Record, deadlines: Callable[..., Said]) -> None:
    put(book, "ENG-1", "2026-07-14", "2026-07-08", workstep_id="w", last_working_day="2026-07-08")
    [row] = json.loads(deadlines("child-1", "--json").out)
    assert list(row) == KEYS
    assert row == {
        "rule": "ENG-1",
        "what": "ENG-1",
        "process": "permanence",
        "workstepId": "w",
        "statutoryDue": "2026-07-14",
        "localTarget": "2026-07-08",
        "lastWorkingDay": "2026-07-08",
        "metOn": None,
        "lateDays": 2,
    }
    [whose] = json.loads(deadlines("--json").out)
    assert whose == {"childId": "child-1"} | row


def test_overdue_is_what_is_open_and_late(many: Record, deadlines: Callable[..., Said]) -> None:
    assert rules(deadlines("--overdue", "--json")) == ["LATE"]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (0, ["LATE", "TODAY"]),
        (2, ["LATE", "TODAY"]),
        (3, ["LATE", "TODAY", "MONDAY"]),
        (7, ["LATE", "TODAY", "MONDAY", "WEEK"]),
        (8, ["LATE", "TODAY", "MONDAY", "WEEK", "EIGHT"]),
    ],
)
def test_within_some_days_counts_the_last_of_them_and_what_is_late(
    many: Record, deadlines: Callable[..., Said], days: int, found: list[str]
) -> None:
    assert rules(deadlines("--within", str(days), "--json")) == found


def test_overdue_and_within_together_are_both_asked(many: Record, deadlines: Callable[..., Said]) -> None:
    assert rules(deadlines("--overdue", "--within", "8", "--json")) == ["LATE"]


def test_the_day_is_londons(many: Record, deadlines: Callable[..., Said]) -> None:
    with time_machine.travel(TODAY.replace(hour=23, minute=30), tick=False):  # half past midnight on the 11th
        assert rules(deadlines("--overdue", "--json")) == ["LATE", "TODAY"]


def test_what_is_late_by_hours_is_overdue_and_has_no_days_yet(
    book: Record, deadlines: Callable[..., Said]
) -> None:
    put(book, "HOURS", "2026-07-10T12:59:00+01:00")
    put(book, "NEXT", "2026-07-10T13:01:00+01:00")
    said = deadlines("--overdue", "--json")
    assert rules(said) == ["HOURS"] and json.loads(said.out)[0]["lateDays"] == 0


def test_status_names_what_is_open_and_late(
    many: Record, engine: EngineSession, homeward: Callable[..., Said], tmp_path: Path
) -> None:
    """And not what was met late, or ended with its pathway."""
    put(many, "HOURS", "2026-07-10T12:59:00+01:00")
    with time_machine.travel(TODAY, tick=False):
        said = homeward("status", "--json", HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}")
    assert [(row["childId"], row["rule"]) for row in json.loads(said.out)["late"]] == [
        ("child-1", "LATE"),
        ("child-1", "HOURS"),
    ]


def test_the_earlier_of_two_dues_is_late(book: Record, deadlines: Callable[..., Said]) -> None:
    put(book, "LAW", "2026-07-20", "2026-07-09")
    put(book, "LOCAL", "2026-07-09", "2026-07-20")
    put(book, "NEITHER", "2026-07-20", "2026-07-10")
    assert sorted(rules(deadlines("--overdue", "--json"))) == ["LAW", "LOCAL"]


def test_one_child_is_told_without_the_others_and_people_read_a_table(
    many: Record, deadlines: Callable[..., Said]
) -> None:
    put(many, "OTHER", "2026-07-01", child="child-2")
    assert "OTHER" not in rules(deadlines("child-1", "--json")) and rules(deadlines("child-2", "--json")) == [
        "OTHER"
    ]
    said = deadlines("child-2")
    assert said.code == 0 and "Days late" in said.out and "OTHER" in said.out and "LATE " not in said.out
    assert "01 Jul 2026" in said.out and "no longer due" not in said.out
    assert "Permanence" in said.out, "the process by its name"
    assert deadlines("child-1").out.count("no longer due") == 2, "what ended by itself, and with its pathway"


# the calendar -----------------------------------------------------------------------------------------------


def events(said: Said) -> dict[str, Any]:
    """By rule, the first word of the description."""
    assert said.code == 0, said.err
    return {
        str(event["description"]).split()[0].rstrip(":"): event
        for event in Calendar.from_ical(said.out).walk("VEVENT")
    }


def test_the_calendar_holds_what_is_open_and_has_a_date(many: Record, deadlines: Callable[..., Said]) -> None:
    assert sorted(events(deadlines("--ics"))) == sorted(set(OPEN) - {"NONE"})
    assert list(events(deadlines("--ics", "--overdue"))) == ["LATE"]
    assert list(events(deadlines("--ics", "--within", "0"))) == ["LATE", "TODAY"]


def test_an_event_lasts_all_day_on_the_last_working_day(book: Record, deadlines: Callable[..., Said]) -> None:
    put(
        book,
        "CAM-138",
        "2026-08-31",
        "2026-09-02",
        last_working_day="2026-08-28",
        details={"deadline": "third-review"},
    )
    event = events(deadlines("--ics"))["CAM-138"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (dt.date(2026, 8, 28), dt.date(2026, 8, 29))
    assert type(event["dtstart"].dt) is dt.date and event["dtstart"].params["VALUE"] == "DATE"
    assert event["summary"] == "Third review due: child-1"
    assert (
        event["description"]
        == "CAM-138 (permanence): statutory 2026-08-31, local target 2026-09-02; counted from "
        "2026-06-15. the source"
    )


def test_an_event_without_a_name_for_what_is_due_has_the_rules_own(
    book: Record, deadlines: Callable[..., Said]
) -> None:
    put(book, "CAM-138", "2026-08-31", from_=None)
    event = events(deadlines("--ics"))["CAM-138"]
    assert event["summary"] == "CAM-138 due: child-1" and "None" not in event["description"]


@pytest.mark.parametrize(
    ("start", "due", "last", "shown"),
    [
        ("2026-07-11T10:00:00+01:00", "2026-07-12T10:00:00+01:00", "2026-07-10", "2026-07-12"),
        ("2026-07-11", "2026-07-12", "2026-07-10", "2026-07-12"),
        ("2026-07-10T10:00:00+01:00", "2026-07-11T10:00:00+01:00", "2026-07-10", "2026-07-10"),
        ("2026-07-20", "2026-07-12", "2026-07-10", "2026-07-10"),
        ("2026-07-11", "2029-07-14", None, "2029-07-14"),
        ("2026-07-10", "2026-07-20T23:30:00+00:00", None, "2026-07-21"),
    ],
    ids=[
        "24 hours from a Saturday",
        "a day from a Saturday",
        "24 hours from a Friday",
        "before a Monday",
        "no last working day is known",
        "a moment's day is London's",
    ],
)
def test_an_event_lies_never_before_what_starts_its_time(
    book: Record, deadlines: Callable[..., Said], start: str, due: str, last: str | None, shown: str
) -> None:
    put(book, "CAM-032", due, from_=start, last_working_day=last)
    assert events(deadlines("--ics"))["CAM-032"]["dtstart"].dt == dt.date.fromisoformat(shown)


def test_an_event_keeps_its_uid_when_its_date_moves_and_no_other_has_it(
    book: Record, deadlines: Callable[..., Said]
) -> None:
    put(book, "A", "2026-07-20")
    put(book, "A", "2026-07-20", child="child-2")
    put(book, "B", "2026-07-20")
    before = {str(event["uid"]) for event in Calendar.from_ical(deadlines("--ics").out).walk("VEVENT")}
    put(book, "A", "2026-07-22", key="again")
    after = {
        str(event["uid"]): event["dtstart"].dt.day
        for event in Calendar.from_ical(deadlines("--ics").out).walk("VEVENT")
    }
    assert len(before) == 3 and before == after.keys() and sorted(after.values()) == [20, 20, 22]
    assert deadlines("--ics").out == deadlines("--ics").out


def test_the_calendar_tells_no_name_and_no_birthday(many: Record, deadlines: Callable[..., Said]) -> None:
    said = deadlines("--ics").out
    assert "child-1" in said and not [
        word for word in ("Robin", "Invented", "2015", "20150501") if word in said
    ]


def test_nothing_due_is_an_empty_calendar(deadlines: Callable[..., Said]) -> None:
    assert events(deadlines("--ics")) == {} and json.loads(deadlines("--json").out) == []


# wrong use --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--within", "-1"), "--within"),
        (("--within", "soon"), "--within"),
        (("child-1", "child-2"), "child-2"),
        (("--late",), "--late"),
        (("--ics", "--json"), "not both"),
        (("--dry-run",), "--recompute"),
        (("--recompute", "--overdue", "--reason", "x"), "leave out --overdue"),
        (("--recompute", "--within", "0", "--dry-run"), "leave out"),
        (("--recompute", "--ics", "--dry-run"), "leave out"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(
    deadlines: Callable[..., Said], arguments: tuple[str, ...], text: str
) -> None:
    said = deadlines(*arguments)
    assert said.code == 2 and text in said.err and not said.out


def test_a_mistyped_child_is_an_error_for_people_and_nothing_for_programs(
    deadlines: Callable[..., Said],
) -> None:
    for more in ((), ("--recompute", "--dry-run")):
        said = deadlines("child-9", *more)
        assert (
            said.code == 1
            and said.err.startswith("error: child-9 is not on the record")
            and said.err.count("\n") == 1
        )
    assert (
        json.loads(deadlines("child-9", "--json").out) == [] and events(deadlines("child-9", "--ics")) == {}
    )
