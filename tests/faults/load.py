"""Work for the workers, and the counting afterwards: in the engine's history, on the record, in the post
office. Never in logs.

The model has two tasks in a row of the product's own topic `notify`; each writes an entry on the record and
sends a mail. They begin once the record knows the instance as a pathway.
"""

from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.case import PATIENCE, eventually
from tests.faults.house import House
from tests.faults.post_office import PostOffice
from workers.records import Record, schema
from workers.rest import organisation
from workers.rest.session import EngineError, EngineUnreachable
from workers.settings import PROJECT

PROCESS = "faults-load"
TOLD = {"Task_TellFirst": "social-worker", "Task_TellSecond": "team-manager"}  # activity -> who gets its mail
ADDRESSES = {f"{user}@example.org" for user in TOLD.values()}
_TASK = """
    <serviceTask id="{id}" name="Tell the {user}" camunda:type="external" camunda:topic="notify">
      <extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="user">{user}</camunda:inputParameter>
        <camunda:inputParameter name="template">request</camunda:inputParameter>
        <camunda:inputParameter name="requestLabel">Invented request</camunda:inputParameter>
      </camunda:inputOutput></extensionElements>
    </serviceTask>"""
MODEL = (
    """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  id="Definitions_Load" targetNamespace="faults">
  <process id="faults-load" name="Faults" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Event_Known" />
    <receiveTask id="Event_Known" messageRef="Message_Known" />
    <sequenceFlow id="k" sourceRef="Event_Known" targetRef="Task_TellFirst" />"""
    + "".join(_TASK.format(id=id_, user=user) for id_, user in TOLD.items())
    + """
    <sequenceFlow id="b" sourceRef="Task_TellFirst" targetRef="Task_TellSecond" />
    <sequenceFlow id="c" sourceRef="Task_TellSecond" targetRef="End" /><endEvent id="End" />
  </process>
  <message id="Message_Known" name="faults-known" />
</definitions>"""
)


def models(folder: Path) -> Path:
    """A folder like the project's, with this model and what its steps ask for."""
    for name, content in {
        **{
            name: (PROJECT / name).read_text()
            for name in (organisation.FILE, "dmn/timescales/task-timescales.dmn")
        },
        f"bpmn/{PROCESS}.bpmn": MODEL,
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder


class Load:
    """Children's instances of the model, and what became of them."""

    _numbers = itertools.count(1)

    def __init__(self, house: House, post: PostOffice, record: Record | None = None):
        self.house, self.post, self.session, self.record = house, post, house.session, record or house.record
        self.batch, self.children = "", []

    def start(self, count: int) -> None:
        """So many new instances, a child each, as fast as the engine takes them."""
        self.batch = f"child-{next(self._numbers)}-"
        self.children = [f"{self.batch}{number}" for number in range(count)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._start, self.children))

    def _start(self, child: str) -> None:
        instance = self.session.call(f"/process-definition/key/{PROCESS}/start", {"businessKey": child})["id"]
        with self.record.transaction() as tx:
            tx.claim_pathway(child, PROCESS, instance)
        self.session.call("/message", {"messageName": "faults-known", "processInstanceId": instance})

    def let(self, tasks: int | None = None) -> None:
        """Let each worker begin so many tasks from its start on, and hold what it takes beyond that in its
        hands; None: all.
        """
        sluice = self.house.settings.var / "sluice"
        sluice.unlink(missing_ok=True) if tasks is None else sluice.write_text(str(tasks))

    # how far it is

    def entries(self) -> Counter[tuple[str, str]]:
        """(user, child) -> rows of requests sent, read past every layer of the product's own."""
        with self.record._engine.connect() as connection:
            rows = connection.execute(
                select(schema.entries.c.child_id, schema.entries.c.details).where(
                    schema.entries.c.what == "request-sent",
                    schema.entries.c.child_id.startswith(self.batch, autoescape=True),
                )
            )
            return Counter((row.details["to"], row.child_id) for row in rows)

    def mails(self) -> dict[str, int]:
        """State of the last attempt -> how many mails on record are in it; `queued` where there is none."""
        with self.record._engine.connect() as connection:
            mine = schema.deliveries.c.notification_id == schema.notifications.c.id
            last = (
                select(schema.deliveries.c.state)
                .where(mine)
                .order_by(schema.deliveries.c.id.desc())
                .limit(1)
                .scalar_subquery()
            )
            states = select(func.coalesce(last, "queued")).where(
                schema.notifications.c.child_id.startswith(self.batch, autoescape=True)
            )
            return dict(Counter(connection.execute(states).scalars()))

    def errors(self) -> set[str]:
        """What attempts to send ended with, as the record has it."""
        with self.record._engine.connect() as connection:
            rows = connection.execute(
                select(schema.deliveries.c.error)
                .join(schema.notifications)
                .where(
                    schema.deliveries.c.error.is_not(None),
                    schema.notifications.c.child_id.startswith(self.batch, autoescape=True),
                )
            )
            return set(rows.scalars())

    def given_up(self) -> list[dict[str, Any]]:
        """What the operator is told of the batch's mails."""
        return [row for row in self.record.given_up() if row["childId"] in self.children]

    def open(self) -> int:
        """How many instances have not ended."""
        return self.session.fetch(
            "/history/process-instance/count", processDefinitionKey=PROCESS, unfinished=True
        )["count"]

    def over(self, share: float, patience: float = PATIENCE) -> None:
        """Wait until that share of the batch's mails has been queued: the middle of the load."""
        wanted = share * 2 * len(self.children)
        eventually(
            lambda: self.entries().total() >= wanted,
            lambda: f"{self.entries().total()} of {wanted} entries; {self.picture()}",
            patience,
        )

    def ended(self, patience: float = PATIENCE) -> None:
        """Wait until every instance has ended; an incident fails at once, an engine that is away does not."""

        def over() -> bool:
            try:
                assert not (incidents := self.incidents()), incidents
                return not self.open()
            except (EngineError, EngineUnreachable):
                return False

        eventually(over, lambda: f"not ended: {self.picture()}", patience)

    def sent(self, patience: float = PATIENCE) -> None:
        """Wait until every mail of the batch is sent."""
        eventually(
            lambda: self.mails() == {"sent": 2 * len(self.children)},
            lambda: f"not sent: {self.mails()}",
            patience,
        )

    def incidents(self) -> list[str]:
        return [row["incidentMessage"] for row in self.session.fetch("/incident")]

    def picture(self) -> dict[str, Any]:
        """For messages of failing tests."""
        tasks = self.session.fetch("/external-task", processDefinitionKey=PROCESS)
        shown = ("activityId", "businessKey", "retries", "workerId", "lockExpirationTime", "errorMessage")
        return {
            "incidents": self.incidents(),
            "mails": self.mails(),
            "tasks": [{name: task[name] for name in shown} for task in tasks[:5]],
        }

    # the counting, after which nothing is left of it

    def worked_once(self) -> None:
        """The engine and the record: every task was completed once, and left what it leaves once."""
        definition, of = self.session.fetch(f"/process-definition/key/{PROCESS}")["id"], self._instances()
        history = self.session.fetch(
            "/history/activity-instance",
            processDefinitionId=definition,
            activityType="serviceTask",
            finished=True,
        )
        completed = Counter(
            (row["activityId"], of[row["processInstanceId"]])
            for row in history
            if row["processInstanceId"] in of and not row["canceled"]
        )
        assert completed == Counter({(task, child): 1 for task in TOLD for child in self.children})
        assert not self.session.fetch("/external-task") and not self.incidents()
        assert self.entries() == Counter(
            {(user, child): 1 for user in TOLD.values() for child in self.children}
        )

    def mailed_once(self) -> None:
        """The post office: every mail came, and came once."""
        self.sent()
        assert self.post.letters(self.batch) == Counter(
            {(address, child): 1 for address in ADDRESSES for child in self.children}
        )
        assert set(self.post.ids(self.batch).values()) == {1}

    def burnt(self) -> list[str]:
        """Messages of the failures that the engine was told of, a retry each, by its history."""
        log = self.session.fetch("/history/external-task-log", processDefinitionKey=PROCESS, failureLog=True)
        of = self._instances()
        return [row["errorMessage"] for row in log if row["processInstanceId"] in of]

    def _instances(self) -> dict[str, str]:
        """Instance -> child, of the batch."""
        rows = self.session.call("/history/process-instance", {"processDefinitionKey": PROCESS})
        return {row["id"]: row["businessKey"] for row in rows if row["businessKey"] in self.children}
