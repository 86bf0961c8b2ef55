"""What is open over all, and what is wrong: each thing once, however many children it is wrong for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from workers.reading.names import Names
from workers.reading.shown import Shown
from workers.records.deadlines import now, today
from workers.records.record import Record
from workers.rest import allocation, migration
from workers.rest import incidents as failed
from workers.rest.session import EngineSession
from workers.words import day


class Problem(Shown):
    """`kind`: failed, late …; `children`: whom it is wrong for, `count` times."""

    kind: str
    says: str
    children: list[str]
    count: int


def status(session: EngineSession, book: Record) -> dict[str, Any]:
    """As `homeward status --json` prints it."""
    with book.reading() as view:
        unexpected = view.unexpected(view.now() - dt.timedelta(days=30))
        late = [
            {"childId": deadline.child_id} | deadline.row(today())
            for deadline in view.open_deadlines(before=now())
        ]
        pathways = view.kinds_of_open_pathways()
    running = _running(session, pathways)
    return {
        "open": sum(running.values()),
        "pathways": running,
        "incidents": failed.incidents(session),
        "untaken": failed.untaken(session),
        "stubs": [child.child_id for child in book.children(stubs_only=True)],
        "late": late,
        "notSent": book.given_up(),
        "unexpected": unexpected,
        "nobodys": allocation.nobodys(session),
        "older": [
            {"process": old.process, "version": old.number, "newest": new.number, "cases": old.instances}
            for old, new in migration.older(session)
        ],
    }


def problems(found: dict[str, Any], names: Names) -> list[Problem]:
    """What `status` found wrong, put together where the words are the same, the most frequent first of each
    kind.
    """
    return [
        *_together("Failed (homeward incidents)", found["incidents"], lambda row: _failed(row, names)),
        *(
            Problem(
                kind="Taken up by no worker",
                says=f"{row['topic']}, since {day(row['since'])}: do workers run (`homeward workers`), and "
                "do they know the topic (`homeward topics --check`)?",
                children=[str(child) for child in row["children"]],
                count=row["tasks"],
            )
            for row in found["untaken"]
        ),
        *_together(
            "Nobody's (homeward allocate)",
            found["nobodys"],
            lambda row: f"“{row['task']}” belongs to {row['assignee']}, who is no user",
        ),
        *_together(
            "Late (homeward deadlines --overdue)",
            found["late"],
            lambda row: f"{row['what']} ({row['rule']}, {names.process(row['process'])})",
        ),
        *_together(
            "Mail that was not sent (homeward mail)",
            found["notSent"],
            lambda row: f"{row['template']}: {row['reason']}",
        ),
        *_together(
            "Written beyond the form",
            found["unexpected"],
            lambda row: (
                f"“{names.form(row['form'])}” by {names.user(row['by'])}: {', '.join(row['names'])}"
                + (f" and {row['more']} more" if "more" in row else "")
            ),
        ),
        *_together(
            "Not registered (homeward child add)",
            [{"childId": child} for child in found["stubs"]],
            lambda row: "nobody has said who the child is",
        ),
    ]


def _failed(row: dict[str, Any], names: Names) -> str:
    step, message = names.element(row["process"], row["activity"]), row["message"] or "no reason given"
    return f"{step}, {names.process(row['process'])}: {' '.join(message.split())}"


def _together(
    kind: str, rows: Iterable[dict[str, Any]], says: Callable[[dict[str, Any]], str]
) -> list[Problem]:
    children: dict[str, list[str]] = {}
    for row in rows:
        children.setdefault(says(row), []).append(row["childId"] or "no child")
    return [
        Problem(kind=kind, says=words, children=list(dict.fromkeys(whose)), count=len(whose))
        for words, whose in sorted(children.items(), key=lambda item: -len(item[1]))
    ]


def _running(session: EngineSession, kinds: set[str]) -> dict[str, int]:
    """How many pathways of each kind are open in the engine: those that the record has open, and those that
    wait to be opened.
    """
    waiting = {
        row["processDefinitionKey"] for row in session.fetch("/external-task", topicName="open-pathway")
    }
    counts = {
        process: session.fetch("/process-instance/count", processDefinitionKey=process, active=True)["count"]
        for process in sorted(kinds | waiting)
    }
    return {process: count for process, count in counts.items() if count}
