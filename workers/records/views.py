"""What the record answers."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from workers.records import deadlines
from workers.records.deadlines import Deadline
from workers.records.schema import answers, children, deliveries, entries, notifications, open_pathways, purges, queue


@dataclass(frozen=True)
class Child:
    """A child's master data, as last recorded. `stub`: nobody has registered the child yet."""

    child_id: str
    name: str | None
    born: date | None
    gender: str | None
    stub: bool
    recorded_at: datetime
    recorded_by: str | None


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


class Reads:
    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        self._connection, self._clock = connection, clock
        self._now: datetime | None = None

    def now(self) -> datetime:
        """The record's time, the same for every process, whose own clocks may differ; and the same throughout a transaction."""
        self._now = self._now or self._clock(self._connection)
        return self._now

    def _rows(self, statement: Any) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    # Children

    def child(self, child_id: str) -> Child | None:
        return next(iter(self._children(children.c.child_id == child_id)), None)

    def children(self, stubs_only: bool = False) -> list[Child]:
        """Every child on the record, by reference; `stubs_only`: those nobody has registered yet."""
        return [child for child in self._children() if child.stub or not stubs_only]

    def _children(self, *where: Any) -> list[Child]:
        # The newest row holds, but a stub never covers what someone registered.
        newest = func.row_number().over(
            partition_by=children.c.child_id, order_by=(children.c.stub, children.c.id.desc())
        )
        ranked = select(children, newest.label("rank")).where(*where).subquery()
        return [
            Child(row.child_id, row.name, row.born and date.fromisoformat(row.born), row.gender, row.stub,
                  row.recorded_at, row.recorded_by)
            for row in self._rows(select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.child_id))
        ]

    # The chronology and what follows from it

    def chronology(self, child_id: str) -> list[dict[str, Any]]:
        """`homeward chronology`: everything that happened, in the order in which it happened."""
        found = self._rows(select(entries).where(entries.c.child_id == child_id).order_by(entries.c.at, entries.c.id))
        return [
            {
                "at": row.at.isoformat(),
                "recordedAt": row.recorded_at.isoformat(),
                "what": row.what,
                "process": row.process,
                "workstepId": row.workstep_id,
                "by": row.by,
                "details": row.details,
            }
            for row in found
        ]

    def deadlines(self, child_id: str | None = None) -> list[dict[str, Any]]:
        """`homeward deadlines`, soonest first. Without a child: everyone's, and each row says whose (`childId`)."""
        today = deadlines.today()
        return [({"childId": found.child_id} if child_id is None else {}) | found.row(today) for found in self.every_deadline(child_id)]

    def every_deadline(self, child_id: str | None = None) -> list[Deadline]:
        """The same with all that is known of each."""
        wanted = select(entries).where(entries.c.what.in_(deadlines.KINDS)).order_by(entries.c.id)
        return deadlines.derive(self._rows(wanted if child_id is None else wanted.where(entries.c.child_id == child_id)))

    # Answers

    def latest_answers(self, child_id: str, form: str | None = None, process: str | None = None,
                       workstep_id: str | None = None) -> dict[str, Any] | None:
        """The child's newest answers (key -> value) among those that fit, or None."""
        wanted = {answers.c.form: form, answers.c.process: process, answers.c.workstep_id: workstep_id}
        fits = and_(
            answers.c.child_id == child_id, *(column == value for column, value in wanted.items() if value is not None)
        )
        newest = select(answers.c.answers).where(fits).order_by(answers.c.at.desc(), answers.c.id.desc()).limit(1)
        return self._connection.scalar(newest)

    def answers_of(self, workstep_id: str) -> list[dict[str, Any]]:
        """Each form of a workstep as it was submitted, oldest first, with the questions as they were asked."""
        found = self._rows(
            select(answers).where(answers.c.workstep_id == workstep_id).order_by(answers.c.at, answers.c.id)
        )
        return [
            {"at": row.at.isoformat(), "process": row.process, "form": row.form, "by": row.by, "answers": row.answers,
             "questions": row.questions}
            for row in found
        ]

    # Notifications

    def notifications(self, child_id: str) -> list[dict[str, Any]]:
        """`homeward notifications`. `failed`: the last attempt failed; it may yet be tried again."""
        states = self._states(notifications.c.child_id == child_id)
        acknowledged: dict[str, Row[Any]] = {}
        for entry in self._rows(select(entries).where(
                entries.c.child_id == child_id, entries.c.what == "notification-acknowledged").order_by(entries.c.at)):
            for key in ("notificationId", "requestKey"):
                if entry.details.get(key):
                    acknowledged.setdefault(entry.details[key], entry)
        rows = []
        for row in self._rows(select(notifications).where(notifications.c.child_id == child_id)
                              .order_by(notifications.c.at, notifications.c.to_user, notifications.c.key)):
            done = states.get(row.id, {})
            answer = acknowledged.get(row.id) or acknowledged.get(row.details.get("requestKey"))
            last = max(done.values(), key=lambda delivery: delivery.id, default=None)
            failed = last is not None and last.state in ("failed", "unknown")
            rows.append({
                "to": row.to_user, "address": row.address or None, "template": row.template, "channel": row.channel,
                "status": "sent" if "sent" in done else "failed" if failed else "queued",
                "sentAt": done["sent"].at.isoformat() if "sent" in done else None,
                "acknowledgedBy": answer and answer.by, "acknowledgedAt": answer and answer.at.isoformat(),
            })
        return rows

    def _states(self, *where: Any) -> dict[str, dict[str, Row[Any]]]:
        """notification id -> state -> the last delivery row of that state."""
        states: dict[str, dict[str, Row[Any]]] = {}
        for row in self._rows(select(deliveries).join(notifications).where(*where).order_by(deliveries.c.id)):
            states.setdefault(row.notification_id, {})[row.state] = row
        return states

    def given_up(self) -> list[dict[str, Any]]:
        """Notifications that were not sent and will not be tried again, with the reason: for `homeward mail`. `unknown`: it may have arrived."""
        sent = select(deliveries.c.notification_id).where(deliveries.c.state == "sent")
        lost = and_(notifications.c.id.not_in(sent), notifications.c.id.not_in(select(queue.c.notification_id)))
        last = {key: max(states.values(), key=lambda row: row.id) for key, states in self._states(lost).items()}
        return [
            {"notificationId": row.id, "childId": row.child_id, "to": row.to_user, "template": row.template,
             "channel": row.channel, "attempts": last[row.id].attempt, "reason": last[row.id].error,
             "unknown": last[row.id].state == "unknown", "at": last[row.id].at.isoformat()}
            for row in self._rows(select(notifications).where(lost).order_by(notifications.c.at)) if row.id in last
        ]

    def due_notifications(self, now: datetime, limit: int) -> list[Queued]:
        """What is to be tried now, longest waiting first."""
        due = self._rows(select(notifications, queue.c.due_at).join(queue).where(queue.c.due_at <= now)
                         .order_by(queue.c.due_at, notifications.c.at).limit(limit))
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

    # Working tables

    def open_pathway(self, child_id: str, process: str) -> str | None:
        """The id of the child's open pathway of this kind."""
        return self._connection.scalar(select(open_pathways.c.pathway_id).where(
            open_pathways.c.child_id == child_id, open_pathways.c.process == process))

    def pending_purges(self, limit: int = 1000, skip: int = 0) -> list[str]:
        """Engine instances whose history variables are to be deleted once they have ended, oldest first."""
        oldest = select(purges.c.instance_id).order_by(purges.c.at, purges.c.instance_id)
        return [row.instance_id for row in self._rows(oldest.limit(limit).offset(skip))]
