"""One of several replicas of our workers process, all topics each; notes how old each task was when its
handler began.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

from bench.workers.clients import effects, stage
from workers import logs
from workers.runtime.contract import Nothing, Topic
from workers.runtime.worker import Worker


class Replica:
    def __init__(self) -> None:
        self.told = stage.orders()
        self.seen: list[tuple[str, str, float]] = []  # (topic, business key, seconds from creation to start)

    def warm(self, _topic: str, _tasks: int) -> None:
        """The load itself is long enough."""

    def start(self, _topic: str) -> None:
        self.worker = Worker(
            effects.session_of(self.told),
            {name: Topic(name, self._handle, input=Nothing) for name in self.told.topics},
            None,
            self.told.slots,
        )
        self.worker.start()

    def stop(self) -> None:
        self.worker.stop()
        Path(self.told.out).write_text(json.dumps(self.seen), encoding="utf-8")

    def _handle(self, _task: Nothing, work: Any) -> None:
        age = time.time() - dt.datetime.strptime(work.raw["createTime"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
        self.seen.append((work.raw["topicName"], work.raw["businessKey"], age))
        if self.told.work:
            time.sleep(self.told.work)  # a handler that waits for somebody else


if __name__ == "__main__":
    logs.configure("INFO")
    stage.play(Replica())
