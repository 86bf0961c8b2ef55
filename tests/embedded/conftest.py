"""An engine whose Java is a shell script. Its processes are real."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.jars import JAR, locked
from tests.ports import free_port
from workers.embedded import EmbeddedEngine, artifacts, launcher
from workers.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        camunda_url=f"http://localhost:{free_port()}/engine-rest",
        engine="camunda",
        var=tmp_path / "var",
        cache=tmp_path / "cache",
    )


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a stand-in for Java out of a shell script, for an engine of one jar, which is in the cache."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine/camunda.lock").write_text(locked("org.example:thing:1.0") + "\n")
    monkeypatch.setattr(launcher, "ENGINE", tmp_path / "engine")
    jar = artifacts.read_lock(tmp_path / "engine/camunda.lock")[0].path(tmp_path / "cache")
    jar.parent.mkdir(parents=True)
    jar.write_bytes(JAR)

    def make(script: str) -> Path:
        path = tmp_path / "java"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


@pytest.fixture
def sleeping(settings: Settings, java: Callable[[str], Path]) -> Iterator[Callable[..., EmbeddedEngine]]:
    """An engine whose Java is a sleeping shell, started without waiting for an answer."""

    def start(script: str = "exec sleep 60") -> EmbeddedEngine:
        engine = EmbeddedEngine(settings, java(script))
        engine.home.mkdir(parents=True)
        with engine.pid_file.open("a+") as lock:
            assert not launcher._locked(lock)
            process = engine._java([], [], lock)
            lock.write(json.dumps({"pid": process.pid, "port": settings.port, "draft": "none"}))
        started.append(process)
        return engine

    started: list[subprocess.Popen] = []
    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()
