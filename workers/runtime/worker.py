"""Fetches external tasks of all topics with one long poll, runs each in a thread, keeps their locks, and
stops without losing any.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from camunda.external_task.external_task import ExternalTask

from workers.rest.answers import LockedTask
from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime import backoff, report
from workers.runtime.contract import Topic
from workers.runtime.execution import Execution, Work
from workers.runtime.metrics import Metrics
from workers.runtime.pool import Pool, Room

log = structlog.get_logger("homeward.worker")

# seconds a poll waits for work; it bounds how late a retry is noticed, and how long stopping takes
POLL = 5.0
LOOK = 0.25  # seconds between two looks for work of the other topics while one is full
PATIENCE = 2.0  # seconds a fetched task may wait here for a slot before it is given back for others
GRACE = 25.0  # seconds for running handlers when the worker stops
GIVING_BACK = 10.0  # seconds for unlocking what is left then


class Worker:
    """One worker process's runtime. `start()`, then `stop()`; `services` is handed to every handler."""

    def __init__(
        self,
        session: EngineSession,
        topics: dict[str, Topic],
        services: Any = None,
        slots: int = 8,
        name: str = "homeward",
        metrics: Metrics | None = None,
    ):
        self.topics = topics
        self.services = services
        self.slots = slots
        # never used twice
        self.engine = ExternalTasks(session, f"{name}-{socket.gethostname()}-{os.getpid()}-{uuid.uuid4()}")
        self.metrics = metrics or Metrics()
        self.execution = Execution(self.engine, topics, self.metrics)
        self.stopping, self.pool = threading.Event(), Pool(topics, slots, self._run, self._free)
        # tasks that wait, locked by us, for their next try; until when (monotonic seconds)
        self.paused: dict[str, float] = {}
        # of the fetcher, and of the engine to a poll: for the health check
        self.last_turn = self.last_answer = time.monotonic()
        self._fetcher = threading.Thread(target=self._fetch, name="fetch", daemon=True)

    def start(self) -> None:
        self.pool.start()
        self._fetcher.start()
        threading.Thread(target=self._heartbeat, name="heartbeat", daemon=True).start()

    def stop(self, grace: float = GRACE) -> None:
        """Stop fetching, let the open poll return, drain, unlock the rest. Burns no retry."""
        self.stopping.set()
        with self.pool.changed:
            self.pool.changed.notify_all()
        self._fetcher.join()  # a poll that nobody awaits would still lock tasks
        self.pool.close(grace)
        self._give_back()

    def _give_back(self) -> None:
        """Unlock what is still ours; who is refused one goes on with the others."""
        end = time.monotonic() + GIVING_BACK
        try:
            held = self.engine.locked_by_me()
        except (EngineError, EngineUnreachable) as error:
            log.warning("unlock_failed", error=report.text(error), then="the locks expire by themselves")
            return
        for task in set(held) - self.paused.keys():  # a pause before a retry is a lock, too
            if time.monotonic() > end:
                log.warning(
                    "unlock_failed", error="the engine takes too long", then="the locks expire by themselves"
                )
                return
            try:
                self.engine.unlock(task)
            except (EngineError, EngineUnreachable) as error:
                log.warning(
                    "unlock_failed", task=task, error=report.text(error), then="its lock expires by itself"
                )

    # fetching -----------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        polls = backoff.polls(self.stopping, self._failed)
        while not self.stopping.is_set():
            polls(self._turn)

    def _turn(self) -> None:
        if not self.stopping.is_set():
            self.last_turn = time.monotonic()
            self._poll()

    def _failed(self, error: BaseException, pause: float) -> None:
        self.metrics.fetch_errors.inc()
        log.warning("fetch_failed", error=report.text(error), again_in=round(pause, 1))

    def _poll(self) -> None:
        """Fetch what there is room for, or wait for room."""
        room = self.pool.room()
        wanted = [topic for name, topic in self.topics.items() if name in room.topics]
        if not room.tasks or not wanted:
            return self._wait(POLL, lambda now: now.tasks and now.topics)
        # The engine does not learn that a full topic has room again while it holds a poll, and a slot that
        # frees itself cannot hurry it: then we wait here.
        patient = room.idle and len(wanted) == len(self.topics)
        tasks = self.engine.fetch_and_lock(map(_request, wanted), room.tasks, POLL if patient else 0)
        self.last_answer = time.monotonic()
        for raw in tasks:
            self._accept(raw)
        if not tasks and not patient:
            self._wait(LOOK, lambda now: now.topics > room.topics or now.idle > room.idle)

    def _wait(self, seconds: float, enough: Callable[[Room], Any]) -> None:
        with self.pool.changed:
            self.pool.changed.wait_for(lambda: self.stopping.is_set() or enough(self.pool.room()), seconds)

    def _accept(self, raw: LockedTask) -> None:
        if self.stopping.is_set():
            return self._unlock(raw["id"])
        self.metrics.fetched.labels(raw["topicName"]).inc()
        self.paused.pop(raw["id"], None)
        work = Work(raw, self.services, time.monotonic() + self.topics[raw["topicName"]].lock)
        # its lock had run out, and nobody else has it: the earlier run is good again
        if mine := self.pool.add(work):
            mine.expires = work.expires
            mine.lost.clear()

    def _run(self, work: Work) -> None:
        try:
            if not work.lost.is_set() and self.execution.run(work) == "retry":  # lost: while it waited
                self.paused[work.key] = time.monotonic() + work.pause
        except Exception as error:  # a defect of ours; the lock expires, and the task is fetched again
            log.error("runtime_error", task=work.key, error=report.text(error), trace=report.trace(error))

    def _free(self, work: Work) -> None:
        """What came with a second fetch, and was not ended by the run, would wait for the lock's end."""
        if work.again:
            with suppress(EngineError, EngineUnreachable):
                if work.key in self.engine.locked_by_me():
                    self.engine.unlock(work.key)

    # locks --------------------------------------------------------------------------------------------------

    def _heartbeat(self) -> None:
        """Extend each lock once a third of it is over; never extend an expired one."""
        tick = min([1.0, *(topic.lock / 6 for topic in self.topics.values())])
        while not self.stopping.is_set() or self.pool.all():
            time.sleep(tick)
            try:
                self._beat()
            except Exception as error:  # the next beat may go better; without any, every lock would be lost
                log.error("heartbeat_failed", error=report.text(error), trace=report.trace(error))

    def _beat(self) -> None:
        for work in self.pool.drop(lambda work: time.monotonic() - work.fetched > PATIENCE):
            # else another worker may have it by now
            if not work.lost.is_set() and time.monotonic() < work.expires:
                self._unlock(work.key)
        # the engine may be slow: the most pressing first
        for work in sorted(self.pool.all(), key=lambda work: work.expires):
            if not work.lost.is_set():
                self._keep(work, self.topics[work.topic].lock)
        for task, end in list(self.paused.items()):
            if end < time.monotonic():  # whoever fetches it next, its lock is no longer ours
                self.paused.pop(task, None)

    def _keep(self, work: Work, lock: float) -> None:
        now = time.monotonic()
        if work.expires - now > lock * 2 / 3:
            return
        if now <= work.expires:
            try:
                self.engine.extend_lock(work.key, lock)
                work.expires = now + lock
                return
            except Exception as error:  # EngineUnreachable, mostly
                self.metrics.extend_errors.inc()
                if not isinstance(error, EngineError) or error.status not in (400, 404):
                    return  # tried again at the next tick, until the lock is over
        work.lost.set()
        if work in self.pool.all():  # else it has just ended
            self.metrics.locks_lost.inc()
            log.warning("lock_lost", task=work.key, topic=work.topic)

    def _unlock(self, task: str) -> None:
        with suppress(EngineError, EngineUnreachable):
            self.engine.unlock(task)


def _request(topic: Topic) -> dict[str, Any]:
    request = {
        "topicName": topic.name,
        "lockDuration": int(topic.lock * 1000),
        "deserializeValues": False,
        "includeExtensionProperties": True,
    }
    # Local ones are what the element maps. Others a submission may have written: whoever completes a task may
    # send any variable.
    return (
        request
        if topic.input is ExternalTask
        else request | {"variables": topic.input.names(), "localVariables": not topic.around}
    )
