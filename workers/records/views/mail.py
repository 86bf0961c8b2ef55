"""What was to be sent, and how that went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from workers.records import schema
from workers.records.schema import deliveries, entries, notifications, queue
from workers.records.views.base import View


@dataclass(frozen=True)
class Queued:
    """A notification that waits to be sent, with its last attempt (0: none yet) and how that stands."""

    id: str
    child_id: str
    process: str | None
    workstep_id: str | None
    to_user: str
    address: str
    template: str
    channel: str
    details: dict[str, Any]
    at: datetime
    due_at: datetime
    attempt: int
    state: str | None


class Mail(View):
    def notifications(self, child_id: str) -> list[dict[str, Any]]:
        """`homeward notifications`. `failed`: the last attempt failed; it may yet be tried again."""
        states = self._states(notifications.c.child_id == child_id)
        acknowledged: dict[str, Row[Any]] = {}
        for entry in self._rows(
            select(entries)
            .where(entries.c.child_id == child_id, entries.c.what == "notification-acknowledged")
            .order_by(entries.c.at)
        ):
            for key in ("notificationId", "requestKey"):
                if entry.details.get(key):
                    acknowledged.setdefault(entry.details[key], entry)
        rows = []
        for row in self._rows(
            select(notifications)
            .where(notifications.c.child_id == child_id)
            .order_by(notifications.c.at, notifications.c.to_user, notifications.c.key)
        ):
            done = states.get(row.id, {})
            answer = acknowledged.get(row.id) or acknowledged.get(row.details.get("requestKey"))
            last = max(done.values(), key=lambda delivery: delivery.id, default=None)
            failed = last is not None and last.state in ("failed", "unknown")
            rows.append(
                {
                    "to": row.to_user,
                    "address": row.address or None,
                    "template": row.template,
                    "channel": row.channel,
                    "status": "sent" if "sent" in done else "failed" if failed else "queued",
                    "sentAt": done["sent"].at.isoformat() if "sent" in done else None,
                    "acknowledgedBy": answer and answer.by,
                    "acknowledgedAt": answer and answer.at.isoformat(),
                }
            )
        return rows

    def _states(self, *where: Any) -> dict[str, dict[str, Row[Any]]]:
        """notification id -> state -> the last delivery row of that state."""
        states: dict[str, dict[str, Row[Any]]] = {}
        for row in self._rows(select(deliveries).join(notifications).where(*where).order_by(deliveries.c.id)):
            states.setdefault(row.notification_id, {})[row.state] = row
        return states

    def given_up(self) -> list[dict[str, Any]]:
        """Notifications that were not sent and will not be tried again, with the reason: for `homeward mail`.

        `unknown`: it may have arrived.
        """
        ended = (
            deliveries.c.attempt,
            deliveries.c.state,
            deliveries.c.error,
            deliveries.c.at.label("ended_at"),
        )
        lost = notifications.c.id.in_(select(schema.given_up.c.notification_id))
        attempts = self._rows(
            select(notifications, *ended)
            .join(deliveries, deliveries.c.notification_id == notifications.c.id)
            .where(lost)
            .order_by(deliveries.c.id)
        )
        # by a process that had been given up on, after all
        sent = {row.id for row in attempts if row.state == "sent"}
        last = {row.id: row for row in attempts if row.id not in sent}
        return [
            {
                "notificationId": row.id,
                "childId": row.child_id,
                "to": row.to_user,
                "template": row.template,
                "channel": row.channel,
                "attempts": row.attempt,
                "reason": row.error,
                "unknown": row.state == "unknown",
                "at": row.ended_at.isoformat(),
            }
            for row in sorted(last.values(), key=lambda row: (row.at, row.id))
        ]

    def due_notifications(self, now: datetime, limit: int) -> list[Queued]:
        """What is to be tried now, longest waiting first."""
        # before the join, or all that waits is joined
        first = select(queue).where(queue.c.due_at <= now).order_by(queue.c.due_at).limit(limit).subquery()
        return self._queued(
            select(notifications, first.c.due_at).join(first).order_by(first.c.due_at, notifications.c.at)
        )

    def waiting(self, ids: Collection[str]) -> list[Queued]:
        """Those of these notifications that are neither sent nor given up."""
        return self._queued(
            select(notifications, queue.c.due_at).join(queue).where(notifications.c.id.in_(ids))
        )

    def digest_of(self, queued: Queued) -> list[Queued]:
        """What travels in one mail with a notification that is due: all that waited with it for a moment."""
        together = (
            notifications.c[name] == getattr(queued, name) for name in ("to_user", "address", "channel", "at")
        )
        waiting = (
            select(notifications, queue.c.due_at)
            .join(queue)
            .where(queue.c.due_at <= self.now(), *together)
            .order_by(notifications.c.child_id, notifications.c.id)
        )
        return [one for one in self._queued(waiting) if one.details.get("digest")]

    def _queued(self, waiting: Any) -> list[Queued]:
        due = self._rows(waiting)
        last = {
            row.notification_id: row
            for row in self._rows(
                select(deliveries)
                .where(deliveries.c.notification_id.in_([row.id for row in due]))
                .order_by(deliveries.c.id)
            )
        }
        return [
            Queued(
                row.id,
                row.child_id,
                row.process,
                row.workstep_id,
                row.to_user,
                row.address,
                row.template,
                row.channel,
                row.details,
                row.at,
                row.due_at,
                last[row.id].attempt if row.id in last else 0,
                last[row.id].state if row.id in last else None,
            )
            for row in due
        ]
