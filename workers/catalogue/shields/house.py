"""All models together: who calls whom, which forms and decisions an element means, which names are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, SET, Finding, kind, mappings, only_name, read
from workers.catalogue.shields.expressions import CALLER, Effects, Unreadable, is_expression, juel
from workers.catalogue.shields.graph import Graph
from workers.catalogue.shields.parts import Parts, parts
from workers.catalogue.shields.sources import Decision, Decisions, Form, forms
from workers.runtime.contract import Topic, Variables

# The one thing that workers read beside their inputs: what was written under the keys of a form, to record
# it.
RECORDS = {"record-submission", "close-workstep", "close-duty"}

# A cell of a row, of dmn/duties that an instance of `duty` was made of, or of a decision; a name with an
# ending.
CELL = re.compile(r"[$]{(\w+)[.]prop[(]'(\w+)'[)][.]\w+[(][)]}")
SUFFIXED = re.compile(r"(\w+)[.]concat[(]'([^']*)'[)]")


@dataclass(frozen=True)
class Call:
    """A call activity, as the caller's graph has it."""

    graph: Graph
    element: Element


class House:
    def __init__(self, files: Iterable[Path], topics: Mapping[str, Topic]):
        files = list(files)
        self.graphs = {model.process: Graph(model) for model in read(files) if model.process}
        self.forms: dict[str, Form] = forms(files)
        self.decisions = Decisions(files)
        self.topics = topics
        self._parts: dict[Element, Parts] = {}
        self._asking: dict[Graph, list[Element]] = {}
        self.problems: dict[Finding, None] = {}

    def parts(self, graph: Graph, element: Element) -> Parts:
        if element not in self._parts:
            self._parts[element] = parts(graph.model, element)
            for problem in self._parts[element].problems:
                self.problem(graph, element, problem)
        return self._parts[element]

    def forget(self, element: Element) -> None:
        """Read an element anew: it has changed."""
        self._parts.pop(element, None)

    def problem(self, graph: Graph, element: Element, what: str) -> None:
        self.problems[Finding(graph.model.path, element.get("id", ""), what)] = None

    @cached_property
    def callers(self) -> dict[str, list[Call]]:
        callers: dict[str, list[Call]] = {}
        for graph in self.graphs.values():
            for element in graph.nodes:
                if kind(element) == "callActivity":
                    callers.setdefault(element.get("calledElement", ""), []).append(Call(graph, element))
        return callers

    def calls_of(self, graph: Graph, context: Element | None) -> list[Call]:
        """The calls by which an instance can have come about: the one of the context, or all."""
        return [call for call in self.callers.get(graph.model.process, []) if context in (None, call.element)]

    # what an element means ----------------------------------------------------------------------------------

    def meant(self, graph: Graph, context: Element | None, text: str) -> set[str] | None:
        """The ids that an attribute stands for: itself, what the rows of duties or of a decision have in that
        column, what the process' own start sets, or what callers pass as `${name}`; None: unknown.
        """
        if not is_expression(text):
            return {text} if text else set()
        if cell := CELL.fullmatch(text):
            kept = self._rows_kept_as(cell[1])
            return None if kept == set() else self.decisions.cells(cell[2], kept)
        name = only_name(text)
        if name and (value := self._set_at_start(graph, name)):
            if suffixed := SUFFIXED.fullmatch(value):
                whole = self.meant(graph, context, f"${{{suffixed[1]}}}")
                return whole and {id_ + suffixed[2] for id_ in whole}
            if cells := re.findall(r"duty[.]prop[(]'(\w+)'", value):
                return {*re.findall(r"[?:] *'([^']*)'", value)}.union(*map(self.decisions.cells, cells))
        calls = self.calls_of(graph, context)
        if name is None or not calls:
            return None
        every: set[str] = set()
        for call in calls:
            passed = [
                mapping
                for mapping in self.parts(call.graph, call.element).ins
                if mapping.get("target") == name
            ]
            source = (
                passed[-1].get("sourceExpression") or f"${{{passed[-1].get('source')}}}" if passed else None
            )
            ids = None if source is None else self.meant(call.graph, None, source)
            if ids is None:
                return None
            every |= ids
        return every

    def _rows_kept_as(self, name: str) -> set[str] | None:
        """The decisions of which rule tasks keep a row in a variable; None: it is a duty."""
        return (
            None
            if name == "duty"
            else {
                task.get(CAMUNDA + "decisionRef", "")
                for graph in self.graphs.values()
                for task in graph.nodes
                if task.tag == BPMN + "businessRuleTask" and name in mappings(task, "outputParameter")
            }
        )

    def _set_at_start(self, graph: Graph, name: str) -> str | None:
        """What a process' start sets a variable to, in the words of the model."""
        for start in graph.starts(graph.process):
            for listener in start.iter(CAMUNDA + "executionListener"):
                if (match := SET.search(listener.get("expression", ""))) and match[1] == name:
                    return match[2]
        return None

    def forms_of(self, graph: Graph, context: Element | None, task: Element) -> list[Form]:
        """The forms of a human step. One that nobody knows is a problem."""
        reference = task.get(CAMUNDA + "formRef", "")
        ids = self.meant(graph, context, reference)
        if (
            ids is None
            or task.get(CAMUNDA + "formKey")
            or task.find(f"{BPMN}extensionElements/{CAMUNDA}formData") is not None
        ):
            self.problem(
                graph,
                task,
                "nobody knows which form it has, so what is its person's own answer cannot be told: "
                "name the form, or have each caller pass its id as a fixed text",
            )
        return [self.forms[id_] for id_ in sorted(ids or ()) if id_ in self.forms]

    def decisions_of(
        self, graph: Graph, context: Element | None, task: Element
    ) -> list[tuple[str, Decision]]:
        ids = self.meant(graph, context, task.get(CAMUNDA + "decisionRef", ""))
        if ids is None:
            self.problem(
                graph,
                task,
                "nobody knows which decision it takes, so what that reads cannot be told: "
                "name it, or have each caller pass its id as a fixed text",
            )
        return [(id_, self.decisions[id_]) for id_ in sorted(ids or ()) if id_ in self.decisions]

    def contract(self, name: str) -> list[str]:
        """What a topic reads."""
        topic = self.topics.get(name)
        return topic.input.names() if topic and issubclass(topic.input, Variables) else []

    def recorded(self, graph: Graph, context: Element | None, topic: str, element: Element) -> set[str]:
        """What a topic records of the process beside its inputs: the keys of the form named, or of all."""
        if topic not in RECORDS:
            return set()
        ids = self.meant(graph, context, mappings(element, "inputParameter").get("form", ""))
        steps = [node for node in graph.nodes if kind(node) == "userTask"]
        forms = [form for step in steps for form in self.forms_of(graph, context, step)]
        return {
            key
            for form in ([self.forms[id_] for id_ in ids if id_ in self.forms] if ids else forms)
            for key in form.keys
        }

    # names --------------------------------------------------------------------------------------------------

    def mentions(self, graph: Graph) -> set[str]:
        """Every name that the process, or a caller of it, reads there: what a submission could aim at."""
        own = set(self._mentions(graph))
        for call in self.callers.get(graph.model.process, []):
            own |= self._names(self.parts(call.graph, call.element).outs)
        return self.every_name if "*" in own else own | self._asked_of_callers

    @cached_property
    def every_name(self) -> set[str]:
        return {name for graph in self.graphs.values() for name in self._mentions(graph)} - {"*"}

    @cached_property
    def _asked_of_callers(self) -> set[str]:
        return {
            read.name
            for graph in self.graphs.values()
            for effects in self._effects(graph)
            for read in effects.all_reads
            if read.where == CALLER
        }

    def asking(self, graph: Graph) -> list[Element]:
        """The elements that read variables of the calling process, themselves or on a flow from them."""
        if graph not in self._asking:
            self._asking[graph] = [
                node
                for node in graph.nodes
                if any(
                    read.where == CALLER
                    for element in (node, *(flow for flow, _ in graph.leaving(node) if flow is not None))
                    for effects in self._effects_of(graph, element)
                    for read in effects.all_reads
                )
            ]
        return self._asking[graph]

    def _effects_of(self, graph: Graph, element: Element) -> list[Effects]:
        parts = self.parts(graph, element)
        return [effects for _, effects in (*parts.inputs, *parts.outputs, *parts.listeners, *parts.others)]

    def _effects(self, graph: Graph) -> Iterator[Effects]:
        for element in [*graph.nodes, *graph.model.flows]:
            yield from self._effects_of(graph, element)

    def _names(self, passed: list[Element]) -> set[str]:
        names = {"*" for mapping in passed if mapping.get("variables") == "all"} | {
            mapping.get("source", "") for mapping in passed
        }
        for mapping in passed:
            for text in (mapping.get("sourceExpression", ""), mapping.get("businessKey", "")):
                names |= {read.name for read in self.effects(text).all_reads}
        return names - {""}

    def effects(self, text: str) -> Effects:
        try:
            return juel(text)
        except Unreadable:
            return Effects()  # reported by `check`

    def _mentions(self, graph: Graph) -> Iterator[str]:
        for effects in self._effects(graph):
            yield from (read.name for read in effects.all_reads)
        for element in graph.nodes:
            yield from self._names(self.parts(graph, element).ins)
            if kind(element) == "userTask":
                yield from (name for form in self.forms_of(graph, None, element) for name in form.shown)
            if element.get(CAMUNDA + "decisionRef"):
                yield from (
                    name for _, decision in self.decisions_of(graph, None, element) for name in decision.reads
                )
        for use in graph.model.uses:
            yield from self.contract(use.topic)
            yield from self.recorded(graph, None, use.topic, use.element)
