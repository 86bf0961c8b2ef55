"""Plays one invented child's permanence case to the end, as the people of the roles would at Tasklist.

Goes on where the case stands, so it may be interrupted.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

from workers.records.record import Record
from workers.rest.session import EngineSession
from workers.rest.tasklist import Person, fill, form_of

PATIENCE = 60.0  # seconds to wait for the workers between two steps
RETURN_ONCE = "Please add what the foster carer says about the school journey."

# form -> (who, what they answer beside what the form requires). A list is taken in the order in which the
# form comes up.
SCRIPT: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "permanency-planning": ("social-worker", [{"nextActions": []}]),
    "permanency-planning-authorisation": (
        "team-manager",
        [
            {"decision": "returned", "comments": RETURN_ONCE},
            {"decision": "authorised", "nextActions": ["adm-permanence-decision"]},
        ],
    ),
    "permanency-planning-quality": ("qaag", [{"decision": "authorised"}]),
    "adm-panel-record": ("qaag", [{"nextActions": ["adm-agrees-permanence-plan"]}]),
    "adm-decision": (
        "agency-decision-maker",
        [
            {
                "decision": "authorised",
                "verdict": "agreed",
                "decisionDate": "2026-11-20",
                "decisionReasons": "Staying with the carers serves the child best.",
            }
        ],
    ),
    "family-finding-request": ("social-worker", [{"nextActions": ["family-finding-meeting"]}]),
    "family-finding-meeting": (
        "family-finder",
        [
            {"matchIdentified": False, "nextActions": ["family-finding-meeting"]},
            {"matchIdentified": True, "nextActions": ["information-sharing-meeting"]},
        ],
    ),
    "information-sharing-meeting": ("social-worker", [{"nextActions": ["panel-and-matching-decision"]}]),
    "authorise-request": ("practice-supervisor", [{"decision": "authorised"}]),
    "panel-record": (
        "qaag",
        [{"nextActions": ["match-agreed"], "matchReason": "long-term-fostering-agreed"}],
    ),
    "matching-decision": (
        "agency-decision-maker",
        [
            {
                "decision": "authorised",
                "verdict": "agreed",
                "matchingDecisionDate": "2026-11-20",
                "matchingDecisionReasons": "The match meets the child's needs.",
            }
        ],
    ),
    "permanence-placement": ("social-worker", [{"nextActions": ["placement-complete"]}]),
    "acknowledge-notification": ("team-manager", [{}]),
}


class DemoStuck(Exception):
    """The case does not go on: the message says where to look."""


def begin(session: EngineSession, record: Record, child: str) -> None:
    """Register the child and start the pathway, unless it runs already."""
    if not record.child(child):
        with record.transaction() as tx:
            tx.register_child(
                child, name="Robin Example", born=dt.date(2016, 5, 4), gender="not stated", by="demo"
            )
    if not session.fetch("/process-instance", businessKey=child, processDefinitionKey="permanence"):
        session.call(
            "/process-definition/key/permanence/start",
            {
                "businessKey": child,
                "variables": {"childId": {"value": child}, "authority": {"value": "camden"}},
            },
        )


def play(session: EngineSession, record: Record, child: str, url: str) -> Iterator[tuple[str, str]]:
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
            who, answers = SCRIPT[form]
            if task["assignee"] not in (None, who):
                raise DemoStuck(
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
            raise DemoStuck(
                f"{child}: nothing to do for {PATIENCE:.0f} s: see `homeward status`: do workers "
                "run, did something fail?"
            )
        time.sleep(0.2)
