"""One transaction on the record: all of it is written, or nothing.

Here: what is to be sent, and how that went, and copies that wait.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic_core import to_jsonable_python
from sqlalchemy import Connection, delete, select, tuple_, update

from workers.records import schema
from workers.records.happening import Happening
from workers.records.views import Offer, Queued
from workers.records.vocabulary import NOTIFICATION_DETAILS
from workers.records.writes import Writes

NO_ADDRESS = "no address"


class Ended(NamedTuple):
    """How attempt `mail.attempt` stands: started, sent, failed or unknown.

    `pause`: until it is tried again; None: the matter is closed.
    """

    mail: Queued
    state: str
    error: str | None = None
    pause: timedelta | None = None


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
            mail = Queued(**row, due_at=at, attempt=0, state=None)
            self.ended(Ended(mail, "failed", NO_ADDRESS))
        return True

    def hold(self, mails: Iterable[Queued], until: datetime) -> list[Queued]:
        """Nobody else looks at these before `until`; without those that another process was first to, or that
        are done.
        """
        queue = schema.queue
        wanted = {mail.id: mail for mail in mails}
        if not wanted:
            return []
        as_seen = tuple_(queue.c.notification_id, queue.c.due_at).in_(
            [(mail.id, mail.due_at) for mail in wanted.values()]
        )
        free = select(queue.c.notification_id).where(as_seen).with_for_update(skip_locked=True)
        held = self._connection.execute(
            update(queue)
            .values(due_at=until)
            .where(queue.c.notification_id.in_(free))
            .returning(queue.c.notification_id)
        )
        mine = set(held.scalars())
        return [replace(mail, due_at=until) for mail in wanted.values() if mail.id in mine]

    def claim(self, mails: Iterable[Queued], until: datetime) -> list[Queued]:
        """Take the attempt after the last one of each; without those that another process has."""
        next_ = [replace(mail, attempt=mail.attempt + 1) for mail in self.hold(mails, until)]
        mine = self._attempts([Ended(mail, "started") for mail in next_])
        return [mail for mail in next_ if mail.id in mine]

    def ended(self, *ends: Ended) -> None:
        """How attempts ended."""
        if not ends:
            return
        queue = schema.queue
        self._attempts(ends)
        for end in ends:
            if end.pause is not None:
                mine = queue.c.notification_id == end.mail.id
                self._connection.execute(update(queue).where(mine).values(due_at=self.now() + end.pause))
        closed = [end for end in ends if end.pause is None]
        self._connection.execute(
            delete(queue).where(queue.c.notification_id.in_([end.mail.id for end in closed]))
        )
        lost = [{"notification_id": end.mail.id} for end in closed if end.state != "sent"]
        self._add_all(schema.given_up, ["notification_id"], lost)
        self._add_all(schema.entries, ["key"], [self._closing(end) for end in closed])

    def _closing(self, end: Ended) -> dict[str, Any]:
        """The entry that closes the matter."""
        mail = end.mail
        key, what = (
            (f"sent:{mail.id}", "notification-sent")
            if end.state == "sent"
            else (f"failed:{mail.id}:{mail.attempt}", "notification-failed")
        )
        details = {
            "to": mail.to_user,
            "template": mail.template,
            "channel": mail.channel,
            "notificationId": mail.id,
        } | ({"reason": end.error} if end.error else {})
        happening = Happening(key, mail.child_id, mail.process, workstep_id=mail.workstep_id, by="homeward")
        return self._entry(happening, what, details, key)

    def _attempts(self, ends: Sequence[Ended]) -> set[str]:
        """Write down how attempts stand; the notifications of those that were not known to stand so."""
        rows = [
            {
                "notification_id": end.mail.id,
                "attempt": end.mail.attempt,
                "state": end.state,
                "error": end.error,
                "at": self.now(),
            }
            for end in ends
        ]
        added: set[str] = self._add_all(schema.deliveries, ["notification_id", "attempt", "state"], rows)
        self._tally.update(end.state for end in ends if end.mail.id in added)
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

    def add_offer(self, offer: Offer) -> None:
        """A copy waits for the step of a brother or sister; an earlier one of the form goes."""
        offers = schema.offers
        earlier = [
            getattr(offers.c, name) == getattr(offer, name) for name in ("child_id", "from_child", "form")
        ]
        self._connection.execute(delete(offers).where(*earlier, offers.c.key != offer.key))
        self._add(offers, ["key"], **offer._asdict(), at=self.now())

    def put_off_offer(self, offer: Offer, opens: str | None = None) -> None:
        """Its step is not open yet; `opens`: what is still to be opened first."""
        later = update(schema.offers).where(schema.offers.c.key == offer.key)
        self._connection.execute(later.values(at=self._later(offer.asked_at), opens=opens))

    def done_offer(self, offer: Offer) -> None:
        self._connection.execute(delete(schema.offers).where(schema.offers.c.key == offer.key))
