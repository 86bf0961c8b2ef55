"""`homeward deadline` as somebody types it: the date, why, and what it says to wrong use.

By rule without an engine, by event on the engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.homeward import Said
from workers.rest.session import EngineSession
from workers.settings import PROJECT

NOBODY = "http://localhost:9/engine-rest"

DATES = [
    # rule       from               due                   last working day  what it shows
    ("CAM-069", "2025-12-19", "2026-01-14", "2026-01-14", "15 working days over Christmas and New Year"),
    ("CAM-069", "2026-03-27", "2026-04-21", "2026-04-21", "over Good Friday and Easter Monday"),
    ("CAM-069", "2026-04-27", "2026-05-19", "2026-05-19", "over early May"),
    ("CAM-136", "2026-04-30", "2026-06-01", "2026-06-01", "20 working days over both bank holidays of May"),
    ("ENG-01", "2028-02-15", "2028-03-14", "2028-03-14", "29 February is a working day"),
    ("CAM-075", "2026-04-09", "2026-03-31", "2026-03-31", "5 working days before, back over Easter"),
    (
        "CAM-138",
        "2026-08-31",
        "2027-02-28",
        "2027-02-26",
        "six months clip to the last of February, a Sunday",
    ),
    ("CAM-138", "2027-08-31", "2028-02-29", "2028-02-29", "and to 29 February in a leap year"),
    ("CAM-045", "2026-11-30", "2027-02-28", "2027-02-26", "three months from 30 November"),
    ("CAM-043", "2025-12-18", "2026-01-01", "2025-12-31", "two weeks: New Year's Day stays due"),
    ("CAM-014", "2025-12-24", "2025-12-26", "2025-12-24", "two days are calendar days: Boxing Day stays due"),
    ("CAM-143", "2026-01-08", "2025-12-25", "2025-12-24", "two weeks before, on Christmas Day"),
    ("WOK-092", "2012-02-29", "2026-02-28", "2026-02-27", "the 14th birthday of who was born on 29 February"),
    ("CAM-063", "2026-05-25", "2026-05-25", "2026-05-22", "the same day, a bank holiday"),
    ("CAM-120", "2026-06-07", None, None, "as the birthday approaches: no number"),
    ("YORK-016", "2026-06-07", None, None, "in time for the review: no number"),
    ("WOK-320", "2026-06-07", None, None, "immediately: no number, and no moment needed"),
]


@pytest.mark.parametrize(("rule", "start", "due", "last", "what"), DATES, ids=[row[4] for row in DATES])
def test_a_rule_gives_its_date_without_an_engine(
    homeward: Callable[..., Said], rule: str, start: str, due: str | None, last: str | None, what: str
) -> None:
    said = homeward("deadline", rule, "--from", start, "--json", CAMUNDA_URL=NOBODY)
    found = json.loads(said.out)
    assert (said.code, found["rule"], found["from"], found["due"], found["lastWorkingDay"]) == (
        0,
        rule,
        start,
        due,
        last,
    )
    assert found["source"] and found["kind"] and found["says"]


HOURS = [
    ("CAM-032", "2026-03-28T09:30", "2026-03-29T10:30:00+01:00", "24 hours while the clocks go forward"),
    ("CAM-032", "2026-10-24T09:30", "2026-10-25T08:30:00+00:00", "24 hours while the clocks go back"),
    (
        "WOK-182",
        "2026-10-25T00:30:00+01:00",
        "2026-10-25T03:30:00+00:00",
        "4 hours, one of them twice on the clock",
    ),
    ("WOK-216", "2025-12-24T17:00", "2025-12-26T17:00:00+00:00", "48 hours know no holidays"),
]


@pytest.mark.parametrize(("rule", "start", "due", "what"), HOURS, ids=[row[3] for row in HOURS])
def test_hours_give_a_moment_with_offset(
    homeward: Callable[..., Said], rule: str, start: str, due: str, what: str
) -> None:
    assert (
        json.loads(homeward("deadline", rule, "--from", start, "--json", CAMUNDA_URL=NOBODY).out)["due"]
        == due
    )


def test_each_day_passed_over_is_named(homeward: Callable[..., Said]) -> None:
    skipped = {
        day["date"]: day["why"]
        for day in json.loads(
            homeward("deadline", "CAM-069", "--from", "2025-12-19", "--json", CAMUNDA_URL=NOBODY).out
        )["skipped"]
    }
    assert {day: why for day, why in skipped.items() if why not in ("Saturday", "Sunday")} == {
        "2025-12-25": "Christmas Day",
        "2025-12-26": "Boxing Day",
        "2026-01-01": "New Year’s Day",
    }
    assert len(skipped) == 11 and skipped["2025-12-20"] == "Saturday"


def test_people_are_told_in_words(homeward: Callable[..., Said]) -> None:
    said = homeward("deadline", "CAM-138", "--from", "2026-08-31", CAMUNDA_URL=NOBODY).out
    assert (
        "due Sunday 28 February 2027, 6 months after Monday 31 August 2026" in said
        and "Friday 26 February 2027" in said
        and "line" in said
    )


@pytest.mark.parametrize("rule", ["YORK-087", "CLA-065", "WOK-601", "CAM-030"])
def test_where_there_is_no_number_none_is_invented(homeward: Callable[..., Said], rule: str) -> None:
    said = homeward("deadline", rule, "--from", "2026-11-23", "--json", CAMUNDA_URL=NOBODY)
    found = json.loads(said.out)
    assert said.code == 0 and found["due"] is found["lastWorkingDay"] is None and found["says"]


def test_a_birthday_beyond_the_bank_holidays_has_no_last_working_day(homeward: Callable[..., Said]) -> None:
    found = json.loads(
        homeward("deadline", "WOK-667", "--from", "2015-11-23", "--json", CAMUNDA_URL=NOBODY).out
    )
    assert (found["due"], found["lastWorkingDay"]) == ("2040-11-23", None)


def test_a_rule_of_several_rows_tells_them_all(homeward: Callable[..., Said]) -> None:
    found = json.loads(
        homeward("deadline", "ENG-08", "--from", "2026-11-23", "--json", CAMUNDA_URL=NOBODY).out
    )
    assert [row["deadline"] for row in found["rows"]] == [
        "review-decisions",
        "review-record",
        "review-record-distributed",
    ] and found["amount"] == 5


WRONG = [
    (("CAM-999", "--from", "2026-11-23"), 2, "no rule CAM-999"),
    (("CAM-069",), 2, "--from is missing: the day of the event"),
    ((), 2, "give a RULE, or --event, or --list"),
    (("CAM-069", "--event", "visit-held"), 2, "give a RULE, or --event, or --list, and one of them only"),
    (("cam-069", "--from", "2026-01-01"), 2, "no rule cam-069: CAM-069 is one"),
    (("CAM-069", "--from", "tomorrow"), 2, "--from tomorrow is no date: use YYYY-MM-DD"),
    (("CAM-069", "--from", "2026-02-30"), 2, "--from 2026-02-30 is no date"),
    (
        ("CAM-069", "--from", "2026-11-23", "--authority", "leeds"),
        2,
        "authority leeds is not known: use england, camden, wokingham, york",
    ),
    (("CAM-069", "--from", "2026-11-23", "--authority", "york"), 2, "CAM-069 belongs to camden, not to york"),
    (("CAM-032", "--from", "2026-11-23"), 2, "hours are counted from a moment"),
    (("CAM-069", "--from", "2028-12-20"), 1, "bank holidays are known from 2012 to 2028, not for 2029"),
    (("--event", "moon-landed", "--from", "2026-11-23"), 2, "no event moon-landed"),
    (("--list", "--process", "moon"), 2, "no table moon"),
    (
        ("CAM-069", "--from", "9999-12-31"),
        1,
        "CAM-069: 15 working-days from 9999-12-31 lies outside the years 1 to 9999",
    ),
    (
        ("CAM-032", "--from", "9999-12-31T23:00"),
        1,
        "CAM-032: 24 hours from 9999-12-31T23:00:00+00:00 lies outside",
    ),
    (("CAM-069", "--from", "0001-01-01T00:00+14:00"), 1, "lies outside the years"),
    (("CAM-069", "--from", "20251219"), 2, "--from 20251219 is no date"),
    (("CAM-069", "--from", "2025-W51-5"), 2, "--from 2025-W51-5 is no date"),
    (("CAM-069", "--from", "2025-12-19T09"), 2, "--from 2025-12-19T09 is no date"),
    (("CAM-069", "--from", "2026-11-23", "--fact", "ageMonths=3"), 2, "--fact goes with --event"),
    (("CAM-069", "--from", "2026-11-23", "--process", "health"), 2, "--process goes with --list"),
    (("--list", "--fact", "ageMonths=3"), 2, "--list goes with --process and --authority only"),
]


def test_a_fault_of_the_tables_is_a_finding(homeward: Callable[..., Said], tmp_path: Path) -> None:
    said = homeward(
        "deadline", "CAM-069", "--from", "2026-11-23", HOMEWARD_MODELS=str(tmp_path), CAMUNDA_URL=NOBODY
    )
    assert said.code == 1 and "no tables in" in said.err and said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("rule", "amount", "unit"),
    [("ENG-25", 20, "working-days"), ("ENG-22", 16, "weeks"), ("WOK-789", 20, "working-days")],
)
def test_on_top_is_what_is_due_soonest_of_what_is_in_force_and_no_extension(
    homeward: Callable[..., Said], rule: str, amount: int, unit: str
) -> None:
    found = json.loads(homeward("deadline", rule, "--from", "2026-11-23", "--json", CAMUNDA_URL=NOBODY).out)
    assert (found["amount"], found["unit"], found["supersededBy"]) == (amount, unit, None) and len(
        found["rows"]
    ) > 1


def test_the_list_of_one_authority(homeward: Callable[..., Said]) -> None:
    found = json.loads(
        homeward("deadline", "--list", "--authority", "york", "--json", CAMUNDA_URL=NOBODY).out
    )
    assert {row["authority"] for row in found["rules"]} == {"york"} and set(found["events"]) == {
        row["event"] for row in found["rules"] if row["event"]
    }


@pytest.mark.parametrize(("arguments", "code", "text"), WRONG, ids=[row[2] for row in WRONG])
def test_wrong_use_is_one_line_that_says_what_to_do(
    homeward: Callable[..., Said], arguments: tuple[str, ...], code: int, text: str
) -> None:
    said = homeward("deadline", *arguments, CAMUNDA_URL=NOBODY)
    assert said.code == code and text in said.err and said.err.count("\n") == 1 and not said.out


def test_the_list_names_rules_events_and_facts(homeward: Callable[..., Said]) -> None:
    found = json.loads(homeward("deadline", "--list", "--json", CAMUNDA_URL=NOBODY).out)
    assert {"CAM-069", "WOK-774", "YORK-122", "PERM-081", "ENG-35"} <= {row["rule"] for row in found["rules"]}
    assert "placementKind" in found["events"]["visit-held"] and found["facts"]["placementKind"]["values"]
    one = json.loads(homeward("deadline", "--list", "--process", "health", "--json", CAMUNDA_URL=NOBODY).out)
    assert {row["table"] for row in one["rules"]} == {"health-timescales"}
    assert "CAM-166" in homeward("deadline", "--list", CAMUNDA_URL=NOBODY).out


def test_a_rule_that_is_not_deployed_yet_is_read_from_its_file(
    engine: EngineSession, homeward: Callable[..., Said], tmp_path: Path
) -> None:
    """An analyst asks before deploying."""
    text = (
        (PROJECT / "dmn" / "timescales" / "fostering-timescales.dmn")
        .read_text()
        .replace("fostering-timescales", "new-timescales")
        .replace("WOK-522", "WOK-999")
    )
    (tmp_path / "dmn" / "timescales").mkdir(parents=True)
    (tmp_path / "dmn" / "timescales" / "new-timescales.dmn").write_text(text)
    for rule in ("WOK-999", "CAM-069"):
        assert json.loads(
            homeward("deadline", rule, "--from", "2026-11-23", "--json", HOMEWARD_MODELS=str(tmp_path)).out
        )["due"]


# by event, on the engine


def ask(homeward: Callable[..., Said], *arguments: str) -> Any:
    return homeward("deadline", *arguments, "--json")


def test_an_event_sets_every_clock_going_that_applies(
    engine: EngineSession, homeward: Callable[..., Said]
) -> None:
    said = ask(
        homeward,
        "--event",
        "strategy-discussion-held",
        "--from",
        "2025-12-19",
        "--authority",
        "camden",
        "--fact",
        "ageMonths=30",
    )
    assert said.code == 0, said.err
    found = {row["rule"]: row for row in json.loads(said.out)}
    assert (found["CAM-069"]["due"], found["CAM-069"]["kind"]) == ("2026-01-14", "local-target")
    assert found["ENG-29"]["kind"].startswith("statutory") and not any(
        rule.startswith(("WOK", "YORK")) for rule in found
    )


def test_facts_that_are_missing_are_named(engine: EngineSession, homeward: Callable[..., Said]) -> None:
    said = ask(homeward, "--event", "visit-held", "--from", "2026-11-23", "--authority", "camden")
    told = json.loads(said.out)
    assert said.code == 2 and "placementKind" in told["facts"] and "placementKind" in told["error"]
    plain = homeward("deadline", "--event", "visit-held", "--from", "2026-11-23", "--authority", "camden")
    assert (
        plain.code == 2
        and "--fact placementKind=foster|" in plain.err
        and "--fact firstReviewHeld=true|false" in plain.err
    )


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("shoeSize=4", "no fact shoeSize"),
        ("placementKind=castle", "fact placementKind=castle: use "),
        ("firstReviewHeld=perhaps", "use true or false"),
        ("placementMonths=٣", "a whole number from 0 to"),
        ("placementMonths=-1", "a whole number from 0 to"),
        ("placementMonths=--1", "a whole number from 0 to"),
        ("placementKind", "--fact placementKind: use NAME=VALUE"),
    ],
)
def test_a_wrong_fact_is_one_line_that_says_what_to_do(
    engine: EngineSession, homeward: Callable[..., Said], fact: str, text: str
) -> None:
    said = homeward("deadline", "--event", "visit-held", "--from", "2026-11-23", "--fact", fact)
    assert said.code == 2 and text in said.err and said.err.count("\n") == 1


def test_hours_beside_days_need_a_moment_and_say_so(
    engine: EngineSession, homeward: Callable[..., Said]
) -> None:
    """A date does for the days; the row of hours says what it lacks."""
    rows = {
        row["rule"]: row
        for row in json.loads(
            ask(
                homeward,
                "--event",
                "child-became-looked-after",
                "--from",
                "2026-11-23",
                "--authority",
                "wokingham",
                "--fact",
                "emergencyEntry=false",
            ).out
        )
    }
    assert rows["ENG-01"]["due"] == "2026-12-21"
    assert all(
        row["due"] is None and "moment" in row["problem"] for row in rows.values() if row["unit"] == "hours"
    )


def test_a_fact_given_twice_must_say_the_same(engine: EngineSession, homeward: Callable[..., Said]) -> None:
    said = homeward(
        "deadline",
        "--event",
        "visit-held",
        "--from",
        "2026-11-23",
        "--fact",
        "placementMonths=3",
        "--fact",
        "placementMonths=4",
    )
    assert (
        said.code == 2
        and "--fact placementMonths is given twice, as 3 and as 4" in said.err
        and said.err.count("\n") == 1
    )


def test_by_event_a_year_without_bank_holidays_is_an_error_that_names_rule_and_year(
    engine: EngineSession, homeward: Callable[..., Said]
) -> None:
    said = ask(
        homeward,
        "--event",
        "child-became-looked-after",
        "--from",
        "2031-11-23",
        "--authority",
        "camden",
        "--fact",
        "emergencyEntry=false",
    )
    assert said.code == 1 and "not for 2031" in said.err and "error: ENG-" in said.err and not said.out


@pytest.mark.parametrize("months", [0, 30, 200])
def test_a_fact_may_have_any_value_that_some_table_answers_for(
    engine: EngineSession, homeward: Callable[..., Said], months: int
) -> None:
    """Care leavers' table answers for young people only; a conference is held for a child of any age."""
    said = ask(
        homeward,
        "--event",
        "strategy-discussion-held",
        "--from",
        "2025-12-19",
        "--fact",
        f"ageMonths={months}",
    )
    assert said.code == 0 and "CAM-069" in said.out, said.err
