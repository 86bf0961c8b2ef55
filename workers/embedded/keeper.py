"""Keeps an engine up: one that died is started again, and what it died of is said in one line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from workers.embedded.errors import EmbeddedEngineError
from workers.embedded.launcher import EmbeddedEngine

LOOK = 1.0  # seconds between two looks whether it runs
# seconds before the first start anew, the second, …: one that dies more often in a row is left alone
PAUSES = (0.0, 5.0, 15.0, 60.0)
CALM = 600.0  # seconds of life after which a death counts as the first one again


class Keeper(threading.Thread):
    """Watches `engine` between `start` and `stop`; `say` is told a line at a time.

    `over` is set when it gives up, `reason` then says why.
    """

    def __init__(
        self,
        engine: EmbeddedEngine,
        say: Callable[[str], None],
        pauses: Sequence[float] = PAUSES,
        calm: float = CALM,
    ):
        super().__init__(name="keeper", daemon=True)
        self.engine = engine
        self.say = say
        self.pauses = pauses
        self.calm = calm
        self.over = threading.Event()
        self.up = threading.Event()
        self.reason = ""
        self._stopping = threading.Event()
        self.up.set()

    def run(self) -> None:
        deaths, born, why = 0, time.monotonic(), ""
        while not self._stopping.wait(LOOK):
            if not why and self.engine.running():
                continue
            self.up.clear()
            why = why or self.engine.death()
            if self.engine.was_stopped():
                return self._give_up(
                    "the engine was stopped by another program: to end all of this, press Ctrl-C here"
                )
            deaths = 1 if time.monotonic() - born > self.calm else deaths + 1
            if deaths > len(self.pauses):
                return self._give_up(
                    f"{why}; it has died {deaths} times in a row and is not started again: mend "
                    "that, then start anew"
                )
            pause = self.pauses[deaths - 1]
            self.say(f"{why}; it is started again{f' in {pause:.0f} s' if pause else ''}")
            if self._stopping.wait(pause):
                return
            born, why = time.monotonic(), self._start_engine()

    def wait_up(self) -> bool:
        """Wait until it runs, or is given up: whether it runs.

        For who found it away, maybe before this one did.
        """
        time.sleep(2 * LOOK)
        while not (self.over.is_set() or self.up.wait(LOOK)):
            pass
        return not self.over.is_set()

    def stop(self) -> None:
        """Watch no longer, and break off a start."""
        self._stopping.set()
        while self.is_alive() and not self.up.is_set() and not self.over.is_set():
            if self.engine.running():
                self.engine.stop()
            self.join(LOOK)
        if self.is_alive():
            self.join()

    def _start_engine(self) -> str:
        """Why it did not start; empty if it did."""
        try:
            self.engine.start()
        except EmbeddedEngineError as error:
            return str(error)
        self.up.set()
        if not self._stopping.is_set():
            self.say("the engine runs again")
        return ""

    def _give_up(self, reason: str) -> None:
        self.reason = reason
        self.over.set()
