"""What each table of timescales and eligibility gives, on the real engine. The cases are in
`cases/<table>.toml`, for an analyst to extend:

[[cases]]
event = "visit-held"                     what happened; not in a table of eligibility
authority = "camden"                     whose child it is
facts = { firstReviewHeld = false }      what the rows look at
gives = ["CAM-157 visit: every 1 weeks"] every row in force, in the table's order: rule, what is due, when;
                                         of eligibility the rules alone

Every row of a table is in a case, so a changed cell fails here with the names of the cases that it changes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from workers.rest.session import EngineSession
from workers.settings import PROJECT
from workers.timescales.evaluation import evaluate, in_force
from workers.timescales.tables import Tables

CASES = [
    (file.stem, case)
    for file in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(file.read_text())["cases"]
]
TABLES = Tables.of_files(PROJECT)


def name(table: str, case: dict[str, Any]) -> str:
    facts = " ".join(f"{fact}={value}" for fact, value in case.get("facts", {}).items())
    return " ".join(filter(None, (f"{table}:", case.get("event"), case.get("authority"), facts)))


def words(row: dict[str, Any]) -> str:
    if "deadline" not in row:
        return row["rule"]
    when = "no number" if row.get("amount") is None else f"{row['relative']} {row['amount']} {row['unit']}"
    return f"{row['rule']} {row['deadline']}: {when}"


@pytest.mark.parametrize(("table", "case"), CASES, ids=[name(*pair) for pair in CASES])
def test_case(engine: EngineSession, table: str, case: dict[str, Any]) -> None:
    asked = (
        dict.fromkeys(TABLES[table].facts)
        | {"event": case.get("event"), "authority": case.get("authority")}
        | case.get("facts", {})
    )
    rows = evaluate(engine, table, asked)
    found = [words(row) for row in (in_force(rows, table) if TABLES[table].folder == "timescales" else rows)]
    assert list(dict.fromkeys(found)) == case["gives"]


def test_names_of_cases_are_unique() -> None:
    names = [name(*pair) for pair in CASES]
    assert not {one for one in names if names.count(one) > 1}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_in_some_case(table: str) -> None:
    given = {text.split()[0] for file, case in CASES if file == table for text in case["gives"]}
    assert not {row.rule for row in TABLES[table].rows if not row.outputs.get("supersededBy")} - given, (
        "no case gives these rules"
    )


@pytest.mark.parametrize("table", TABLES)
def test_facts_of_cases_are_facts_of_the_table(table: str) -> None:
    assert {fact for file, case in CASES if file == table for fact in case.get("facts", {})} <= TABLES[
        table
    ].facts.keys()
