"""What the engine keeps of a decision, 180 days long, are facts, and nothing that somebody wrote."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.decisions import kinds, tables
from tests.decisions.tables import ROOTS
from workers.rest.session import EngineSession

PLANTED = "planted"
PEOPLE = {"answeredBy", "requestedBy", "writtenBy", "acknowledgedBy"}
FORMS = sorted(path.stem for path in kinds.ROOT.glob("forms/*/*.form"))
WRITTEN = {
    question.key: question for form in FORMS for question in kinds.questions(form) if not question.inside
}
DAYS = {"decision", *(key for form in FORMS for key in kinds.dates(form))}
TICKS = {"chosenActions", "actions", "managerActions", "decisionMakerActions"}
INTERNAL = {"openedFor", *PEOPLE}
GIVEN = tables.given()


def word(key: str) -> str:
    return f"{PLANTED} {key}"


def planted(question: kinds.Question) -> Any:
    """What a person could have written there, or sent instead."""
    if question.kind == "rows":
        return [{part["key"]: word(part["key"]) for part in question.part["components"] if part.get("key")}]
    return [word(question.key)] if question.kind == "ticks" else word(question.key)


EVERYWHERE = (
    {key: planted(question) for key, question in WRITTEN.items()}
    | {key: word(key) for key in DAYS | INTERNAL}
    | {key: [word(key)] for key in TICKS}
)
TEXTS = {key: word(key) for key, question in WRITTEN.items() if question.kind == "text"}


@pytest.fixture(scope="module")
def kept(engine: EngineSession) -> dict[str, list[dict[str, Any]]]:
    """What the engine has kept of each decision."""
    started = dt.datetime.now(dt.UTC).replace(microsecond=0)
    for decision in ROOTS:
        given = GIVEN[decision]
        for variables in (
            EVERYWHERE,
            given | TEXTS,
            given | {"comments": word("comments"), "decision": "returned"},
        ):
            engine.call(
                f"/decision-definition/key/{decision}/evaluate", {"variables": kinds.encode(variables)}
            )
    rows = engine.fetch(
        "/history/decision-instance",
        evaluatedAfter=started.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        includeInputs=True,
        includeOutputs=True,
        disableCustomObjectDeserialization=True,
    )
    return {decision: [row for row in rows if row["decisionDefinitionKey"] == decision] for decision in ROOTS}


@pytest.mark.parametrize("decision", ROOTS)
def test_nothing_that_was_written_is_kept(decision: str, kept: dict[str, list[dict[str, Any]]]) -> None:
    rows = kept[decision]
    assert len(rows) >= 3
    assert not {
        (part, value.get("clauseName"))
        for row in rows
        for part in ("inputs", "outputs")
        for value in row[part]
        if PLANTED in str(value["value"])
    }


def test_inputs_are_kept_at_all(kept: dict[str, list[dict[str, Any]]]) -> None:
    """Else nothing above could fail: the facts themselves are there."""
    inputs = {
        (value["clauseName"], value["value"])
        for row in kept["authorise-request-rules"]
        for value in row["inputs"]
    }
    assert {("Comments given?", True), ("Decision", "returned")} <= inputs
