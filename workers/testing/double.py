"""What a test says to the engine's double: add a task, plan a trouble, let time pass, ask how it ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from workers.rest import codec
from workers.rest.session import EngineSession
from workers.testing import values
from workers.testing.engine import CANCELLED, COMPLETED, THROWN, Engine
from workers.testing.rest import BASE, Wire
from workers.testing.task import Task
from workers.testing.troubles import ANY, Trouble

PATIENCE = 60.0  # seconds that a test waits for a worker: none is lost where all is well
LOOK = 0.03  # seconds between two looks of `until` while the engine is quiet


class EngineDouble:
    """One engine in memory. Threads may share it and its sessions; another double knows nothing of it."""

    url = f"http://localhost{BASE}"  # is never called

    def __init__(self) -> None:
        self._engine = Engine()
        self._wire = Wire(self._engine, self._meet)
        self._troubles: list[tuple[str, Trouble, float]] = []  # the call, what happens to it, how often still
        self.calls: Counter[str] = Counter()  # requests by name, troubled ones too

    def session(self, **options: Any) -> EngineSession:
        """A session to this engine; `options` as for EngineSession."""
        session = EngineSession(self.url, **options)
        session.mount("http://", self._wire)
        return session

    @contextmanager
    def working(self, worker: Any, grace: float = PATIENCE) -> Iterator[Any]:
        """A started worker (`runtime.worker.Worker`), stopped at the end without waiting for its poll."""
        worker.start()
        try:
            yield worker
        finally:
            self._engine.hasten(True)
            try:
                worker.stop(grace)
            finally:
                self._engine.hasten(False)

    # what there is to do ------------------------------------------------------------------------------------

    def add(
        self,
        topic: str,
        variables: dict[str, Any] | None = None,
        *,
        business_key: str | None = None,
        retries: int | None = None,
        priority: int = 0,
        process: str = "a-process",
        activity: str = "Task",
        properties: dict[str, str] | None = None,
    ) -> Task:
        """A task as if a process had just come to it.

        Variables are plain Python, typed as workers would; open polls get it at once.
        """
        typed = values.stored(codec.encode(variables or {}))
        task = Task(
            topic,
            typed,
            business_key,
            retries,
            priority,
            process,
            activity,
            properties or {},
            self._engine.now(),
        )
        self._engine.insert(task)
        return task

    def cancel(self, task: Task) -> None:
        """The instance is deleted: the task is gone without a word to its worker."""
        self._engine.end(task, CANCELLED)

    def advance(self, seconds: float) -> None:
        """Let time pass: locks, pauses and polls end. Open polls notice no more than real ones would."""
        with self._engine.changing():
            self._engine.offset += seconds

    def trouble(self, call: str, trouble: Trouble, times: float = 1) -> None:
        """The next calls of that name (complete, fetchAndLock, …; ANY: all) meet this trouble.

        Planned ones are met in turn; `math.inf`: until `heal()`.
        """
        with self._engine.changed:
            self._troubles.append((call, trouble, times))

    def heal(self) -> None:
        """No more troubles."""
        with self._engine.changed:
            self._troubles.clear()

    # what became of it --------------------------------------------------------------------------------------

    @property
    def most_polls(self) -> int:
        """The most fetchAndLock requests that were ever open at once."""
        return self._engine.most_polls

    def done(self, task: Task, patience: float = PATIENCE) -> dict[str, Any]:
        """The variables that its completion set, local ones too, waited for.

        AssertionError, with the reason, where it ends otherwise.
        """
        return self._ended(task, COMPLETED, patience)

    def thrown(self, task: Task, patience: float = PATIENCE) -> tuple[str, str | None, dict[str, Any]]:
        """Code, message and variables of the BPMN error that ended it, waited for."""
        given = self._ended(task, THROWN, patience)
        return str(task.error_code), task.error_message, given

    def incident(self, task: Task, patience: float = PATIENCE) -> str:
        """The message of its incident, waited for."""
        self.until(lambda: task.incident or task.ended, lambda: f"no incident: {_picture(task)}", patience)
        assert task.incident, f"no incident: {_picture(task)}"
        return str(task.incident["incidentMessage"])

    def failed(self, task: Task, patience: float = PATIENCE) -> tuple[str, int]:
        """Message of its last failure, and the retries left, waited for."""
        self.until(lambda: task.error_message is not None, lambda: f"no failure: {_picture(task)}", patience)
        return str(task.error_message), task.retries or 0

    def until(self, look: Callable[[], Any], explain: Callable[[], str], patience: float = PATIENCE) -> None:
        """Wait until something is so, at the engine or in a worker, of whose changes no engine hears.

        AssertionError with the explanation if it never is.
        """
        end = time.monotonic() + patience
        with self._engine.changed:
            while not look():
                left = end - time.monotonic()
                assert left > 0, explain()
                self._engine.changed.wait(min(left, LOOK))

    def _ended(self, task: Task, how: str, patience: float) -> dict[str, Any]:
        self.until(lambda: task.ended or task.incident, lambda: f"not {how}: {_picture(task)}", patience)
        assert task.ended == how, f"not {how}: {_picture(task)}"
        return codec.decode(task.set)

    def _meet(self, call: str) -> Trouble | None:
        """Count a call; the trouble that it is to meet."""
        with self._engine.changing():
            self.calls[call] += 1
            for place, (wanted, trouble, times) in enumerate(self._troubles):
                if wanted in (call, ANY):
                    self._troubles[place : place + 1] = [(wanted, trouble, times - 1)] if times > 1 else []
                    return trouble
            return None


def _picture(task: Task) -> str:
    how = task.ended or (
        "incident: " + str(task.error_message)
        if task.incident
        else f"open, last locked by {task.worker or 'nobody'}"
    )
    thrown = f" {task.error_code}" if task.error_code else ""
    return (
        f"task of topic {task.topic} is {how}{thrown}; retries {task.retries}, last failure: "
        f"{task.error_message}"
    )
