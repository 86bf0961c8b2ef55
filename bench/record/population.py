"""A record of children who do not exist, of the size that is asked for: written as the first version would
have it, then upgraded.

Every child has the same history, a hundred entries and ten deadlines, and each lies between those of all the
others. So a larger record has more children, and no more of each; of what is open there is as much as is
asked for, spread over all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from alembic import command
from sqlalchemy import Connection, text

from workers.records import Record
from workers.records.database import _config

ENTRIES = 100  # of a child; of these
SETS = tuple(range(5, ENTRIES, 10))  # deadlines are set, and three entries later met or left open
MAILS = tuple(range(1, ENTRIES, 10))  # mails were sent
ENDS = ENTRIES // 2  # and the first pathway ends
# ANSWERS are a child's; the rest is as much in every record, and as many mails are given up as wait
ANSWERS, STUBS, WAITING, PURGES = (
    5,
    20,
    200,
    500,
)
PROCESS = "family-finding-request"
PLAN = "Robin Example would like to stay near the school. " * 6


@dataclass(frozen=True)
class Size:
    """So many entries, a hundredth of them children and a tenth deadlines, of which `open` are still to be
    met, half of these late.
    """

    entries: int
    open: int

    @property
    def children(self) -> int:
        return self.entries // ENTRIES

    def __str__(self) -> str:
        return f"{self.entries:,} entries, {self.open:,} open"


def child(number: int) -> str:
    return f"CH-{number:06}"


def fill(record: Record, size: Size) -> float:
    """Seconds that the upgrade from the first version took."""
    engine, postgresql = record._engine, record._engine.dialect.name == "postgresql"
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        command.upgrade(_config(connection), "0001")
        for table, columns, rows in _tables(size):
            (_copy if postgresql else _insert)(connection, table, columns, rows)
    begun = time.perf_counter()
    record.upgrade()
    spent = time.perf_counter() - begun
    if postgresql:  # what the server does by itself, some time after so many rows
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    return spent


def _insert(connection: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    places = ",".join("?" * len(columns.split(",")))
    connection.connection.driver_connection.executemany(
        f"INSERT INTO {table} ({columns}) VALUES ({places})", rows
    )


def _copy(connection: Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _tables(size: Size) -> Iterator[tuple[str, str, Iterable[tuple[Any, ...]]]]:
    numbers, now = range(size.children), _at(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    yield (
        "children",
        "child_id,name,stub,recorded_at,recorded_by",
        (
            (child(number), None if stub else f"Robin Example {number}", stub, now, "homeward")
            for number in numbers
            for stub in (True, *([False] if number >= STUBS else []))
        ),
    )
    yield (
        "entries",
        'key,child_id,process,pathway_id,workstep_id,what,"by",at,recorded_at,details',
        _entries(size),
    )
    yield (
        "answers",
        'key,child_id,process,workstep_id,form,"by",at,recorded_at,answers,questions',
        (
            (
                f"a{number}.{form}",
                child(number),
                PROCESS,
                f"w{number}.{form}",
                f"form-{form}",
                "social-worker",
                now,
                now,
                json.dumps({"plan": PLAN}),
                json.dumps({"plan": ["Plan", "What is the plan?"]}),
            )
            for form in range(ANSWERS)
            for number in numbers
        ),
    )
    mails = size.children * len(MAILS)
    waiting = _spread(mails, WAITING)
    yield (
        "notifications",
        "id,key,child_id,process,workstep_id,to_user,address,template,channel,details,at",
        (
            (
                _id(mail),
                f"m{mail}",
                child(mail % size.children),
                PROCESS,
                "w",
                "team-manager",
                "team-manager@example.org",
                "request",
                "smtp",
                json.dumps({"reference": child(mail % size.children)}),
                now,
            )
            for mail in range(mails)
        ),
    )
    yield (
        "deliveries",
        "notification_id,attempt,state,error,at",
        (
            (_id(mail), 1, state, None if state in ("started", "sent") else "SMTPServerDisconnected", now)
            for mail in range(mails)
            if not waiting(mail)
            for state in ("started", "failed" if waiting(mail - 1) else "sent")
        ),
    )
    yield "queue", "notification_id,due_at", ((_id(mail), now) for mail in range(mails) if waiting(mail))
    yield (
        "open_pathways",
        "child_id,process,pathway_id,at",
        ((child(number), "permanence", _pathway(number, ENTRIES), now) for number in numbers),
    )
    yield "purges", "instance_id,at", ((f"i{number}", now) for number in range(PURGES))


def _entries(size: Size) -> Iterator[tuple[Any, ...]]:
    """One of each child, then the next of each."""
    begun, today = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.date.today()
    can_be_open = [place for place in SETS if place > ENDS]
    left_open, shown = _spread(size.children * len(can_be_open), size.open), 0
    dues: dict[int, dict[int, str]] = {}
    for place in range(ENTRIES):
        at = _at(begun + dt.timedelta(days=7 * place))
        for number in range(size.children):
            what, details = "form-submitted", {"form": "permanency-planning", "comments": PLAN[:150]}
            if place in SETS:
                is_open = place > ENDS and left_open(number * len(can_be_open) + can_be_open.index(place))
                shown += is_open
                due = str(
                    today + dt.timedelta(days=-40 + shown % 80)
                    if is_open
                    else (begun + dt.timedelta(days=7 * place + 84)).date()
                )
                if not is_open:
                    dues.setdefault(place, {})[number] = due
                what, details = "deadline-set", _deadline(due, at[:10])
            elif place - 3 in SETS and number in dues.get(place - 3, {}):
                what, details = "deadline-met", {"rule": "PERM-081", "metOn": dues[place - 3].pop(number)}
            elif place in MAILS:
                what, details = (
                    "notification-sent",
                    {
                        "to": "team-manager",
                        "template": "request",
                        "channel": "smtp",
                        "notificationId": _id(number),
                    },
                )
            elif place == ENDS:
                what, details = "pathway-ended", {"outcome": "Child placed"}
            yield (
                f"e{number}.{place}",
                child(number),
                PROCESS,
                _pathway(number, place),
                None if what.startswith(("deadline", "pathway")) else f"w{number}.{place // 20}",
                what,
                "social-worker",
                at,
                at,
                json.dumps(details),
            )


def _deadline(due: str, counted: str) -> dict[str, Any]:
    """As `set-deadlines` records one."""
    return {
        "rule": "PERM-081",
        "statutoryDue": None,
        "localTarget": due,
        "lastWorkingDay": due,
        "from": counted,
        "source": "C0046, 3.4",
        "kind": "local-target",
        "deadline": "three-month-review",
        "localRule": "PERM-081",
        "decision": "permanence-timescales",
        "asked": {"event": "family-finding-begun-or-reviewed", "authority": "camden"},
        "remindHour": 9,
        "followUpDays": 5,
        "dates": {
            "rule": "PERM-081",
            "statutoryDue": None,
            "localTarget": f"{due}T23:59:59+00:00",
            "due": f"{due}T23:59:59+00:00",
            "remindAt": f"{due}T09:00:00+00:00",
            "dueDate": f"{due}T23:59:59+00:00",
            "followUpDate": f"{due}T00:00:00+00:00",
        },
    }


def _spread(of: int, wanted: int) -> Callable[[int], bool]:
    """Whether a number below `of` is one of so many that lie evenly among them."""
    return lambda number: (number + 1) * wanted // of != number * wanted // of


def _pathway(number: int, place: int) -> str:
    return f"p{number}.{int(place > ENDS)}"


def _id(mail: int) -> str:
    return hashlib.md5(str(mail).encode(), usedforsecurity=False).hexdigest()


def _at(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="microseconds")
