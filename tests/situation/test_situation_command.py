"""`homeward episode` and `homeward situation`, and where `homeward deadline --list` says facts come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.homeward import Said
from workers.records import Record

CHILD = "CH-1"
Homeward = Callable[..., Said]


@pytest.fixture
def told(book: Record, tmp_path: Path, homeward: Homeward) -> Homeward:
    """The command, on a record of its own and without an engine, with one child."""
    command = partial(
        homeward,
        HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}",
        CAMUNDA_URL="http://localhost:9/engine-rest",
        CAMUNDA_USER="operator",
    )
    command("child", "add", CHILD, "--name", "Robin Example", "--born", "2012-02-29")
    return command


def test_what_was_before_homeward_is_entered_and_told(told: Homeward):
    said = told("episode", CHILD, "placement", "U6", "--from", "2025-01-05")
    words = "Placement, Other foster carer, not long term (U6) from 5 January 2025"
    assert said == Said(0, f"{CHILD}: {words}\n", "")
    assert told("episode", CHILD, "placement", "U4", "--from", "2025-03-01").code == 0
    noted = json.loads(told("episode", CHILD, "care-review", "--from", "2025-02-01", "--json").out)
    assert (noted["childId"], noted["from"], noted["to"], noted["by"]) == (
        CHILD,
        "2025-02-01",
        "2025-02-01",
        "operator",
    )
    page = told("situation", CHILD, "--on", "2026-02-28").out
    assert f"{CHILD} on 28 February 2026" in page
    assert "Long-term fostering with another foster carer (U4)" in page
    assert "Age in months" in page and "168" in page and "date of birth: whole months since" in page
    assert "yes" not in page.split("Facts")[0] and "Confirmed long-term foster placement" in page
    found = json.loads(told("situation", CHILD, "--on", "2025-02-28", "--json").out)
    assert [(one["value"], one["to"]) for one in found["episodes"]] == [
        ("U6", "2025-03-01"),
        (None, "2025-02-01"),
    ]
    assert {
        "fact": "placementMonths",
        "value": 1,
        "source": "Placement: whole months since the open one began",
    } in (found["facts"])


def test_a_correction_leaves_both_versions_in_the_history(told: Homeward):
    told("episode", CHILD, "legal-status", "V2", "--from", "2025-01-05")
    said = told(
        "episode", CHILD, "legal-status", "C1", "--corrects", "2025-01-05", "--reason", "as the order says"
    )
    assert said.code == 0, said
    told("episode", CHILD, "missing", "--from", "2025-02-01", "--to", "2025-02-02")
    said = told(
        "episode", CHILD, "missing", "--corrects", "2025-02-01", "--strike", "--reason", "another child"
    )
    assert said.out == f"{CHILD}: Missing from 1 February 2025 is struck out\n"
    page = told("situation", CHILD, "--history").out
    assert page.count("Legal status") == 2 and "replaced" in page and "as the order says" in page
    assert "struck out" in page and "operator" in page
    rows = json.loads(told("situation", CHILD, "--history", "--json").out)["episodes"]
    assert [(one["value"], one["corrects"], one["struck"]) for one in rows] == [
        ("V2", None, False),
        ("C1", rows[0]["id"], False),
        (None, None, False),
        (None, rows[2]["id"], True),
    ]
    chronology = told("chronology", CHILD).out
    assert (
        "operator corrected: Legal status, Interim care order (C1), from 5 January 2025: as the order"
        in chronology
    )
    assert (
        "operator struck out: Missing, from 1 February 2025 to 2 February 2025: another child." in chronology
    )


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("situation", "CH-9"), 1, "CH-9 is not on the record"),
        (("situation", CHILD, "--on", "today"), 2, "--on today is no date: use YYYY-MM-DD"),
        (("episode", "CH-9", "missing", "--from", "2025-01-01"), 1, "CH-9 is not registered"),
        (("episode", CHILD, "moon", "--from", "2025-01-01"), 2, "there is no such kind of episode: use"),
        (
            ("episode", CHILD, "placement", "U9", "--from", "2025-01-01"),
            2,
            "placement has no such code: use U1",
        ),
        (("episode", CHILD, "missing", "--from", "1.1.2025"), 2, "--from 1.1.2025 is no date"),
        (("episode", CHILD, "missing"), 2, "neither first nor last day is given"),
        (("episode", CHILD, "missing", "--to", "2025-01-01"), 1, "not one missing is open"),
        (("episode", CHILD, "missing", "--strike"), 2, "--strike goes with --corrects"),
        (("episode", CHILD, "missing", "--corrects", "2025-01-01"), 2, "--reason is missing"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    told: Homeward, arguments: tuple[str, ...], code: int, words: str
):
    said = told(*arguments)
    assert (said.code, said.out) == (code, "") and said.err.count("\n") == 1
    assert said.err.startswith("error: ") and words in said.err


def test_an_overlap_names_what_stands_on_the_record(told: Homeward):
    told("episode", CHILD, "period-of-care", "--from", "2025-01-05")
    said = told("episode", CHILD, "period-of-care", "--from", "2025-06-05")
    assert said.code == 1 and "another period-of-care of the child (from 5 January 2025)" in said.err


def test_the_list_of_facts_says_where_each_comes_from(told: Homeward):
    facts = json.loads(told("deadline", "--list", "--json").out)["facts"]
    assert all(about["source"] for about in facts.values())
    assert facts["lookedAfter"]["source"] == "Period of care: whether one is open"
    assert "[asked by the form information-sharing-meeting (iroRatified)]" in told("deadline", "--list").out
