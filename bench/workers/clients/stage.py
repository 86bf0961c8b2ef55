"""What every contestant's process does: warm up, say "ready", wait for "go", work, and at "stop" say what CPU
time that took.

It is told all in the environment variable BENCH_CLIENT (JSON: see `contestants.py`), and talks in lines on
stdin and stdout.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

from bench.workers.clients.cpu import cpu
from bench.workers.clients.sampler import Sampler
from workers import logs


class Contestant(Protocol):
    def warm(self, topic: str, tasks: int) -> None:
        """Complete the tasks of the topic, then be idle: connections are open, code is loaded."""

    def start(self, topic: str) -> None:
        """Work on the topic from now on; return at once."""

    def stop(self) -> None:
        """Leave nothing behind that can be helped."""


def orders() -> SimpleNamespace:
    """url, user, password, certificate, real, record_url, smtp_port, slots, max_tasks, workers, warm_topic,
    topic, warm_tasks, poll, profile (a file, or "").
    """
    return SimpleNamespace(**json.loads(os.environ["BENCH_CLIENT"]))


def play(contestant: Contestant) -> None:
    told = orders()
    # to stderr, a file: stdout is for the lines of this dialogue, and nobody empties it meanwhile
    logs.configure("INFO")
    contestant.warm(told.warm_topic, told.warm_tasks)
    _say(ready=True)
    _await("go")
    sampler = Sampler() if told.profile else None
    before = cpu()
    contestant.start(told.topic)
    _await("stop")
    _say(cpu=cpu() - before)
    if sampler:
        Path(told.profile).write_text(sampler.report(), encoding="utf-8")
    contestant.stop()
    sys.stdout.flush()
    os._exit(0)  # peers' endless loops know no other end


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def _await(word: str) -> None:
    if sys.stdin.readline().strip() != word:
        os._exit(1)  # whoever gave orders is gone


class Countdown:
    """Set once it has been told of so many tasks."""

    def __init__(self) -> None:
        self._left, self._lock, self.over = 0, threading.Lock(), threading.Event()

    def expect(self, tasks: int) -> None:
        self._left = tasks

    def one(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self.over.set()
