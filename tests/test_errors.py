"""Whoever meets an error of ours reads one line, and logs may repeat it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import workers
from workers.errors import HomewardError
from workers.rest.session import EngineError
from workers.runtime import report

# Caught where they are raised, and told to nobody.
INTERNAL = {"LockLost", "Refusal", "Unknown", "Unreadable"}


def test_every_error_for_people_is_one_of_the_tree():
    for module in pkgutil.walk_packages(workers.__path__, "workers."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            importlib.import_module(module.name)
    ours = {kind for kind in _below(Exception) if kind.__module__.startswith("workers.")}
    assert {kind.__name__ for kind in ours if not issubclass(kind, HomewardError)} == INTERNAL


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def test_logs_repeat_what_is_ours_and_quote_nothing_else():
    class OfATopic(HomewardError):
        """Of a package that the runtime does not know."""

    assert report.text(OfATopic("correct the variable teamManager")) == "correct the variable teamManager"
    assert "Robin" not in report.text(ValueError("no such name: Robin"))
    assert "Robin" not in report.text(EngineError(400, "RestException", "Cannot convert 'Robin'"))
