"""Camunda Modeler's element templates, made from the contracts: `.camunda/element-templates/<topic>.json`.

A template for Camunda 7 cannot reach into an event's definition, which is where a message event has its
topic. So each topic has a template for tasks, complete, and those that the models use on message events have
a second one, for the mappings alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workers.catalogue import describe
from workers.runtime.contract import Topic

FOLDER = Path(".camunda/element-templates")
TASKS, EVENTS = ["bpmn:ServiceTask", "bpmn:SendTask"], ["bpmn:IntermediateThrowEvent", "bpmn:EndEvent"]


def render(topic: Topic, version: int, on_events: bool) -> str:
    """The file of one topic. Modeler offers an update to elements with a lower version."""
    found = describe(topic)
    mappings = [_input(field) for field in found["reads"] if not topic.around]
    mappings += [_output(field) for field in found["returns"] if not field["spread"]]
    templates = [_template(found, version, "", TASKS, _runs(topic.name) + mappings)]
    if on_events:
        by_hand = f"Set the event's implementation to external and its topic to {topic.name} yourself. "
        templates.append(_template(found, version, "event", EVENTS, mappings, by_hand))
    return json.dumps(templates, indent=2, ensure_ascii=False) + "\n"


def version_of(file: Path) -> int:
    """The version that a generated file has; 0: there is none."""
    return json.loads(file.read_text())[0]["version"] if file.exists() else 0


def _template(
    found: dict[str, Any], version: int, kind: str, applies: list[str], properties: list[Any], first: str = ""
) -> dict[str, Any]:
    name = found["topic"]
    return {
        "name": f"Homeward: {name}" + (f" ({kind})" if kind else ""),
        "id": f"homeward.{name}" + (f".{kind}" if kind else ""),
        "version": version,
        "description": first + _in_short(found),
        "appliesTo": applies,
        "properties": properties,
    }


def _in_short(found: dict[str, Any]) -> str:
    errors = f" BPMN errors to catch: {', '.join(found['errors'])}." if found["errors"] else ""
    return " ".join(found["does"].split("\n\n")[0].split()).replace("`", "") + errors


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
