"""What every topic works with, and the few things that several of them do the same way."""
from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable

from workers.notifications.message import details
from workers.records.record import Record
from workers.records.transaction import Transaction
from workers.rest import codec
from workers.rest.directory import Directory, User
from workers.rest.session import EngineSession
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError


@dataclass
class Services:
    engine: EngineSession
    record: Record
    directory: Directory
    channel: str
    wake_outbox: Callable[[], None] = lambda: None
    _names: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step_name(self, work: Work) -> str:
        """The workstep's name, as the model has it."""
        with self._lock:
            if work.definition_id not in self._names:
                self._names[work.definition_id] = self.engine.fetch(f"/process-definition/{work.definition_id}")["name"]
            return self._names[work.definition_id]

    def recipients(self, user: str | None, groups: str | None) -> list[User]:
        """The named user, else every member of the groups, once each."""
        if user:
            if found := self.directory.user(user):
                return [found]
            raise FatalError(f"user {user} does not exist: create the user, or hand the work over with `homeward allocate`, then retry")
        named = (group.strip() for group in (groups or "").split(","))
        return list({member.id: member for group in named if group for member in self.directory.members(group)}.values())

    def mail(self, tx: Transaction, work: Work, people: Iterable[User], template: str, step: str, workstep_id: str | None,
             request: str | None = None, due: str | None = None, request_key: str | None = None) -> list[str]:
        """Queue one mail a person; the ids of those it goes to."""
        facts = details(reference=child_of(work), step=step, request=request or None, due=due or None, request_key=request_key)
        told = list(people)
        for person in told:
            tx.notify(key=f"{work.key}:{person.id}", child_id=child_of(work), to_user=person.id, address=person.address, template=template,
                      channel=self.channel, details=facts, process=work.process, workstep_id=workstep_id)
        return [person.id for person in told]


def child_of(work: Work) -> str:
    """The child's reference: the business key."""
    if not work.child_id:
        raise FatalError(f"process instance {work.instance_id} has no business key: start it with the child's reference as business key")
    return work.child_id


def happened(work: Work) -> dt.datetime | None:
    """When the step before was done, which is when the engine made this task."""
    text: Any = work.raw.get("createTime")
    return codec.moment(text) if text else None
