"""A BPMN file, as the checks and the topics read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

BPMN, CAMUNDA = "{http://www.omg.org/spec/BPMN/20100524/MODEL}", "{http://camunda.org/schema/1.0/bpmn}"

_NAME = re.compile(
    r"\s*[$#]{\s*(?:(\w+)|(?:execution\.getVariable|task\.getVariableLocal)\(\s*'(\w+)'\s*\))\s*}\s*"
)
SET = re.compile(r"setVariable(?:Local)?\(\s*'(\w+)'\s*,\s*(.*)\)\s*}\s*$", re.S)


class Finding(NamedTuple):
    """One problem of one element."""

    file: Path
    element: str
    what: str


@dataclass(frozen=True)
class Use:
    """An element that a worker serves: a task, or an event whose message definition names the topic."""

    element: Element
    topic: str

    @property
    def id(self) -> str:
        return self.element.get("id", "")

    @property
    def is_event(self) -> bool:
        return kind(self.element).endswith("Event")

    @property
    def inputs(self) -> dict[str, str]:
        return mappings(self.element, "inputParameter")

    @property
    def outputs(self) -> dict[str, str]:
        return mappings(self.element, "outputParameter")


class Model:
    """One process.

    Flows, scopes and links are followed as the engine does; a token's way has no conditions here.
    """

    def __init__(self, path: Path, root: Element):
        self.path, self.root = path, root
        self.parents = {child: parent for parent in root.iter() for child in parent}
        self.elements = {element.get("id"): element for element in root.iter() if element.get("id")}
        self.flows = list(root.iter(BPMN + "sequenceFlow"))
        self.errors = {error.get("id"): error.get("errorCode", "") for error in root.iter(BPMN + "error")}

    @property
    def process(self) -> str:
        process = self.root.find(BPMN + "process")
        return "" if process is None else process.get("id", "")

    @property
    def name(self) -> str:
        """What people call the process."""
        process = self.root.find(BPMN + "process")
        return "" if process is None else process.get("name", "")

    @cached_property
    def uses(self) -> list[Use]:
        return [
            Use(self._host(element), topic)
            for element in self.root.iter()
            if (topic := element.get(CAMUNDA + "topic")) and "{" not in topic
        ]

    def served(self, element: Element) -> bool:
        """Whether a worker completes the element."""
        return any(use.element is element for use in self.uses)

    def _host(self, element: Element) -> Element:
        return self.parents[element] if kind(element) == "messageEventDefinition" else element

    def around(self, element: Element) -> Iterator[Element]:
        """The element, then each scope around it, innermost first."""
        while element in self.parents:
            yield element
            element = self.parents[element]

    def error_code(self, definition: Element) -> str:
        """What an error event throws or catches; '' catches all."""
        reference = definition.get("errorRef")
        return self.errors.get(reference, f"(undefined {reference})") if reference else ""

    def boundary(self, element: Element) -> list[Element]:
        return [
            event
            for event in self.root.iter(BPMN + "boundaryEvent")
            if event.get("attachedToRef") == element.get("id")
        ]

    def after(self, element: Element) -> list[Element]:
        """Where a token goes next in the same scope."""
        link = element.find(BPMN + "linkEventDefinition")
        if link is not None and kind(element) == "intermediateThrowEvent":
            return [
                event
                for event in self.parents[element]
                if kind(event) == "intermediateCatchEvent"
                and (target := event.find(BPMN + "linkEventDefinition")) is not None
                and target.get("name") == link.get("name")
            ]
        return [
            self.elements[flow.get("targetRef", "")]
            for flow in self.flows
            if flow.get("sourceRef") == element.get("id")
        ]

    def before(self, element: Element) -> list[Element]:
        """Where a token comes from in the same scope."""
        link = element.find(BPMN + "linkEventDefinition")
        if link is not None and kind(element) == "intermediateCatchEvent":
            return [
                event
                for event in self.parents[element]
                if event is not element and element in self.after(event)
            ]
        return [
            self.elements[flow.get("sourceRef", "")]
            for flow in self.flows
            if flow.get("targetRef") == element.get("id")
        ]

    def known(self, besides: Element | None = None) -> set[str]:
        """Every variable that something in this file, save `besides`, sets or a scope declares, wherever."""
        names = {
            name for element in self.root.iter() if element is not besides for name, _ in writes(element)
        }
        return names.union(
            *(mappings(scope, "inputParameter") for scope in self.root.iter(BPMN + "subProcess"))
        )


def read(files: Iterable[Path]) -> list[Model]:
    """The BPMN files among `files`. What is not XML is left out: lint reports it."""
    models = []
    for path in files:
        if path.suffix == ".bpmn":
            try:
                models.append(Model(path, ElementTree.parse(path).getroot()))
            except ElementTree.ParseError:
                continue
    return models


def kind(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def mappings(element: Element, name: str) -> dict[str, str]:
    """The element's own input or output parameters: name -> expression or text."""
    parameters = element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}inputOutput/{CAMUNDA}{name}")
    return {parameter.get("name", ""): "".join(parameter.itertext()).strip() for parameter in parameters}


def only_name(text: str) -> str | None:
    """`x` of `${x}`, `${execution.getVariable('x')}` or `${task.getVariableLocal('x')}`, else None."""
    match = _NAME.fullmatch(text)
    return match and (match[1] or match[2])


def writes(element: Element) -> Iterator[tuple[str, str]]:
    """What one element sets around itself: variable, and the expression that it takes ('' if none)."""
    yield from mappings(element, "outputParameter").items()
    if result := element.get(CAMUNDA + "resultVariable"):
        yield result, ""
    for extension in element.iterfind(f"{BPMN}extensionElements/*"):
        if kind(extension) == "out" and extension.get("local") != "true" and extension.get("target"):
            yield extension.get("target", ""), ""
        if kind(extension) in ("executionListener", "taskListener") and (
            match := SET.search(extension.get("expression", ""))
        ):
            yield match.group(1), f"${{{match.group(2)}}}"
