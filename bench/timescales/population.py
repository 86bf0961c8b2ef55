"""Open deadlines as `set-deadlines` leaves them on the record, of children who do not exist: real tables,
events, authorities and facts, dates from a seeded chance.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from workers.calendar.holidays import CalendarError
from workers.records.deadlines import Deadline, iso
from workers.rest.session import EngineSession
from workers.timescales.dates import dated, recorded
from workers.timescales.evaluation import evaluate, in_force
from workers.timescales.tables import Fact, Table, Tables
from workers.words import LONDON

AUTHORITIES = ("camden", "wokingham", "york")
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2026, 12, 31)
THREADS = 4
CHANGED = 10  # of every so many deadlines one is recorded a day later than the tables say today


@dataclass
class Population:
    """`changed`: how many of the deadlines have another date than the tables give.

    `undated`: draws that no row with a number answers, or beyond the bank holidays.
    """

    deadlines: list[Deadline] = field(default_factory=list)
    changed: int = 0
    undated: int = 0

    def add(self, decision: str, details: dict[str, Any]) -> None:
        number = len(self.deadlines)
        if number % CHANGED == 0:
            _move(details)
            self.changed += 1
        self.deadlines.append(
            Deadline(f"child-{number:06d}", f"pathway-{number:06d}", None, decision, details)
        )


def draw(session: EngineSession, tables: Tables, cases: int, seed: int) -> Population:
    """So many deadlines; the engine is asked for their dates. The same seed and tables give the same ones.

    Raises EngineError, TimescaleError.
    """
    chance, made = random.Random(seed), Population()
    clocks = [table for table in tables.values() if table.folder == "timescales"]
    answers: dict[str, list[dict[str, Any]]] = {}

    def ask(question: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        return in_force(evaluate(session, *question), question[0])

    with ThreadPoolExecutor(THREADS) as pool:
        while missing := cases - len(made.deadlines):
            questions = [_question(chance.choice(clocks), chance) for _ in range(missing)]
            new = {key: question for question in questions if (key := json.dumps(question)) not in answers}
            answers.update(zip(new, pool.map(ask, new.values()), strict=True))
            for decision, asked in questions:
                if details := _details(answers[json.dumps([decision, asked])], decision, asked, chance):
                    made.add(decision, details)
                else:
                    made.undated += 1
    return made


def _question(table: Table, chance: random.Random) -> tuple[str, dict[str, Any]]:
    """Decision, and what it is asked: one of its events, an authority that has rows for it, facts that these
    look at.
    """
    event = chance.choice(table.events)
    relevant = table.facts_of(event)
    authorities = (
        sorted({row.authority for row in table.rows if row.event == event} & set(AUTHORITIES)) or AUTHORITIES
    )
    facts = {name: _value(fact, chance) if name in relevant else None for name, fact in table.facts.items()}
    return table.id, {"event": event, "authority": chance.choice(authorities), **facts}


def _value(fact: Fact, chance: random.Random) -> Any:
    match fact.kind:
        case "boolean":
            return chance.random() < 0.5
        case "integer" | "long":
            return chance.randint(*fact.values)
    return chance.choice(fact.values)


def _details(
    rows: list[dict[str, Any]], decision: str, asked: Mapping[str, Any], chance: random.Random
) -> dict[str, Any] | None:
    """What `Writes.deadline_set` keeps of one of the deadlines, None if there is none with a date."""
    names = sorted({row["deadline"] for row in rows})
    if not names:
        return None
    name = chance.choice(names)
    start: dt.date | dt.datetime = FIRST + dt.timedelta(chance.randint(0, (LAST - FIRST).days))
    if any(row.get("unit") == "hours" for row in rows if row["deadline"] == name):
        start = dt.datetime.combine(start, dt.time(chance.randint(0, 23), chance.choice((0, 30))), LONDON)
    try:
        found = next(iter(dated(rows, start, name)), None)
    except CalendarError:
        return None
    if not found:
        return None
    entry = recorded(found)
    return entry["details"] | {
        "decision": decision,
        "asked": dict(asked),
        "remindHour": 9,
        "followUpDays": 5,
        "dates": found.dates(9, 5),
        "rule": entry["rule"],
        "statutoryDue": iso(entry["statutory_due"]),
        "localTarget": iso(entry["local_target"]),
        "lastWorkingDay": iso(entry["last_working_day"]),
        "from": iso(start),
        "source": entry["source"],
        "kind": entry["kind"],
    }


def _move(details: dict[str, Any]) -> None:
    name = "statutoryDue" if details["statutoryDue"] else "localTarget"
    kind = dt.date if len(details[name]) == 10 else dt.datetime
    details[name] = (kind.fromisoformat(details[name]) + dt.timedelta(1)).isoformat()
