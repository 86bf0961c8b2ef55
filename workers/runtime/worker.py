"""Fetches external tasks of all topics with one long poll, runs each in a thread, keeps their locks, and stops without losing any."""
from __future__ import annotations

import os
import random
import socket
import threading
import time
import uuid
from typing import Any, Callable

import structlog

from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime import report
from workers.runtime.contract import Topic
from workers.runtime.execution import Execution, Work
from workers.runtime.metrics import Metrics

log = structlog.get_logger("homeward.worker")

POLL = 5.0                             # seconds a poll waits for work; it bounds how late a retry is noticed, and how long stopping takes
BUSY_POLL = 0.5                        # the same while a topic is left out because it is full
GRACE = 25.0                           # seconds for running handlers when the worker stops
LONGEST_PAUSE = 30.0                   # seconds between two tries to reach the engine


class Worker:
    """One worker process's runtime. `start()`, then `stop()`; `services` is handed to every handler."""

    def __init__(self, session: EngineSession, topics: dict[str, Topic], services: Any = None, slots: int = 8, name: str = "homeward", metrics: Metrics | None = None):
        self.topics, self.services, self.slots = topics, services, slots
        self.engine = ExternalTasks(session, f"{name}-{socket.gethostname()}-{os.getpid()}-{uuid.uuid4()}")    # never used twice
        self.metrics = metrics or Metrics()
        self.execution = Execution(self.engine, topics, self.metrics)
        self.stopping, self.room = threading.Event(), threading.Condition()
        self.in_flight: dict[str, Work] = {}       # guarded by `room`
        self.last_turn = time.monotonic()          # of the fetcher, for the health check
        self._fetcher = threading.Thread(target=self._fetch, name="fetch", daemon=True)

    def start(self) -> None:
        self._fetcher.start()
        threading.Thread(target=self._heartbeat, name="heartbeat", daemon=True).start()

    def stop(self, grace: float = GRACE) -> None:
        """Stop fetching, let the open poll return, drain, unlock the rest. Burns no retry."""
        self.stopping.set()
        with self.room:
            self.room.notify_all()
        self._fetcher.join()                       # a poll that nobody awaits would still lock tasks
        with self.room:
            self.room.wait_for(lambda: not self.in_flight, grace)
            for work in self.in_flight.values():
                work.lost.set()
        try:
            for task in self.engine.locked_by_me():
                self.engine.unlock(task)
        except (EngineError, EngineUnreachable) as error:
            log.warning("unlock_failed", error=report.text(error), then="the locks expire by themselves")

    # fetching ---------------------------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        failures = 0
        while not self.stopping.is_set():
            free, topics = self._room()
            self.last_turn = time.monotonic()
            if not free or self.stopping.is_set():
                continue
            try:
                for raw in self.engine.fetch_and_lock(map(_request, topics), free, POLL if len(topics) == len(self.topics) else BUSY_POLL):
                    self._accept(raw)
                failures = 0
            except Exception as error:             # whatever it is, the fetcher goes on
                pause = min(0.5 * 2 ** failures, LONGEST_PAUSE) * random.uniform(0.7, 1.0)
                failures += 1
                self.metrics.fetch_errors.inc()
                log.warning("fetch_failed", error=report.text(error), again_in=round(pause, 1))
                self.stopping.wait(pause)

    def _room(self) -> tuple[int, list[Topic]]:
        """How many tasks may be fetched, and of which topics; waits a while for a free slot. Never more of a topic than may run at once."""
        with self.room:
            self.room.wait_for(lambda: self.stopping.is_set() or len(self.in_flight) < self.slots, POLL)
            running = [work.raw["topicName"] for work in self.in_flight.values()]
        left = {name: topic.max_parallel - running.count(name) for name, topic in self.topics.items()}
        topics = [topic for name, topic in self.topics.items() if left[name] > 0]
        return min([self.slots - len(running), *(left[topic.name] for topic in topics)]) if topics else 0, topics

    def _accept(self, raw: dict[str, Any]) -> None:
        if self.stopping.is_set():
            return self._unlock(raw["id"])
        self.metrics.fetched.labels(raw["topicName"]).inc()
        expires = time.monotonic() + self.topics[raw["topicName"]].lock
        with self.room:
            if mine := self.in_flight.get(raw["id"]):          # its lock had run out, and nobody else has it: the earlier run is good again
                mine.expires, mine.again = expires, True
                mine.lost.clear()
                return
            work = self.in_flight[raw["id"]] = Work(raw, self.services, expires)
        threading.Thread(target=self._run, args=(work,), name=f"task-{work.key}", daemon=True).start()

    def _run(self, work: Work) -> None:
        try:
            self.execution.run(work)
        except Exception as error:                 # a defect of ours; the lock expires, and the task is fetched again
            log.error("runtime_error", task=work.key, error=report.text(error), trace=report.trace(error))
        finally:
            with self.room:
                del self.in_flight[work.key]
                self.room.notify_all()
            if work.again:                         # what came with the second fetch would wait for the lock's end
                self._quietly(lambda: work.key in self.engine.locked_by_me() and self.engine.unlock(work.key))

    # locks ------------------------------------------------------------------------------------------------------------------

    def _heartbeat(self) -> None:
        """Extend each lock once a third of it is over; never extend an expired one."""
        tick = min([1.0, *(topic.lock / 6 for topic in self.topics.values())])
        while not self.stopping.is_set() or self.in_flight:
            time.sleep(tick)
            with self.room:
                running = list(self.in_flight.values())
            for work in running:
                if not work.lost.is_set():
                    self._keep(work, self.topics[work.raw["topicName"]].lock)

    def _keep(self, work: Work, lock: float) -> None:
        now = time.monotonic()
        if work.expires - now > lock * 2 / 3:
            return
        if now <= work.expires:
            try:
                self.engine.extend_lock(work.key, lock)
                work.expires = now + lock
                return
            except EngineUnreachable:
                self.metrics.extend_errors.inc()
                return                             # tried again at the next tick, until the lock is over
            except EngineError as error:
                self.metrics.extend_errors.inc()
                if error.status not in (400, 404):
                    return
        work.lost.set()
        if work.key in self.in_flight:             # else it has just ended
            self.metrics.locks_lost.inc()
            log.warning("lock_lost", task=work.key, topic=work.raw["topicName"])

    def _unlock(self, task: str) -> None:
        self._quietly(lambda: self.engine.unlock(task))

    @staticmethod
    def _quietly(call: Callable[[], Any]) -> None:
        try:
            call()
        except (EngineError, EngineUnreachable):
            pass


def _request(topic: Topic) -> dict[str, Any]:
    return {"topicName": topic.name, "lockDuration": int(topic.lock * 1000), "variables": topic.input.names(),
            "deserializeValues": False, "includeExtensionProperties": True}
