"""The engine's double and the real engine behind one face, so that one story can be told to both."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
import uuid
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from tests.case import eventually
from tests.runtime.lab import TASK
from workers.rest import codec
from workers.rest.session import EngineError, EngineSession
from workers.testing import EngineDouble

PROPERTIES = {"requirement": "LAB-001"}
MODEL = TASK.replace("lab-task", "lab-double").replace(
    'camunda:topic="${topic}" />',
    f"""camunda:topic="${{topic}}" camunda:taskPriority="${{priority}}">
    <extensionElements><camunda:properties>
      <camunda:property name="requirement" value="{PROPERTIES["requirement"]}" />
    </camunda:properties></extensionElements>
    </serviceTask>""",
)
STEERING = {"topic", "priority"}  # variables that the real model needs
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
GONE = (404, ("RestException", 0, "External task with id … does not exist"))
SHORT = 0.3  # seconds of a lock that is to end by itself
LOCK = 10.0  # seconds of one that holds until `expired` ends it, however slow the machine is
# reports on a task, and what they must say
CALLS = {
    "complete": {},
    "failure": {},
    "bpmnError": {"errorCode": "KNOWN"},
    "extendLock": {"newDuration": 1000},
}
REACHED = 0.7  # seconds after which a poll is taken to be open in the real engine, which cannot be asked
PIECES = 7


@dataclass
class Given:
    """A task: what there is to say about it in both worlds."""

    id: str
    topic: str
    instance: str
    double: Any = None


class World:
    session: EngineSession

    def add(
        self,
        variables: dict[str, Any] | None = None,
        topic: str = "",
        business_key: str = "child-1",
        priority: int = 0,
    ) -> Given:
        raise NotImplementedError

    def cancel(self, task: Given) -> None:
        raise NotImplementedError

    def expired(self, task: Given, seconds: float = LOCK) -> None:
        """Come to the end of worker one's lock or pause of so many seconds."""
        raise NotImplementedError

    def reached(self) -> None:
        """Return when the poll that was just sent is open."""
        raise NotImplementedError

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer; of an error, its type, code and message, ids and moments as dots."""
        try:
            response = self.session.request(method, path, json=body)
        except EngineError as error:
            return error.status, (
                error.kind,
                error.code,
                re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{13}", "…", error.message),
            )
        return response.status_code, response.json() if "json" in response.headers.get(
            "Content-Type", ""
        ) else response.text

    def on(self, task: Given | str, call: str, **body: Any) -> tuple[int, Any]:
        """A call on a task, by worker `one` unless said otherwise."""
        body = {"workerId": "one"} | body
        return self.ask(
            "POST",
            f"/external-task/{task if isinstance(task, str) else task.id}/{call}",
            {k: v for k, v in body.items() if v is not ...},
        )

    def fetch(
        self,
        topic: str,
        worker: str = "one",
        most: int = 10,
        lock: float = 60,
        wait: float | None = None,
        of: dict[str, Any] | None = None,
        **body: Any,
    ) -> list[dict[str, Any]]:
        """fetchAndLock of one topic; `lock` and `wait` in seconds, `of` what is said of the topic."""
        asked = {"topicName": topic, "lockDuration": int(lock * 1000), "deserializeValues": False} | (
            of or {}
        )
        body |= {"workerId": worker, "maxTasks": most, "topics": [asked]}
        if wait is not None:
            body["asyncResponseTimeout"] = int(wait * 1000)
        status, found = self.ask("POST", "/external-task/fetchAndLock", body)
        assert status == 200, found
        return found

    def poll(self, topic: str, worker: str = "one", wait: float = 20, **more: Any) -> Future:
        """An open poll; its result: the tasks, and the seconds it took."""
        future: Future = Future()

        def run() -> None:
            start = time.monotonic()
            try:
                future.set_result((self.fetch(topic, worker, wait=wait, **more), time.monotonic() - start))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        self.reached()
        return future

    def task(self, task: Given) -> dict[str, Any]:
        return self.ask("GET", f"/external-task/{task.id}")[1]

    def listed(self, **filters: str) -> list[str]:
        return [row["id"] for row in self.session.fetch("/external-task", **filters)]

    def incidents(self, task: Given) -> list[dict[str, Any]]:
        return self.session.fetch("/incident", processInstanceId=task.instance)


def some_topic() -> str:
    return f"lab-{uuid.uuid4().hex[:8]}"


class InMemory(World):
    def __init__(self) -> None:
        self.double = EngineDouble()
        self.session = self.double.session()

    def add(self, variables=None, topic="", business_key="child-1", priority=0):
        task = self.double.add(
            topic or some_topic(),
            variables,
            business_key=business_key,
            priority=priority,
            process="lab-double",
            properties=PROPERTIES,
        )
        return Given(task.id, task.topic, task.instance, task)

    def cancel(self, task):
        self.double.cancel(task.double)

    def expired(self, task, seconds=LOCK):
        self.double.advance(seconds)

    def reached(self):
        eventually(lambda: self.double._engine._polls, lambda: "no poll came")


class Real(World):
    def __init__(self, engine: EngineSession):
        self.session = engine
        self.deployment = engine.post(
            "/deployment/create",
            files={"double.bpmn": ("double.bpmn", MODEL)},
            data={"deployment-name": "lab-double"},
        ).json()["id"]

    def close(self) -> None:
        self.session.call(f"/deployment/{self.deployment}?cascade=true", method="DELETE")

    def add(self, variables=None, topic="", business_key="child-1", priority=0):
        topic = topic or some_topic()
        body = {
            "businessKey": business_key,
            "variables": codec.encode({"topic": topic, "priority": priority, **(variables or {})}),
        }
        instance = self.session.call("/process-definition/key/lab-double/start", body)["id"]
        return Given(
            self.session.fetch("/external-task", processInstanceId=instance)[0]["id"], topic, instance
        )

    def cancel(self, task):
        self.session.call(f"/process-instance/{task.instance}", method="DELETE")

    def expired(self, task, seconds=LOCK):
        assert self.on(task, "extendLock", newDuration=1) == (204, "")  # from now: it is cut short
        eventually(
            lambda: self.listed(externalTaskId=task.id, notLocked="true"),
            lambda: f"still locked: {self.task(task)}",
        )

    def reached(self):
        # A stall takes no more than a piece of the time, and a request that comes after the poll waits for
        # the same engine.
        for _ in range(PIECES):
            time.sleep(REACHED / PIECES)
            self.session.fetch("/version")


def moment(text: str) -> dt.datetime:
    """A date-time as the engine writes it."""
    assert MOMENT.fullmatch(text)
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
