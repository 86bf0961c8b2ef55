"""The tables as they are written: rows, start events, facts and their allowed values.

Nothing is evaluated here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workers.rest.session import EngineSession
from workers.timescales import QuestionError, TableError

FOLDERS = ("timescales", "eligibility")
LOCAL = ("camden", "wokingham", "york")  # whose children there are, and whose targets
AUTHORITIES = ("england", *LOCAL, "unnamed")  # whose rules there are


@dataclass(frozen=True)
class Fact:
    """An input beside event and authority.

    `values`: the strings allowed, or the least and greatest whole number.
    """

    name: str
    label: str
    kind: str
    values: tuple[Any, ...]

    @property
    def choice(self) -> str:
        """What may be given, in few words."""
        if self.kind == "boolean":
            return "true|false"
        return (
            "…".join(map(str, self.values))
            if self.kind in ("integer", "long")
            else "|".join(self.values) or "…"
        )

    def read(self, text: str) -> Any:
        """A value as it is typed on a command line. Raises QuestionError."""
        match self.kind:
            case "boolean" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "boolean":
                expected = "true or false"
            case "integer" | "long":
                low, high = self.values or (None, None)
                if re.fullmatch(r"-?[0-9]{1,9}", text) and (low is None or low <= int(text) <= high):
                    return int(text)
                expected = "a whole number" + (f" from {low} to {high}" if low is not None else "")
            case _ if not self.values or text in self.values:
                return text
            case _:
                expected = ", ".join(self.values)
        raise QuestionError(f"fact {self.name}={text}: use {expected}")


@dataclass(frozen=True)
class Row:
    """One rule of a table: its cells for the facts, and what it says.

    `place` is the rule's id in the file. `asked_by`: its cell for the authority.
    """

    table: str
    place: str
    event: str | None
    facts: Mapping[str, str]
    outputs: Mapping[str, Any]
    asked_by: str = ""

    def __getattr__(self, name: str) -> Any:
        """An output by its name: `row.amount`, `row.supersededBy`."""
        try:
            return self.outputs[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True)
class Table:
    id: str
    name: str
    folder: str
    hit_policy: str
    description: str
    events: tuple[str, ...]
    facts: Mapping[str, Fact]
    rows: tuple[Row, ...] = field(repr=False)

    def facts_of(self, event: str | None) -> list[str]:
        """The facts that rows of this event look at."""
        return [
            name for name in self.facts if any(name in row.facts for row in self.rows if row.event == event)
        ]


class Tables(dict[str, Table]):
    """All tables, by decision id."""

    @classmethod
    def of_files(cls, models: Path) -> Tables:
        """As they lie in the models' folder."""
        files = [file for folder in FOLDERS for file in sorted((models / "dmn" / folder).glob("*.dmn"))]
        if not files:
            raise TableError(
                f"no tables in {models / 'dmn'}: dmn/timescales is expected there, see HOMEWARD_MODELS"
            )
        return cls.read(files)

    @classmethod
    def read(cls, files: Iterable[Path]) -> Tables:
        """Those of the files. Raises TableError."""
        return cls(_tables((_root(file), file.parent.name) for file in files))

    @classmethod
    def of_engine(cls, session: EngineSession, models: Path) -> Tables:
        """As they are deployed; the copies of a running check have names that end otherwise.

        Raises EngineError, EngineUnreachable; TimescaleError where none is.
        """
        deployed = {
            row["key"]: row["id"] for row in session.fetch("/decision-definition", latestVersion=True)
        }
        ours = {file.stem: folder for folder in FOLDERS for file in (models / "dmn" / folder).glob("*.dmn")}
        wanted = [
            (key, ours.get(key, "timescales"))
            for key in deployed
            if key in ours or key.endswith("-timescales")
        ]
        if not wanted:
            raise TableError("no timescales are deployed: run `homeward deploy`")
        return cls(
            _tables(
                (parse(session.fetch(f"/decision-definition/{deployed[key]}/xml")["dmnXml"], key), folder)
                for key, folder in wanted
            )
        )

    def rows(self) -> Iterator[Row]:
        for table in self.values():
            yield from table.rows

    def facts(self) -> dict[str, Fact]:
        """Each fact, with every value that some table answers for: their domains differ."""
        facts: dict[str, Fact] = {}
        for name, fact in ((name, fact) for table in self.values() for name, fact in table.facts.items()):
            values = dict.fromkeys((*facts[name].values, *fact.values)) if name in facts else fact.values
            facts[name] = replace(
                fact,
                values=(min(values), max(values))
                if fact.kind in ("integer", "long") and values
                else tuple(values),
            )
        return facts

    def named(self, rule: str) -> list[Row]:
        """The rows of one rule id. Raises QuestionError."""
        rows = [row for row in self.rows() if row.rule == rule]
        if not rows:
            if rule != rule.upper() and any(row.rule == rule.upper() for row in self.rows()):
                raise QuestionError(f"no rule {rule}: {rule.upper()} is one")
            like = sorted(
                {row.rule for row in self.rows() if row.rule.split("-")[0] == rule.split("-")[0].upper()}
            )
            raise QuestionError(
                f"no rule {rule}: "
                + (f"there are {like[0]} to {like[-1]} of that kind, " if like else "")
                + "see `homeward deadline --list`"
            )
        return rows

    def with_event(self, event: str) -> list[Table]:
        """The tables that an event starts a clock in. Raises QuestionError."""
        if tables := [table for table in self.values() if event in table.events]:
            return tables
        raise QuestionError(f"no event {event}: see `homeward deadline --list`")


def _root(file: Path) -> ElementTree.Element:
    root = parse(file.read_text(), file.name)
    if [decision.get("id") for decision in root.iterfind("{*}decision")] != [file.stem]:
        raise TableError(
            f"{file.name}: must hold one decision whose id is {file.stem}, as the file's name says"
        )
    return root


def parse(text: str, name: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise TableError(
            f"{name}: no XML ({error}): open it in Camunda Modeler, or take back the last change"
        ) from None


def _tables(documents: Iterator[tuple[ElementTree.Element, str]]) -> Iterator[tuple[str, Table]]:
    for root, folder in documents:
        for decision in root.iterfind("{*}decision"):
            if (body := decision.find("{*}decisionTable")) is not None:
                yield decision.get("id", ""), _table(decision, body, folder)


def _table(decision: ElementTree.Element, body: ElementTree.Element, folder: str) -> Table:
    inputs = [
        (column.findtext("{*}inputExpression/{*}text", "").strip(), column)
        for column in body.iterfind("{*}input")
    ]
    outputs = [column.get("name", "") for column in body.iterfind("{*}output")]
    facts = {
        name: Fact(name, column.get("label", name), _kind(column), _values(column))
        for name, column in inputs
        if name not in ("event", "authority")
    }
    rows = []
    for rule in body.iterfind("{*}rule"):
        cells = _cells(decision, rule, "inputEntry", [name for name, _ in inputs])
        results = {
            name: literal(text, decision, rule)
            for name, text in _cells(decision, rule, "outputEntry", outputs).items()
        }
        event = literal(cells.pop("event", ""), decision, rule)
        asked_by = cells.pop("authority", "")
        rows.append(
            Row(
                decision.get("id", ""),
                rule.get("id", ""),
                event,
                {name: cell for name, cell in cells.items() if cell not in ("", "-")},
                results,
                asked_by,
            )
        )
    events = next((_values(column) for name, column in inputs if name == "event"), ())
    return Table(
        decision.get("id", ""),
        decision.get("name", ""),
        folder,
        body.get("hitPolicy", "UNIQUE"),
        " ".join(decision.findtext("{*}description", "").split()),
        events,
        facts,
        tuple(rows),
    )


def _kind(column: ElementTree.Element) -> str:
    expression = column.find("{*}inputExpression")
    return "string" if expression is None else expression.get("typeRef", "string")


def _cells(
    decision: ElementTree.Element, rule: ElementTree.Element, kind: str, columns: list[str]
) -> dict[str, str]:
    """The texts of a rule by column. Raises TableError where a cell is missing, or one too many."""
    texts = [entry.findtext("{*}text", "").strip() for entry in rule.iterfind(f"{{*}}{kind}")]
    if len(texts) != len(columns):
        raise TableError(
            f"{decision.get('id')}.dmn, {rule.get('id')}: {len(texts)} cells of {kind} under "
            f"{len(columns)} columns: open the table in Camunda Modeler"
        )
    return dict(zip(columns, texts, strict=True))


def literal(text: str, decision: ElementTree.Element, rule: ElementTree.Element) -> Any:
    """A cell that holds one text, number or truth value; None where it is empty or null."""
    if text in ("", "-", "null"):
        return None
    try:
        return ast.literal_eval({"true": "True", "false": "False"}.get(text, text))
    except (ValueError, SyntaxError):
        raise TableError(
            f"{decision.get('id')}.dmn, {rule.get('id')}: {text} is no plain text in quotes, "
            "number, true or false"
        ) from None


def _values(column: ElementTree.Element) -> tuple[Any, ...]:
    """The allowed values that Modeler shows for an input: `"a","b"`, or `[0..216]`."""
    text = column.findtext("{*}inputValues/{*}text", "").strip()
    if text.startswith("[") and ".." in text:
        return tuple(int(end) for end in text.strip("[]").split(".."))
    texts = ast.literal_eval(f"({text},)") if text and text not in ("true,false", "false,true") else ()
    return tuple(texts)
