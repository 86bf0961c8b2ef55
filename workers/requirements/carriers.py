"""Where the models and topics name a requirement, and which tests do."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from workers.bpmn import CAMUNDA, Model, kind, read
from workers.forms import components
from workers.requirements import ID
from workers.rest.deploy import model_files
from workers.topics import catalogue

TESTS = (".py", ".feature", ".toml")


class Carrier(NamedTuple):
    """What does it: an element of a model, or a topic. `name`: as people read it, or that of its table."""

    requirement: str
    file: str
    kind: str
    element: str
    name: str


class Mention(NamedTuple):
    """A line of a test."""

    requirement: str
    file: str
    line: int
    text: str


def carriers(models: Path) -> dict[str, list[Carrier]]:
    """Requirement -> what carries it. A file that cannot be read carries nothing: the checks report it."""
    files = model_files(models)
    carried: defaultdict[str, dict[Carrier, None]] = defaultdict(dict)
    for model in read(files):
        _add(carried, models, model.path, _in_process(model))
    for file in files:
        if file.suffix == ".dmn":
            _add(carried, models, file, _in_decisions(file))
        elif file.suffix == ".form":
            _add(carried, models, file, _in_form(file))
    for topic in catalogue().values():
        file = Path(*topic.handler.__module__.split(".")).with_suffix(".py")
        for requirement in topic.requirements:
            carried[requirement][Carrier(requirement, str(file), "topic", topic.name, "")] = None
    return {requirement: list(those) for requirement, those in carried.items()}


def mentions(models: Path, requirement: str) -> list[Mention]:
    """The lines of tests that name it; none where the project is not a checkout."""
    return [
        Mention(requirement, str(file.relative_to(models)), number, line.strip())
        for file in sorted((models / "tests").rglob("*"))
        if file.suffix in TESTS
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if requirement in ID.findall(line)
    ]


Named = tuple[list[str], str, str, str]  # the ids, and kind, id and name of what names them


def _add(carried: dict[str, dict[Carrier, None]], models: Path, file: Path, those: Iterator[Named]) -> None:
    for requirements, *about in those:
        for requirement in requirements:
            carried[requirement][Carrier(requirement, str(file.relative_to(models)), *about)] = None


def _in_process(model: Model) -> Iterator[Named]:
    for noted in model.root.iter(CAMUNDA + "property"):
        if noted.get("name") == "requirement":
            host = next(around for around in model.around(noted) if around.get("id"))
            yield noted.get("value", "").split(), kind(host), host.get("id", ""), host.get("name", "")


def _in_decisions(file: Path) -> Iterator[Named]:
    try:
        root = ElementTree.parse(file).getroot()
    except ElementTree.ParseError:
        return
    for decision in root.iterfind("{*}decision"):
        yield from _noted(decision, decision, decision.get("name", ""))


def _noted(element: Element, host: Element, table: str) -> Iterator[Named]:
    """In descriptions and annotations, which say more than ids."""
    for part in element:
        if kind(part) in ("description", "annotationEntry"):
            yield ID.findall("".join(part.itertext())), kind(host), host.get("id", ""), table
        else:
            yield from _noted(part, part if part.get("id") else host, table)


def _in_form(file: Path) -> Iterator[Named]:
    try:
        form = json.loads(file.read_text())
    except ValueError:
        return
    for part in [form, *components(form)]:
        requirements = str((part.get("properties") or {}).get("requirement", "")).split()
        label = part.get("label") or part.get("dateLabel") or part.get("key") or ""
        yield requirements, "form" if part is form else part.get("type", ""), part.get("id", ""), label
