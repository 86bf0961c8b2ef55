"""Tries every table at the boundary values of its inputs, on the engine: gaps, overlaps, empty results, rules
that never come up.

What is evaluated is a copy of each table (`copies`). A clock (event, what is due, authority) answers for the
conditions that all of its rows share; within them every combination of declared values must be answered.
"""

from __future__ import annotations

import itertools
import operator
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.rest.session import EngineError, EngineSession
from workers.timescales import TableError
from workers.timescales.copies import copy, tidy
from workers.timescales.evaluation import evaluate
from workers.timescales.soundness import faults
from workers.timescales.tables import LOCAL, Row, Table, Tables

BOUND = 500  # points of a table that are tried unless all are asked for
REQUIRED = {
    "timescales": ("deadline", "rule", "authority", "kind", "says", "source"),
    "eligibility": ("rule", "authority", "says", "source"),
}
NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?![\w\"])")
THREADS = 4
PORTION = 2000  # points that one copy is asked
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "": operator.eq,
}

Point = dict[str, Any]
Answer = list[dict[str, Any]] | str  # the rows, or what went wrong


@dataclass(frozen=True)
class Checked:
    """`points` tried of `possible` ones; `findings` in sentences, none if all is well."""

    table: str
    points: int
    possible: int
    findings: list[str]


def check(
    session: EngineSession,
    models: Path,
    bound: int | None = BOUND,
    progress: Callable[[Checked], None] = lambda done: None,
) -> list[Checked]:
    """Check every table below `models`; `bound` None: every point. `progress` hears of each table when done.

    Raises TimescaleError, EngineError, EngineUnreachable.
    """
    tables = Tables.of_files(models)
    tidy(session)
    done = []
    for table in tables.values():
        every = list(points(table))
        some = every if bound is None or len(every) <= bound else sample(table, every, bound)
        file = models / "dmn" / table.folder / f"{table.id}.dmn"
        answered = list(zip(some, _answers(session, file, some), strict=True))
        done.append(Checked(table.id, len(some), len(every), findings(table, answered)))
        progress(done[-1])
    return done


def _answers(session: EngineSession, file: Path, tried: list[Point]) -> Iterator[Answer]:
    """In portions: what the engine keeps of each point goes with the copy, and of tens of thousands at once
    it could not rid itself in time.
    """
    for first in range(0, len(tried), PORTION):
        with copy(session, file) as decision, ThreadPoolExecutor(THREADS) as pool:
            yield from pool.map(
                lambda point: _answer(session, decision, point), tried[first : first + PORTION]
            )


def points(table: Table) -> Iterator[Point]:
    """The combinations of boundary values that a table answers for."""
    authorities = [
        name
        for name in dict.fromkeys(row.authority for row in table.rows)
        if name not in ("england", "unnamed")
    ] or ["england"]
    for event in table.events or (None,):
        rows = [row for row in table.rows if row.event == event]
        values = {name: boundary(table, name, rows) for name in table.facts_of(event)}
        for authority in authorities:
            for chosen in itertools.product(*values.values()):
                yield {
                    "event": event,
                    "authority": authority,
                    **dict.fromkeys(table.facts),
                    **dict(zip(values, chosen, strict=True)),
                }


def sample(table: Table, every: list[Point], bound: int) -> list[Point]:
    """As many points as `bound`, the same each time; of each rule the first that its cells fit is there."""
    own = {
        next((place for place, point in enumerate(every) if fits(row, point)), -1) for row in table.rows
    } - {-1}
    rest = [place for place in range(len(every)) if place not in own]
    drawn = random.Random(table.id).sample(rest, min(len(rest), max(0, bound - len(own))))
    return [every[place] for place in sorted((*own, *drawn))]


def fits(row: Row, point: Point) -> bool:
    """Whether a rule's cells, as an analyst reads them, fit a point.

    The engine has the last word: this only chooses what is tried.
    """
    if row.event != point["event"] or (row.authority in LOCAL and row.authority != point["authority"]):
        return False
    return all(_cell_fits(cell, point[name]) for name, cell in row.facts.items())


def _cell_fits(cell: str, value: Any) -> bool:
    """`>= 36`, `[1..4]`, `true`, `"foster","adoption"`, `not("foster")`."""
    if isinstance(value, bool):
        return cell == str(value).lower()
    if (inner := re.fullmatch(r"not\((.*)\)", cell)) is not None:
        return not _cell_fits(inner[1], value)
    if isinstance(value, str):
        return value in re.findall(r'"([^"]*)"', cell)
    return any(_number_fits(part.strip(), value) for part in cell.split(","))


def _number_fits(test: str, value: int) -> bool:
    if span := re.fullmatch(r"([\[\](])\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*([\])\[])", test):
        low, high = int(span[2]) + (span[1] != "["), int(span[3]) - (span[4] != "]")
        return low <= value <= high
    compared = re.fullmatch(r"(<=|>=|<|>|)\s*(-?\d+)", test)
    return compared is not None and COMPARE[compared[1]](value, int(compared[2]))


def boundary(table: Table, name: str, rows: list[Row]) -> list[Any]:
    """The values at which a fact's cells may change their mind."""
    fact = table.facts[name]
    if fact.kind == "boolean":
        return [True, False]
    if fact.kind in ("integer", "long"):
        named = {int(number) for row in rows for number in NUMBER.findall(row.facts.get(name, ""))}
        low, high = fact.values or (min(named) - 1, max(named) + 1)
        return sorted(
            {number + step for number in named for step in (-1, 0, 1) if low <= number + step <= high}
            | {low, high}
        )
    if not fact.values:
        raise TableError(
            f"{table.id}.dmn, input {fact.label}: say which values it may have, under “Allowed "
            "values”, so that gaps can be found"
        )
    return list(fact.values)


def findings(table: Table, tried: list[tuple[Point, Answer]]) -> list[str]:
    """What is wrong with a table, judged by the answers to its points."""
    problems: defaultdict[str, list[Point]] = defaultdict(list)
    answered: list[tuple[Point, set[str]]] = []
    for point, answer in tried:
        if isinstance(answer, str):
            problems[f"error: {answer}"].append(point)
            continue
        answered.append((point, {result["place"] for result in answer}))
        for result in answer:
            if empty := [name for name in REQUIRED[table.folder] if result.get(name) in (None, "")]:
                problems[
                    f"empty result: {result.get('rule') or result['place']} says no {', '.join(empty)}"
                ].append(point)
    if table.folder == "timescales":
        _clocks(table, answered, problems)
    else:
        _questions(table, answered, problems)
    hit = set().union(*(places for _, places in answered))
    all_answered = len(answered) == len(tried)  # else a rule may have been hit where nothing was answered
    never = [row for row in table.rows if all_answered and row.place not in hit]
    timed = table.rows if table.folder == "timescales" else ()
    return [
        *(f"bad row: {row.rule} ({row.place}): {fault}" for row in timed for fault in faults(row.outputs)),
        *(
            f"{what}; {len(where)} point{'s' * (len(where) > 1)}, such as {_shown(where[0])}"
            for what, where in problems.items()
        ),
        *(f"never hit: {row.rule} ({row.place}): no combination of declared values fits it" for row in never),
    ]


def _clocks(
    table: Table, answered: list[tuple[Point, set[str]]], problems: defaultdict[str, list[Point]]
) -> None:
    clocks: defaultdict[tuple[str | None, str, str], list[Row]] = defaultdict(list)
    for row in table.rows:
        if not row.supersededBy:
            clocks[row.event, row.deadline, row.authority].append(row)
    for (event, deadline, authority), rows in clocks.items():
        tried = [
            (point, [row for row in rows if row.place in places])
            for point, places in answered
            if point["event"] == event and authority in (point["authority"], "england", "unnamed")
        ]
        due = f"when {deadline} is due ({authority})"
        for point, mine in tried:
            if len(mine) > 1:
                problems[f"overlap: {' and '.join(row.rule for row in mine)} both say {due}"].append(point)
        for point in _gaps(rows, tried):
            problems[f"gap: no rule says {due}"].append(point)


def _gaps(rows: list[Row], tried: list[tuple[Point, list[Row]]]) -> Iterator[Point]:
    """The points of a clock's domain that no row of it fits: the domain is what all of its rows share.

    One row alone answers for what it says, and no more.
    """
    if len(rows) < 2:
        return
    shared = [
        name for name, cell in rows[0].facts.items() if all(row.facts.get(name) == cell for row in rows)
    ]
    domain = {tuple(point[name] for name in shared) for point, mine in tried if mine}
    for point, mine in tried:
        if not mine and tuple(point[name] for name in shared) in domain:
            yield point


def _questions(
    table: Table, answered: list[tuple[Point, set[str]]], problems: defaultdict[str, list[Point]]
) -> None:
    names = {row.place: row.rule for row in table.rows}
    for point, places in answered:
        if not places and table.hit_policy in ("UNIQUE", "ANY"):
            problems["gap: no rule"].append(point)
        if len(places) > 1 and table.hit_policy == "UNIQUE":
            problems[f"overlap: {' and '.join(sorted(names[place] for place in places))}"].append(point)


def _shown(point: Point) -> str:
    return ", ".join(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}"
        for name, value in point.items()
        if value is not None
    )


def _answer(session: EngineSession, decision: str, point: Point) -> Answer:
    try:
        return evaluate(session, decision, point)
    except EngineError as error:
        return error.plain
