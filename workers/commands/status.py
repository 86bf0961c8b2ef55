"""The command `homeward status`."""

from __future__ import annotations

import datetime as dt
from typing import Any

import typer

from workers import display
from workers.commands.shell import AsJson, engine, record
from workers.records.deadlines import now, today
from workers.rest import allocation
from workers.rest import incidents as failed
from workers.rest.session import EngineSession

app = typer.Typer(add_completion=False)


@app.command()
def status(as_json: AsJson = False) -> None:
    """What is open, what failed, what is late, and which children nobody has registered."""
    session, book = engine(), record()
    with book.reading() as view:
        unexpected = view.unexpected(view.now() - dt.timedelta(days=30))
        late = [
            {"childId": deadline.child_id} | deadline.row(today())
            for deadline in view.open_deadlines(before=now())
        ]
        pathways = view.kinds_of_open_pathways()
    running = _running(session, pathways)
    answer: dict[str, Any] = {
        "open": sum(running.values()),
        "pathways": running,
        "incidents": failed.incidents(session),
        "untaken": failed.untaken(session),
        "stubs": [child.child_id for child in book.children(stubs_only=True)],
        "late": late,
        "notSent": book.given_up(),
        "unexpected": unexpected,
        "nobodys": allocation.nobodys(session),
    }
    if as_json:
        display.document(answer)
        return
    of_which = (
        f" ({', '.join(f'{process} {count}' for process, count in running.items())})" if running else ""
    )
    display.console.print(
        f"open pathways {answer['open']}{of_which}, incidents {len(answer['incidents'])}, late "
        f"{len(answer['late'])}, mail not sent {len(answer['notSent'])}"
    )
    for row in answer["incidents"]:
        display.console.print(
            f"incident: {row['childId']} {row['process']} {row['activity']}: {row['message']}",
            markup=False,
            soft_wrap=True,
        )
    for row in answer["untaken"]:
        display.console.print(
            f"no worker takes up: {row['topic']}, {row['tasks']} tasks of "
            f"{', '.join(map(str, row['children']))}, since {row['since']}: do workers run "
            "(`homeward workers`), "
            "and do they know the topic (`homeward topics --check`)?",
            markup=False,
            soft_wrap=True,
        )
    for row in answer["nobodys"]:
        display.console.print(
            f"nobody's: {row['childId']} {row['task']}, since {row['since']}, belongs to "
            f"{row['assignee']}, who is no user: hand it over with `homeward allocate`",
            markup=False,
            soft_wrap=True,
        )
    for row in answer["unexpected"]:
        names = row["names"] + ([f"{row['more']} more"] if "more" in row else [])
        display.console.print(
            f"beyond the form: {row['childId']} {row['form']}, by {row['by']} at {row['at']}: "
            f"{', '.join(names)}",
            markup=False,
            soft_wrap=True,
        )
    if answer["stubs"]:
        display.console.print(f"not registered yet (homeward child add): {', '.join(answer['stubs'])}")


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
