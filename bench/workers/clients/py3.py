"""camunda-external-task-client-python3, sync, around whose defects (workers-guide.md W1 to W8) the bench
works as follows.

It needs pydantic, which it does not declare: ours is there. `sleepSeconds` 1: with its default one error
would cost 300 s. One worker handles one topic in one thread; `workers` of them, each with an id of its own,
are what its README does for more. It cannot be stopped: the process ends.
"""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import suppress

from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker, NoExternalTaskFound

from bench.workers.clients import effects, stage
from workers.rest import codec
from workers.runtime.execution import Work
from workers.topics import notify


class Py3:
    def __init__(self) -> None:
        self.told = stage.orders()
        config = {
            "maxTasks": self.told.max_tasks,
            "lockDuration": 60_000,
            "asyncResponseTimeout": int(self.told.poll * 1000),
            "sleepSeconds": 1,
            "auth_basic": {"username": self.told.user, "password": self.told.password},
        }
        self.workers = [
            ExternalTaskWorker(f"py3-{uuid.uuid4()}", self.told.url, config) for _ in range(self.told.workers)
        ]
        if self.told.real:
            self.services = effects.services_of(self.told, effects.session_of(self.told))
        self.handled = 0

    def warm(self, topic: str, tasks: int) -> None:
        while self.handled < tasks:
            for worker in self.workers:
                with suppress(NoExternalTaskFound):
                    worker.fetch_and_execute(topic, self._handle)

    def start(self, topic: str) -> None:
        for worker in self.workers:
            threading.Thread(target=worker.subscribe, args=(topic, self._handle), daemon=True).start()

    def stop(self) -> None:
        """It has no way to."""

    def _handle(self, task: ExternalTask) -> TaskResult:
        if self.told.real:
            values = codec.decode(task._context["variables"])
            read = notify.NotifyIn.model_validate(
                {name: values[name] for name in notify.NotifyIn.names() if name in values}
            )
            notify.notify(read, Work(task._context, self.services, time.monotonic() + 60))
        self.handled += 1
        return task.complete()


if __name__ == "__main__":
    stage.play(Py3())
