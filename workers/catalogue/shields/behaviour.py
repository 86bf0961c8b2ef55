"""What the elements of a model do with variables, beside their attributes, listeners and mappings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from workers.bpmn import CAMUNDA, kind
from workers.catalogue.shields.expressions import OWN, ROOT, Read
from workers.catalogue.shields.graph import Graph
from workers.catalogue.shields.house import Call
from workers.catalogue.shields.state import NONE, Env, Origins, State, join
from workers.catalogue.shields.thrown import cut_off
from workers.runtime.contract import Variables

if TYPE_CHECKING:
    from workers.catalogue.shields.flow import Flow

# What a message always brings, which the engine writes over what was there (workers/topics,
# workers/commands).
CARRIED = {
    re.compile("close-workstep"): ("closedBy", "closeReason"),
    re.compile("withdraw-.+"): ("withdrawReason", "withdrawComments", "withdrawnBy"),
}


def carried(message: str) -> tuple[str, ...]:
    return next((names for pattern, names in CARRIED.items() if pattern.fullmatch(message)), ())


def behave(flow: Flow, env: Env, node: Element) -> State:
    """What the element itself does; the state while it does it."""
    if kind(node) == "userTask":
        return _person(flow, env, node)
    if kind(node) == "callActivity":
        return _call(flow, env, Call(env.graph, node))
    for use in env.graph.model.uses:
        if use.element is node:
            _topic(flow, env, node, use.topic)
    if node.get(CAMUNDA + "decisionRef"):
        for name, decision in flow.house.decisions_of(env.graph, env.context, node):
            flow.read(env, node, f"decision {name}", (Read(OWN, read) for read in decision.reads))
        env.locals["decisionResult"] = NONE
    if result := node.get(CAMUNDA + "resultVariable"):
        made = [
            effects.reads
            for what, effects in flow.house.parts(env.graph, node).others
            if what == "expression"
        ]
        env.assign(result, env.value(frozenset().union(*made)))
    message = env.graph.model.elements.get(
        next((part.get("messageRef", "") for part in (node, *node) if part.get("messageRef")), "")
    )
    if message is not None and kind(node) in (
        "startEvent",
        "intermediateCatchEvent",
        "boundaryEvent",
        "receiveTask",
    ):
        for name in carried(message.get("name", "")):
            env.assign(name, NONE)
    if starter := node.get(CAMUNDA + "initiator"):
        env.assign(starter, NONE)
    return env.state


def _person(flow: Flow, env: Env, node: Element) -> State:
    flow.listeners(env, node, ("create",))
    for form in flow.house.forms_of(env.graph, env.context, node):
        for name in form.shown:
            for origin in env.named(name):
                flow.note(env.graph, node, f"form {form.path.stem}", origin)
    if node is flow.step.element and env.context is flow.step.context:
        for name in flow.aim:  # the task's own variables do not stop it: `complete` writes past them
            env.assign(name, frozenset({name}), sure=False)
        flow.borders(env, node, submitted=True)
    middle = dict(env.state)
    flow.listeners(env, node, ("assignment", "update", "timeout", "delete"), sure=False)
    flow.listeners(env, node, ("complete",))
    return middle


def _topic(flow: Flow, env: Env, node: Element, topic: str) -> None:
    if env.scoped:
        for name in env.locals:
            flow.read(env, node, f"input {name}", [Read(OWN, name)])
    else:
        for name in flow.house.contract(topic):
            flow.read(env, node, f"topic {topic}", [Read(OWN, name)], unmapped=True)
    flow.read(
        env,
        node,
        f"topic {topic} records it",
        (Read(ROOT, name) for name in flow.house.recorded(env.graph, env.context, topic, node)),
    )
    if (
        env.scoped
        and topic in flow.house.topics
        and hasattr(output := flow.house.topics[topic].output, "names")
    ):
        env.locals |= dict.fromkeys(output.names(), NONE)
    if topic in flow.house.topics and issubclass(output := flow.house.topics[topic].output, Variables):
        for name in output.always:
            env.assign(name, NONE)
    if topic == "open-pathway":  # sets anew what it reads, and whose pathway it is
        for name in ("childId", *flow.house.contract(topic)):
            env.assign(name, NONE)


def _call(flow: Flow, env: Env, call: Call) -> State:
    callee = flow.house.graphs.get(call.element.get("calledElement", ""))
    parts = flow.house.parts(call.graph, call.element)
    if callee is None:
        return env.state
    flow.ask(callee, call.element)
    entry: State = {}
    for passed in parts.ins:
        flow.read(
            env, call.element, "the business key", flow.house.effects(passed.get("businessKey", "")).all_reads
        )
        for name, origins in _passed(flow, env, passed):
            entry[callee.process, name] = entry.get((callee.process, name), NONE) | origins
    entry = {key: origins for key, origins in entry.items() if origins}
    if entry:
        flow.begin(callee, call.element, entry, callee.starts(callee.process))
    middle = Env(flow, env.graph, env.context, env.state, env.chain)
    if cut_off(flow.house, call):
        _take(flow, middle, env.context, callee, parts.outs, call, sure=False, anywhere=True)
    _take(flow, env, env.context, callee, parts.outs, call, sure=True, anywhere=False)
    return middle.state


def _passed(flow: Flow, env: Env, passed: Element) -> Iterable[tuple[str, Origins]]:
    """(Target, origins) of one `in` or `out`, read where `env` is."""
    if passed.get("variables") == "all":
        names = {name for _, name in env.state} | set(env.locals)
        return [(name, env.origins(Read(OWN, name))) for name in names]
    reads = flow.house.effects(passed.get("sourceExpression", "")).all_reads
    if passed.get("source"):
        reads = frozenset({Read(OWN, passed.get("source", ""))})
    return [(passed.get("target", ""), env.value(reads))] if passed.get("target") else []


def _take(
    flow: Flow,
    env: Env,
    context: Element | None,
    callee: Graph,
    outs: list[Element],
    call: Call,
    sure: bool,
    anywhere: bool,
) -> None:
    """What the call brings back, at its end or (an error or escalation in it) from anywhere inside."""
    ended: State = {}
    for inner in (call.element, *([None] if context is None else [])):
        if anywhere:
            for (within, node), state in flow.at.items():
                if within is inner and node in set(callee.nodes):
                    join(ended, state)
        else:
            join(ended, flow.ends.get((inner, callee.process), {}))
    inside = Env(flow, callee, call.element, ended, [callee.process])
    for passed in outs:
        for name, origins in _passed(flow, inside, passed):
            if passed.get("local") == "true":
                env.locals[name] = origins
            else:
                env.assign(name, origins, sure and passed.get("variables") != "all")
