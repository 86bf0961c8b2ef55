"""A thread that does the same small thing again and again, and survives that it fails."""

from __future__ import annotations

import threading

import structlog

from workers.runtime import report

log = structlog.get_logger("homeward.service")


class Periodic(threading.Thread):
    """Does `turn()` every so many seconds until stopped; `name` says in the log what failed."""

    def __init__(self, name: str, every: float):
        super().__init__(name=name, daemon=True)
        self.every, self.stopping = every, threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(self.every):
            try:
                self.turn()
            except Exception as error:  # the next turn may go better
                log.warning(f"{self.name}_failed", error=report.text(error))

    def turn(self) -> object:
        raise NotImplementedError

    def stop(self, timeout: float) -> None:
        self.stopping.set()
        self.join(timeout)
