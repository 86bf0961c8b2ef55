"""The tables of cases, `tests/decisions/<decision file>.toml`: one heading a decision, for an analyst to
extend.

[given]                     what every case of the file starts from: forms filled in, and by whom

[[<decision>.cases]]        one case of that decision
case = "no next action"     its name
with = { actions = [] }     what is different from `given`
without = ["decisionDate"]  what is missing; tried twice: null, and not there at all
given = { … }               what it starts from instead, where the file's own start does not ask the question
message = "Add the …"       what is expected: exactly one of
                              message   these words
                              accepted  = true: no rule hits, there is no message
                              gives     this value, the decision's only result ("" where nothing is wrong)
                              rows      these rows, each with every output that is not null, in this order
                              nothing   = true: no row

[x-incomplete.sections]     a section and its required answers
                            tried: all there; each one null, not there, or blank; all missing
[x-no-dates.dates]          a label and its question
                            tried: days that are none, each alone; what is no text; days that are; null,
                            not there, blank
[x-implausible]
limits = "a-form"           the form whose dates have limits
                            tried: each date, its limits, today and the birth on, before and after each day
[x-unreadable]              form = what is checked, names = what the rules call its keys, where they differ
                            tried, of every question of the form: each kind of value that it cannot hold,
                            none of its options, too much; then what it can hold: tests/decisions/kinds.py
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.decisions import kinds, limits
from tests.models.checks import models, trees

FOLDER = Path(__file__).parent
EXPECTATIONS = ("message", "accepted", "gives", "rows", "nothing")
KINDS_OF_CASES = {"cases", "sections", "dates", "form", "names", "limits"}
NO_DAYS = (
    "2026-02-30",
    "2026-02-29",
    "2026-13-01",
    "02/11/2026",
    "2026-11-02T10:00:00",
    "soon",
    " ",
    "0026-11-02",
    "1899-12-31",
    "2101-01-01",
)
NO_TEXTS = (20261102, True, [], ["2026-11-02"], {"day": "2026-11-02"}, kinds.MOMENT, kinds.BYTES)
DAYS = ("2026-11-02", "2028-02-29", "1900-01-01", "2100-12-31")
BLANKS = ("", " ", " \n\t ")
ROOTS = {
    decision.get("id"): decision
    for path, root in trees(models(), ".dmn")
    if path.parent.name == "routing"  # timescales and eligibility have cases of their own: tests/timescales
    for decision in root.iterfind("{*}decision")
}
RULES = {
    identifier: {rule.get("id") for rule in decision.iterfind("{*}decisionTable/{*}rule")}
    for identifier, decision in ROOTS.items()
    if decision.find("{*}decisionTable") is not None
}


class Case(NamedTuple):
    decision: str
    name: str
    variables: dict[str, Any]
    rows: list[dict[str, Any]]  # what the engine must answer, nulls left out; empty: no rule hits
    changes: frozenset[str]  # what is different from `given`


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every case of every table."""
    return [case for file in sorted(folder.glob("*.toml")) for case in _file(tomllib.loads(file.read_text()))]


def given(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """What the cases of each decision start from."""
    files = (tomllib.loads(file.read_text()) for file in sorted(folder.glob("*.toml")))
    return {
        decision: content.get("given", {}) for content in files for decision in content if decision != "given"
    }


def _file(content: dict[str, Any]) -> Iterator[Case]:
    given = content.pop("given", {})
    for decision, table in content.items():
        if unknown := table.keys() - KINDS_OF_CASES:
            raise ValueError(
                f"{decision}: knows no {', '.join(unknown)}, only {', '.join(sorted(KINDS_OF_CASES))}"
            )
        for row in table.get("cases", []):
            yield from _written(decision, given, row)
        if sections := table.get("sections"):
            yield from _sections(decision, given, sections)
        if dates := table.get("dates"):
            yield from _dates(decision, given, dates)
        if form := table.get("form"):
            for name, changed, label in kinds.battery(form, table.get("names", {})):
                start = given | kinds.offers(form)
                yield Case(decision, name, start | changed, [{"": label}], frozenset(changed))
        if form := table.get("limits"):
            start = limits.given(form)
            for name, changed, said in limits.battery(form):
                yield Case(decision, name, start | changed, [{"": said}], frozenset(changed))


def _written(decision: str, given: dict[str, Any], row: dict[str, Any]) -> Iterator[Case]:
    expected = [word for word in EXPECTATIONS if row.get(word) not in (None, False, [])]
    unknown = row.keys() - {"case", "given", "with", "without", *EXPECTATIONS}
    if len(expected) != 1 or unknown:
        raise ValueError(
            f"{decision}: {row.get('case')!r} needs exactly one of {', '.join(EXPECTATIONS)}"
            + (f" and knows no {', '.join(unknown)}" if unknown else "")
        )
    rows = {
        "message": lambda: [{"message": row["message"]}],
        "gives": lambda: [{"": row["gives"]}],
        "rows": lambda: row["rows"],
    }.get(expected[0], list)()
    start = given | row.get("given", {})
    yield from _variants(decision, row["case"], start, row.get("with", {}), row.get("without", []), rows)


def _variants(
    decision: str,
    name: str,
    given: dict[str, Any],
    changed: dict[str, Any],
    missing: list[str],
    rows: list[dict[str, Any]],
) -> Iterator[Case]:
    changes = frozenset(changed) | frozenset(missing)
    variables = given | changed
    yield Case(decision, name, variables | dict.fromkeys(missing), rows, changes)
    if missing:
        yield Case(
            decision,
            f"{name} (not there)",
            {key: value for key, value in variables.items() if key not in missing},
            rows,
            changes,
        )


def _sections(decision: str, given: dict[str, Any], sections: dict[str, list[str]]) -> Iterator[Case]:
    yield Case(decision, "nothing is missing", given, [{"": ""}], frozenset())
    for section, keys in sections.items():
        for key in keys:
            yield from _variants(decision, f"{key} is missing", given, {}, [key], [{"": section}])
            for blank in BLANKS:
                yield from _variants(
                    decision, f"{key} is {blank!r}", given, {key: blank}, [], [{"": section}]
                )
    everything = [key for keys in sections.values() for key in keys]
    yield from _variants(
        decision, "everything is missing", given, {}, everything, [{"": ", ".join(sections)}]
    )


def _dates(decision: str, given: dict[str, Any], dates: dict[str, str]) -> Iterator[Case]:
    yield Case(decision, "all are days", given, [{"": ""}], frozenset())
    for label, key in dates.items():
        for day in NO_DAYS:
            yield from _variants(decision, f"{key} is {day!r}", given, {key: day}, [], [{"": label}])
        for day in DAYS:
            yield from _variants(decision, f"{key} is {day!r}", given, {key: day}, [], [{"": ""}])
        yield from _variants(decision, f"{key} is blank", given, {key: ""}, [], [{"": ""}])
        yield from _variants(decision, f"{key} is not given", given, {}, [key], [{"": ""}])
    for value in (NO_DAYS[0], *NO_TEXTS):
        name = f"all are {str(value)[:30]}"
        yield from _variants(
            decision, name, given, dict.fromkeys(dates.values(), value), [], [{"": ", ".join(dates)}]
        )
