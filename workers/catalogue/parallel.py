"""Parallel branches: joins that two people could meet at, and variables that two branches write.

Two transactions that reach one join at once collide: the engine rolls the later one back. A worker's
completion is then made again by the runtime, a timer's job by the engine, so neither needs anything. A
person's form would be refused for no reason that they could see: what a person (or a message) completes right
before a join has `asyncAfter`, or the join has `asyncBefore`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Finding, Model, kind, mappings, writes

GATEWAYS = ("parallelGateway", "inclusiveGateway")
WAITS = ("userTask", "receiveTask", "intermediateCatchEvent", "boundaryEvent")
SCOPES = ("subProcess", "transaction", "adHocSubProcess")


def findings(models: Iterable[Model]) -> list[Finding]:
    """Findings of all joins and forks."""
    models = list(models)
    called = {model.process: model for model in models}
    return [
        Finding(model.path, gateway.get("id", ""), problem)
        for model in models
        for gateway in model.root.iter()
        if kind(gateway) in GATEWAYS
        for problem in [*_join(model, gateway, called), *_fork(model, gateway)]
    ]


def _join(model: Model, gateway: Element, called: dict[str, Model]) -> Iterator[str]:
    if len(model.before(gateway)) < 2 or gateway.get(CAMUNDA + "asyncBefore") == "true":
        return
    for element, why in sorted(
        {(held.get("id", ""), why) for held, why in _held_up(model, gateway, called, set())}
    ):
        yield f"joins in the transaction of {element}{why}: set asyncAfter on it, or asyncBefore here"


def _held_up(
    model: Model, element: Element, called: dict[str, Model], seen: set[Element]
) -> Iterator[tuple[Element, str]]:
    """The elements whose completion, by somebody who cannot repeat it, carries a token on to `element`."""
    for source in model.before(element):
        if source in seen:
            continue
        seen.add(source)
        forks = kind(source) in GATEWAYS and len(model.after(source)) > 1
        if (
            forks
            or source.get(CAMUNDA + "asyncAfter") == "true"
            or model.served(source)
            or source.find(BPMN + "timerEventDefinition") is not None
        ):
            continue
        waits = (
            kind(source) in WAITS
            and source.find(BPMN + "linkEventDefinition") is None
            and source.find(BPMN + "errorEventDefinition") is None
        )
        if waits:
            yield source, ""
        elif kind(source) in SCOPES:
            yield from _last(model, source, called, seen)
        elif kind(source) == "callActivity":
            target = called.get(source.get("calledElement", ""))
            whole = None if target is None else target.root.find(BPMN + "process")
            if target is None or whole is None or any(True for _ in _last(target, whole, called, seen)):
                yield source, " (what it calls does not end with a worker's task)"
        elif source.get(CAMUNDA + "asyncBefore") != "true":
            yield from _held_up(model, source, called, seen)


def _last(
    model: Model, scope: Element, called: dict[str, Model], seen: set[Element]
) -> Iterator[tuple[Element, str]]:
    """The same for the ends of a scope, those of its interrupting event sub-processes included."""
    for child in scope:
        if kind(child) == "endEvent" and not model.served(child):
            yield from _held_up(model, child, called, seen)
        elif child.get("triggeredByEvent") == "true":
            yield from _last(model, child, called, seen)


# two writers ------------------------------------------------------------------------------------------------


def _fork(model: Model, gateway: Element) -> Iterator[str]:
    """Variables that two branches write, as far as it can be told: what both may come to, after a join or
    round a loop, is left out. A flag (true or false) is no conflict: whichever branch comes last is right.
    """
    if len(model.after(gateway)) < 2:
        return
    branches = [_reached(model, start) for start in model.after(gateway)]
    for one, other in combinations(range(len(branches)), 2):
        shared = branches[one] & branches[other]
        first, second = (_written(model, branches[index] - shared) for index in (one, other))
        for name in sorted(first.keys() & second.keys()):
            yield (
                f"two branches write {name}, at {first[name]} and {second[name]}: give each its own variable"
            )


def _reached(model: Model, start: Element) -> set[Element]:
    reached, open_ends = set(), [start]
    while open_ends:
        element = open_ends.pop()
        if element not in reached:
            reached.add(element)
            open_ends += model.after(element) + model.boundary(element)
    return reached


def _written(model: Model, elements: set[Element]) -> dict[str, str]:
    """{variable: the element that writes it}, scopes inside included, save what a scope keeps to itself."""
    written = {}
    for branch in elements:
        for element in branch.iter():
            local = {
                name
                for scope in model.around(element)
                if scope in set(branch.iter()) and scope is not element
                for name in mappings(scope, "inputParameter")
            }
            for name, value in writes(element):
                if name not in local and value not in ("${true}", "${false}"):
                    written[name] = element.get("id", "")
    return written
