"""The ways of a token through one process: what follows what, what runs beside, which scopes hold names."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Model, kind, mappings

SCOPES = ("subProcess", "transaction", "adHocSubProcess")
JOINS = ("parallelGateway", "inclusiveGateway")
LOOP = BPMN + "multiInstanceLoopCharacteristics"


def is_node(element: Element) -> bool:
    name = kind(element)
    return name.endswith(("Event", "Gateway", "Task", "task", "Activity")) or name in SCOPES


class Graph:
    """One process of one file."""

    def __init__(self, model: Model):
        self.model = model
        self.process = next(model.root.iter(BPMN + "process"))
        self.nodes = [element for element in self.process.iter() if is_node(element)]

    @cached_property
    def _flows(self) -> dict[str, list[Element]]:
        flows: dict[str, list[Element]] = {}
        for flow in self.model.flows:
            flows.setdefault(flow.get("sourceRef", ""), []).append(flow)
        return flows

    def leaving(self, node: Element) -> list[tuple[Element | None, Element]]:
        """(Flow, where it goes); a link has no flow."""
        flows = [
            (flow, self.model.elements[flow.get("targetRef", "")])
            for flow in self._flows.get(node.get("id", ""), [])
            if flow.get("targetRef") in self.model.elements
        ]
        links: list[tuple[Element | None, Element]] = []
        if node.find(BPMN + "linkEventDefinition") is not None and kind(node) == "intermediateThrowEvent":
            links = [(None, target) for target in self.model.after(node)]
        return [*flows, *links]

    def scope(self, element: Element) -> Element:
        """The sub-process or process around it."""
        return next(
            around
            for around in self.model.around(self.model.parents[element])
            if around is self.process or kind(around) in SCOPES
        )

    def chain(self, element: Element) -> list[Element]:
        """The scopes around it, innermost first."""
        scopes = [self.scope(element)]
        while scopes[-1] is not self.process:
            scopes.append(self.scope(scopes[-1]))
        return scopes

    def starts(self, scope: Element) -> list[Element]:
        """Where a scope begins; a called or started process: its start without a trigger, if there is one."""
        events = [child for child in scope if kind(child) == "startEvent"]
        return [start for start in events if not definitions(start)] or events

    def event_subs(self, scope: Element) -> list[Element]:
        return [child for child in scope if child.get("triggeredByEvent") == "true"]

    @cached_property
    def boundaries(self) -> dict[Element, list[Element]]:
        events: dict[Element, list[Element]] = {}
        for event in self.process.iter(BPMN + "boundaryEvent"):
            if (host := self.model.elements.get(event.get("attachedToRef", ""))) is not None:
                events.setdefault(host, []).append(event)
        return events

    # names of scopes ----------------------------------------------------------------------------------------

    @cached_property
    def surely(self) -> dict[Element, set[str]]:
        """Names that a sub-process always holds itself, so that no write inside gets past it."""
        return {
            node: {*mappings(node, "inputParameter"), *loop_names(node)}
            for node in [self.process, *self.nodes]
            if kind(node) in ("process", *SCOPES)
        }

    def holder(self, chain: list[Element], name: str) -> Element:
        """Where a write in the first of the scopes lands: the nearest that holds the name, or the process."""
        return next((scope for scope in chain if name in self.surely[scope]), chain[-1])

    @cached_property
    def aside(self) -> set[Element]:
        """Nodes that only a token beside the main one comes to: its facts are the main one's to carry on."""
        subs = [node for node in self.nodes if node.get("triggeredByEvent") == "true"]
        main = {
            node
            for scope in (self.process, *self.nodes)
            if kind(scope) in ("process", *SCOPES)
            for node in self._along(scope)
        }
        side = {
            sub for sub in subs if all(start.get("isInterrupting") == "false" for start in self.starts(sub))
        }
        return side | {node for node in self.nodes if node not in main and node not in subs}

    def _along(self, scope: Element) -> set[Element]:
        """What the main token of a scope may come to."""
        reached: set[Element] = set()
        open_ends = list(self.starts(scope)) or [
            child for child in scope if is_node(child) and not self.model.before(child)
        ]
        while open_ends:
            node = open_ends.pop()
            if node not in reached:
                reached.add(node)
                open_ends += [target for _, target in self.leaving(node)]
                open_ends += [
                    event for event in self.boundaries.get(node, []) if event.get("cancelActivity") != "false"
                ]
        return reached

    # what runs at the same time -----------------------------------------------------------------------------

    @cached_property
    def beside(self) -> dict[Element, set[Element]]:
        """Node -> the nodes that may be active while it is: other branches of a fork, or of an event."""
        nodes: dict[Element, set[Element]] = {}
        for one, other in self._branches():
            for left, right in ((one, other), (other, one)):
                for node in left:
                    nodes.setdefault(node, set()).update(right)
        return nodes

    def _branches(self) -> Iterator[tuple[set[Element], set[Element]]]:
        for node in self.nodes:
            targets = [target for _, target in self.leaving(node)]
            if kind(node) not in ("exclusiveGateway", "eventBasedGateway"):
                for one, other in combinations(targets, 2):
                    yield self._apart(one, other)
            for event in self.boundaries.get(node, []):
                if event.get("cancelActivity") == "false":
                    yield self._apart(event, node)
                    yield self._apart(event, event)
            loop = node.find(LOOP)
            if node.get("triggeredByEvent") == "true" and all(
                start.get("isInterrupting") == "false" for start in self.starts(node)
            ):
                yield set(self.inside(node)), set(self.inside(self.model.parents[node]))
            elif loop is not None and loop.get("isSequential") != "true":
                yield set(self.inside(node)), set(self.inside(node))

    def inside(self, node: Element) -> list[Element]:
        return [inner for inner in node.iter() if is_node(inner)]

    def _apart(self, one: Element, other: Element) -> tuple[set[Element], set[Element]]:
        """What two branches come to, as far as the joins at which they meet."""
        joins = {
            node
            for node in self._reached(one, set()) & self._reached(other, set())
            if kind(node) in JOINS and len(self.model.before(node)) > 1
        }
        return self._reached(one, joins), self._reached(other, joins)

    def _reached(self, start: Element, stops: set[Element]) -> set[Element]:
        reached: set[Element] = set()
        open_ends = [start]
        while open_ends:
            node = open_ends.pop()
            if node in reached or node in stops:
                continue
            inside = self.inside(node)
            reached.update(inside)
            for part in inside:
                open_ends += self.boundaries.get(part, [])
            open_ends += [target for _, target in self.leaving(node)]
        return reached


def definitions(event: Element) -> list[Element]:
    return [child for child in event if kind(child).endswith("EventDefinition")]


def loop_names(node: Element) -> set[str]:
    """What a multi-instance activity holds for each of its instances."""
    loop = node.find(LOOP)
    if loop is None:
        return set()
    return {
        "loopCounter",
        "nrOfInstances",
        "nrOfActiveInstances",
        "nrOfCompletedInstances",
        loop.get(CAMUNDA + "elementVariable", "loopCounter"),
    }
