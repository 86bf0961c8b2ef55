"""What modellers may use: the topics in their own words, made from the contracts alone.

`describe` is the one description: `homeward topics`, the page docs/topics.md and Modeler's element templates
come from it. `check` holds every model against the contracts.
"""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

from workers.rest import organisation
from workers.runtime.contract import Topic, Variables
from workers.settings import settings


def every_workstep() -> tuple[str, ...]:
    """What is set in every workstep, by its start, its call or `open-workstep` (docs/modelling.md)."""
    people = organisation.people(settings().models)
    return ("childId", "authority", *people, "routes", "message", "author", "submittedBy")


_WORDS = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    dict: "object",
    Any: "anything",
}


def describe(topic: Topic) -> dict[str, Any]:
    """All that a modeller needs to know of a topic, as plain data. Pauses and locks are in seconds."""
    return {
        "topic": topic.name,
        "does": topic.doc,
        "reads": _fields(topic.input),
        "returns": _fields(topic.output),
        "errors": sorted(topic.errors),
        "retry": {"times": topic.retry.times, "firstPause": topic.retry.base},
        "lock": topic.lock,
        "maxParallel": topic.max_parallel,
        "requirements": list(topic.requirements),
    }


def _fields(model: type[Variables]) -> list[dict[str, Any]]:
    return [
        {
            "name": info.alias or attribute,
            "type": _type(info.annotation),
            "values": _values(info.annotation),
            "optional": not info.is_required(),
            "spread": attribute == model.spread,
            "nullable": type(None) in get_args(info.annotation),
            "says": info.description or "",
            "example": info.examples[0] if info.examples else None,
        }
        for attribute, info in model.model_fields.items()
    ]


def _values(annotation: Any) -> list[str]:
    """The only values that a Literal allows; empty: any."""
    return list(get_args(annotation)) if get_origin(annotation) is Literal else []


def _type(annotation: Any) -> str:
    """A type in a modeller's words; that it may be null is said by `optional`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(argument) for argument in arguments if argument is not type(None))
    if origin is Literal:
        return " | ".join(arguments)
    if origin is list:
        return "list of objects" if get_origin(arguments[0]) is dict else f"list of {_type(arguments[0])}s"
    return _WORDS.get(origin or annotation, getattr(annotation, "__name__", str(annotation)))
