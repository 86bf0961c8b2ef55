"""A topic of ours, run by the real worker with the real record; `engine.py` says what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from tests.topics.engine import Engine
from workers.records import Record
from workers.rest.directory import Directory
from workers.runtime.execution import Work
from workers.runtime.worker import Worker
from workers.testing import EngineDouble, Task
from workers.topics import catalogue
from workers.topics.services import Services

CHILD = "child-1"
GROUPS = {
    "social-worker": {"social-worker"},
    "team-manager": {"team-manager"},
    "team-manager-2": {"team-manager"},
    "family-finder": {"family-finder"},
}


def _killed() -> None:
    raise KeyboardInterrupt


class Trial:
    """The case of one child, as far as a test has said what there is."""

    def __init__(self, record: Record):
        self.engine, self.double, self.record = Engine(), EngineDouble(), record
        self.engine.groups |= GROUPS
        session = self.engine.session()
        self.services = Services(session, record, Directory(session), "maildir")

    def run(self, topic: str, instance: str, at: str = "Task", **given: Any) -> dict[str, Any]:
        """What the topic sets, of what its element in this instance, `at`, gives it."""
        with self._at_work(topic, instance, given, at) as task:
            brought = self.double.done(task)
        self.engine.write(instance, brought)
        return brought

    def fail(self, topic: str, instance: str, **given: Any) -> str:
        """The incident that it becomes."""
        with self._at_work(topic, instance, given) as task:
            return self.double.incident(task)

    def throw(self, topic: str, instance: str, **given: Any) -> str:
        """The BPMN error that it ends with."""
        with self._at_work(topic, instance, given) as task:
            return self.double.thrown(task)[0]

    def killed(self, topic: str, instance: str, **given: Any) -> dict[str, Any]:
        """What the topic sets when the first worker was killed as it wanted to note what it had done."""
        row, contract = self.engine.instances[instance], catalogue()[topic]
        raw: Any = {
            "id": str(uuid4()),
            "businessKey": row["businessKey"],
            "processInstanceId": instance,
            "processDefinitionKey": row["processDefinitionKey"],
            "processDefinitionId": row["processDefinitionId"],
            "activityId": "Task",
        }
        with pytest.raises(KeyboardInterrupt), mock.patch.object(self.record, "transaction", _killed):
            contract.handler(contract.input(**given), Work(raw, self.services, 0))
        brought = contract.handler(contract.input(**given), Work(raw, self.services, 0))
        return brought.model_dump(by_alias=True)

    @contextmanager
    def _at_work(self, topic: str, instance: str, given: dict[str, Any], at: str = "Task") -> Iterator[Task]:
        row = self.engine.instances[instance]
        child, process = row["businessKey"], row["processDefinitionKey"]
        task = self.double.add(topic, given, business_key=child, process=process)
        task.instance, task.activity = instance, at
        worker = Worker(self.double.session(), {topic: catalogue()[topic]}, self.services)
        with self.double.working(worker):
            yield task

    def noted(self, what: str) -> list[dict[str, Any]]:
        """The child's entries of a kind, oldest first."""
        return [entry for entry in self.record.chronology(CHILD) if entry["what"] == what]

    def mails(self) -> list[tuple[str, str]]:
        """Who gets a mail, and which."""
        return [(row["to"], row["template"]) for row in self.record.notifications(CHILD)]
