"""Camunda Modeler's element templates, made from the contracts: `.camunda/element-templates/<topic>.json`.

A template for Camunda 7 cannot reach into an event's definition, which is where a message event has its
topic. So each topic has a template for tasks, complete, and those that the models use on message events have
a second one, for the mappings alone. Two more are for calls: of a workstep, and of duties. The models name
the template of each element, so that Modeler offers an update where a contract has changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workers.catalogue import describe
from workers.runtime.contract import Topic

FOLDER = Path(".camunda/element-templates")
CALL, DUTY = "workstep", "duty"  # the templates of calls: of a workstep, and of the processes that do duties
TASKS, EVENTS = ["bpmn:ServiceTask", "bpmn:SendTask"], ["bpmn:IntermediateThrowEvent", "bpmn:EndEvent"]


def render(topic: Topic, version: int, on_events: bool) -> str:
    """The file of one topic. Modeler offers an update to elements with a lower version."""
    described = describe(topic)
    mappings = [_input(field) for field in described["reads"] if not topic.around]
    mappings += [_output(field) for field in described["returns"] if not field["spread"]]
    templates = [_template(described, version, "", TASKS, _runs(topic.name) + mappings)]
    if on_events:
        by_hand = f"Set the event's implementation to external and its topic to {topic.name} yourself. "
        templates.append(_template(described, version, "event", EVENTS, mappings, by_hand))
    return json.dumps(templates, indent=2, ensure_ascii=False) + "\n"


def name_of(topic: str, is_event: bool) -> str:
    """The id of a topic's template, as an element names it."""
    return f"homeward.{topic}" + (".event" if is_event else "")


def call(version: int, worksteps: Mapping[str, str]) -> str:
    """The file of a workstep's call. `worksteps`: process id -> name."""
    opens = {
        "label": "What it opens",
        "description": "Name the variable of the pathway that takes its routes.",
        "type": "String",
        "value": "routes",
        "binding": {"type": "camunda:out", "source": "routes"},
    }
    says = "Call a workstep with the child's case, and learn what opens next."
    return _call(CALL, version, says, worksteps, [opens])


def duty(version: int) -> str:
    """The file of a call that has duties done. What Modeler's templates cannot set, its description says."""
    says = (
        "Have each duty done that set-duties has planned. Make it multi-instance yourself: collection "
        "${duties.elements()}, element variable duty."
    )
    processes = {"duty": "Each once", "standing-duty": "Each again and again"}
    return _call(DUTY, version, says, processes, [_hands_down("duty")])


def _call(name: str, version: int, says: str, processes: Mapping[str, str], more: list[Any]) -> str:
    called = {
        "label": name.capitalize(),
        "type": "Dropdown",
        "choices": [{"name": words, "value": process} for process, words in processes.items()],
        "binding": {"type": "property", "name": "calledElement"},
    }
    key = {
        "type": "Hidden",
        "value": "#{execution.processBusinessKey}",
        "binding": {"type": "camunda:in:businessKey"},
    }
    template = {
        "name": f"Homeward: {name}",
        "id": name_of(name, False),
        "version": version,
        "description": says,
        "appliesTo": ["bpmn:CallActivity"],
        "properties": [called, key, _hands_down("childId"), *more],
    }
    return json.dumps([template], indent=2, ensure_ascii=False) + "\n"


def _hands_down(variable: str) -> dict[str, Any]:
    return {"type": "Hidden", "value": variable, "binding": {"type": "camunda:in", "target": variable}}


def version_of(file: Path) -> int:
    """The version that a generated file has; 0: there is none."""
    return json.loads(file.read_text())[0]["version"] if file.exists() else 0


def _template(
    described: dict[str, Any],
    version: int,
    kind: str,
    applies: list[str],
    properties: list[Any],
    first: str = "",
) -> dict[str, Any]:
    name = described["topic"]
    return {
        "name": f"Homeward: {name}" + (f" ({kind})" if kind else ""),
        "id": name_of(name, bool(kind)),
        "version": version,
        "description": first + _in_short(described),
        "appliesTo": applies,
        "properties": properties,
    }


def _in_short(described: dict[str, Any]) -> str:
    errors = f" BPMN errors to catch: {', '.join(described['errors'])}." if described["errors"] else ""
    return " ".join(described["does"].split("\n\n")[0].split()).replace("`", "") + errors


def _runs(topic: str) -> list[dict[str, Any]]:
    return [
        {"type": "Hidden", "value": value, "binding": {"type": "property", "name": name}}
        for name, value in (("camunda:type", "external"), ("camunda:topic", topic))
    ]


def _input(field: dict[str, Any]) -> dict[str, Any]:
    """Modeler creates every mapping: an optional one starts as what is read without it, and hides nothing."""
    name = field["name"]
    made: dict[str, Any] = {
        "label": name,
        "description": _hint(field),
        "type": "String",
        "binding": {"type": "camunda:inputParameter", "name": name},
    }
    if field["values"]:
        made |= {
            "type": "Dropdown",
            "value": field["values"][0],
            "choices": [{"name": value, "value": value} for value in field["values"]],
        }
    if field["optional"]:
        return made | {"value": f"${{execution.getVariable('{name}')}}"}
    return made | {"constraints": {"notEmpty": True}}


def _hint(field: dict[str, Any]) -> str:
    kind = ("one of the list" if field["values"] else field["type"]) + (
        ", optional" if field["optional"] else ""
    )
    example = f" Example: {field['example']}" if field["example"] else ""
    return f"{field['says'].replace('`', '')} {kind.capitalize()}; a fixed value or an expression.{example}"


def _output(field: dict[str, Any]) -> dict[str, Any]:
    """The value of an output is the variable that takes it."""
    name = field["name"]
    return {
        "label": name,
        "description": f"{field['says'].replace('`', '')} Name the variable of the workstep that takes it.",
        "type": "String",
        "value": name,
        "binding": {"type": "camunda:outputParameter", "source": f"${{execution.getVariable('{name}')}}"},
    }
