"""The cases of the tables on the real engine: what each gives; no rule, no branch is left without a case."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import pytest

from tests.decisions import kinds, tables
from tests.decisions.tables import ROOTS, RULES
from workers.catalogue.shields.feel import feel
from workers.rest import codec
from workers.rest.session import EngineSession

CASES = tables.cases()
LITERALS = {
    identifier: decision.findtext("{*}literalExpression/{*}text")
    for identifier, decision in ROOTS.items()
    if identifier not in RULES
}

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def started(engine: EngineSession) -> dt.datetime:
    """Nothing that was decided before this moment counts as a hit of ours."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def answers(engine: EngineSession, started: dt.datetime) -> list[Rows]:
    """What the engine answers to each case, nulls left out."""

    def evaluate(case: tables.Case) -> Rows:
        rows = engine.call(
            f"/decision-definition/key/{case.decision}/evaluate", {"variables": kinds.encode(case.variables)}
        )
        return [
            {name: value for name, value in codec.decode(row).items() if value is not None} for row in rows
        ]

    return [evaluate(case) for case in CASES]


@pytest.fixture(scope="module")
def hits(engine: EngineSession, started: dt.datetime, answers: list[Rows]) -> dict[str, set[str]]:
    """The rules that the cases hit, as the engine's history tells; decisions of running processes are left
    out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for row in engine.fetch(
        "/history/decision-instance",
        evaluatedAfter=started.strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
        includeOutputs=True,
    ):
        if row["processInstanceId"] is None:
            found[row["decisionDefinitionKey"]] |= {output["ruleId"] for output in row["outputs"]}
    return found


@pytest.mark.parametrize("index", range(len(CASES)), ids=[f"{case.decision}: {case.name}" for case in CASES])
def test_case(index: int, answers: list[Rows]) -> None:
    case, given = CASES[index], answers[index]
    expected = case.rows
    if expected and "" in expected[0]:  # one value, whatever the decision calls it
        assert [list(row.values()) for row in given] == [list(row.values()) for row in expected]
    else:
        assert given == expected


def test_every_decision_has_a_table() -> None:
    assert {case.decision for case in CASES} == ROOTS.keys()


def test_names_of_cases_are_unique() -> None:
    names = [(case.decision, case.name) for case in CASES]
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("decision", RULES)
def test_every_rule_has_a_case(decision: str, hits: dict[str, set[str]]) -> None:
    assert not RULES[decision] - hits[decision], "no case hits these rules first"


@pytest.mark.parametrize("decision", LITERALS)
def test_every_answer_decides_alone(decision: str, answers: list[Rows]) -> None:
    """Each answer that the expression reads changes the result in some case where nothing else differs."""
    changed = {
        case.changes
        for case, rows in zip(CASES, answers, strict=True)
        if case.decision == decision and [*rows[0].values()] != [""]
    }
    assert not {key for key in feel(LITERALS[decision]) if frozenset({key}) not in changed}
