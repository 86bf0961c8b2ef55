"""Each process as another program needs to know it: forms, roles, requests, what opens next, timescales."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from workers.bpmn import CAMUNDA, Use, kind
from workers.catalogue.shields.graph import Graph
from workers.catalogue.shields.house import House
from workers.catalogue.skeleton.steps import team
from workers.errors import Refused
from workers.forms import Question, questions
from workers.rest import organisation
from workers.rest.deploy import model_files
from workers.timescales import duties
from workers.timescales.tables import Tables
from workers.topics import catalogue

Described = dict[str, Any]

NEXT_ACTIONS = "nextActions"
_DUTY = ("duty", "title", "role", "person", "form", "deadline", "kind", "repeats")
ACKNOWLEDGED = "acknowledge-notification"  # what the topic `request-acknowledgement` opens


class ContractError(Refused):
    """There is nothing to describe."""


def describe(models: Path) -> list[Described]:
    """Every process, in the order of the files. Raises ContractError where there are no models of ours."""
    if not model_files(models) or not (models / organisation.FILE).exists():
        raise ContractError(
            f"no models in {models}: bpmn/ and {organisation.FILE} are expected there, see HOMEWARD_MODELS"
        )
    reader = _Reader(models)
    return [reader.process(graph) for graph in reader.house.graphs.values()]


class _Reader:
    def __init__(self, models: Path):
        self.models, self.house = models, House(model_files(models), catalogue())
        table = organisation.read(models)
        self.roles, self.people = list(table["roles"]), list(table["people"])

    @cached_property
    def tables(self) -> Tables:
        return Tables.of_files(self.models)

    @cached_property
    def duty_tables(self) -> Tables:
        return Tables.read(file for file in model_files(self.models) if file.parent.name == duties.FOLDER)

    def process(self, graph: Graph) -> Described:
        steps, requests = list(self._steps(graph)), list(self._requests(graph))
        forms = dict.fromkeys(form for step in steps for form in step["forms"])
        forms |= dict.fromkeys(request["form"] for request in requests)
        groups = {group for step in (*steps, *requests) for group in step["groups"]}
        questions = {form: self._questions(form) for form in forms if form in self.house.forms}
        return {
            "process": graph.model.process,
            "name": graph.process.get("name", ""),
            "kind": _kind(graph),
            "pathways": sorted(self._pathways(graph, set())),
            "calls": list(dict.fromkeys(call for call in _called(graph) if call in self.house.graphs)),
            "roles": [role for role in self.roles if role in groups],
            "steps": steps,
            "requests": requests,
            "forms": [{"form": form, "questions": those} for form, those in questions.items()],
            "nextActions": list(self._next_actions(graph, questions)),
            "timescales": [self._timescale(use) for use in _uses(graph, "set-deadlines")],
            "duties": [duty for use in _uses(graph, "set-duties") for duty in self._duties(graph, use)],
        }

    def _pathways(self, graph: Graph, seen: set[str]) -> set[str]:
        """The pathways in which an instance can come about."""
        process = graph.model.process
        if process in seen:
            return set()
        callers = {call.graph.model.process: call.graph for call in self.house.callers.get(process, [])}
        own = {name for name, caller in callers.items() if _kind(caller) == "pathway"}
        return own.union(*(self._pathways(caller, seen | {process}) for caller in callers.values()))

    # people -------------------------------------------------------------------------------------------------

    def _steps(self, graph: Graph) -> Iterator[Described]:
        """The human steps of the process itself."""
        for task in graph.nodes:
            if kind(task) == "userTask":
                yield {
                    "element": task.get("id", ""),
                    "name": task.get("name", ""),
                    "forms": [form.path.stem for form in self.house.forms_of(graph, None, task)],
                    "groups": self._groups(graph, team(task)),
                    "person": self._person(task.get(CAMUNDA + "assignee", "")),
                }

    def _requests(self, graph: Graph) -> Iterator[Described]:
        """What the process asks of others.

        `holds`: it waits for the answer, of which it takes `takes`. What does not is acknowledged.
        """
        for call in graph.nodes:
            given = self._given(graph, call)
            if kind(call) == "callActivity" and "form" in given:
                yield {
                    "element": call.get("id", ""),
                    "label": given.get("requestLabel", ""),
                    "form": given["form"],
                    "groups": self._groups(graph, given.get("authoriserGroups", "")),
                    "person": self._person(given.get("authoriser", "")),
                    "holds": True,
                    "takes": [out.get("source", "") for out in self.house.parts(graph, call).outs],
                }
        for use in _uses(graph, "request-acknowledgement"):
            table = use.inputs.get("decision", "")
            for row in (
                self._rows(table) if table else [{"label": use.inputs.get("requestLabel"), **use.inputs}]
            ):
                yield {
                    "element": use.id,
                    "label": row.get("label") or "",
                    "form": ACKNOWLEDGED,
                    "groups": self._groups(graph, row.get("groups") or ""),
                    "person": self._person(row.get("user") or ""),
                    "holds": False,
                    "takes": [],
                }

    def _given(self, graph: Graph, call: Element) -> dict[str, str]:
        """What a call passes on: target -> a fixed text, an expression, or `${the variable}`."""
        return {
            into.get("target", ""): into.get("sourceExpression") or f"${{{into.get('source', '')}}}"
            for into in self.house.parts(graph, call).ins
        }

    def _groups(self, graph: Graph, text: str) -> list[str]:
        """The roles that groups may be."""
        words = self._words(graph, text)
        return [role for role in self.roles if role in words]

    def _words(self, graph: Graph, text: str) -> set[str]:
        """All that a text may come to: fixed, chosen by an expression, or given by the callers."""
        return {
            word
            for meaning in self.house.meant(graph, None, text) or {text}
            for word in re.findall(r"[\w-]+", meaning)
        }

    def _person(self, text: str) -> str | None:
        """The variable of the case that names who gets it; else it is offered to the groups."""
        return next((name for name in re.findall(r"\w+", text) if name in self.people), None)

    # forms and tables ---------------------------------------------------------------------------------------

    def _questions(self, form: str) -> list[Described]:
        by_key = questions(json.loads(self.house.forms[form].path.read_text()))
        return [_question(key, question) for key, question in by_key.items()]

    def _rows(self, decision: str) -> list[dict[str, str | None]]:
        """The rows of a table: output -> the text in its cell, null where it has none that is fixed."""
        element = self.house.decisions.element(decision)
        names = [column.get("name", "") for column in element.iterfind("{*}decisionTable/{*}output")]
        return [
            dict(zip(names, map(_text, rule.iterfind("{*}outputEntry")), strict=False))
            for rule in element.iterfind("{*}decisionTable/{*}rule")
        ]

    def _next_actions(self, graph: Graph, forms: dict[str, list[Described]]) -> Iterator[Described]:
        """What the routing table opens; `value`: how the forms write the action."""
        values = {
            label: value
            for questions in forms.values()
            for question in questions
            if question["key"] == NEXT_ACTIONS
            for value, label in question["options"].items()
        }
        for task in graph.nodes:
            decision = task.get(CAMUNDA + "decisionRef", "")
            if decision.endswith("-routing") and decision in self.house.decisions:
                for row in self._rows(decision):
                    yield {**row, "value": values.get(row.get("action") or "")}

    def _timescale(self, use: Use) -> Described:
        """The clock that an element sets going, and the rules that may say when it is due."""
        inputs = {name: use.inputs.get(name) for name in ("decision", "event", "deadline")}
        rules = [
            row.rule
            for row in self.tables.rows()
            if (row.table, row.event) == (inputs["decision"], inputs["event"])
            and inputs["deadline"] in (None, row.deadline)
        ]
        return {"element": use.id, **inputs, "rules": rules}

    def _duties(self, graph: Graph, use: Use) -> Iterator[Described]:
        """What a table may ask to be done at an element, in the order of its rows."""
        table = self.duty_tables.get(use.inputs.get("decision", ""))
        events = self._words(graph, use.inputs.get("event", ""))
        for row in table.rows if table else ():
            for event in sorted(events.intersection(duties.events(row))):
                cells = {name: row.outputs.get(name) for name in _DUTY}
                yield {"element": use.id, "event": event, "authorities": duties.authorities(row), **cells}


def _kind(graph: Graph) -> str:
    """A pathway or a workstep says so itself, by how it opens; what is neither is shared by worksteps."""
    topics = {use.topic for use in graph.model.uses}
    return next((name for name in ("pathway", "workstep") if f"open-{name}" in topics), "shared")


def _called(graph: Graph) -> Iterator[str]:
    return (node.get("calledElement", "") for node in graph.nodes if kind(node) == "callActivity")


def _uses(graph: Graph, topic: str) -> list[Use]:
    return [use for use in graph.model.uses if use.topic == topic]


def _text(cell: Element) -> str | None:
    text = (cell.findtext("{*}text") or "").strip()
    return text[1:-1] if re.fullmatch(r'"[^"]*"', text) else text if text not in ("", "null") else None


def _question(key: str, question: Question) -> Described:
    return {
        "key": key,
        "section": question.section or "",
        "label": question.label,
        "type": question.kind,
        "required": question.required,
        "shown": question.disabled or question.readonly,
        "options": question.options,
        "rows": [_question(name, row) for name, row in question.rows.items()],
    }
