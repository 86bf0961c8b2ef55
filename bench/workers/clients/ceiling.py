"""What the engine can do at most: threads that do nothing but `complete`, on one session, with every task
locked before the clock starts.
"""

from __future__ import annotations

import queue
import threading
import uuid

import requests
from requests.adapters import HTTPAdapter

from bench.workers.clients import stage

BATCH = 50  # tasks a fetchAndLock, before the clock starts


class Ceiling:
    def __init__(self) -> None:
        self.told, self.me = stage.orders(), f"ceiling-{uuid.uuid4()}"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = self.told.user, self.told.password
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=self.told.slots))
        if self.told.certificate:
            self.session.verify = self.told.certificate

    def warm(self, topic: str, tasks: int) -> None:
        for thread in self._complete(self._lock(topic)):
            thread.join()
        self.locked = self._lock(self.told.topic)

    def start(self, _topic: str) -> None:
        self._complete(self.locked)

    def stop(self) -> None:
        """Nothing runs any more."""

    def _lock(self, topic: str) -> list[str]:
        """Lock all tasks of the topic; their ids."""
        found: list[str] = []
        while True:
            body = {
                "workerId": self.me,
                "maxTasks": BATCH,
                "topics": [{"topicName": topic, "lockDuration": 600_000, "variables": []}],
            }
            answer = self.session.post(f"{self.told.url}/external-task/fetchAndLock", json=body)
            answer.raise_for_status()
            if not answer.json():
                return found
            found += [task["id"] for task in answer.json()]

    def _complete(self, tasks: list[str]) -> list[threading.Thread]:
        left: queue.SimpleQueue[str] = queue.SimpleQueue()
        for task in tasks:
            left.put(task)

        def loop() -> None:
            while True:
                try:
                    task = left.get_nowait()
                except queue.Empty:
                    return
                self.session.post(
                    f"{self.told.url}/external-task/{task}/complete", json={"workerId": self.me}
                ).raise_for_status()

        threads = [threading.Thread(target=loop, daemon=True) for _ in range(self.told.slots)]
        for thread in threads:
            thread.start()
        return threads


if __name__ == "__main__":
    stage.play(Ceiling())
