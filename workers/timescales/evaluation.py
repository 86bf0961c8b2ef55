"""Which rows apply to an event, an authority and facts: the engine says it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from workers.rest import codec
from workers.rest.session import EngineSession
from workers.timescales import QuestionError, TableError
from workers.timescales.soundness import has_date
from workers.timescales.tables import AUTHORITIES, Fact, Table, Tables
from workers.words import listed


def evaluate(session: EngineSession, decision: str, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of one decision as plain values; what an empty cell would say is not among them.

    Raises EngineError, EngineUnreachable.
    """
    return [
        codec.decode(row)
        for row in session.call(
            f"/decision-definition/key/{decision}/evaluate", {"variables": codec.encode(dict(variables))}
        )
    ]


def in_force(rows: list[dict[str, Any]], decision: str) -> list[dict[str, Any]]:
    """Without those that a stricter one replaces.

    Raises TableError where two say when the same thing is due, or one has a number that is none.
    """
    grouped: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if not row.get("supersededBy"):
            grouped[row["deadline"], row["authority"]].append(row)
    for (deadline, authority), same in grouped.items():
        if len(same) > 1:
            raise TableError(
                f"table {decision}: {' and '.join(row['rule'] for row in same)} both say when "
                f"{deadline} is due in {authority}: "
                "make their conditions exclude each other, or name the stricter one in the other's "
                "column “Superseded by”"
            )
    rows = [row for (row,) in grouped.values()]
    for row in rows:
        has_date(row, decision)
    return rows


def due_by(session: EngineSession, decisions: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows in force of several decisions (comma list), for several events (`event` of the inputs, comma
    list).

    Raises TableError, EngineError, EngineUnreachable.
    """
    return [
        row
        for decision in listed(decisions)
        for event in listed(inputs["event"])
        for row in in_force(evaluate(session, decision, {**inputs, "event": event}), decision)
    ]


def applying(
    session: EngineSession, tables: Tables, event: str, authority: str, facts: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Every row in force for an event; `facts` as typed.

    Raises QuestionError; with `.facts` where some are missing.
    """
    if authority not in AUTHORITIES:
        raise QuestionError(f"authority {authority} is not known: use {', '.join(AUTHORITIES[:-1])}")
    concerned = tables.with_event(event)
    # Domains differ: the value must be one that the tables asked answer for; of a fact that none of them has
    # any table's will do.
    declared = tables.facts() | Tables({table.id: table for table in concerned}).facts()
    if unknown := sorted(facts.keys() - declared.keys()):
        raise QuestionError(
            f"no fact {', '.join(unknown)}: {event} asks for "
            f"{', '.join(needed(concerned, event, authority)) or 'none'}"
        )
    values = _read(declared, facts)
    if missing := [name for name in needed(concerned, event, authority) if name not in values]:
        raise QuestionError(
            f"{event} asks for more facts: give "
            f"{' '.join(f'--fact {name}={declared[name].choice}' for name in missing)}",
            missing,
        )
    rows = []
    for table in concerned:
        inputs = {name: values.get(name) for name in table.facts}
        rows += in_force(
            evaluate(session, table.id, {"event": event, "authority": authority, **inputs}), table.id
        )
    return rows


def _read(declared: Mapping[str, Fact], facts: Mapping[str, str]) -> dict[str, Any]:
    """The facts as typed, as values. Raises QuestionError, which names all that cannot be read."""
    values, problems = {}, []
    for name, text in facts.items():
        try:
            values[name] = declared[name].read(text)
        except QuestionError as error:
            problems.append(str(error))
    if problems:
        raise QuestionError("; ".join(problems))
    return values


def needed(tables: list[Table], event: str, authority: str) -> list[str]:
    """The facts on which it depends for this authority what is due."""
    rows = [
        row
        for table in tables
        for row in table.rows
        if row.event == event and row.authority in (authority, "england", "unnamed")
    ]
    return list(dict.fromkeys(name for row in rows for name in row.facts))
