"""What the record answers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, func, select

from workers.records import deadline_rows, schema
from workers.records.deadlines import Deadline, today
from workers.records.schema import (
    answers,
    children,
    deliveries,
    entries,
    notifications,
    open_pathways,
    purges,
    queue,
)


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


class Opened(NamedTuple):
    """Engine instances that the record knows."""

    pathways: frozenset[str]
    worksteps: frozenset[str]


def _row(entry: Row[Any]) -> dict[str, Any]:
    """An entry as `homeward chronology` prints it."""
    return {
        "at": entry.at.isoformat(),
        "recordedAt": entry.recorded_at.isoformat(),
        "what": entry.what,
        "process": entry.process,
        "pathwayId": entry.pathway_id,
        "workstepId": entry.workstep_id,
        "by": entry.by,
        "details": entry.details,
    }


class Reads:
    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        self._connection, self._clock = connection, clock
        self._now: datetime | None = None

    def now(self) -> datetime:
        """The record's time: one for all processes, whose clocks may differ, and for all of a transaction."""
        self._now = self._now or self._clock(self._connection)
        return self._now

    def _rows(self, statement: Any) -> list[Row[Any]]:
        return list(self._connection.execute(statement))

    # Children

    def child(self, child_id: str) -> Child | None:
        return next(iter(self._children(children.c.child_id == child_id)), None)

    def children(self, stubs_only: bool = False) -> list[Child]:
        """Every child on the record, by reference; `stubs_only`: those nobody has registered yet."""
        if not stubs_only:
            return self._children()
        return [
            child
            for child in self._children(children.c.child_id.in_(select(schema.stubs.c.child_id)))
            if child.stub
        ]

    def _children(self, *where: Any) -> list[Child]:
        # The newest row holds, but a stub never covers what someone registered.
        newest = func.row_number().over(
            partition_by=children.c.child_id, order_by=(children.c.stub, children.c.id.desc())
        )
        ranked = select(children, newest.label("rank")).where(*where).subquery()
        return [
            Child(
                row.child_id,
                row.name,
                row.born and date.fromisoformat(row.born),
                row.gender,
                row.stub,
                row.recorded_at,
                row.recorded_by,
            )
            for row in self._rows(select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.child_id))
        ]

    # The chronology and what follows from it

    def chronology(self, child_id: str) -> list[dict[str, Any]]:
        """`homeward chronology`: everything that happened, in the order in which it happened."""
        rows = self._rows(
            select(entries).where(entries.c.child_id == child_id).order_by(entries.c.at, entries.c.id)
        )
        return [_row(row) for row in rows]

    def last_of(self, *kinds: str) -> datetime | None:
        """When something of these kinds happened last, whoever it was about."""
        last: datetime | None = self._connection.scalar(
            select(func.max(entries.c.at)).where(entries.c.what.in_(kinds))
        )
        return last

    def deadlines(self, child_id: str | None = None) -> list[dict[str, Any]]:
        """`homeward deadlines`, soonest first.

        Without a child: everyone's, and each row says whose (`childId`).
        """
        day = today()
        return [
            ({"childId": deadline.child_id} if child_id is None else {}) | deadline.row(day)
            for deadline in self.every_deadline(child_id)
        ]

    def every_deadline(self, child_id: str | None = None) -> list[Deadline]:
        """The same with all that is known of each: what was met or has ended too."""
        return deadline_rows.read(
            self._connection, *([schema.deadlines.c.child_id == child_id] if child_id is not None else [])
        )

    def open_deadlines(self, child_id: str | None = None, before: datetime | None = None) -> list[Deadline]:
        """Those that are still to be met, soonest first; `before`: only what is overdue by then."""
        return deadline_rows.read_open(self._connection, child_id, before)

    # Answers

    def latest_answers(
        self,
        child_id: str,
        form: str | None = None,
        process: str | None = None,
        workstep_id: str | None = None,
    ) -> dict[str, Any] | None:
        """The child's newest answers (key -> value) among those that fit, or None."""
        wanted = {answers.c.form: form, answers.c.process: process, answers.c.workstep_id: workstep_id}
        fits = and_(
            answers.c.child_id == child_id,
            *(column == value for column, value in wanted.items() if value is not None),
        )
        newest = (
            select(answers.c.answers).where(fits).order_by(answers.c.at.desc(), answers.c.id.desc()).limit(1)
        )
        return self._connection.scalar(newest)

    def answers_of(self, workstep_id: str) -> list[dict[str, Any]]:
        """Each form of a workstep as it was submitted, oldest first, the questions as they were asked."""
        rows = self._rows(
            select(answers).where(answers.c.workstep_id == workstep_id).order_by(answers.c.at, answers.c.id)
        )
        return [
            {
                "at": row.at.isoformat(),
                "process": row.process,
                "form": row.form,
                "by": row.by,
                "answers": row.answers,
                "questions": row.questions,
            }
            for row in rows
        ]

    # Notifications

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
        due = self._rows(
            select(notifications, first.c.due_at).join(first).order_by(first.c.due_at, notifications.c.at)
        )
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

    # Where something happens

    def opened(self, child_id: str, instances: Collection[str]) -> Opened:
        """Which of these engine instances are the child's open pathways, which were opened as worksteps."""
        pathways = select(open_pathways.c.pathway_id).where(
            open_pathways.c.child_id == child_id, open_pathways.c.pathway_id.in_(instances)
        )
        keys = [
            f"{instance}:{what}" for instance in instances for what in ("workstep-opened", "pathway-ended")
        ]
        noted = self._rows(
            select(entries.c.what, entries.c.pathway_id, entries.c.workstep_id).where(
                entries.c.key.in_(keys), entries.c.child_id == child_id
            )
        )
        # ended: noted, and released, by a worker that was killed before it could tell the engine
        ended = {row.pathway_id for row in noted if row.what == "pathway-ended"}
        return Opened(
            frozenset(ended.union(row[0] for row in self._rows(pathways))),
            frozenset(row.workstep_id for row in noted if row.what == "workstep-opened"),
        )

    def entry_of(self, key: str) -> dict[str, Any] | None:
        """One entry by its key, as `chronology` gives it and with the child's reference."""
        return next(
            (
                {"childId": row.child_id} | _row(row)
                for row in self._rows(select(entries).where(entries.c.key == key))
            ),
            None,
        )

    def last_author(self, workstep_id: str | None) -> str | None:
        """Who submitted the workstep's last form."""
        newest = (
            select(answers.c.by)
            .where(answers.c.workstep_id == workstep_id)
            .order_by(answers.c.id.desc())
            .limit(1)
        )
        return self._connection.scalar(newest)

    # Working tables

    def open_pathway(self, child_id: str, process: str) -> str | None:
        """The id of the child's open pathway of this kind."""
        return self._connection.scalar(
            select(open_pathways.c.pathway_id).where(
                open_pathways.c.child_id == child_id, open_pathways.c.process == process
            )
        )

    def kinds_of_open_pathways(self) -> set[str]:
        """The process ids of which some child has an open pathway."""
        return {row.process for row in self._rows(select(open_pathways.c.process).distinct())}

    def pending_purges(self, limit: int = 1000) -> list[str]:
        """Engine instances whose history variables are to be deleted if they have ended: those to look at
        now, longest waiting first.
        """
        due = (
            select(purges.c.instance_id)
            .where(purges.c.at <= self.now())
            .order_by(purges.c.at, purges.c.instance_id)
        )
        return [row.instance_id for row in self._rows(due.limit(limit))]

    # What people wrote beyond their forms

    def unexpected(self, since: datetime) -> list[dict[str, Any]]:
        """For `homeward status`: newest first."""
        rows = self._rows(
            select(entries)
            .where(entries.c.what == "unexpected-variables", entries.c.at >= since)
            .order_by(entries.c.at.desc(), entries.c.id.desc())
        )
        return [
            {"childId": row.child_id, **row.details, "by": row.by, "at": row.at.isoformat()} for row in rows
        ]
