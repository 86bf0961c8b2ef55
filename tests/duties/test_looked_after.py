"""What the duties for a looked-after child ask of whom, and when, on the real engine. The cases are in
`looked-after-duties.toml`, for an analyst to extend:

[events.on-entry]                        what a task of topic `set-duties` is given for the event, and the day
timescales, dueEvents                    from which it counts

[[cases]]
event = "on-entry"                       the event or phase
authority = "york"                       whose child it is
called = "a child of two"                which child, where it is not USUAL
facts = { ageMonths = 24 }               what differs from USUAL
asks = ["first-visit of social-worker by 2026-12-14 (ENG-13)"]
                                         every duty, in the table's order: of whom (or whom it tells), by
                                         which day and rule; no day: ten working days (task-timescales)

Every row of the table is asked for in a case.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from workers.bpmn import read
from workers.requirements import Catalogue
from workers.rest.deploy import model_files
from workers.rest.session import EngineSession
from workers.settings import PROJECT
from workers.timescales import duties
from workers.timescales.dates import DatedDeadline, dated
from workers.timescales.evaluation import evaluate, in_force
from workers.timescales.tables import Tables

TABLE = "looked-after-duties"
FILE = tomllib.loads((Path(__file__).parent / f"{TABLE}.toml").read_text())
EVENTS, CASES = FILE["events"], FILE["cases"]
ROWS = Tables.read([PROJECT / f"dmn/duties/{TABLE}.dmn"])[TABLE].rows
USUAL = {
    "ageMonths": 100,
    "atResidentialSchool": False,
    "caseType": "looked-after",
    "firstReviewHeld": False,
    "legalStatus": "section-20",
    "longTermFostering": False,
    "movedInLastFourWeeks": True,
    "permanenceAgreed": False,
    "placementKind": "foster",
    "placementMonths": 0,
}


def name(case: dict[str, Any]) -> str:
    return " ".join(filter(None, (case["authority"], case["event"], case.get("called"))))


def asked(engine: EngineSession, case: dict[str, Any]) -> list[dict[str, Any]]:
    facts = USUAL | case.get("facts", {}) | {"authority": case["authority"]}
    return evaluate(engine, TABLE, facts | {"event": case["event"]})


def deadlines(engine: EngineSession, case: dict[str, Any]) -> dict[str, DatedDeadline]:
    """By name, as `set-duties` looks them up."""
    facts, event = USUAL | case.get("facts", {}), EVENTS[case["event"]]
    rows = [
        row
        for table in event.get("timescales", "").split(",")
        for one in event.get("dueEvents", "").split(",")
        if one
        for row in in_force(
            evaluate(engine, table, facts | {"event": one, "authority": case["authority"]}), table
        )
        if row.get("unit") != "hours"  # they count from a moment: `returned-from-missing`
    ]
    return {deadline.name: deadline for deadline in dated(rows, event["from"])}


def words(row: dict[str, Any], due: dict[str, DatedDeadline]) -> str:
    if row["kind"].startswith("notification"):
        return f"{row['duty']} tells {row['role']}"
    deadline = due.get(row.get("deadline", ""))
    when = f" by {deadline.first.counted.due} ({deadline.rule})" if deadline else ""
    return f"{row['duty']} of {row['role']}{when}" + (", again" if row.get("repeats") else "")


@pytest.mark.parametrize("case", CASES, ids=map(name, CASES))
def test_case(engine: EngineSession, case: dict[str, Any]) -> None:
    due = deadlines(engine, case)
    assert [words(row, due) for row in asked(engine, case)] == case["asks"]


def test_every_row_is_asked_for_in_some_case(engine: EngineSession) -> None:
    found = {(case["event"], row["title"]) for case in CASES for row in asked(engine, case)}
    assert {(event, row.title) for row in ROWS for event in duties.events(row)} == found


def test_a_duty_is_asked_for_once(engine: EngineSession) -> None:
    for case in CASES:
        found = [row["duty"] for row in asked(engine, case)]
        assert len(found) == len({*found}), name(case)


def test_the_page_says_what_each_event_is_given() -> None:
    page = (PROJECT / "docs/duties.md").read_text()
    rows = [
        [cell.strip().replace("`", "").replace(", ", ",") for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    told = {row[0]: tuple(row[3:]) for row in rows if len(row) == 5}
    assert told == {
        name: (said.get("timescales", ""), said.get("dueEvents", "")) for name, said in EVENTS.items()
    }


CHANGES = re.findall(
    r"sourceExpression=\"([\w-]+)\" target=\"event\"",
    (PROJECT / "bpmn/looked-after/looked-after.bpmn").read_text(),
)


def test_the_models_give_each_event_what_it_needs() -> None:
    uses = [use for model in read(model_files(PROJECT)) for use in model.uses if use.topic == "set-duties"]
    planned = [use.inputs for use in uses if use.inputs["decision"] == TABLE]
    assert planned
    for given in planned:
        for event in re.findall(r"[a-z]+(?:-[a-z]+)+", given["event"]) or CHANGES:
            for kind, wanted in EVENTS[event].items():
                if kind != "from":
                    assert {*wanted.split(",")} <= {*given[kind].split(",")}, f"{event}: {kind}"


# York's map ------------------------------------------------------------------------------------------------

# What of the map is no row: the workstep, or the pathway, that does it.
ELSEWHERE = {
    "placement-arrangement-meeting": "003 004 005 006 007 008 009",
    "looked-after": "010",
    "social-workers-report": "023 024 025 034 113 116 117 120",
    "cla-review": "061 080 081 143",
    "looked-after-review-timescales": "122 123",
    "review-cycle": "125",
}


def of_york(text: str) -> list[str]:
    return re.findall(r"YORK-\d{3}", text)


def carried() -> dict[str, list[Any]]:
    """By id of the map, the rows that name it."""
    found: dict[str, list[Any]] = {}
    root = ElementTree.parse(PROJECT / f"dmn/duties/{TABLE}.dmn")
    said = {rule.get("id"): rule.findtext("{*}description", "") for rule in root.iterfind(".//{*}rule")}
    for row in ROWS:
        for id_ in of_york(said[row.place]):
            found.setdefault(id_, []).append(row)
    return found


def test_each_duty_of_yorks_map_is_a_row_or_stands_elsewhere() -> None:
    rest = {f"YORK-{number}" for numbers in ELSEWHERE.values() for number in numbers.split()}
    whole = {row["id"] for row in Catalogue(PROJECT).values() if row["id"].startswith("YORK-")}
    assert {*carried()} | rest == whole and not {*carried()} & rest


def test_yorks_duties_are_yorks_alone_or_everybodys() -> None:
    for id_, rows in carried().items():
        assert {tuple(duties.authorities(row)) for row in rows} <= {("york",), ("wokingham", "york"), ()}, id_
