"""One process as the rules of the skeleton look at it, among all the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from workers import forms
from workers.bpmn import BPMN, CAMUNDA, Model, Use, kind, read

PATHWAY, WORKSTEP, SHARED = "pathway", "workstep", "shared"
ROLES = {"open-pathway": PATHWAY, "open-workstep": WORKSTEP}  # topic -> what has it


@dataclass(frozen=True)
class Process:
    """`house`: every process by its id. `form_keys`: the keys of each form."""

    model: Model
    house: Mapping[str, Process] = field(repr=False)
    form_keys: Mapping[str, Iterable[str]] = field(repr=False)

    @cached_property
    def element(self) -> Element:
        return next(self.model.root.iter(BPMN + "process"))

    @cached_property
    def role(self) -> str:
        """A pathway opens itself as one, and so does a workstep; a shared process does neither."""
        return next((ROLES[use.topic] for use in self.model.uses if use.topic in ROLES), SHARED)

    @property
    def has_duties(self) -> bool:
        """Whether it does a duty, once or again and again."""
        return any(use.topic == "close-duty" for use in self.model.uses)

    @cached_property
    def elements(self) -> list[Element]:
        return [element for element in self.element.iter() if element.get("id")]

    @property
    def human_steps(self) -> list[Element]:
        return self.all("userTask")

    @property
    def calls(self) -> list[Element]:
        return self.all("callActivity")

    def all(self, name: str) -> list[Element]:
        """The elements of a kind, those inside sub-processes included."""
        return list(self.element.iter(BPMN + name))

    def own(self, name: str) -> list[Element]:
        """The elements of a kind that stand in no sub-process."""
        return list(self.element.iterfind(BPMN + name))

    def use(self, element: Element | None) -> Use | None:
        """What a worker does there."""
        return next((use for use in self.model.uses if use.element is element), None)

    def topic(self, element: Element | None) -> str:
        use = self.use(element)
        return use.topic if use else ""

    # the ways of a token, past links and gateways that only merge ------------------------------------------

    def before(self, element: Element) -> list[Element]:
        return self._past(element, self.model.before)

    def after(self, element: Element) -> list[Element]:
        return self._past(element, self.model.after)

    def next(self, element: Element | None) -> Element | None:
        """The one element that follows; None: there is none, or there are several."""
        following = [] if element is None else self.after(element)
        return following[0] if len(following) == 1 else None

    def forth(self, flow: Element) -> list[Element]:
        """Where one flow leads."""
        target = self.model.elements[flow.get("targetRef", "")]
        return self.after(target) if self._merges(target) else [target]

    def flows(self, gateway: Element) -> dict[str, Element]:
        """{condition: flow}; the default flow has the condition 'default'."""
        return {
            "default"
            if flow.get("id") == gateway.get("default")
            else (flow.findtext(BPMN + "conditionExpression") or "").strip(): flow
            for flow in self.model.flows
            if flow.get("sourceRef") == gateway.get("id")
        }

    def _past(self, element: Element, step: Callable[[Element], list[Element]]) -> list[Element]:
        reached: dict[Element, None] = {}
        seen, ways = set(), step(element)
        while ways:
            node = ways.pop(0)
            if node not in seen:
                seen.add(node)
                if self._merges(node):
                    ways += step(node)
                else:
                    reached[node] = None
        return list(reached)

    def _merges(self, element: Element) -> bool:
        merges = kind(element) == "exclusiveGateway" and len(self.model.after(element)) == 1
        return merges or element.find(BPMN + "linkEventDefinition") is not None


Problem = tuple[Element, str]
Rule = Callable[[Process], Iterator[Problem]]


def house(files: Iterable[Path]) -> dict[str, Process]:
    """The processes among the files, by their ids."""
    files = list(files)
    form_keys = {path.stem: set(forms.questions(form)) for path, form in _forms(files)}
    processes: dict[str, Process] = {}
    for model in read(files):
        if model.process:
            processes[model.process] = Process(model, processes, form_keys)
    return processes


def _forms(files: list[Path]) -> Iterator[tuple[Path, dict[str, object]]]:
    for path in files:
        if path.suffix == ".form":
            try:
                yield path, json.loads(path.read_text())
            except ValueError:
                continue  # deploy has said so


def listeners(element: Element, what: str, event: str) -> list[str]:
    """The expressions of an element's own `taskListener`s or `executionListener`s of one event, in order."""
    return [
        listener.get("expression", "")
        for listener in element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}{what}")
        if listener.get("event") == event
    ]


def message(process: Process, event: Element) -> str | None:
    """The name of the message that an event waits for; None: it waits for none."""
    definition = event.find(BPMN + "messageEventDefinition")
    if definition is None:
        return None
    declared = process.model.elements.get(definition.get("messageRef", ""))
    return "" if declared is None else declared.get("name", "")
