"""Every catalogued timescale is a row, with the catalogue's own numbers; and a row is nothing that nobody has
catalogued.
"""

from __future__ import annotations

from typing import Any

import pytest

from workers.requirements import Catalogue
from workers.settings import PROJECT
from workers.timescales.tables import Tables

ENTRIES = Catalogue(PROJECT)
TIMED = {
    id_: entry
    for id_, entry in ENTRIES.items()
    if entry["kind"] in ("deadline", "recurrence", "eligibility") or entry.get("timescale")
}
LAW = {f"ENG-{number:02d}" for number in range(1, 38)}
TABLES = Tables.of_files(PROJECT)
ROWS = list(TABLES.rows())


def test_every_entry_has_a_row_and_every_row_an_entry() -> None:
    rules = {row.rule for row in ROWS if not row.rule.startswith("HOUSE-")}  # those are our own
    assert len(TIMED) == 442 and not TIMED.keys() - rules, "these have no row"
    assert not LAW - rules, "these rules of law have no row"
    assert not rules - LAW - ENTRIES.keys(), "these are in no catalogue"


def test_a_rule_stands_in_one_table() -> None:
    where: dict[
        tuple[str, str], set[str]
    ] = {}  # a timescale and the question whether it applies may share an id
    for row in ROWS:
        where.setdefault((row.rule, TABLES[row.table].folder), set()).add(row.table)
    assert not {rule: tables for rule, tables in where.items() if len(tables) > 1}


@pytest.mark.parametrize("rule", sorted(id_ for id_, entry in TIMED.items() if entry.get("timescale")))
def test_a_row_says_what_the_catalogue_says(rule: str) -> None:
    entry: dict[str, Any] = ENTRIES[rule]
    when = tuple(entry["timescale"][name] for name in ("amount", "unit", "relative"))
    # so the catalogue writes "before" and "immediately", which say no number
    if when[0] == 0 and when[1] != "same-day":
        when = (None, None, None)
    for row in (row for row in TABLES.named(rule) if TABLES[row.table].folder == "timescales"):
        assert (row.amount, row.unit, row.relative) == when
        assert row.authority == entry["source"]["authority"]
        assert f"{entry['source']['seed'].removesuffix('.txt')} line {entry['source']['line']}" in row.source
