"""Whether a submission can decide more than its form asks.

Whoever may complete a task may send any variable beside the form's keys, and any BPMN error or escalation. So
for every human step, and for every start that people may make, this computes what is read after it and could
have been written by it, in all models together. A shield closes a step: an input parameter of the same name,
in which such a write ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from workers.bpmn import Finding, kind, mappings
from workers.catalogue.shields import thrown
from workers.catalogue.shields.flow import Flow
from workers.catalogue.shields.graph import Graph
from workers.catalogue.shields.house import House
from workers.catalogue.shields.state import Reader, Step
from workers.runtime.contract import Topic, Variables


@dataclass(frozen=True)
class Summary:
    """One human step as the page docs/shields.md shows it."""

    file: Path
    element: str
    name: str
    answers: dict[str, list[str]]  # form -> what it asks
    shields: list[str]
    sets: list[str]


def findings(
    files: Iterable[Path], topics: Mapping[str, Topic], starts: Collection[str] = ()
) -> list[Finding]:
    """Every finding. `starts`: the processes that people may start."""
    house = House(files, topics)
    found: dict[Finding, None] = {}
    read: dict[tuple[Graph, Element, str], dict[Reader, None]] = {}
    for step in steps(house, starts):
        for name, readers in Flow(house, step).readers.items():
            read.setdefault((step.graph, step.element, name), {}).update(readers)
    for (graph, element, name), readers in sorted(read.items(), key=_place):
        problem = _open(house, graph, element, name, list(readers))
        found[Finding(graph.model.path, element.get("id", ""), problem)] = None
    for graph in house.graphs.values():
        found |= dict.fromkeys(
            Finding(graph.model.path, element, what)
            for element, what in [
                *_lost(house, graph),
                *_unsaid(house, graph),
                *_taken(house, graph),
                *thrown.problems(house, graph),
            ]
        )
    for form in house.forms.values():
        found |= dict.fromkeys(Finding(form.path, form.path.stem, problem) for problem in form.problems)
    found |= dict.fromkeys(Finding(*problem) for problem in house.decisions.problems())
    return [*house.problems, *found]


def _place(item: tuple[tuple[Graph, Element, str], object]) -> tuple[Path, str, str]:
    (graph, element, name), _ = item
    return graph.model.path, element.get("id", ""), name


def steps(house: House, starts: Collection[str]) -> list[Step]:
    """The human steps, each once for every call of its process, and the starts that people may make."""
    result = []
    for process, graph in house.graphs.items():
        calls = house.callers.get(process, [])
        contexts: list[Element | None] = [call.element for call in calls] if calls else [None]
        for node in graph.nodes:
            if kind(node) == "userTask":
                result += [
                    Step(graph, node, context, _answers(house, graph, context, node)) for context in contexts
                ]
        if process in starts:
            brought = {
                name
                for use in graph.model.uses
                if use.topic == "open-pathway"
                for name in house.contract(use.topic)
            }
            result += [
                Step(graph, node, None, _answers(house, graph, None, node) | brought)
                for node in graph.starts(graph.process)
            ]
    return result


def summaries(files: Iterable[Path], topics: Mapping[str, Topic]) -> list[Summary]:
    """The human steps in the order of the files."""
    house = House(files, topics)
    rows = []
    for graph in sorted(house.graphs.values(), key=lambda graph: graph.model.path):
        for node in graph.nodes:
            if kind(node) == "userTask":
                forms = house.forms_of(graph, None, node)
                shields = mappings(node, "inputParameter").keys() - _answers(house, graph, None, node)
                rows.append(
                    Summary(
                        graph.model.path,
                        node.get("id", ""),
                        node.get("name", ""),
                        {form.path.stem: sorted(form.answers) for form in forms},
                        sorted(shields),
                        sorted(_set(house, graph, node)),
                    )
                )
    return rows


def _answers(house: House, graph: Graph, context: Element | None, task: Element) -> frozenset[str]:
    return frozenset().union(*(form.answers for form in house.forms_of(graph, context, task)))


def _set(house: House, graph: Graph, task: Element) -> list[str]:
    """What the step's complete listeners set around it."""
    return [
        write.name
        for event, effects in house.parts(graph, task).listeners
        if event == "complete"
        for write in effects.writes
        if not write.local
    ]


def _lost(house: House, graph: Graph) -> Iterable[tuple[str, str]]:
    for task in graph.nodes:
        if kind(task) == "userTask":
            for name in sorted(set(_set(house, graph, task)) & mappings(task, "inputParameter").keys()):
                yield (
                    task.get("id", ""),
                    f"its listener sets {name}, an input parameter too, so that is lost: take the "
                    "input parameter away",
                )


def _unsaid(house: House, graph: Graph) -> Iterable[tuple[str, str]]:
    """A topic without a contract may read all that is there."""
    for use in graph.model.uses:
        if (
            use.topic in house.topics
            and not issubclass(house.topics[use.topic].input, Variables)
            and not house.parts(graph, use.element).scoped
        ):
            yield (
                use.id,
                f"topic {use.topic} does not say what it reads, so it takes whatever is there: map "
                "its inputs",
            )


def _taken(house: House, graph: Graph) -> Iterable[tuple[str, str]]:
    """A form that asks under a name that the process sets: the answer would stand for the process's word."""
    sets = {
        write.name
        for element in [graph.process, *graph.nodes, *graph.model.flows]
        for _, effects in house.parts(graph, element).listeners
        for write in effects.writes
        if not write.local
    }
    for task in graph.nodes:
        for form in house.forms_of(graph, None, task) if kind(task) == "userTask" else ():
            for name in sorted(form.answers & sets - mappings(task, "inputParameter").keys()):
                asks = (
                    f"form {form.path.stem} asks under the name {name}, which listeners of this process set"
                )
                yield task.get("id", ""), f"{asks}: give the question another key"


def _open(house: House, graph: Graph, element: Element, name: str, readers: list[Reader]) -> str:
    places = list(
        dict.fromkeys(
            f"{reader.element}{'' if reader.graph is graph else f' of {reader.graph.model.process}'} "
            f"({reader.how})"
            for reader in readers
        )
    )
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    who = "whoever starts it" if kind(element) == "startEvent" else "its submission"
    mend = _mend(house, graph, element, name, readers)
    return f"{who} may also write {name}, which is read later by {', '.join(places[:3])}{more}: {mend}"


def _mend(house: House, graph: Graph, element: Element, name: str, readers: list[Reader]) -> str:
    if all(reader.unmapped for reader in readers):
        return f"map the inputs of {', '.join(sorted({reader.element for reader in readers}))}"
    if kind(element) == "startEvent":
        return (
            f"set {name} in a start listener, or make it an input parameter of the sub-process that reads it"
        )
    if name in mappings(element, "inputParameter"):
        return f"its own output parameter passes {name} on, which no form of it asks: take that away"
    if name in _set(house, graph, element):
        return (
            "its listener sets it only when the step ends: "
            "do not read it from what may begin before (an event sub-process, a parallel branch)"
        )
    return f"shield it with the input parameter {name} = ${{execution.getVariable('{name}')}}"
