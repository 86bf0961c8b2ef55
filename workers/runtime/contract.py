"""The contract of a topic: what it reads, what it sets, how often it is tried, which requirements it carries.

Declared beside the code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from camunda.external_task.external_task import ExternalTask
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Variables(BaseModel):
    """Base of a topic's input and output: attribute `due_date` is the process variable `dueDate`, and `from_`
    is `from`. Unknown names are a contract violation.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        alias_generator=lambda attribute: to_camel(attribute.removesuffix("_")),
        populate_by_name=True,
    )

    # Outputs are local to the service task, and the model maps what it needs. The one exception: the entries
    # of the dict field named here become variables of the workstep, because a prefilled form's keys are the
    # form's business.
    spread: ClassVar[str] = ""
    always: ClassVar[tuple[str, ...]] = ()  # the keys that are among them each time

    @classmethod
    def names(cls) -> list[str]:
        """The process variables this model stands for."""
        return [info.alias or name for name, info in cls.model_fields.items()]


class Nothing(Variables):
    """No variables."""


@dataclass(frozen=True)
class Retry:
    """How often a failing task is tried before it is an incident. `base`: the first pause, then doubled."""

    times: int = 5
    base: float = 5.0  # seconds


@dataclass(frozen=True)
class Topic:
    name: str
    handler: Callable[..., Any]
    # ExternalTask: a handler `(task) -> TaskResult` of camunda-external-task-client-python3
    input: type[Variables] | type[ExternalTask] = Nothing
    output: type[Variables] = Nothing
    errors: frozenset[str] = frozenset()
    requirements: tuple[str, ...] = ()
    retry: Retry = Retry()
    lock: float = 45.0  # seconds
    max_parallel: int = 8
    around: bool = False  # reads the variables around its element too: only where no human step comes before
    doc: str = field(default="", repr=False)


_REGISTERED: dict[str, Topic] = {}


def topic(name: str, **contract: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a function `(task: In, work: Work) -> Out` as the handler of a topic."""

    def declare(handler: Callable[..., Any]) -> Callable[..., Any]:
        if name in _REGISTERED:
            raise ValueError(
                f"topic {name} is declared twice: {handler.__module__} and "
                f"{_REGISTERED[name].handler.__module__}"
            )
        _REGISTERED[name] = Topic(name, handler, doc=(handler.__doc__ or "").strip(), **contract)
        return handler

    return declare


def load(package: str) -> dict[str, Topic]:
    """Import every module of a package and return the topics declared so far, by name."""
    root = importlib.import_module(package)
    for module in pkgutil.iter_modules(root.__path__, package + "."):
        importlib.import_module(module.name)
    return dict(sorted(_REGISTERED.items()))
