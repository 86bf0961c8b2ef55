"""What follows from a child's episodes on a day, fact by fact."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.records.episodes import Episode
from workers.settings import PROJECT
from workers.situation.facts import Situation, months
from workers.situation.vocabulary import Vocabulary

OURS = Vocabulary.read(PROJECT)
BORN = "2010-03-10"
CARE = "period-of-care 2025-02-01"
HOME = "placement U6 2025-02-01 2025-06-01"
LAST = "placement U4 2025-06-01"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def episode(told: str) -> Episode:
    """Kind, code if it has one, first day, day on which it was over if it was."""
    kind, *more = told.split()
    value = None if more[0][0].isdigit() else more.pop(0)
    began, ended = map(day, more) if len(more) == 2 else (day(more[0]), None)
    return Episode(0, kind, value, began, ended)


def facts(on: str, *told: str, born: str | None = BORN) -> dict[str, Any]:
    return Situation(OURS, map(episode, told), day(born) if born else None, day(on)).facts


@pytest.mark.parametrize(
    ("fact", "on", "told", "value"),
    [
        ("ageMonths", "2026-03-10", [], 192),
        ("ageMonths", "2026-03-09", [], 191),
        ("lookedAfter", "2026-01-01", [], None),  # nobody has said so, and it is not known
        ("lookedAfter", "2026-01-01", [CARE], True),
        ("lookedAfter", "2025-01-31", [CARE], None),
        ("lookedAfter", "2025-08-01", ["period-of-care 2025-02-01 2025-08-01"], False),
        ("lookedAfter", "2025-07-31", ["period-of-care 2025-02-01 2025-08-01"], True),
        ("monthsLookedAfter", "2026-01-31", [CARE], 11),
        ("monthsLookedAfter", "2026-02-01", [CARE], 12),
        ("placementKind", "2025-05-31", [CARE, HOME, LAST], "foster"),
        ("placementKind", "2025-05-31", ["placement U3-temporary 2025-02-01"], "connected-person-temporary"),
        ("placementKind", "2025-05-31", [], None),
        ("placementMonths", "2025-06-01", [CARE, HOME, LAST], 0),
        ("placementMonths", "2026-06-01", [CARE, HOME, LAST], 12),
        ("movedInLastFourWeeks", "2025-06-29", [CARE, HOME, LAST], True),
        ("movedInLastFourWeeks", "2025-06-30", [CARE, HOME, LAST], False),
        ("legalStatus", "2025-05-31", ["legal-status C1 2025-02-01"], "interim-care-order"),
        ("legalStatus", "2025-05-31", ["legal-status L1 2025-02-01"], "other"),
        ("longTermFostering", "2025-07-01", [CARE, HOME, LAST], False),
        ("longTermFostering", "2025-07-01", [LAST, "long-term-fostering 2025-06-15"], True),
        ("firstReviewHeld", "2025-03-01", [CARE], False),
        ("firstReviewHeld", "2025-03-01", [CARE, "care-review 2025-03-01 2025-03-01"], True),
        ("firstReviewHeld", "2025-03-01", [CARE, "care-review 2020-03-01 2020-03-01"], False),
        ("firstReviewHeld", "2025-03-01", [], None),
        ("lookedAfterAfter16", "2026-03-09", [CARE], False),
        ("lookedAfterAfter16", "2026-03-10", [CARE], True),
        ("lookedAfterAfter16", "2027-01-01", ["period-of-care 2025-02-01 2026-03-10"], False),
        ("lookedAfterAfter16", "2027-01-01", ["period-of-care 2025-02-01 2026-03-11"], True),
        ("weeksLookedAfterSince14", "2024-03-09", ["period-of-care 2020-01-01"], 0),
        ("weeksLookedAfterSince14", "2024-03-23", ["period-of-care 2020-01-01"], 1),
        (
            "weeksLookedAfterSince14",
            "2026-01-01",
            ["period-of-care 2020-01-01 2024-03-20", "period-of-care 2024-05-01 2024-05-05"],
            2,
        ),
        ("turned18InCustody", "2028-03-09", ["custody remand 2028-01-01"], False),
        ("turned18InCustody", "2028-06-01", ["custody remand 2028-01-01 2028-03-11"], True),
        ("turned18InCustody", "2028-06-01", ["custody remand 2028-01-01 2028-03-10"], False),
        ("detentionAndTrainingOrder", "2028-01-02", ["custody remand 2028-01-01"], False),
        ("inCustody", "2028-01-02", [], False),
        ("ageMonthsAtCustodyStart", "2028-06-01", ["custody remand 2028-01-10"], 214),
        ("openToTeam", "2028-01-02", ["team children-with-disabilities 2020-01-01"], "never"),
        ("openToTeam", "2028-01-02", ["team leaving-care 2026-01-01"], "now"),
        ("openToTeam", "2028-01-02", ["team leaving-care 2026-01-01 2027-01-01"], "before"),
        (
            "onceEligibleOrRelevant",
            "2028-04-01",
            ["leaving-care-status eligible 2026-04-01 2028-03-10"],
            True,
        ),
        ("onceEligibleOrRelevant", "2028-04-01", ["leaving-care-status qualifying 2026-04-01"], False),
        ("disabledChild", "2025-01-01", [], None),
        ("disabledChild", "2025-01-01", ["disability NONE 2020-01-01"], False),
        ("disabledChild", "2025-01-01", ["disability VIS 2020-01-01", "disability LD 2021-01-01"], True),
        ("atResidentialSchool", "2025-01-01", ["education school 2020-01-01"], False),
        ("shortBreaks", "2025-01-01", ["short-breaks family-overnight 2020-01-01"], "family-overnight"),
        ("caseType", "2025-03-01", [CARE, "protection-plan NEG 2024-01-01"], "looked-after"),
        ("caseType", "2025-01-01", [CARE, "protection-plan NEG 2024-01-01"], "child-protection"),
        ("assessedInLastThreeMonths", "2025-05-01", ["health-assessment 2025-02-01 2025-02-01"], True),
        ("assessedInLastThreeMonths", "2025-05-02", ["health-assessment 2025-02-01 2025-02-01"], False),
        ("ageMonthsAtHealthAssessment", "2025-05-02", ["health-assessment 2025-02-01 2025-02-01"], 178),
        ("adoptionOrderMade", "2025-05-02", [], False),
        ("guardianshipOrAdoptionOrder", "2025-05-02", ["permanence-order adoption-order 2025-05-01"], True),
    ],
)
def test_a_fact_on_a_day(fact: str, on: str, told: list[str], value: Any):
    assert facts(on, *told).get(fact) == value


def test_what_counts_from_birth_is_not_known_without_it():
    known = facts("2026-04-01", CARE, LAST, born=None)
    assert not {"ageMonths", "lookedAfterAfter16", "weeksLookedAfterSince14"} & known.keys()
    assert known["placementMonths"] == 10


def test_what_began_in_another_ends_with_it():
    """A confirmed long-term placement is over with the placement, and that with the period of care."""
    told = [
        "period-of-care 2025-02-01 2025-09-01",
        LAST,
        "long-term-fostering 2025-06-15",
        "legal-status C2 2025-02-01",
    ]
    assert facts("2025-08-31", *told)["longTermFostering"] is True
    after = facts("2025-09-01", *told)
    assert after["longTermFostering"] is False and not {"placementKind", "legalStatus"} & after.keys()
    moved = [
        told[0],
        "placement U4 2025-06-01 2025-07-01",
        "placement U6 2025-07-01",
        told[2],
    ]
    assert facts("2025-07-01", *moved)["longTermFostering"] is False


def test_a_kind_that_the_vocabulary_no_longer_has_answers_nothing_and_stays():
    episode = Episode(1, "of-old", "x", day("2025-01-01"))
    then = Situation(OURS, [episode], None, day("2026-01-01"))
    assert then.episodes == [episode]


def added(start: dt.date, number: int) -> dt.date:
    """So many calendar months later, by the calendar alone: the day of the month, or the month's last."""
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


LEAP = st.integers(1990, 2030).filter(calendar.isleap).map(lambda year: dt.date(year, 2, 29))
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)) | LEAP


@given(born=DAYS, passed=st.integers(0, 26 * 366))
def test_months_are_those_that_the_calendar_has_between_two_days(born: dt.date, passed: int):
    on = born + dt.timedelta(passed)
    number = months(born, on)
    assert number is not None and added(born, number) <= on < added(born, number + 1)


@pytest.mark.parametrize(
    ("born", "on", "passed"),
    [
        ("2012-02-29", "2013-02-27", 11),
        (
            "2012-02-29",
            "2013-02-28",
            12,
        ),  # as a timescale from that date of birth: the 14th birthday, WOK-092
        ("2012-02-29", "2016-02-28", 47),
        ("2012-02-29", "2016-02-29", 48),
        ("2011-01-31", "2011-02-28", 1),
        ("2011-12-31", "2012-02-28", 1),
        ("2011-12-31", "2012-02-29", 2),
    ],
)
def test_months_around_29_february(born: str, on: str, passed: int):
    assert months(day(born), day(on)) == passed
    assert facts(on, born=born)["ageMonths"] == passed


def test_before_it_began_there_are_no_months():
    assert months(day("2025-01-01"), day("2024-12-31")) is None
