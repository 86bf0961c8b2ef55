"""The command `homeward`, as somebody types it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from workers import cli
from workers.settings import settings


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """`homeward(*arguments, CAMUNDA_URL=…)`: exit code and what was printed, in this process."""

    def homeward(*arguments: str, **environment: str) -> Said:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["homeward", *arguments])
            for name, value in environment.items():
                patch.setenv(name, value)
            settings.cache_clear()
            capsys.readouterr()
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        settings.cache_clear()
        return Said(code, *capsys.readouterr())

    return homeward


@pytest.fixture
def homeward(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    return command(monkeypatch, capsys)
