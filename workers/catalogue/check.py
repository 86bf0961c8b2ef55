"""Whether models and contracts fit: what would else be an incident, or a variable that is silently null."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from pydantic import TypeAdapter, ValidationError

from workers.bpmn import BPMN, CAMUNDA, Finding, Model, Use, kind, read
from workers.catalogue import every_workstep, parallel, shields
from workers.catalogue.shields.expressions import KEYWORDS
from workers.runtime.contract import Topic, Variables

_NULL_SAFE = re.compile(r"execution\s*[.]\s*getVariable\(\s*'(\w+)'\s*\)")
_NO_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|[.]\s*\w+|\b\w+\s*\(")  # texts, members, functions
_WORDS = KEYWORDS | {"execution"}


def findings(
    files: Iterable[Path], topics: Mapping[str, Topic], starts: Collection[str] = ()
) -> list[Finding]:
    """Every finding of the BPMN files among `files`, with the forms and decisions that they use.

    `starts`: the processes that people may start.
    """
    files = list(files)
    models, keys = read(files), _form_keys(files)
    found = []
    for model in models:
        given = _given(model, models, keys)
        for use in model.uses:
            if use.topic in topics:
                topic = topics[use.topic]
                problems = [
                    *_inputs(use, topic),
                    *_outputs(model, use, topic, given),
                    *_errors(model, use, topic),
                ]
            else:
                problems = [f"topic {use.topic} does not exist: there are {', '.join(topics)}"]
            found += [Finding(model.path, use.id, problem) for problem in problems]
        found += [
            Finding(model.path, element.get("id", ""), problem) for element, problem in _scopes(model, topics)
        ]
    return found + parallel.findings(models) + shields.findings(files, topics, starts)


def _form_keys(files: list[Path]) -> dict[str, set[str]]:
    """The keys of each form among the files."""
    return {
        path.stem: set(re.findall(r'"key":\s*"(\w+)"', path.read_text()))
        for path in files
        if path.suffix == ".form"
    }


def _given(model: Model, models: list[Model], keys: Mapping[str, set[str]]) -> set[str]:
    """The variables that come with the start, from callers and from forms."""
    passed = (
        into.get("target", "")
        for caller in models
        for call in caller.root.iter(BPMN + "callActivity")
        if call.get("calledElement") == model.process
        for into in call.iter(CAMUNDA + "in")
    )
    form_keys = (
        keys.get(task.get(CAMUNDA + "formRef", ""), set()) for task in model.root.iter(BPMN + "userTask")
    )
    return {*every_workstep(), *passed}.union(*form_keys)


def _inputs(use: Use, topic: Topic) -> Iterator[str]:
    fields = {info.alias or name: info for name, info in topic.input.model_fields.items()}
    for name, value in use.inputs.items():
        if name not in fields:
            yield f"input {name} is unknown to topic {topic.name}: it reads {', '.join(fields) or 'nothing'}"
        elif fields[name].is_required() and value in ("", "${null}"):
            yield f"input {name} of topic {topic.name} is required, but mapped to nothing"
        elif value and "${" not in value and "#{" not in value and not _fits(topic.input, name, value):
            yield f"input {name} of topic {topic.name} may not be {value!r}"
    for name in sorted(
        name for name, info in fields.items() if info.is_required() and name not in use.inputs
    ):
        yield (
            f"input {name} of topic {topic.name} is required, but not mapped: a worker sees only what "
            "the element maps"
        )


def _fits(model: type[Variables], name: str, value: str) -> bool:
    info = next(info for attribute, info in model.model_fields.items() if (info.alias or attribute) == name)
    kind: Any = info.annotation
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def _outputs(model: Model, use: Use, topic: Topic, given: set[str]) -> Iterator[str]:
    returned = set(topic.output.names()) - {topic.output.spread}
    there = returned | use.inputs.keys() | given | model.known(besides=use.element)
    for target, value in use.outputs.items():
        for name in sorted(set(variables(value)) - there):
            yield (
                f"output {target} takes {name}, which topic {topic.name} does not return: "
                f"it returns {', '.join(sorted(returned)) or 'nothing'}"
            )


def variables(expression: str) -> list[str]:
    """The variables that an expression reads, once each, by name."""
    inside = " ".join(re.findall(r"[$#]{(.*)}", expression, re.S))
    bare = re.findall(r"\b[A-Za-z_]\w*", _NO_VARIABLE.sub(" ", _NULL_SAFE.sub(" ", inside)))
    return sorted({*_NULL_SAFE.findall(inside), *bare} - _WORDS)


# errors -----------------------------------------------------------------------------------------------------


def _errors(model: Model, use: Use, topic: Topic) -> Iterator[str]:
    caught = {code for element in model.around(use.element) for code in _caught_at(model, element)}
    for code in sorted(topic.errors):
        if code not in caught and "" not in caught:
            yield (
                f"topic {topic.name} may throw the BPMN error {code}, and nothing in this process catches it"
            )


def _caught_at(model: Model, element: Element) -> Iterator[str]:
    """The error codes that the element's boundary events and event sub-processes catch; '' catches all."""
    started = (
        start
        for sub in element.iterfind(BPMN + "subProcess")
        if sub.get("triggeredByEvent") == "true"
        for start in sub.iterfind(BPMN + "startEvent")
    )
    for event in [*model.boundary(element), *started]:
        definition = event.find(BPMN + "errorEventDefinition")
        if definition is not None:
            yield model.error_code(definition)


def _scopes(model: Model, topics: Mapping[str, Topic]) -> Iterator[tuple[Element, str]]:
    """Error boundary events that wait for what nothing inside throws.

    What a called process throws cannot be told.
    """
    for event in model.root.iter(BPMN + "boundaryEvent"):
        definition = event.find(BPMN + "errorEventDefinition")
        inside = model.elements.get(event.get("attachedToRef"))
        if (
            definition is None
            or inside is None
            or any(kind(element) == "callActivity" for element in inside.iter())
        ):
            continue
        code = model.error_code(definition)
        within = set(inside.iter())
        used = [topics[use.topic] for use in model.uses if use.element in within and use.topic in topics]
        ends = [end.find(BPMN + "errorEventDefinition") for end in inside.iter(BPMN + "endEvent")]
        thrown = {code for topic in used for code in topic.errors}
        thrown |= {model.error_code(definition) for definition in ends if definition is not None}
        if (code and code not in thrown) or not thrown:
            declared = ", ".join(sorted(thrown)) or "none is declared"
            yield (
                event,
                f"waits for the BPMN error {code or '(any)'}, which no topic inside declares: {declared}",
            )
