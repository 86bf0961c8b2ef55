"""Plays one invented child's case to the end, as the people of the roles would at Tasklist.

What they answer stands in play/<pathway>.toml. It goes on where the case stands, so it may be interrupted.
"""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.errors import Refused
from workers.records.record import Record
from workers.rest.session import EngineSession
from workers.rest.tasklist import Person, fill, form_of
from workers.words import LONDON

PATIENCE = 60.0  # seconds to wait for the workers between two steps


@dataclass(frozen=True)
class Part:
    """One form of a pathway's play."""

    who: str  # user id of whoever submits it, where it is not assigned to somebody
    teams: dict[str, str | None]  # what the business calls it -> the group that it is then offered to
    answers: dict[str, Any]  # beside what the form requires
    first: list[dict[str, Any]]  # what the demonstration answers before that


def parts(models: Path, pathway: str) -> dict[str, Part]:
    """The play of a pathway, form by form, as play/<pathway>.toml has it."""
    file = models / "play" / f"{pathway}.toml"
    if not file.exists():
        raise PlayStuck(
            f"{pathway} cannot be played: there is no play/{pathway}.toml that says who answers what"
        )
    today = dt.datetime.now(LONDON).date().isoformat()
    return {
        form: Part(
            part["who"],
            part.get("teams") or dict.fromkeys(part.get("called", [])),
            _on(today, part.get("answers", {})),
            [_on(today, answers) for answers in part.get("first", [])],
        )
        for form, part in tomllib.loads(file.read_text()).items()
    }


def _on(today: str, answers: dict[str, Any]) -> dict[str, Any]:
    return {key: today if answer == "today" else answer for key, answer in answers.items()}


class PlayStuck(Refused):
    """The case does not go on."""


def begin(session: EngineSession, record: Record, child: str, pathway: str) -> None:
    """Register the child and start the pathway, unless it runs already."""
    if not record.child(child):
        with record.transaction() as tx:
            tx.register_child(
                child, name="Robin Example", born=dt.date(2016, 5, 4), gender="not stated", by="demo"
            )
    if not session.fetch("/process-instance", businessKey=child, processDefinitionKey=pathway):
        session.call(
            f"/process-definition/key/{pathway}/start",
            {"businessKey": child, "variables": {"childId": {"value": child}}},
        )


def play(
    session: EngineSession, record: Record, child: str, url: str, script: dict[str, Part]
) -> Iterator[tuple[str, str]]:
    """Do each open task; yields (who, what) as it goes.

    Ends when nothing of the child's is open in the engine.
    """
    people: dict[str, Person] = {}
    last = time.monotonic()
    while session.fetch("/process-instance/count", businessKey=child)["count"]:
        for task in session.fetch(
            "/task", processInstanceBusinessKey=child, sortBy="created", sortOrder="asc"
        ):
            form = form_of(task)
            if form not in script:
                raise PlayStuck(f"{child}: its play does not say who answers “{task['name']}”: add [{form}]")
            who, answers = script[form].who, [*script[form].first, script[form].answers]
            if task["assignee"] not in (None, who):
                raise PlayStuck(
                    f"{child}: “{task['name']}” is {task['assignee']}'s, and the play does it as "
                    f"{who}: let {task['assignee']} do it, or hand it over with `homeward allocate`"
                )
            person = people.setdefault(who, Person(url, who))
            given = sum(
                entry["what"] == "form-submitted" and entry["details"]["form"] == form
                for entry in record.chronology(child)
            )
            person.submit(task["id"], fill(person.form(task["id"])) | answers[min(given, len(answers) - 1)])
            yield who, task["name"]
            last = time.monotonic()
        if time.monotonic() - last > PATIENCE:
            raise PlayStuck(
                f"{child}: nothing to do for {PATIENCE:.0f} s: see `homeward status`: do workers "
                "run, did something fail?"
            )
        time.sleep(0.2)
