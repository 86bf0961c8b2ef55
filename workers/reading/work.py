"""The open work: each task that waits for somebody, of whom, where, with whom, and when it is due."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from workers.reading.names import Names
from workers.reading.shown import Moment, Named, Shown
from workers.records.deadlines import now, today
from workers.records.record import Record
from workers.rest import codec
from workers.rest.instances import chain, with_callers
from workers.rest.session import EngineSession
from workers.rest.tasklist import form_of
from workers.words import LONDON


class Work(Shown):
    """An open task. `holder`: who has it; None: `groups`, which may take it, are offered it.

    `since`: when it opened. `late`: its due date is over, `late_days` London's days ago.
    """

    child_id: str | None
    child_name: str | None
    task: str
    step: str | None
    holder: Named | None
    groups: list[str]
    since: Moment
    due: Moment | None
    late: bool
    late_days: int
    form: str | None
    task_id: str
    within: frozenset[str] = Field(exclude=True)  # the instances that it stands in

    @property
    def with_whom(self) -> str:
        return self.holder.name if self.holder else ", ".join(self.groups)


def open_work(
    session: EngineSession,
    book: Record,
    names: Names,
    *,
    child: str | None = None,
    team: str | None = None,
    user: str | None = None,
) -> list[Work]:
    """Soonest due first, then what has waited longest; what has no due date last.

    Of one child, of what a group is or was offered, of what a user holds, or all there is; restricted
    children's only where one is asked for.
    """
    tasks = session.fetch(
        "/task",
        processInstanceBusinessKey=child,
        assignee=user,
        candidateGroup=team,
        includeAssignedTasks=True if team else None,
    )
    offered = _offered(session, names, child) if any(not task["assignee"] for task in tasks) else {}
    instances = with_callers(session, {task["processInstanceId"] for task in tasks})
    with book.reading() as view:
        steps = view.step_names(instances)
        children = {child.child_id: child.name for child in view.children()}
        hidden = frozenset() if child else view.restricted()
    rows = []
    for task in tasks:
        above = chain(instances, task["processInstanceId"])
        of = above[0]["businessKey"] if above else None
        if of in hidden:
            continue
        due = codec.moment(task["due"]) if task["due"] else None
        rows.append(
            Work(
                child_id=of,
                child_name=children.get(of or ""),
                task=task["name"],
                step=next((steps[row["id"]] for row in above if row["id"] in steps), None),
                holder=names.named(task["assignee"]),
                groups=[names.group(group) for group in offered.get(task["id"], [])],
                since=codec.moment(task["created"]),
                due=due,
                late=bool(due and due < now()),
                late_days=max(0, (today() - due.astimezone(LONDON).date()).days) if due else 0,
                form=form_of(task),
                task_id=task["id"],
                within=frozenset(row["id"] for row in above),
            )
        )
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(rows, key=lambda row: (row.due or last, row.since))


def _offered(session: EngineSession, names: Names, child: str | None) -> dict[str, list[str]]:
    """Task -> the groups that may take it. One request a group: the engine's tasks do not say."""
    offered: dict[str, list[str]] = {}
    for group in names.groups:
        for task in session.fetch("/task", processInstanceBusinessKey=child, candidateGroup=group):
            offered.setdefault(task["id"], []).append(group)
    return offered
