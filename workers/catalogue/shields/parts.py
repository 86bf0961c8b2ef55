"""What one element of a model evaluates; what it does in code cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Model, kind
from workers.catalogue.shields.expressions import OWN, Effects, Read, Unreadable, is_expression, juel
from workers.catalogue.shields.graph import LOOP, is_node

_CODE = ("class", "delegateExpression", "variableMappingClass", "variableMappingDelegateExpression")
# extensions that are read by name
_OWN_WAY = ("inputOutput", "executionListener", "taskListener", "properties", "in", "out")
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")
CODE = "runs code, and nobody knows which variables it takes: say it with expressions, or have a worker do it"


@dataclass
class Parts:
    scoped: bool = False  # whether the element has a scope of its own
    inputs: list[tuple[str, Effects]] = field(default_factory=list)
    outputs: list[tuple[str, Effects]] = field(default_factory=list)
    listeners: list[tuple[str, Effects]] = field(default_factory=list)  # by event
    others: list[tuple[str, Effects]] = field(default_factory=list)  # by what it is: assignee, a timer, ...
    ins: list[Element] = field(default_factory=list)
    outs: list[Element] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def parts(model: Model, element: Element) -> Parts:
    """A flow node's or a sequence flow's own parts, not those of what is inside it."""
    result = Parts()
    for io in element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}inputOutput"):
        result.scoped = True
        result.inputs = list(_mapped(result, io, "inputParameter"))
        result.outputs = list(_mapped(result, io, "outputParameter"))
    for listener in element.iterfind(f"{BPMN}extensionElements/*"):
        if kind(listener) in ("executionListener", "taskListener"):
            if listener.get("expression"):
                result.listeners.append(
                    (listener.get("event", ""), _read(result, "a listener", listener.get("expression", "")))
                )
            else:
                result.problems.append(f"a listener {CODE}")
    result.ins = list(element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}in"))
    result.outs = list(element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}out"))
    for what, text in _texts(model, element):
        if is_expression(text):
            result.others.append((what, _read(result, what, text)))
    if (loop := element.find(LOOP)) is not None:
        result.scoped = True
        names = [
            loop.get(CAMUNDA + "collection", ""),
            (loop.findtext(BPMN + "loopDataInputRef") or "").strip(),
        ]
        result.others += [
            ("the collection", Effects(frozenset({Read(OWN, name)})))
            for name in names
            if name and not is_expression(name)
        ]
    result.problems += _code(element)
    return result


def _read(parts: Parts, what: str, text: str) -> Effects:
    try:
        return juel(text)
    except Unreadable as error:
        parts.problems.append(
            f"{what} cannot be read ({error}), so nobody knows which variables it takes: say it in "
            "plain words"
        )
        return Effects()


def _mapped(parts: Parts, io: Element, tag: str) -> Iterator[tuple[str, Effects]]:
    for parameter in io.iterfind(CAMUNDA + tag):
        name, effects = parameter.get("name", ""), Effects()
        for text in [
            parameter.text or "",
            *(inner.text or "" for inner in parameter.iter() if inner is not parameter),
        ]:
            read = _read(parts, f"{tag} {name}", text)
            effects = Effects(effects.reads | read.reads, (*effects.writes, *read.writes))
        if parameter.find(CAMUNDA + "script") is not None:
            parts.problems.append(f"{tag} {name} {CODE}")
        yield name, effects


def _texts(model: Model, element: Element) -> Iterator[tuple[str, str]]:
    """(What it is, text) of everything else that the engine may evaluate."""
    for name, value in element.items():
        yield name.rpartition("}")[2], value
    for child in element:
        if kind(child) == "extensionElements":
            for extension in child:
                if kind(extension) not in _OWN_WAY:
                    yield from _deep(model, extension)
        elif kind(child) == "documentation" and kind(element) != "userTask":
            continue
        elif not is_node(child) and kind(child) not in (
            "sequenceFlow",
            "incoming",
            "outgoing",
            "laneSet",
            "textAnnotation",
            "association",
        ):
            yield from _deep(model, child)


def _deep(model: Model, element: Element) -> Iterator[tuple[str, str]]:
    for inner in element.iter():
        what = {
            "conditionExpression": "the condition",
            "condition": "the condition",
            "documentation": "the description",
        }.get(kind(inner), kind(inner))
        yield what, inner.text or ""
        for name, value in inner.items():
            yield f"{what} {name.rpartition('}')[2]}", value
            if name in _REFERENCES and (meant := model.elements.get(value)) is not None:
                for attribute in meant.items():
                    yield f"{kind(meant)} {attribute[0]}", attribute[1]


def _code(element: Element) -> Iterator[str]:
    own = [element, *(child for child in element if kind(child).endswith("EventDefinition"))]
    if kind(element) == "scriptTask" or any(part.get(CAMUNDA + name) for part in own for name in _CODE):
        yield CODE
    if any(
        condition.get("language") or condition.get(CAMUNDA + "resource")
        for condition in element.iterfind(BPMN + "conditionExpression")
    ):
        yield f"its condition {CODE}"
    if element.find(f"{BPMN}extensionElements/{CAMUNDA}connector") is not None:
        yield f"its connector {CODE}"
    if kind(element) == "callActivity" and is_expression(element.get("calledElement", "")):
        yield "nobody knows which process it calls, so what that does with variables cannot be told: name it"
    if any(
        True for _ in element.iterfind(f"{BPMN}signalEventDefinition/{BPMN}extensionElements/{CAMUNDA}in")
    ):
        yield (
            "hands variables to whoever waits for its signal, and nobody knows who that is: call a "
            "process instead"
        )
    if element.find(BPMN + "compensateEventDefinition") is not None and kind(element) == "boundaryEvent":
        yield "what its compensation reads, and when, cannot be told: do it with a flow"
