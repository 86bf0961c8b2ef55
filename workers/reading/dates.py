"""What is due, in words, and with whom the work lies that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from workers.reading.names import Names
from workers.reading.shown import Shown
from workers.reading.work import Work
from workers.records.deadlines import Deadline, today


class Due(Shown):
    """A deadline. `what`: in words. `due`: the earlier of law and local target, `holders`: who has the open
    work of its workstep, or of its pathway where it belongs to no workstep.
    """

    child_id: str
    what: str
    rule: str
    step: str
    due: str | None
    statutory_due: str | None
    local_target: str | None
    last_working_day: str | None
    met_on: str | None
    open: bool
    late_days: int
    holders: list[str]


def due(deadlines: Iterable[Deadline], work: Iterable[Work], names: Names) -> list[Due]:
    """In the order in which they are given."""
    work = list(work)
    return [
        Due(
            child_id=deadline.child_id,
            what=deadline.what,
            rule=deadline.details["rule"],
            step=names.process(deadline.process),
            due=deadline.due,
            statutory_due=deadline.details.get("statutoryDue"),
            local_target=deadline.details.get("localTarget"),
            last_working_day=deadline.details.get("lastWorkingDay"),
            met_on=deadline.met_on,
            open=deadline.open,
            late_days=deadline.late_days(today()),
            holders=_holders(deadline, work) if deadline.open else [],
        )
        for deadline in deadlines
    ]


def _holders(deadline: Deadline, work: list[Work]) -> list[str]:
    where = deadline.workstep_id or deadline.pathway_id
    return list(dict.fromkeys(task.with_whom for task in work if where in task.within))
