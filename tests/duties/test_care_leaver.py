"""What the duties for a care leaver ask of whom, and when, on the real engine. The cases are in
`care-leaver-duties.toml`; how they read: tests/duties/test_looked_after.py.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.duties.test_looked_after import name, words
from workers.bpmn import read
from workers.rest.deploy import model_files
from workers.rest.session import EngineSession
from workers.settings import PROJECT
from workers.timescales import duties
from workers.timescales.dates import dated
from workers.timescales.evaluation import due_by, evaluate
from workers.timescales.tables import Tables

TABLE = "care-leaver-duties"
FILE = tomllib.loads((Path(__file__).parent / f"{TABLE}.toml").read_text())
EVENTS, CASES = FILE["events"], FILE["cases"]
ROWS = Tables.read([PROJECT / f"dmn/duties/{TABLE}.dmn"])[TABLE].rows
USUAL = {
    "ageMonths": 230,
    "caseType": "care-leaver",
    "contactNeed": "usual",
    "qualifyingCareLeaver": False,
    "relevantCareLeaver": False,
    "unaccompaniedAsylumSeeker": False,
}


def asked(engine: EngineSession, case: dict[str, Any]) -> list[dict[str, Any]]:
    facts = USUAL | case.get("facts", {}) | {"authority": case["authority"]}
    return evaluate(engine, TABLE, facts | {"event": case["event"]})


@pytest.mark.parametrize("case", CASES, ids=map(name, CASES))
def test_case(engine: EngineSession, case: dict[str, Any]) -> None:
    event, rows = EVENTS[case["event"]], asked(engine, case)
    facts = USUAL | case.get("facts", {}) | {"authority": case["authority"]}
    found = due_by(engine, event.get("timescales", ""), facts | {"event": event.get("dueEvents", "")})
    wanted = {row.get("deadline") for row in rows}
    due = {one.name: one for one in dated((r for r in found if r["deadline"] in wanted), event["from"])}
    assert [words(row, due) for row in rows] == case["asks"]


def test_every_row_is_asked_for_in_some_case(engine: EngineSession) -> None:
    found = {(case["event"], row["title"]) for case in CASES for row in asked(engine, case)}
    assert {(event, row.title) for row in ROWS for event in duties.events(row)} == found


def test_the_page_and_the_model_give_each_event_what_it_needs() -> None:
    page = (PROJECT / "docs/care-leaver.md").read_text()
    rows = [
        [cell.strip().replace("`", "").replace(", ", ",") for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| `")
    ]
    needs = {event: (one.get("timescales", ""), one.get("dueEvents", "")) for event, one in EVENTS.items()}
    assert {row[0]: tuple(row[3:]) for row in rows if len(row) == 5} == needs
    uses = [use.inputs for model in read(model_files(PROJECT)) for use in model.uses]
    given = {
        event: (use.get("timescales") or "", use.get("dueEvents") or "")
        for use in uses
        if use.get("decision") == TABLE
        for event in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", use["event"])
    }
    assert given == needs
