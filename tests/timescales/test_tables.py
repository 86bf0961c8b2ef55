"""The tables as files: complete rows, one clock in one table, words that mean the same everywhere, a page
that says what they say.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workers.calendar.arithmetic import CALENDAR_UNITS, RELATIVES
from workers.settings import PROJECT
from workers.timescales import TimescaleError, comparison
from workers.timescales.tables import AUTHORITIES, Row, Tables

TABLES = Tables.of_files(PROJECT)
TIMED = [row for row in TABLES.rows() if TABLES[row.table].folder == "timescales"]
UNITS = {"working-days", "hours", "same-day", "school-terms", *CALENDAR_UNITS}
KINDS = {"statutory", "statutory-unverified", "local-target"}


def rules(row: Row) -> str:
    return f"{row.table}: {row.rule}"


@pytest.mark.parametrize("row", TIMED, ids=rules)
def test_a_row_is_complete(row: Row) -> None:
    assert re.fullmatch(r"(PERM|CLA|CAM|YORK|WOK|ENG|HOUSE)-\d{2,3}", row.rule)
    assert row.authority in AUTHORITIES and row.kind in KINDS
    assert (row.authority == "england") == row.kind.startswith("statutory")
    assert row.event in TABLES[row.table].events and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.deadline)
    assert row.says and row.source and len(row.says) <= 110
    if row.amount is None:
        assert row.unit is row.relative is row.remindBefore is None
    else:
        assert row.amount >= 0 and row.unit in UNITS and row.relative in RELATIVES and row.remindBefore >= 0


def test_the_authority_that_a_row_asks_for_is_the_one_that_it_names() -> None:
    for file in PROJECT.glob("dmn/*/*.dmn"):
        for row in ElementTree.parse(file).iterfind("{*}decision/{*}decisionTable/{*}rule"):
            cells = {
                entry.get("id", "").rsplit("_", 1)[-1]: entry.findtext("{*}text", "")
                for entry in [*row.iterfind("{*}inputEntry"), *row.iterfind("{*}outputEntry")]
            }
            if "AuthorityIn" in cells and "Authority" in cells:
                asked = "" if cells["Authority"] in ('"england"', '"unnamed"') else cells["Authority"]
                assert cells["AuthorityIn"].strip("-") == asked, f"{file.name}, {row.get('id')}"


def test_what_is_stricter_exists_and_is_stricter_itself_than_nothing() -> None:
    known = {row.rule: row for row in TIMED}
    for row in TIMED:
        if row.supersededBy:
            assert row.supersededBy in known and known[row.supersededBy].authority == row.authority, rules(
                row
            )
            assert any(not other.supersededBy for other in TIMED if other.rule == row.supersededBy), rules(
                row
            )


def test_an_annotation_names_only_rules_that_are_rows() -> None:
    """An id in an annotation is counted as carried; a rule that no row holds must not be."""
    known = {row.rule for row in TABLES.rows()}
    for folder in ("timescales", "eligibility"):
        for file in PROJECT.glob(f"dmn/{folder}/*.dmn"):
            told = " ".join(
                element.text or "" for element in ElementTree.parse(file).iterfind(".//{*}description")
            )
            assert not set(re.findall(r"\b(?:PERM|CLA|CAM|YORK|WOK)-\d{3}\b", told)) - known, file.name


def test_a_clock_runs_in_one_table() -> None:
    """Two tables that answer the same question would each be right alone."""
    where: dict[tuple[str | None, str, str], set[str]] = {}
    for row in TIMED:
        if not row.supersededBy:
            where.setdefault((row.event, row.deadline, row.authority), set()).add(row.table)
    assert not {clock: tables for clock, tables in where.items() if len(tables) > 1}


def test_a_fact_means_the_same_in_every_table() -> None:
    for fact in {name for table in TABLES.values() for name in table.facts}:
        assert len({table.facts[fact].kind for table in TABLES.values() if fact in table.facts}) == 1, fact


def test_the_page_says_what_the_tables_say() -> None:
    assert (PROJECT / comparison.FILE).read_text() == comparison.render(TABLES), "homeward timescales --write"


def test_the_page_compares_the_main_clocks() -> None:
    page = comparison.render(TABLES)
    for clock in (
        "first review",
        "later review",
        "visit",
        "initial conference",
        "first review conference",
        "cp visit",
        "care plan",
        "review record",
        "pathway plan",
    ):
        line = next((line for line in page.splitlines() if line.startswith(f"| {clock} |")), "")
        assert sum(cell.strip() != "" for cell in line.strip("|").split("|")) >= 3, clock


def test_a_clock_stands_on_the_page_once_with_all_of_its_rows() -> None:
    lines = comparison.render(TABLES).splitlines()
    for clock in ("review-record", "conference-report", "placement-plan", "contact-record"):
        [line] = [line for line in lines if line.startswith(f"| {clock.replace('-', ' ')} |")]
        assert all(
            f"`{row.rule}`" in line
            for row in TIMED
            if row.deadline == clock and row.authority in comparison.SIDES
        )


# bad files


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<definitions>", "x-timescales.dmn: no XML"),
        (
            "<definitions><decision id='x-timescales'><decisionTable><output name='rule'/><rule "
            "id='R'><outputEntry><text>CAM-1 or so</text></outputEntry></rule>"
            "</decisionTable></decision></definitions>",
            "x-timescales.dmn, R: CAM-1 or so is no plain text",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "dmn" / "timescales").mkdir(parents=True)
    (tmp_path / "dmn" / "timescales" / "x-timescales.dmn").write_text(text)
    with pytest.raises(TimescaleError, match=re.escape(said)):
        Tables.of_files(tmp_path)


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(TimescaleError, match=r"no tables in .*dmn"):
        Tables.of_files(tmp_path)
