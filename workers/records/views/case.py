"""What happened to a child, what is due, and where something happens."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, select

from workers.records import deadline_rows, schema
from workers.records.deadlines import Deadline, today
from workers.records.schema import entries, open_pathways, purges
from workers.records.views.base import View


class Opened(NamedTuple):
    """Engine instances that the record knows."""

    pathways: frozenset[str]
    worksteps: frozenset[str]


class OpenStep(NamedTuple):
    """A workstep that is open, by its name and since when."""

    workstep_id: str
    process: str
    step: str
    since: datetime


class Standing(NamedTuple):
    """An open pathway, since when, and the worksteps that are open in it, oldest first."""

    child_id: str
    process: str
    pathway_id: str
    since: datetime
    steps: list[OpenStep]


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


class Case(View):
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

    def step_names(self, instances: Collection[str]) -> dict[str, str]:
        """Of these engine instances those that were opened as worksteps, with the workstep's name."""
        keys = [f"{instance}:workstep-opened" for instance in instances]
        rows = self._rows(select(entries.c.workstep_id, entries.c.details).where(entries.c.key.in_(keys)))
        return {row.workstep_id: row.details["step"] for row in rows}

    def entry_of(self, key: str) -> dict[str, Any] | None:
        """One entry by its key, as `chronology` gives it and with the child's reference."""
        return next(
            (
                {"childId": row.child_id} | _row(row)
                for row in self._rows(select(entries).where(entries.c.key == key))
            ),
            None,
        )

    def open_pathway(self, child_id: str, process: str) -> str | None:
        """The id of the child's open pathway of this kind."""
        return self._connection.scalar(
            select(open_pathways.c.pathway_id).where(
                open_pathways.c.child_id == child_id, open_pathways.c.process == process
            )
        )

    def standings(self, child_id: str | None = None) -> list[Standing]:
        """Where each open pathway stands, of one child or of all, by reference; the oldest first."""
        of_child = [open_pathways.c.child_id == child_id] if child_id is not None else []
        pathways = self._rows(
            select(open_pathways).where(*of_child).order_by(open_pathways.c.child_id, open_pathways.c.at)
        )
        steps: dict[str, dict[str, OpenStep]] = {row.pathway_id: {} for row in pathways}
        for row in self._rows(
            select(entries)
            .join(
                open_pathways,
                and_(
                    open_pathways.c.child_id == entries.c.child_id,
                    open_pathways.c.pathway_id == entries.c.pathway_id,
                ),
            )
            .where(entries.c.what.in_(("workstep-opened", "workstep-closed")), *of_child)
            .order_by(entries.c.at, entries.c.id)
        ):
            if row.what == "workstep-opened":
                steps[row.pathway_id][row.workstep_id] = OpenStep(
                    row.workstep_id, row.process, row.details["step"], row.at
                )
            else:
                steps[row.pathway_id].pop(row.workstep_id, None)
        return [
            Standing(row.child_id, row.process, row.pathway_id, row.at, [*steps[row.pathway_id].values()])
            for row in pathways
        ]

    def restricted_to(self, child_id: str) -> frozenset[str] | None:
        """The users who alone, beside the super-users, see a restricted child's work; None: it is open."""
        return self._restrictions(entries.c.child_id == child_id).get(child_id)

    def restricted(self) -> frozenset[str]:
        """The children who are restricted now."""
        return frozenset(self._restrictions())

    def _restrictions(self, *where: Any) -> dict[str, frozenset[str]]:
        """The last word on each child holds."""
        rows = self._rows(
            select(entries.c.child_id, entries.c.what, entries.c.details)
            .where(entries.c.what.in_(("restricted", "restriction-lifted")), *where)
            .order_by(entries.c.id)
        )
        last = {row.child_id: row for row in rows}
        return {
            child: frozenset(row.details["to"]) for child, row in last.items() if row.what == "restricted"
        }

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

    def sender(self, child_id: str, pathway_id: str, workstep_id: str | None) -> str | None:
        """Who did what led to a step: last in its workstep, else in its pathway, which somebody started."""
        return self._connection.scalar(
            select(entries.c.by)
            .where(
                entries.c.child_id == child_id,
                entries.c.what.in_(("pathway-started", "form-submitted")),
                entries.c.pathway_id == pathway_id,
            )
            .order_by(
                (entries.c.workstep_id == workstep_id).is_(True).desc(),
                entries.c.at.desc(),
                entries.c.id.desc(),
            )
            .limit(1)
        )

    def authority(self, child_id: str, pathway_id: str) -> str | None:
        """Whose timescales hold in a pathway."""
        return self._connection.scalar(
            select(entries.c.details["authority"].as_string()).where(
                entries.c.child_id == child_id,
                entries.c.what == "pathway-started",
                entries.c.pathway_id == pathway_id,
            )
        )
