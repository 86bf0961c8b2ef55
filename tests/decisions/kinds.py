"""What the questions of a form cannot hold: values of every other kind, and the labels that the rules must
name.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.models.checks import ROOT
from workers.rest import codec


class Raw(NamedTuple):
    """A variable as REST takes it, where no Python value becomes one."""

    type: str
    value: str


def encode(variables: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Variables as REST takes them."""
    plain = {key: value for key, value in variables.items() if not isinstance(value, Raw)}
    return codec.encode(plain) | {
        key: value._asdict() for key, value in variables.items() if isinstance(value, Raw)
    }


BYTES = Raw("Bytes", "aGk=")
TOO_LONG = Raw("Json", json.dumps("x" * 4001))  # the engine itself refuses it as a String
MOMENT = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
OTHER = (7, -1.5, True, [], ["a text"], [None], {"a": "text"}, MOMENT, BYTES, TOO_LONG)
ROWS = 200
OFFERED = ["offered-1", "offered-2"]  # where the options of a checklist are a variable
STEERS = "decision"  # a rule of its own says what is wrong with it


class Question(NamedTuple):
    kind: str  # text, choice, ticks, number, tick, rows
    key: str
    label: str
    inside: str | None  # the list whose rows ask it
    part: dict[str, Any]
    options: list[str]


KINDS = {"textfield": "text", "textarea": "text", "select": "choice", "radio": "choice", "checklist": "ticks",
         "number": "number", "checkbox": "tick", "dynamiclist": "rows"}  # fmt: skip


def questions(form: str) -> list[Question]:
    """What the rules must be able to read; of what cannot be changed in the form only that it is a text."""
    path = next(ROOT.glob(f"forms/*/{form}.form"))
    return [question for question in _walk(json.loads(path.read_text())["components"], None) if question.kind]


def dates(form: str) -> list[str]:
    """The keys of its dates; of what is a date, the rules have a decision of its own."""
    path = next(ROOT.glob(f"forms/*/{form}.form"))
    return [
        question.key
        for question in _walk(json.loads(path.read_text())["components"], None)
        if not question.kind
    ]


def _walk(parts: list[dict[str, Any]], inside: dict[str, Any] | None) -> Iterator[Question]:
    for part in parts:
        kind = KINDS.get(part["type"], "")
        if part["type"] == "group":
            yield from _walk(part["components"], inside)
        elif kind == "rows":
            yield Question(kind, part["path"], part["label"], None, part, [])
            yield from _walk(part["components"], part)
        elif part.get("key") not in (None, STEERS) and part.get("properties", {}).get("holds") != "number":
            fixed = part.get("readonly") or part.get("disabled") or "valuesKey" in part
            ticks = part["type"] == "checklist" and "valuesKey" in part
            shown = fixed and not ticks and part["type"] in ("select", "radio", "datetime", "checklist")
            kind = "text" if shown else kind
            label = part.get("label") or part.get("dateLabel", "")
            label = f"{inside['label']}: {label}" if inside else label
            values = OFFERED if ticks else [option["value"] for option in part.get("values", [])]
            yield Question(kind, part["key"], label, inside and inside["path"], part, values)


def wrong(question: Question) -> Iterator[Any]:
    """Values that the question cannot hold."""
    match question.kind:
        case "text":
            listed = question.part["type"] == "checklist"  # which the form only shows: a list of texts
            yield from (value for value in OTHER if not (listed and isinstance(value, list)))
        case "choice":
            yield from (*OTHER, "none of these", question.options[:1])
        case "ticks":
            yield from (value for value in OTHER if value != [])
            one = question.options[0]
            yield from ("a text", one, [*question.options, "none of these"], [one, one], [[one]])
        case "number":
            least, most = question.part["validate"]["min"], question.part["validate"].get("max", 100_000)
            yield from (value for value in OTHER if value != 7)
            yield from ("7", "", least - 1, least - 0.5, most + 1)
        case "tick":
            yield from (value for value in OTHER if value is not True)
            yield from ("true", "", 1, 0)
        case "rows":
            yield from (value for value in OTHER if value != [])
            yield from ("a text", [7], [{}, "a text"], [{}] * (ROWS + 1))


def right(question: Question) -> list[Any]:
    """Values that the question holds: every option, the ends of a range."""
    match question.kind:
        case "text":
            return ["", "x" * 4000]
        case "choice":
            return [*question.options, ""]
        case "ticks":
            return [[], question.options, *([option] for option in question.options)]
        case "number":
            return [question.part["validate"]["min"], question.part["validate"].get("max", 100_000), 0.5]
        case "tick":
            return [True, False]
    return [[], [{}], [{}] * ROWS]


def offers(form: str) -> dict[str, Any]:
    """The variables that offer something, and one of each ticked."""
    options = [{"label": f"Invented {value}", "value": value} for value in OFFERED]
    return {
        name: value
        for question in questions(form)
        if question.kind == "ticks" and "valuesKey" in question.part
        for name, value in ((question.part["valuesKey"], options), (question.key, OFFERED[:1]))
    }


def battery(form: str, names: dict[str, str]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(name of the case, what is different, labels): each question alone, all of a kind, what is right."""
    asked = questions(form)
    by_kind = [
        [question for question in asked if question.kind == kind] for kind in dict.fromkeys(KINDS.values())
    ]
    for question in asked:
        values = [*wrong(question)]
        yield f"{question.label} cannot be read", _filled([(question, values[0])], names), question.label
    for group in by_kind:
        listed = [(question, [*wrong(question)]) for question in group]
        for number in range(1, max((len(values) for _, values in listed), default=0)):
            chosen = [(question, values[number]) for question, values in listed if number < len(values)]
            name = f"of kind {group[0].kind}, number {number}: {str(chosen[0][1])[:30]}"
            yield name, _filled(chosen, names), ", ".join(question.label for question, _ in chosen)
    for name, rows in (("answers", False), ("rows", True)):
        fits = [(question, right(question)) for question in asked if (question.kind == "rows") == rows]
        for number in range(max((len(values) for _, values in fits), default=0)):
            chosen = [(question, values[number % len(values)]) for question, values in fits]
            yield f"right {name}, number {number}", _filled(chosen, names), ""
    for question in asked:
        if question.kind == "ticks" and (offer := question.part.get("valuesKey")):
            yield f"{question.label} without an offer", {offer: None}, question.label
            yield f"{question.label} of nobody", {offer: []}, question.label
    nothing = {names.get(question.key, question.key): None for question in asked if not question.inside}
    yield "nothing is given", nothing, ""


def _filled(answers: list[tuple[Question, Any]], names: dict[str, str]) -> dict[str, Any]:
    """The variables with these answers; questions of one list stand in one row, below an empty one."""
    variables = {
        names.get(question.key, question.key): value for question, value in answers if not question.inside
    }
    rows: dict[str, dict[str, Any]] = {}
    for question, value in answers:
        if question.inside:
            rows.setdefault(question.inside, {})[question.key] = _in_row(value)
    return variables | {key: [{}, row] for key, row in rows.items()}


def _in_row(value: Any) -> Any:
    """The value where it is no variable of its own: rows are JSON."""
    if isinstance(value, Raw):
        return json.loads(value.value) if value.type == "Json" else {"bytes": value.value}
    return value.isoformat().split("T") if isinstance(value, dt.datetime) else value
