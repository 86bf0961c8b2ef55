"""External tasks as the engine keeps them: locks, retries, incidents and long polls, in memory.

Every method is one call of its REST.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from workers.testing import values
from workers.testing.refusal import Refusal, bad_request, engine_error, null_value
from workers.testing.task import Task

INCIDENT_MESSAGE = 666  # characters the engine keeps of a failure's message
LONGEST_POLL = 1_800_000  # milliseconds
RECHECK = 30.0  # seconds after which open polls are looked at again, whatever happens
HURRY = 0.01  # seconds that a poll takes when it is not to wait
COMPLETED = "completed"
THROWN = "bpmn-error"
CANCELLED = "cancelled"


@dataclass(eq=False)
class Poll:
    worker: str
    most: int
    topics: dict[str, dict[str, Any]]
    order: list[bool]  # for each sorting by createTime: newest first?
    by_priority: bool
    end: float
    answer: list[dict[str, Any]] | None = None
    abandoned: bool = False  # its client has gone: it still takes tasks


class Engine:
    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}  # the open ones, oldest first
        self.changed = threading.Condition(threading.RLock())  # guards everything here
        self.offset = 0.0
        self.hurry = False  # polls do not wait: their worker is about to stop
        self.most_polls = self._polling = 0
        self._polls: list[Poll] = []

    def now(self) -> float:
        return time.time() + self.offset

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Alone with the engine's state; whoever waits for a change of it looks again."""
        with self.changed:
            try:
                yield
            finally:
                self.changed.notify_all()

    def insert(self, task: Task) -> None:
        with self.changing():
            self.tasks[task.id] = task
            self._serve()

    def end(self, task: Task, how: str) -> None:
        with self.changing():
            if self.tasks.pop(task.id, None):
                task.ended, task.incident = how, None

    def hasten(self, hurry: bool) -> None:
        """Open polls return now, and new ones at once, until told otherwise."""
        with self.changing():
            self.hurry = hurry

    # fetching -----------------------------------------------------------------------------------------------

    def fetch(self, body: dict[str, Any], patience: float | None) -> list[dict[str, Any]]:
        """Lock and return tasks, waiting for the first.

        TimeoutError once the client's patience (seconds) is over; the poll stays behind.
        """
        wait = body.get("asyncResponseTimeout")
        if (wait or 0) > LONGEST_POLL:
            raise bad_request(
                "The asynchronous response timeout cannot be set to a value greater than "
                f"{LONGEST_POLL} milliseconds"
            )
        poll = _poll(body, self.now() + (wait or 0) / 1000)
        with self.changed:
            self._polling += 1
            self.most_polls = max(self.most_polls, self._polling)
            try:
                return self._lock(poll) or (self._wait(poll, patience) if wait is not None else [])
            finally:
                self._polling -= 1

    def _wait(self, poll: Poll, patience: float | None) -> list[dict[str, Any]]:
        self._polls.append(poll)
        self._serve()  # a new poll makes the engine look at the others too
        gone = time.monotonic() + patience if patience is not None else float("inf")
        while poll.answer is None:
            if time.monotonic() >= gone:
                poll.abandoned = True
                raise TimeoutError
            if self.hurry:
                poll.end = min(poll.end, self.now() + HURRY)
            left = max(min(poll.end - self.now(), RECHECK, gone - time.monotonic()), 0)
            if not self.changed.wait(left) or self.now() >= poll.end:
                self._serve()
        return poll.answer

    def _serve(self) -> None:
        """Look at every open poll, oldest first.

        Time alone does not bring this about: neither a lock's end nor a pause's.
        """
        for poll in list(self._polls):
            over = self.now() >= poll.end
            poll.answer = ([] if over and poll.abandoned else self._lock(poll)) or ([] if over else None)
            if poll.answer is not None:
                self._polls.remove(poll)
        self.changed.notify_all()

    def _lock(self, poll: Poll) -> list[dict[str, Any]]:
        now = self.now()
        tasks = [
            task
            for task in self.tasks.values()
            if task.free(now) and _wanted(task, poll.topics.get(task.topic))
        ]
        for newest in reversed(poll.order):
            tasks.sort(key=lambda task: task.created, reverse=newest)
        if poll.by_priority:
            tasks.sort(key=lambda task: -task.priority)
        for task in tasks[: poll.most]:
            task.worker, task.expires = poll.worker, now + poll.topics[task.topic]["lockDuration"] / 1000
        return [values.fetched(task, poll.topics[task.topic]) for task in tasks[: poll.most]]

    # one task -----------------------------------------------------------------------------------------------

    def complete(self, task_id: str, body: dict[str, Any]) -> None:
        given, local = values.stored(body.get("variables")), values.stored(body.get("localVariables"))
        task = self._held(task_id, body, "External Task {} cannot be completed by worker '{}'.")
        values.fits(given | local)
        task.variables |= given
        task.set = given | local
        self.end(task, COMPLETED)

    def bpmn_error(self, task_id: str, body: dict[str, Any]) -> None:
        given = values.stored(body.get("variables"))
        if body.get("errorCode") is None:
            raise null_value("errorCode is null")
        task = self._held(task_id, body, "Bpmn error of External Task {} cannot be reported by worker '{}'.")
        values.fits(given)
        task.variables |= given
        task.set = given
        task.error_code = body["errorCode"]
        task.error_message = body.get("errorMessage")
        self.end(task, THROWN)

    def failure(self, task_id: str, body: dict[str, Any]) -> None:
        retries, pause = body.get("retries") or 0, body.get("retryTimeout") or 0
        for name, number in (("retries", retries), ("retryDuration", pause)):
            if number < 0:
                raise engine_error(f"{name} is not greater than or equal to 0")
        task = self._held(task_id, body, "Failure of External Task {} cannot be reported by worker '{}'.")
        message = body.get("errorMessage")
        task.error_message = message and message[:INCIDENT_MESSAGE]
        task.error_details = (
            body["errorDetails"] if body.get("errorDetails") is not None else task.error_details
        )
        task.expires = self.now() + pause / 1000  # the worker keeps the task until then
        self._retries(task, retries)

    def extend_lock(self, task_id: str, body: dict[str, Any]) -> None:
        duration = _duration(body, "newDuration", "lockTime")
        # the engine's own quotes
        task = self._held(
            task_id, body, "The lock of the External Task {} cannot be extended by worker '{}''."
        )
        if not task.locked(now := self.now()):
            raise Refusal(
                400,
                "RestException",
                "Cannot extend a lock that expired: lockExpirationTime is not greater than or "
                f"equal to {int(now * 1000)}",
            )
        task.expires = now + duration

    def lock(self, task_id: str, body: dict[str, Any]) -> None:
        duration = _duration(body, "lockDuration", "lockDuration")
        task = self.find(task_id)
        if task.locked(self.now()) and task.worker != body["workerId"]:
            raise _others(task, body["workerId"], "External Task {} cannot be locked by worker '{}'.")
        task.worker, task.expires = body["workerId"], self.now() + duration

    def unlock(self, task_id: str, body: dict[str, Any]) -> None:
        task = self.find(task_id)
        task.worker = task.expires = None
        self._serve()

    def set_retries(self, task_id: str, body: dict[str, Any]) -> None:
        if body.get("retries") is None:
            raise bad_request("The number of retries cannot be null.")
        if body["retries"] < 0:
            raise Refusal(
                400,
                "BadUserRequestException",
                "The number of retries cannot be negative: retries is not greater than or equal to 0",
            )
        self._retries(self.find(task_id), body["retries"])

    def find(self, task_id: str) -> Task:
        if not (task := self.tasks.get(task_id)):
            raise Refusal(404, "RestException", f"External task with id {task_id} does not exist")
        return task

    def _retries(self, task: Task, retries: int) -> None:
        if retries == 0 and task.retries != 0:
            task.incident = values.incident(task, self.now())
        elif retries:
            task.incident = None
        task.retries = retries  # no poll is looked at for it

    def _held(self, task_id: str, body: dict[str, Any], refusal: str) -> Task:
        """The task, if this worker was the last to lock it; whether the lock is over does not matter."""
        worker = _worker(body)
        task = self.find(task_id)
        if task.worker != worker:
            raise _others(task, worker, refusal)
        return task


def _poll(body: dict[str, Any], end: float) -> Poll:
    topics = body.get("topics") or []
    for topic in topics:
        if topic.get("topicName") is None:
            raise null_value("topicName is null")
        if (topic.get("lockDuration") or 0) <= 0:
            raise engine_error("lockTime is not greater than 0")
    order = []
    for row in body.get("sorting") or []:
        if row.get("sortBy") != "createTime":
            raise bad_request(f"Cannot set query sortBy parameter to value {row.get('sortBy')}")
        if row.get("sortOrder") not in ("asc", "desc"):
            raise Refusal(
                400,
                "NotValidException",
                "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
            )
        order.append(row["sortOrder"] == "desc")
    return Poll(
        _worker(body),
        body.get("maxTasks") or 0,
        {topic["topicName"]: topic for topic in topics},
        order,
        bool(body.get("usePriority")),
        end,
    )


def _wanted(task: Task, topic: dict[str, Any] | None) -> bool:
    return (
        topic is not None
        and topic.get("businessKey") in (None, task.business_key)
        and topic.get("processDefinitionKey") in (None, task.process)
    )


def _worker(body: dict[str, Any]) -> str:
    if body.get("workerId") is None:
        raise null_value("workerId is null")
    worker: str = body["workerId"]
    return worker


def _duration(body: dict[str, Any], name: str, label: str) -> float:
    """Seconds."""
    _worker(body)
    if (body.get(name) or 0) <= 0:
        raise Refusal(400, "RestException", f"{label} is not greater than 0")
    milliseconds: int = body[name]
    return milliseconds / 1000


def _others(task: Task, worker: str, refusal: str) -> Refusal:
    return Refusal(
        400,
        "RestException",
        f"{refusal.format(task.id, worker)} It is locked by worker '{task.worker or 'null'}'.",
    )
