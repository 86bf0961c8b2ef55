"""A `homeward run` of its own, as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.case import eventually
from tests.environment import BRIEF
from tests.ports import free_port
from workers.embedded import EmbeddedEngine
from workers.settings import PROJECT, Settings

PATIENCE = 300.0


class Run:
    """It says `lines`."""

    def __init__(self, var: Path, *options: str):
        self.port, self.health = free_port(), free_port()
        self.settings = Settings(
            _env_file=None, camunda_url=f"http://localhost:{self.port}/engine-rest", var=var
        )
        self.environment = os.environ | {
            **BRIEF,
            "CAMUNDA_URL": self.settings.camunda_url,
            "HOMEWARD_VAR": str(var),
            "HOMEWARD_HEALTH_PORT": str(self.health),
            "PYTHONUNBUFFERED": "1",
            "COLUMNS": "500",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "workers.cli", "run", *options],
            cwd=PROJECT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(
            target=lambda: self.lines.extend(iter(self.process.stdout.readline, "")), daemon=True
        ).start()

    def says(self, what: str, since: int = 0) -> None:
        eventually(
            lambda: any(what in line for line in self.lines[since:]) or self.process.poll() is not None,
            lambda: f"not said: {what}: {self.lines[-5:]}",
            PATIENCE,
        )
        assert any(what in line for line in self.lines[since:]), (
            f"it has ended with {self.process.poll()}: {self.lines[-5:]}"
        )

    def engine(self) -> int:
        """The process id of its engine."""
        running = EmbeddedEngine(self.settings).running()
        assert running
        return running["pid"]

    def homeward(self, *arguments: str) -> Any:
        """What another command prints as JSON, beside it."""
        done = self.command(*arguments, "--json")
        assert not done.returncode, (done.stderr, self.lines[-5:])
        return json.loads(done.stdout)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "workers.cli", *arguments],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def end(self) -> None:
        """In order: killed, a process with a clock of its own would leave something in /dev/shm."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        EmbeddedEngine(self.settings).stop()


@contextmanager
def up(var: Path, *options: str) -> Iterator[Run]:
    """One that has come up, and is ended in order."""
    run = Run(var, *options)
    try:
        run.says("run until you press Ctrl-C")
        yield run
    finally:
        run.end()
