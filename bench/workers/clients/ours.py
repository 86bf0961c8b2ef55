"""Our runtime, `workers.runtime.worker.Worker`, logging its line a task as in production."""

from __future__ import annotations

from typing import Any

from bench.workers.clients import effects, stage
from workers.runtime.contract import Nothing, Topic
from workers.runtime.worker import Worker
from workers.topics import notify


class Ours:
    def __init__(self) -> None:
        self.told, self.count = stage.orders(), stage.Countdown()
        self.session = effects.session_of(self.told)
        self.services = effects.services_of(self.told, self.session) if self.told.real else None
        self.worker: Worker | None = None

    def warm(self, topic: str, tasks: int) -> None:
        self.count.expect(tasks)
        self.start(topic)
        self.count.over.wait()
        self.worker.stop()

    def start(self, topic: str) -> None:
        self.worker = Worker(self.session, {topic: self._topic(topic)}, self.services, self.told.slots)
        self.worker.start()

    def stop(self) -> None:
        self.worker.stop()

    def _topic(self, name: str) -> Topic:
        handler, reads = (notify.notify, notify.NotifyIn) if self.told.real else (_empty, Nothing)

        def counted(task: Any, work: Any) -> None:
            handler(task, work)
            self.count.one()

        return Topic(name, counted, input=reads, max_parallel=self.told.slots)


def _empty(_task: Nothing, _work: Any) -> None:
    """Nothing to do."""


if __name__ == "__main__":
    stage.play(Ours())
