"""What a form cannot send, sent all the same: the form comes back with a sentence, at once, and no task is
lost.
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest

from tests.case import Case
from tests.decisions.tables import RULES
from workers.rest.session import EngineSession

REPORT = "permanency-planning"
COMES_BACK = (
    "What was sent for these questions cannot be read. Please answer them again: "
    "Describe the child, Legal Status, Next actions, Further requests, Placements and moves"
)
KEYS = ("childDescription", "legalStatus", "nextActions", "careHistory", "requests")
FILE = {
    "type": "File",
    "value": base64.b64encode(b"a file").decode(),
    "valueInfo": {"filename": "a.txt", "mimeType": "text/plain"},
}


def an_object(kind: str, value: Any) -> dict[str, Any]:
    """A Java object that the engine lets in: its own collections."""
    info = {"objectTypeName": kind, "serializationDataFormat": "application/json"}
    return {"type": "Object", "value": json.dumps(value), "valueInfo": info}


KINDS = {
    "a file": FILE,
    "a Java list": an_object("java.util.ArrayList", [7]),
    "a Java map": an_object("java.util.LinkedHashMap", {"a": "text"}),
    "bytes": {"type": "Bytes", "value": "aGk="},
    "a short": {"type": "Short", "value": 7},
    "a moment": {"type": "Date", "value": "2026-11-02T00:00:00.000+0000"},
}


def test_a_kind_that_no_form_sends_comes_back_with_the_questions(case: Case) -> None:
    case.start()
    for name, value in KINDS.items():
        task = case.task(REPORT, "social-worker")
        variables = dict.fromkeys(KEYS, value)
        person = case.person("social-worker").session
        person.call(f"/task/{task['id']}/submit-form", {"variables": variables})
        back = case.task(REPORT, "social-worker")
        shown = person.fetch(f"/task/{back['id']}/form-variables", variableNames="message")
        assert shown["message"]["value"] == COMES_BACK, name
        assert not case.incidents(), name


MANY = 60_000  # numbers; walked by FEEL they cost 20 to 40 seconds
LISTS = (
    *("chosenActions", "actions", "nextActions", "managerActions", "decisionMakerActions", "requests"),
    *("careHistory", "furtherMeetings", "planActions", "disabilities"),
)


@pytest.mark.parametrize("decision", [decision for decision in RULES if not decision.endswith("-actions")])
def test_a_list_without_end_costs_nothing(engine: EngineSession, decision: str) -> None:
    """Lists are counted before they are walked: FEEL takes four times as long for twice as many."""
    many = {"type": "Json", "value": json.dumps(list(range(MANY)))}
    started = time.monotonic()
    engine.call(f"/decision-definition/key/{decision}/evaluate", {"variables": dict.fromkeys(LISTS, many)})
    assert time.monotonic() - started < 20
