"""A form with every kind of question: what is generated from it decides rightly on the engine.

The house's forms ask for no required number yet, nor for ticks in the rows of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.decisions import kinds
from workers.catalogue import form_feel
from workers.catalogue.form_feel import Form
from workers.rest.session import EngineSession

OPTIONS = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
ASKED = [
    {"type": "textarea", "key": "said", "label": "Said", "validate": {"required": True}},
    {"type": "number", "key": "miles", "label": "Miles", "validate": {"required": True}},
    {
        "type": "checklist",
        "key": "wants",
        "label": "Wants",
        "values": OPTIONS,
        "validate": {"required": True},
    },
    {"type": "checkbox", "key": "agreed", "label": "Agreed"},
    {"type": "select", "key": "worker", "label": "Worker", "valuesKey": "workers"},
    {"type": "datetime", "subtype": "date", "key": "day", "dateLabel": "Day"},
]
COMPONENTS = [
    {"type": "group", "label": "1. Once", "components": ASKED},
    {
        "type": "group",
        "label": "2. Many times",
        "components": [{"type": "dynamiclist", "path": "rows", "label": "Rows", "components": ASKED}],
    },
]
FORM = Form("sample", {"components": COMPONENTS})
ANSWERS: dict[str, Any] = {
    "said": "x",
    "miles": 3,
    "wants": ["a"],
    "agreed": True,
    "worker": "w",
    "day": "2026-11-02",
}

DEFINITIONS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="Sample" name="Sample" namespace="sample">
  {}</definitions>"""
DECISION = """<decision id="sample-{id}" name="Sample" camunda:historyTimeToLive="P1D">
  <variable id="Variable_{id}" name="wrong" typeRef="string" />
  <literalExpression id="Expression_{id}"><text>{text}</text></literalExpression></decision>"""

Evaluate = Callable[..., str]


@pytest.fixture(scope="module")
def evaluate(engine: EngineSession) -> Iterator[Evaluate]:
    """What a decision gives where these answers are changed, once and in the second of two rows."""
    decisions = "".join(
        DECISION.format(id=make.__name__, text=escape(make(FORM)))
        for make in (form_feel.unreadable, form_feel.incomplete, form_feel.no_dates)
    )
    deployed = engine.post(
        "/deployment/create",
        files={"sample.dmn": ("sample.dmn", DEFINITIONS.format(decisions))},
        data={"deployment-name": "sample"},
    ).json()

    def ask(decision: str, once: dict[str, Any], row: dict[str, Any]) -> str:
        variables = ANSWERS | once | {"rows": [ANSWERS, ANSWERS | row]}
        path = f"/decision-definition/key/sample-{decision}/evaluate"
        (found,) = engine.call(path, {"variables": kinds.encode(variables)})
        return found["wrong"]["value"]

    yield ask
    engine.call(f"/deployment/{deployed['id']}", method="DELETE")


@pytest.mark.parametrize("decision", ["unreadable", "incomplete", "no_dates"])
def test_what_is_right_passes(evaluate: Evaluate, decision: str) -> None:
    assert evaluate(decision, {}, {}) == ""


@pytest.mark.parametrize(
    "change, label",
    [
        ({"said": 7}, "Said"),
        ({"said": "x" * 4001}, "Said"),
        ({"miles": "far"}, "Miles"),
        ({"miles": 100_001}, "Miles"),
        ({"wants": ["c"]}, "Wants"),
        ({"wants": ["a", "a"]}, "Wants"),
        ({"wants": "a"}, "Wants"),
        ({"agreed": "yes"}, "Agreed"),
        ({"worker": ["w"]}, "Worker"),
    ],
)
def test_what_cannot_be_read_is_named(evaluate: Evaluate, change: dict[str, Any], label: str) -> None:
    if change.get("said") != "x" * 4001:  # which the engine itself refuses as a variable of its own
        assert evaluate("unreadable", change, {}) == label
    assert evaluate("unreadable", {}, change) == f"Rows: {label}"


@pytest.mark.parametrize(
    "change", [{"said": " "}, {"said": None}, {"miles": None}, {"wants": []}, {"wants": None}]
)
def test_what_is_missing_names_its_section(evaluate: Evaluate, change: dict[str, Any]) -> None:
    assert evaluate("incomplete", change, {}) == "1. Once"
    assert evaluate("incomplete", {}, change) == "2. Many times"


@pytest.mark.parametrize("day", ["soon", 7, "2026-02-30"])
def test_what_is_no_date_is_named(evaluate: Evaluate, day: Any) -> None:
    assert evaluate("no_dates", {"day": day}, {}) == "Day"
    assert evaluate("no_dates", {}, {"day": day}) == "Rows: Day"


def test_optional_answers_may_be_missing(evaluate: Evaluate) -> None:
    nothing = dict.fromkeys(("agreed", "worker", "day"))
    for decision in ("unreadable", "incomplete", "no_dates"):
        assert evaluate(decision, nothing, nothing) == ""
