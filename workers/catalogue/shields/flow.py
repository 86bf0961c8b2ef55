"""What one submission can have written, followed through every model: which of it is read, and by what.

Facts are joined where ways meet, and end where something else is written on the way. A called process is
followed once for each call of it (`context`); where the step's own process ends, each of its callers goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, kind
from workers.catalogue.shields.behaviour import behave
from workers.catalogue.shields.expressions import Effects, Read
from workers.catalogue.shields.graph import SCOPES, Graph, loop_names
from workers.catalogue.shields.house import House
from workers.catalogue.shields.state import NONE, Env, Origins, Reader, State, Step, join


class Flow:
    """The facts of one step's submission, everywhere."""

    def __init__(self, house: House, step: Step):
        self.house, self.step = house, step
        self.at: dict[tuple[Element | None, Element], State] = {}
        # written beside: before, while and after the element
        self.around: dict[tuple[Element | None, Element], State] = {}
        # what came to a join, by sequence flow
        self.edges: dict[tuple[Element | None, Element], dict[Element, State]] = {}
        self.exits: dict[tuple[Element | None, Element], State] = {}  # at the ends inside a scope
        # of a process, its end listeners included
        self.ends: dict[tuple[Element | None, Element], State] = {}
        self.queue: dict[tuple[Element | None, Element], Graph] = {}
        # where a variable of the calling process is read
        self.asking: dict[tuple[Element | None, Element], Graph] = {}
        self.readers: dict[str, dict[Reader, None]] = {}
        self.aim = house.mentions(step.graph) - step.answers
        self._run()

    def _run(self) -> None:
        step = self.step
        if step.context is not None:
            self.ask(step.graph, step.context)
        if kind(step.element) == "startEvent":
            self.begin(
                step.graph,
                step.context,
                {(step.graph.process, name): frozenset({name}) for name in self.aim},
                [step.element],
            )
        else:
            self.queue[step.context, step.element] = step.graph
        before = -1
        while self.queue or self._size() != before:
            if not self.queue:  # nobody is told when a caller's variable changes: ask once more
                before = self._size()
                self.queue |= self.asking
            while self.queue:
                (context, element), graph = next(iter(self.queue.items()))
                del self.queue[context, element]
                self._visit(graph, context, element)

    def _size(self) -> int:
        return sum(
            len(origins)
            for states in (self.at, self.around)
            for state in states.values()
            for origins in state.values()
        )

    def before(self, context: Element | None, node: Element) -> State:
        """The facts that an element begins with."""
        state = {**self.at.get((context, node), {})}
        join(state, self.around.get((context, node), {}))
        return state

    # moving facts -------------------------------------------------------------------------------------------

    def push(self, graph: Graph, context: Element | None, element: Element, state: State) -> None:
        if join(self.at.setdefault((context, element), {}), state):
            self.queue[context, element] = graph

    def begin(self, graph: Graph, context: Element | None, state: State, starts: list[Element]) -> None:
        """A process that is started or called with these facts."""
        env = Env(self, graph, context, state, [graph.process])
        self._evaluate(env, graph.process)
        self.listeners(env, graph.process, ("start",))
        for start in starts:
            self.push(graph, context, start, env.state)

    def ask(self, graph: Graph, context: Element) -> None:
        """A process is called: what it reads of its caller is looked up, whether or not it gets a fact."""
        self.asking |= {(context, node): graph for node in self.house.asking(graph)}

    def _share(self, env: Env, node: Element, state: State) -> None:
        """To whatever may begin while the node is active; what it wrote, also to what is beside it."""
        graph, context = env.graph, env.context
        for host in (node, *graph.chain(node)):
            for event in graph.boundaries.get(host, []):
                self.push(graph, context, event, state)
            if host is not node:
                for sub in graph.event_subs(host):
                    if node not in set(sub.iter()):
                        self.push(graph, context, sub, state)
        self._pass_beside(env, node)

    def _pass_beside(self, env: Env, node: Element) -> None:
        for other in env.graph.beside.get(node, ()):
            if join(self.around.setdefault((env.context, other), {}), env.written):
                self.queue[env.context, other] = env.graph

    def _leave(self, graph: Graph, context: Element | None, node: Element, state: State) -> None:
        ways = graph.leaving(node)
        for flow, target in ways:
            after = state
            if flow is not None:
                env = Env(self, graph, context, state, graph.chain(node))
                parts = self.house.parts(graph, flow)
                for what, effects in (*parts.others, *parts.listeners):
                    self.happens(env, flow, what if what != "take" else "a listener", effects)
                self._pass_beside(env, node)
                after = env.state
            self.push(graph, context, target, self._joined(graph, context, flow, target, after))
        if not ways and node not in graph.aside:
            self._exit(graph, context, graph.scope(node), state)

    def _joined(
        self, graph: Graph, context: Element | None, flow: Element | None, target: Element, state: State
    ) -> State:
        """At a parallel join what is left on every branch: overwritten once it is gone, written it stays."""
        incoming = [other for other in graph.model.flows if other.get("targetRef") == target.get("id")]
        if flow is None or kind(target) != "parallelGateway" or len(incoming) < 2:
            return state
        came = self.edges.setdefault((context, target), {})
        join(came.setdefault(flow, {}), state)
        sides = [
            came.get(edge, {})
            for edge in incoming
            if graph.model.elements.get(edge.get("sourceRef", "")) in graph.beside
        ]
        whole: State = {}
        for branch in came.values():
            join(whole, branch)
        return {
            key: left
            for key, origins in whole.items()
            if (left := origins.intersection(*(side.get(key, NONE) for side in sides)))
        }

    def _exit(self, graph: Graph, context: Element | None, scope: Element, state: State) -> None:
        inside = self.exits.setdefault((context, scope), {})
        if not join(inside, state):
            return
        if scope is not graph.process:
            env = Env(self, graph, context, inside, [scope, *graph.chain(scope)])
            self.listeners(env, scope, ("end",))
            outer = self._outside(env, scope)
            after = {key: origins for key, origins in outer.state.items() if key[0] is not scope}
            self._share(outer, scope, after)
            self._leave(graph, context, scope, after)
            return
        env = Env(self, graph, context, inside, [scope])
        self.listeners(env, scope, ("end",))
        self.ends[context, scope] = env.state
        if context is not None:
            call = next(call for call in self.house.callers[graph.model.process] if call.element is context)
            for above, element in [*self.at, *([(None, context)] if context is self.step.context else [])]:
                if element is context:
                    self.queue[above, element] = call.graph
        else:
            for call in self.house.callers.get(graph.model.process, []):
                self.queue[None, call.element] = call.graph

    def _outside(self, env: Env, node: Element) -> Env:
        """Around an element that is over: its output parameters are read inside and land outside."""
        outer = Env(self, env.graph, env.context, env.state, env.graph.chain(node))
        outer.written = env.written
        for name, effects in self.house.parts(env.graph, node).outputs:
            outer.assign(name, env.value(effects.reads))
        return outer

    def above(self, graph: Graph, context: Element | None, name: str) -> Origins:
        """A variable as the calling process sees it."""
        origins = NONE
        for call in self.house.calls_of(graph, context):
            for outer, element in list(self.at):
                if element is call.element and (context is not None or outer is None):
                    env = Env(self, call.graph, outer, self.before(outer, element), call.graph.chain(element))
                    self._enter(env, element)
                    origins |= env.named(name)
        return origins

    # what happens at an element -----------------------------------------------------------------------------

    def _visit(self, graph: Graph, context: Element | None, node: Element) -> None:
        env = Env(self, graph, context, self.before(context, node), graph.chain(node))
        if kind(node) in SCOPES:
            self._scope(env, node)
            return
        host = (
            graph.model.elements.get(node.get("attachedToRef", "")) if kind(node) == "boundaryEvent" else None
        )
        self._enter(env, node)
        self.listeners(env, node, ("start",))
        if host is None:
            self._evaluate(env, node)
        elif kind(host) in SCOPES:  # at an activity `borders` reads it, in that one's scope
            self._evaluate(Env(self, graph, context, env.state, [host, *env.chain]), node)
        self.borders(env, node)
        middle = behave(self, env, node)
        self._share(env, node, middle)
        self.listeners(env, node, ("end",))
        outer = self._outside(env, node)
        join(outer.state, self.around.get((context, node), {}))
        self._share(outer, node, outer.state)
        self._leave(graph, context, node, outer.state)

    def _scope(self, env: Env, node: Element) -> None:
        self._enter(env, node)
        self._evaluate(env, node)
        inner = {key: origins for key, origins in env.state.items() if key[0] is not node}
        inner |= {(node, name): origins for name, origins in env.locals.items() if origins}
        inside = Env(self, env.graph, env.context, inner, [node, *env.chain])
        self.listeners(inside, node, ("start",))
        for start in env.graph.starts(node):
            self.push(env.graph, env.context, start, inside.state)
        self._share(inside, node, inside.state)

    def _enter(self, env: Env, node: Element) -> None:
        parts = self.house.parts(env.graph, node)
        env.scoped = parts.scoped
        env.locals |= dict.fromkeys(loop_names(node), NONE)
        for name, effects in parts.inputs:
            env.locals[name] = env.value(effects.reads)

    def _evaluate(self, env: Env, node: Element) -> None:
        """Attributes, timers, conditions."""
        for what, effects in self.house.parts(env.graph, node).others:
            self.happens(env, node, what, effects)

    def borders(self, env: Env, node: Element, submitted: bool = False) -> None:
        """The timers and conditions of the events at an activity; of what is `submitted` there the conditions
        alone: a timer was set when it opened.
        """
        for event in env.graph.boundaries.get(node, []):
            if not submitted or event.find(BPMN + "timerEventDefinition") is None:
                self._evaluate(env, event)

    def listeners(self, env: Env, node: Element, events: Iterable[str], sure: bool = True) -> None:
        for event, effects in self.house.parts(env.graph, node).listeners:
            if event in events:
                self.happens(env, node, f"the {event} listener", effects, sure)

    def happens(self, env: Env, node: Element, what: str, effects: Effects, sure: bool = True) -> None:
        self.read(env, node, what, effects.reads)
        for write in effects.writes:
            if write.local and write.base == "task":  # Tasklist's cards show it
                self.read(env, node, what, write.value)
            env.write(write, sure)

    def read(self, env: Env, node: Element, how: str, reads: Iterable[Read], unmapped: bool = False) -> None:
        for origin in env.value(reads):
            self.note(env.graph, node, how, origin, unmapped)

    def note(self, graph: Graph, node: Element, how: str, origin: str, unmapped: bool = False) -> None:
        self.readers.setdefault(origin, {})[Reader(graph, node.get("id", ""), how, unmapped)] = None
