"""One transaction on the record: all of it is written, or nothing.

Here: what is to be sent, and how that went.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, delete, update

from workers.records import schema
from workers.records.happening import Happening
from workers.records.views import Queued
from workers.records.vocabulary import NOTIFICATION_DETAILS
from workers.records.writes import Writes

NO_ADDRESS = "no address"


class Transaction(Writes):
    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        super().__init__(connection, clock)
        self._tally: Counter[str] = Counter()

    def notify(
        self,
        *,
        key: str,
        child_id: str,
        to_user: str,
        address: str | None,
        template: str,
        channel: str,
        details: Mapping[str, Any],
        process: str | None = None,
        workstep_id: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Queue a mail, not to be sent before `at`. Without an address it fails at once.

        `details`: those of NOTIFICATION_DETAILS and nothing else.
        """
        if excess := details.keys() - NOTIFICATION_DETAILS:
            raise ValueError(
                f"a notification may not carry {', '.join(sorted(excess))}: mail holds no personal data"
            )
        at = at or self.now()
        row = {
            "id": uuid4().hex,
            "child_id": child_id,
            "process": process,
            "workstep_id": workstep_id,
            "to_user": to_user,
            "address": address or "",
            "template": template,
            "channel": channel,
            "details": to_jsonable_python(dict(details)),
            "at": at,
        }
        if not self._add(schema.notifications, ["key"], key=key, **row):
            return False
        self._connection.execute(schema.queue.insert().values(notification_id=row["id"], due_at=at))
        if not address:
            self.ended(Queued(**row, due_at=at, attempt=0, state=None), "failed", NO_ADDRESS)
        return True

    def hold(self, queued: Queued, until: datetime) -> bool:
        """Nobody else looks at it before `until`; False if another process was first, or it is done."""
        queue = schema.queue
        return (
            self._connection.execute(
                update(queue)
                .values(due_at=until)
                .where(queue.c.notification_id == queued.id, queue.c.due_at == queued.due_at)
            ).rowcount
            == 1
        )

    def claim(self, queued: Queued, until: datetime) -> bool:
        """Take the attempt after `queued.attempt`; False if another process has it."""
        return self.hold(queued, until) and self._attempt(queued.id, queued.attempt + 1, "started")

    def ended(
        self, queued: Queued, state: str, error: str | None = None, retry_at: datetime | None = None
    ) -> None:
        """How attempt `queued.attempt` ended: sent, failed or unknown.

        Without `retry_at` the matter is closed.
        """
        queue, mine = schema.queue, schema.queue.c.notification_id == queued.id
        self._attempt(queued.id, queued.attempt, state, error)
        if retry_at:
            self._connection.execute(update(queue).values(due_at=retry_at).where(mine))
            return
        self._connection.execute(delete(queue).where(mine))
        if state != "sent":
            self._add(schema.given_up, ["notification_id"], notification_id=queued.id)
        key, what = (
            (f"sent:{queued.id}", "notification-sent")
            if state == "sent"
            else (f"failed:{queued.id}:{queued.attempt}", "notification-failed")
        )
        details = {
            "to": queued.to_user,
            "template": queued.template,
            "channel": queued.channel,
            "notificationId": queued.id,
        }
        happening = Happening(
            key, queued.child_id, queued.process, workstep_id=queued.workstep_id, by="homeward"
        )
        self.entry(happening, what, details | ({"reason": error} if error else {}), key=key)

    def _attempt(self, id_: str, attempt: int, state: str, error: str | None = None) -> bool:
        added = self._add(
            schema.deliveries,
            ["notification_id", "attempt", "state"],
            notification_id=id_,
            attempt=attempt,
            state=state,
            error=error,
            at=self.now(),
        )
        self._tally[state] += added
        return added

    def finish(self) -> None:
        """Count the attempts that ended here.

        Last of all, and in one order: others who count wait for this transaction, and it for nobody.
        """
        tallies = schema.tallies
        for state, number in sorted(self._tally.items()):
            if number and state != "started":
                self._connection.execute(
                    update(tallies).where(tallies.c.state == state).values(number=tallies.c.number + number)
                )

    def requeue(
        self, wanted: Collection[str] | None = None, *, by: str | None = None, reason: str | None = None
    ) -> int:
        """Try again what was given up, save what has no address; how many. `wanted`: only these ids.

        `by` and `reason` go into the chronology.
        """
        again = [
            row
            for row in self.given_up()
            if row["reason"] != NO_ADDRESS and (wanted is None or row["notificationId"] in wanted)
        ]
        at = self.now()
        for row in again:
            self._add(schema.queue, ["notification_id"], notification_id=row["notificationId"], due_at=at)
            self._connection.execute(
                delete(schema.given_up).where(schema.given_up.c.notification_id == row["notificationId"])
            )
            details = {name: row[name] for name in ("notificationId", "to", "template", "channel")}
            self.entry(
                Happening(f"requeued:{row['notificationId']}:{row['attempts']}", row["childId"], by=by),
                "notification-requeued",
                details | ({"reason": reason} if reason else {}),
            )
        return len(again)
