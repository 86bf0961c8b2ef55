"""What one submission may have written, as it stands at one element.

A fact is (scope, name) -> origins: the variable of that scope may hold what the submission wrote under these
names beside its form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element

from workers.catalogue.shields.expressions import CALLER, OWN, ROOT, Read, Write
from workers.catalogue.shields.graph import Graph

Origins = frozenset[str]
State = dict[tuple[Element, str], Origins]
NONE: Origins = frozenset()


@dataclass(frozen=True)
class Reader:
    """Who reads: element, how; `unmapped`: a topic that maps no inputs."""

    graph: Graph
    element: str
    how: str
    unmapped: bool = False


@dataclass(frozen=True)
class Step:
    """A human step as one caller of its process has it (`context`), or a start that people may make."""

    graph: Graph
    element: Element
    context: Element | None
    answers: frozenset[str]


class Above(Protocol):
    def above(self, graph: Graph, context: Element | None, name: str) -> Origins:
        """A variable as the calling process sees it."""


class Env:
    """What is visible at one element: its own scope, the scopes around it, the task's own variables."""

    def __init__(
        self, flow: Above, graph: Graph, context: Element | None, state: State, chain: list[Element]
    ):
        self.flow = flow
        self.graph = graph
        self.context = context
        self.chain = chain
        self.state = dict(state)
        self.locals = dict[str, Origins]()
        self.task = dict[str, Origins]()
        self.written: State = {}  # what was written here, of which branches beside have to know
        self.scoped = False

    def origins(self, read: Read) -> Origins:
        if read.where == CALLER:
            return self.flow.above(self.graph, self.context, read.name)
        if read.where == ROOT:
            return self.state.get((self.graph.process, read.name), NONE)
        if read.name in self.locals:
            return self.locals[read.name]
        origins = NONE
        for scope in self.chain:
            origins |= self.state.get((scope, read.name), NONE)
            if read.name in self.graph.surely[scope]:
                break
        return origins

    def value(self, reads: Iterable[Read]) -> Origins:
        return NONE.union(*(self.origins(read) for read in reads))

    def named(self, name: str) -> Origins:
        return self.task[name] if name in self.task else self.origins(Read(OWN, name))

    def assign(self, name: str, origins: Origins, sure: bool = True) -> None:
        """The engine's rule: a write lands in the nearest scope that holds the name, else in the process."""
        if name in self.locals:
            self.locals[name] = origins if sure else self.locals[name] | origins
            return
        self.put(self.graph.holder(self.chain, name), name, origins, sure)

    def put(self, scope: Element, name: str, origins: Origins, sure: bool = True) -> None:
        whole = origins if sure else origins | self.state.get((scope, name), NONE)
        if whole:
            self.state[scope, name] = whole
            self.written[scope, name] = whole | self.written.get((scope, name), NONE)
        else:
            self.state.pop((scope, name), None)

    def write(self, write: Write, sure: bool = True) -> None:
        origins = self.value(write.value)
        if write.local and write.base == "task":
            self.task[write.name] = origins
        elif write.local and self.scoped:
            self.locals[write.name] = origins
        elif write.local:
            self.put(self.chain[0], write.name, origins, sure=False)
        elif write.where == ROOT:
            self.put(self.graph.process, write.name, origins, sure)
        else:
            self.assign(write.name, origins, sure)


def join(into: State, state: State) -> bool:
    """Add the facts; whether there was a new one."""
    changed = False
    for key, origins in state.items():
        before = into.get(key, NONE)
        if not origins <= before:
            into[key] = before | origins
            changed = True
    return changed
