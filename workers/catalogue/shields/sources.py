"""What forms ask for and show, and what decisions read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from workers.catalogue.shields.expressions import Unreadable, juel
from workers.catalogue.shields.feel import feel
from workers.forms import components

DUTIES = "duties"  # the folder of their tables
_READ = ("literalExpression", "inputExpression", "inputEntry", "outputEntry")


@dataclass(frozen=True)
class Form:
    """`answers`: what its person fills in; `keys`: the greyed out too; `shown`: all that it reads."""

    path: Path
    answers: frozenset[str]
    keys: frozenset[str]
    shown: frozenset[str]
    problems: tuple[str, ...] = ()


@dataclass
class Decision:
    path: Path
    reads: set[str] = field(default_factory=set)
    # names that hide variables of the same name, since there is always a result
    gives: set[str] = field(default_factory=set)
    needs: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def forms(files: Iterable[Path]) -> dict[str, Form]:
    """Form id -> form."""
    by_id = {}
    for path in files:
        if path.suffix == ".form":
            try:
                schema = json.loads(path.read_text())
            except ValueError:
                continue  # deploy has said so
            reader = _FormReader()
            reader.read(schema.get("components", []), frozenset())
            by_id[schema.get("id", path.stem)] = Form(
                path,
                frozenset(reader.answers),
                frozenset(reader.answers | reader.grey),
                frozenset(reader.shown | reader.answers | reader.grey),
                tuple(reader.problems),
            )
    return by_id


class _FormReader:
    def __init__(self) -> None:
        self.answers: set[str] = set()
        self.grey: set[str] = set()
        self.shown: set[str] = set()
        self.problems: list[str] = []

    def read(self, parts: list[dict[str, Any]], rows: frozenset[str]) -> None:
        """`rows`: the keys of the list around, which are looked up in the row and not among the variables."""
        for part in parts:
            key = str(part.get("key") or part.get("path") or "").split(".")[0]
            if key and key not in rows:
                (self.grey if part.get("disabled") or part.get("readonly") else self.answers).add(key)
            children = part.get("components", [])
            row = part.get("type") == "dynamiclist" or part.get("path")
            inner = (
                rows | {str(child.get("key") or child.get("path") or "") for child in components(part)}
                if row
                else rows
            )
            for name, value in part.items():
                if (
                    name in ("valuesKey", "dataSource")
                    and isinstance(value, str)
                    and re.fullmatch(r"\w+", value)
                ):
                    self._read(value, rows)
                elif name not in ("components", "key", "id", "path", "type", "properties"):
                    for text in _strings(value):
                        self._text(text, rows)
            self.read(children, inner)

    def _text(self, text: str, rows: frozenset[str]) -> None:
        if text.startswith("="):
            self._read(text[1:], rows)
        for inside in re.findall(r"{{(.*?)}}", text, re.S):
            if not inside.strip().startswith(("/", "#else")):
                self._read(re.sub(r"^\s*#(if|loop)\b", "", inside), rows)

    def _read(self, expression: str, rows: frozenset[str]) -> None:
        try:
            self.shown |= feel(expression) - rows - {"this", "parent", "i"}
        except Unreadable as error:
            self.problems.append(
                f"{expression.strip()!r} cannot be read ({error}), so nobody knows what is shown: "
                "say it in plain FEEL"
            )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


# decisions --------------------------------------------------------------------------------------------------


class Decisions:
    """The decisions among the files, each read when it is asked for."""

    def __init__(self, files: Iterable[Path]):
        self._found: dict[str, tuple[Path, Element]] = {}
        for path in files:
            if path.suffix == ".dmn":
                try:
                    root = ElementTree.parse(path).getroot()
                except ElementTree.ParseError:
                    continue  # deploy has said so
                self._found |= {
                    element.get("id", ""): (path, element) for element in root.iterfind("{*}decision")
                }
        self._read: dict[str, Decision] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def element(self, key: str) -> Element:
        """As it is written."""
        return self._found[key][1]

    def __getitem__(self, key: str) -> Decision:
        """With what its required decisions read.

        Where a table gives no row, the variable of that name is read.
        """
        if key not in self._read:
            decision = self._read[key] = _decision(*self._found[key])
            required = [self[need] for need in decision.needs if need in self]
            given = {name for needed in required for name in needed.gives}
            decision.reads = (decision.reads - given).union(*(needed.reads for needed in required))
        return self._read[key]

    def cells(self, column: str, decisions: set[str] | None = None) -> set[str]:
        """The texts that these decisions, else the tables of duties, have in an output column."""
        found: set[str] = set()
        for path, element in self._found.values():
            table = element.find("{*}decisionTable")
            asked = path.parent.name == DUTIES if decisions is None else element.get("id") in decisions
            if asked and table is not None:
                names = [output.get("name") for output in table.iterfind("{*}output")]
                for rule in table.iterfind("{*}rule") if column in names else ():
                    cell = rule.findall("{*}outputEntry")[names.index(column)]
                    found |= set(re.findall(r'"([^"]*)"', cell.findtext("{*}text") or ""))
        return found

    def problems(self) -> Iterator[tuple[Path, str, str]]:
        """Of those that were asked for."""
        for key, decision in self._read.items():
            yield from ((decision.path, key, problem) for problem in decision.problems)


def _decision(path: Path, element: Element) -> Decision:
    decision = Decision(path)
    for around in element.iter():
        text = around.find("{*}text")
        if text is None or around.tag.rpartition("}")[2] not in _READ:
            continue
        language = around.get("expressionLanguage", "feel").lower()
        try:
            if language == "juel":
                decision.reads |= {read.name for read in juel(text.text or "").all_reads}
            elif "feel" in language:
                decision.reads |= feel(text.text or "")
            else:
                raise Unreadable(f"its language is {language}")
        except Unreadable as error:
            decision.problems.append(
                f"{around.get('id')} cannot be read ({error}), so nobody knows what it takes: say "
                "it in plain FEEL"
            )
    decision.reads -= {"cellInput"}
    kinds = {child.tag.rpartition("}")[2] for child in element}
    if not kinds & {"decisionTable", "literalExpression"}:
        decision.problems.append(
            "is neither a table nor an expression, so nobody knows which variables it takes: make "
            "it one of them"
        )
    if "literalExpression" in kinds:
        decision.gives = {variable.get("name", "") for variable in element.iterfind("{*}variable")}
    elif any(_always(rule) for rule in element.iterfind("{*}decisionTable/{*}rule")):
        decision.gives = {output.get("name", "") for output in element.iterfind("{*}decisionTable/{*}output")}
    decision.needs = [
        required.get("href", "").rpartition("#")[2]
        for required in element.iterfind("{*}informationRequirement/{*}requiredDecision")
    ]
    return decision


def _always(rule: Element) -> bool:
    return all(not (cell.findtext("{*}text") or "").strip(" -") for cell in rule.iterfind("{*}inputEntry"))
