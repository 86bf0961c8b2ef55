"""BPMN errors and escalations: whoever may complete a task may also post one there, with any code."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, kind
from workers.catalogue.shields.graph import Graph
from workers.catalogue.shields.house import Call, House

ERROR, ESCALATION = BPMN + "errorEventDefinition", BPMN + "escalationEventDefinition"


def problems(house: House, graph: Graph) -> Iterator[tuple[str, str]]:
    """(Element, what is wrong) of each human step at which one would have an effect."""
    for task in graph.nodes:
        if kind(task) != "userTask":
            continue
        guards = [event for event in graph.boundaries.get(task, []) if _guards(graph, event)]
        for at, event in catches(house, graph, task, set()):
            where = event.get("id", "") + ("" if at is graph else f" of {at.model.process}")
            if event.find(ERROR) is not None:
                yield (
                    task.get("id", ""),
                    f"whoever may complete it may post the BPMN error that {where} catches: "
                    "no error may be caught around a human step, so catch it at the task that throws it",
                )
            elif event not in guards and (not guards or event in graph.boundaries.get(task, [])):
                yield (
                    task.get("id", ""),
                    (
                        f"whoever may complete it may post the escalation that {where} catches: "
                        "give it an event "
                        "at its border for escalations, without a code and not interrupting, that "
                        "leads to an end event"
                    ),
                )


def _guards(graph: Graph, event: Element) -> bool:
    """Whether a boundary event takes every escalation and does nothing."""
    caught = event.find(ESCALATION)
    targets = [target for _, target in graph.leaving(event)]
    return (
        caught is not None
        and not caught.get("escalationRef")
        and event.get("cancelActivity") == "false"
        and all(
            kind(target) == "endEvent" and not any(kind(part).endswith("EventDefinition") for part in target)
            for target in targets
        )
    )


def catches(
    house: House, graph: Graph, element: Element, seen: set[Element]
) -> Iterator[tuple[Graph, Element]]:
    """Every event around the element, also in a calling process, that catches an error or an escalation."""
    for around in [element, *graph.chain(element)]:
        starts = [start for sub in graph.event_subs(around) for start in graph.starts(sub)]
        for event in [*graph.boundaries.get(around, []), *starts]:
            if event.find(ERROR) is not None or event.find(ESCALATION) is not None:
                yield graph, event
    for call in house.callers.get(graph.model.process, []):
        if call.element not in seen:
            seen.add(call.element)
            yield from catches(house, call.graph, call.element, seen)


def cut_off(house: House, call: Call) -> bool:
    """Whether an error or escalation may bring the caller what the called process holds before its end."""
    return any(True for _ in catches(house, call.graph, call.element, {call.element})) and _throws(
        house, call.element.get("calledElement", ""), set()
    )


def _throws(house: House, process: str, seen: set[str]) -> bool:
    """Whether something in the process, or in what it calls, throws one.

    That people may is a problem of its own.
    """
    if process in seen or process not in house.graphs:
        return False
    seen.add(process)
    graph = house.graphs[process]
    return any(
        (
            kind(node) in ("intermediateThrowEvent", "endEvent")
            and (node.find(ERROR) is not None or node.find(ESCALATION) is not None)
        )
        or (kind(node) == "callActivity" and _throws(house, node.get("calledElement", ""), seen))
        for node in graph.nodes
    ) or any(use.topic in house.topics and house.topics[use.topic].errors for use in graph.model.uses)
