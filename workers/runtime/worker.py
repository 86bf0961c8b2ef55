"""Fetches external tasks of all topics with one long poll, runs them in a bounded pool, keeps their locks, and stops without losing any."""
from __future__ import annotations

import os
import random
import socket
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime.contract import Topic
from workers.runtime.execution import Execution, Work

log = structlog.get_logger("homeward.worker")

POLL = 10.0                            # seconds a poll waits for work; it also bounds how late a retry is noticed
BUSY_POLL = 0.5                        # the same while a topic is left out because it is full
GRACE = 25.0                           # seconds for running handlers when the worker stops


class Worker:
    """One worker process's runtime. `start()`, then `stop()`; `services` is handed to every handler."""

    def __init__(self, session: EngineSession, topics: dict[str, Topic], services: Any = None, slots: int = 8, name: str = "homeward"):
        self.topics, self.slots = topics, slots
        self.engine = ExternalTasks(session, f"{name}-{socket.gethostname()}-{os.getpid()}-{uuid.uuid4()}"[:64])
        self.execution = Execution(self.engine, topics, services)
        self.services = services
        self.stopping, self.room = threading.Event(), threading.Condition()
        self.in_flight: dict[str, Work] = {}
        self.last_turn = time.monotonic()          # of the fetcher, for the health check
        self.pool = ThreadPoolExecutor(slots, thread_name_prefix="task")
        self.threads = [threading.Thread(target=self._fetch_loop, name="fetch", daemon=True), threading.Thread(target=self._heartbeat, name="heartbeat", daemon=True)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self, grace: float = GRACE) -> None:
        """Stop fetching, let the open poll return, drain, unlock the rest. Burns no retry."""
        self.stopping.set()
        with self.room:
            self.room.notify_all()
        self.threads[0].join(POLL + 10)
        deadline = time.monotonic() + grace
        with self.room:
            self.room.wait_for(lambda: not self.in_flight, max(deadline - time.monotonic(), 0))
        self.pool.shutdown(wait=False, cancel_futures=True)
        for work in list(self.in_flight.values()):
            work.lost.set()
        try:
            for task_id in self.engine.locked_by_me():
                self._quietly(self.engine.unlock, task_id)
        except (EngineError, EngineUnreachable):
            log.warning("unlock_failed", reason="the engine did not answer; the locks expire by themselves")

    # fetching ---------------------------------------------------------------------------------------------------------------

    def _fetch_loop(self) -> None:
        failures = 0
        while not self.stopping.is_set():
            with self.room:
                self.room.wait_for(lambda: self.stopping.is_set() or len(self.in_flight) < self.slots, 5)
                free = self.slots - len(self.in_flight)
                open_topics = [t for t in self.topics.values() if self._running(t.name) < t.max_parallel]
            self.last_turn = time.monotonic()
            if self.stopping.is_set() or free <= 0 or not open_topics:
                continue
            wait = POLL if len(open_topics) == len(self.topics) else BUSY_POLL
            try:
                asked = time.monotonic()
                tasks = self.engine.fetch_and_lock(map(_request, open_topics), free, int(wait * 1000))
                failures = 0
            except (EngineError, EngineUnreachable) as error:
                failures += 1
                pause = min(0.5 * 2 ** failures, 30) * random.uniform(0.7, 1.0)
                log.warning("fetch_failed", error=str(error), again_in=round(pause, 1))
                self.stopping.wait(pause)
                continue
            for raw in tasks:
                self._accept(raw, asked)

    def _accept(self, raw: dict[str, Any], asked: float) -> None:
        if self.stopping.is_set():
            return self._quietly(self.engine.unlock, raw["id"])
        topic = self.topics[raw["topicName"]]
        work = Work(raw, self.services, time.monotonic() + topic.lock)
        with self.room:
            if raw["id"] in self.in_flight:        # re-fetched while an earlier run is still at it
                return
            self.in_flight[raw["id"]] = work
        self.pool.submit(self._run, work)

    def _run(self, work: Work) -> None:
        try:
            if not work.lost.is_set():
                self.execution.run(work)
        except Exception:
            log.exception("runtime_error", task=work.key)
        finally:
            with self.room:
                self.in_flight.pop(work.key, None)
                self.room.notify_all()

    def _running(self, topic: str) -> int:
        return sum(work.raw["topicName"] == topic for work in self.in_flight.values())

    # locks ------------------------------------------------------------------------------------------------------------------

    def _heartbeat(self) -> None:
        """Extend each lock when a third of it is left; never extend an expired one."""
        while not (self.stopping.is_set() and not self.in_flight):
            time.sleep(1)
            for work in list(self.in_flight.values()):
                lock, left = self.topics[work.raw["topicName"]].lock, work.expires - time.monotonic()
                if work.lost.is_set() or left > lock * 2 / 3:
                    continue
                if left <= 0:
                    work.lost.set()
                    continue
                try:
                    asked = time.monotonic()
                    self.engine.extend_lock(work.key, int(lock * 1000))
                    work.expires = asked + lock
                except EngineError as error:
                    if error.status in (400, 404):
                        log.warning("lock_lost", task=work.key, topic=work.raw["topicName"])
                        work.lost.set()
                except EngineUnreachable:
                    pass                            # tried again in a second, until the lock is over

    @staticmethod
    def _quietly(call: Any, *args: Any) -> None:
        try:
            call(*args)
        except (EngineError, EngineUnreachable):
            pass


def _request(topic: Topic) -> dict[str, Any]:
    return {"topicName": topic.name, "lockDuration": int(topic.lock * 1000), "variables": topic.input.names(),
            "deserializeValues": False, "includeExtensionProperties": True}
