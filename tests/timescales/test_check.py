"""`homeward check-timescales`: what is wrong with a table is found on the engine, what is right is not
complained of, and ours have no findings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from tests.homeward import Said
from workers.rest.session import EngineSession
from workers.settings import PROJECT
from workers.timescales.check import check, points
from workers.timescales.copies import OURS, _runs, copy, tidy
from workers.timescales.tables import Tables

OUTPUTS = (
    "deadline",
    "amount",
    "unit",
    "relative",
    "kind",
    "remindBefore",
    "rule",
    "supersededBy",
    "authority",
    "says",
    "source",
)
GOOD: dict[str, Any] = {
    "deadline": "visit",
    "amount": 6,
    "unit": "weeks",
    "relative": "every",
    "kind": "local-target",
    "remindBefore": 1,
    "rule": "CAM-001",
    "supersededBy": None,
    "authority": "camden",
    "says": "Every six weeks.",
    "source": "the source",
}


def cell(value: Any) -> str:
    return "null" if value is None else str(value) if isinstance(value, int | float) else f'"{value}"'


def table(
    folder: Path,
    rows: list[tuple[str, str, dict[str, Any]]],
    inputs: str = "[0..216]",
    policy: str = "COLLECT",
) -> Path:
    """A table of visits with a row for each (cell for ageMonths, for seenAwake, what differs from GOOD)."""

    def entries(kind: str, number: int, texts: dict[str, str]) -> str:
        return "".join(
            f'<{kind}Entry id="{name}{number}"><text>{escape(text)}</text></{kind}Entry>'
            for name, text in texts.items()
        )

    def rule(number: int, age: str, awake: str, says: dict[str, Any]) -> str:
        authority = '"camden"' if says.get("authority", "camden") == "camden" else ""
        given = {"e": '"visit-held"', "a": authority, "m": age, "s": awake}
        gives = {f"o{name}": cell((GOOD | says)[name]) for name in OUTPUTS}
        inner = entries("input", number, given) + entries("output", number, gives)
        return f'<rule id="R{number}">{inner}</rule>'

    rules = "".join(rule(number, *row) for number, row in enumerate(rows))
    outputs = "".join(
        f'<output id="p{name}" name="{name}" typeRef="{kind}"/>'
        for name in OUTPUTS
        for kind in ["integer" if isinstance(GOOD[name], int) else "string"]
    )
    file = folder / "dmn" / "timescales" / "lab-timescales.dmn"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"
  xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="Lab" name="Lab" namespace="lab">
  <decision id="lab-timescales" name="Lab" camunda:historyTimeToLive="1">
  <decisionTable id="T" hitPolicy="{policy}">
    <input id="i1"><inputExpression id="x1" typeRef="string"><text>event</text></inputExpression>
      <inputValues id="v1"><text>"visit-held"</text></inputValues></input>
    <input id="i2"><inputExpression id="x2" typeRef="string"><text>authority</text></inputExpression></input>
    <input id="i3" label="Age">
      <inputExpression id="x3" typeRef="integer"><text>ageMonths</text></inputExpression>
      <inputValues id="v3"><text>{inputs}</text></inputValues></input>
    <input id="i4" label="Seen awake">
      <inputExpression id="x4" typeRef="boolean"><text>seenAwake</text></inputExpression></input>
    {outputs}{rules}
  </decisionTable></decision></definitions>""")
    return folder


FAULTS = [
    ("whole", [("< 36", "", {}), (">= 36", "", {"rule": "CAM-002", "amount": 8})], None),
    ("one row answers for what it says, and no more", [("< 36", "true", {})], None),
    (
        "what all rows share is the clock's domain",
        [("< 36", "true", {}), (">= 36", "true", {"rule": "CAM-002"})],
        None,
    ),
    (
        "another thing that is due beside it",
        [("", "", {}), ("< 36", "", {"rule": "CAM-002", "deadline": "seen-awake"})],
        None,
    ),
    (
        "another authority beside it",
        [("", "", {}), ("", "", {"rule": "ENG-01", "authority": "england", "kind": "statutory"})],
        None,
    ),
    (
        "a row that a stricter one replaces",
        [("", "", {}), ("", "", {"rule": "CAM-002", "supersededBy": "CAM-001"})],
        None,
    ),
    (
        "a gap of one month",
        [("< 36", "", {}), ("> 36", "", {"rule": "CAM-002"})],
        "gap: no rule says when visit is due (camden); 1 point, such as event=visit-held, "
        "authority=camden, ageMonths=36",
    ),
    (
        "a gap in another fact",
        [("< 36", "", {}), (">= 36", "true", {"rule": "CAM-002"})],
        "ageMonths=36, seenAwake=false",
    ),
    (
        "an overlap of one month",
        [("<= 36", "", {}), (">= 36", "", {"rule": "CAM-002"})],
        "overlap: CAM-001 and CAM-002 both say when visit is due (camden); 1 point, such as "
        "event=visit-held, authority=camden, ageMonths=36",
    ),
    ("the same row twice", [("", "", {}), ("", "", {"rule": "CAM-002"})], "overlap: CAM-001 and CAM-002"),
    (
        "a rule that no age fits",
        [("", "", {}), ("> 300", "", {"rule": "CAM-002", "deadline": "late-visit"})],
        "never hit: CAM-002 (R1)",
    ),
    ("a row without a source", [("", "", {"source": None})], "empty result: CAM-001 says no source"),
    ("a row that does not say what is due", [("", "", {"deadline": None})], "says no deadline"),
    ("a number without a unit", [("", "", {"unit": None})], "bad row: CAM-001 (R0): amount 6 has no unit"),
    (
        "a number without a direction",
        [("", "", {"relative": None})],
        "bad row: CAM-001 (R0): amount 6 has no relative",
    ),
    (
        "a unit without a number",
        [("", "", {"amount": None})],
        "bad row: CAM-001 (R0): unit weeks without an amount",
    ),
    (
        "a unit that is none",
        [("", "", {"unit": "fortnights"})],
        "bad row: CAM-001 (R0): unit fortnights is not known",
    ),
    (
        "a direction that is none",
        [("", "", {"relative": "around"})],
        "bad row: CAM-001 (R0): relative around is not known",
    ),
    (
        "a kind that is none",
        [("", "", {"kind": "statuory"})],
        "bad row: CAM-001 (R0): kind statuory is not known",
    ),
    (
        "no days at all",
        [("", "", {"amount": 0})],
        "bad row: CAM-001 (R0): 0 weeks is no timescale: use same-day",
    ),
    (
        "a number below 0",
        [("", "", {"amount": -6})],
        "bad row: CAM-001 (R0): amount -6 is no whole number from 0",
    ),
    (
        "half a week",
        [("", "", {"amount": 1.5})],
        "bad row: CAM-001 (R0): amount 1.5 is no whole number from 0",
    ),
    (
        "a cell that fails when it is evaluated",
        [("", "", {}), ('not("a") or "b"', "", {"rule": "CAM-002", "deadline": "other"})],
        "error: ",
    ),
]


@pytest.mark.parametrize(("rows", "said"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_each_fault_is_found_and_nothing_else(
    engine: EngineSession, tmp_path: Path, rows: list[tuple[str, str, dict[str, Any]]], said: str | None
) -> None:
    (done,) = check(engine, table(tmp_path, rows))
    assert done.points == done.possible > 0
    if said == "error: ":
        assert all(finding.startswith("error: ") for finding in done.findings), (
            "and no row is said never to be hit"
        )
    if said is None:
        assert done.findings == []
    else:
        assert any(said in finding for finding in done.findings), done.findings


def test_a_fact_without_allowed_values_is_named(
    engine: EngineSession, tmp_path: Path, homeward: Callable[..., Said]
) -> None:
    file = table(tmp_path, [("", "", {})]) / "dmn" / "timescales" / "lab-timescales.dmn"
    file.write_text(
        file.read_text()
        .replace('typeRef="integer"><text>ageMonths', 'typeRef="string"><text>ageMonths')
        .replace('<inputValues id="v3"><text>[0..216]</text></inputValues>', "")
        .replace('<inputEntry id="m0"><text></text>', '<inputEntry id="m0"><text>"baby"</text>')
    )
    said = homeward("check-timescales", HOMEWARD_MODELS=str(tmp_path))
    assert said.code == 1 and "lab-timescales.dmn, input Age: say which values it may have" in said.err


def test_findings_are_exit_1_and_nothing_is_left_behind(
    engine: EngineSession, tmp_path: Path, homeward: Callable[..., Said]
) -> None:
    table(tmp_path, [("<= 36", "", {}), (">= 36", "", {"rule": "CAM-002"})])
    before = engine.fetch("/deployment/count")["count"]
    said = homeward("check-timescales", HOMEWARD_MODELS=str(tmp_path))
    assert (
        said.code == 1
        and "overlap: CAM-001 and CAM-002" in said.out
        and said.out.splitlines()[-1].endswith("in 1 tables: 1 findings")
    )
    assert engine.fetch("/deployment/count")["count"] == before


def test_a_rule_that_no_age_fits_is_found_with_the_bound_too(engine: EngineSession, tmp_path: Path) -> None:
    rows = [(f"[{age}..{age + 1}]", "true", {"rule": f"CAM-{age:03}"}) for age in range(0, 40, 2)]
    (done,) = check(
        engine,
        table(tmp_path, [*rows, ("> 300", "", {"rule": "CAM-900", "deadline": "late-visit"})]),
        bound=25,
    )
    assert done.points == 25 < done.possible
    assert [finding for finding in done.findings if "never hit" in finding] == [
        "never hit: CAM-900 (R20): no combination of declared values fits it"
    ]


def test_the_copies_of_a_running_check_are_no_tables_and_what_a_killed_one_left_is_deleted(
    engine: EngineSession, tmp_path: Path
) -> None:
    before = Tables.of_engine(engine, PROJECT).keys()
    with copy(engine, PROJECT / "dmn/timescales/health-timescales.dmn"):
        assert Tables.of_engine(engine, PROJECT).keys() == before
        count = engine.fetch("/deployment/count")["count"]
        tidy(engine)
        assert engine.fetch("/deployment/count")["count"] == count, "this one runs"
        left = engine.fetch("/deployment", nameLike="check-%")
        assert left and not any(_runs(row | {"source": f"{OURS}999999999"}) for row in left)
    file = table(tmp_path, [("", "", {})]) / "dmn" / "timescales" / "lab-timescales.dmn"
    left_behind = file.read_text().replace("lab-timescales", "lab-timescales-check-0123abcd")
    engine.post(
        "/deployment/create",
        files={file.name: (file.name, left_behind)},
        data={"deployment-name": "check-0123abcd", "deployment-source": f"{OURS}999999999"},
    )
    tidy(engine)
    assert engine.fetch("/deployment", nameLike="check-%") == []


def test_a_file_that_is_not_named_as_its_decision_is_named(
    tmp_path: Path, homeward: Callable[..., Said]
) -> None:
    file = table(tmp_path, [("", "", {})]) / "dmn" / "timescales" / "lab-timescales.dmn"
    file.rename(file.with_name("other-timescales.dmn"))
    said = homeward("check-timescales", HOMEWARD_MODELS=str(tmp_path))
    assert (
        said.code == 1
        and "other-timescales.dmn: must hold one decision whose id is other-timescales" in said.err
    )


def test_many_points_are_asked_in_portions(
    engine: EngineSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = table(
        tmp_path,
        [
            ("< 36", "true", {}),
            (">= 36", "false", {"rule": "CAM-002"}),
            (">= 36", "false", {"rule": "CAM-003"}),
        ],
    )
    at_once = check(engine, whole)
    monkeypatch.setattr("workers.timescales.check.PORTION", 3)
    assert check(engine, whole) == at_once and at_once[0].points == 10 and at_once[0].findings


def test_our_tables_have_no_findings(engine: EngineSession, homeward: Callable[..., Said]) -> None:
    """Bounded: a table of many facts is tried at a sample, the same each time.

    `homeward check-timescales --all` tries every point.
    """
    said = homeward("check-timescales", "--json")
    done = json.loads(said.out)
    assert said.code == 0, [(one["table"], one["findings"]) for one in done if one["findings"]]
    assert {one["table"] for one in done} == Tables.of_files(PROJECT).keys() and sum(
        one["points"] for one in done
    ) > 1500


def test_the_points_are_the_boundaries(tmp_path: Path) -> None:
    tables = Tables.of_files(table(tmp_path, [("< 36", "true", {}), (">= 36", "false", {"rule": "CAM-002"})]))
    tried = list(points(tables["lab-timescales"]))
    assert sorted({point["ageMonths"] for point in tried}) == [0, 35, 36, 37, 216] and len(tried) == 10
