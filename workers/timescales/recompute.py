"""Open deadlines by today's tables: what would be due when, and, when it is told to, moving what waits for
the old dates.

A recorded date stays as it is when a table changes. Here each distinct question to a table (decision, event,
authority, facts) is put to the engine once, however many cases ask it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workers.calendar.holidays import CalendarError
from workers.records import deadlines as kept
from workers.records.happening import Happening
from workers.records.record import Record
from workers.rest import codec
from workers.rest.session import EngineSession
from workers.timescales import TimescaleError
from workers.timescales.dates import DatedDeadline, dated, recorded
from workers.timescales.evaluation import due_by
from workers.words import weekday

# the engine (7.24) refuses new dates for the task of a duty, which lies in a scope of its own
PLANNED = "a duty that is planned keeps its date until its day is moved; the next one has the new date"
_QUESTION = json.JSONEncoder(sort_keys=True)  # a text a question, so that true and 1 stay two facts


@dataclass(frozen=True)
class Change:
    """One deadline whose dates differ from what the tables say now; `now` None: there is no date any
    more, and `problem` says why.
    """

    kept: kept.Deadline
    now: DatedDeadline | None
    problem: str = ""

    def row(self) -> dict[str, Any]:
        """As `homeward deadlines --recompute` prints it."""
        new = recorded(self.now) if self.now else {}
        return {
            "childId": self.kept.child_id,
            "rule": self.kept.details["rule"],
            "process": self.kept.process,
            "from": self.kept.details["from"],
            "was": {name: self.kept.details.get(name) for name in ("statutoryDue", "localTarget")},
            "now": {
                "statutoryDue": kept.iso(new.get("statutory_due")),
                "localTarget": kept.iso(new.get("local_target")),
            }
            if new
            else None,
            "problem": self.problem or None,
        }


def changes(session: EngineSession, record: Record, child: str | None = None) -> list[Change]:
    """What differs, soonest first. Raises EngineError, EngineUnreachable, RecordError."""
    with record.reading() as view:
        every = [deadline for deadline in view.open_deadlines(child) if deadline.details.get("decision")]
    return compare(session, every)


def compare(session: EngineSession, every: Iterable[kept.Deadline]) -> list[Change]:
    """What differs of these deadlines."""
    answers: dict[str, list[dict[str, Any]] | str] = {}
    differing = []
    for old in every:
        decision, inputs = old.details["decision"], old.details["asked"]
        question = _QUESTION.encode([decision, inputs])
        if question not in answers:
            try:
                answers[question] = due_by(session, decision, inputs)
            except TimescaleError as error:
                answers[question] = str(error)
        rows = answers[question]
        if isinstance(rows, str):
            differing.append(Change(old, None, rows))
            continue
        try:
            now = next(iter(dated(rows, kept.read(old.details["from"]), old.details["deadline"])), None)
        except (CalendarError, TimescaleError) as error:
            differing.append(Change(old, None, str(error)))
            continue
        if not now:
            differing.append(
                Change(
                    old,
                    None,
                    f"no row of {decision} says when {old.details['deadline']} is due: its date stays",
                )
            )
        elif _differs(old, now) and "duty" in old.details:
            differing.append(Change(old, None, f"{old.what}: {PLANNED}"))
        elif _differs(old, now):
            differing.append(Change(old, now))
    return differing


def _differs(old: kept.Deadline, now: DatedDeadline) -> bool:
    new = tuple(side and kept.iso(side.counted.due) for side in (now.law, now.local))
    return (old.details.get("statutoryDue"), old.details.get("localTarget")) != new


def move(session: EngineSession, record: Record, change: Change, by: str, reason: str) -> None:
    """Put the new dates on the record, and on timers, tasks and variables that hold the old ones. A change
    without a new date changes nothing.

    The record comes last: as long as it has the old date, a call that broke off is made again, and finds what
    it has not moved yet.
    """
    if not change.now:
        return
    old = change.kept
    if old.pathway_id:
        _shift(session, old, change.now)
    entry = recorded(change.now)
    entry["details"] |= {
        name: old.details[name] for name in ("decision", "asked", "remindHour", "followUpDays")
    } | {"dates": _dates(old, change.now)}
    with record.transaction() as tx:
        key = f"recompute:{old.pathway_id}:{old.details['rule']}:{old.details['from']}:{tx.now().isoformat()}"
        moved = Happening(key, old.child_id, old.process, old.pathway_id, old.workstep_id, by)
        tx.entry(moved, "corrected", {"what": "deadline", "reason": reason} | change.row())
        if entry["rule"] != old.details["rule"]:  # the same thing by another rule: the old deadline is over
            over = {"rule": old.details["rule"], "due": old.due and old.due[:10]}
            tx.entry(moved, "deadline-ended", over)
        tx.deadline_set(moved, from_=old.details["from"], **entry)


# what a timer may wait for, of the dates that `set-deadlines` gives
TIMERS = ("due", "remindAt", "statutoryDue", "localTarget")
TASKS = {"due": "dueDate", "followUp": "followUpDate"}
# what the engine takes of a task, and unsets where it is not given
OF_TASKS = ("name", "description", "assignee", "owner", "delegationState", "priority", *TASKS)


def _shift(session: EngineSession, old: kept.Deadline, now: DatedDeadline) -> None:
    """Whatever waits in the child's open instances for exactly the old moments waits for the new ones."""
    before, after = _in_words(old.details["dates"]), _in_words(_dates(old, now))
    instances = [row["id"] for row in session.fetch("/process-instance", businessKey=old.child_id)]
    if not instances or before == after:
        return
    for variable in session.fetch(
        "/variable-instance", processInstanceIdIn=instances, deserializeValues=False
    ):
        if new := after.get(_which(variable["name"], variable["value"], before)):
            task = variable["taskId"]
            holder = f"/task/{task}" if task else f"/execution/{variable['executionId']}"
            session.call(
                f"{holder}/localVariables/{variable['name']}",
                {"value": new, "type": "String"},
                "PUT",
            )
    for instance in instances:
        for job in session.fetch("/job", processInstanceId=instance, timers=True):
            if new := next((after[name] for name in TIMERS if _same(job["dueDate"], before[name])), None):
                session.call(f"/job/{job['id']}/duedate", {"duedate": _date(new)}, "PUT")
        for task in session.fetch("/task", processInstanceId=instance):
            changed = {
                field: _date(new)
                for field, name in TASKS.items()
                if _same(task[field], before[name]) and (new := after[name])
            }
            if changed:
                session.call(
                    f"/task/{task['id']}", {field: task[field] for field in OF_TASKS} | changed, "PUT"
                )


def _in_words(dates: dict[str, str | None]) -> dict[str, str | None]:
    """With the day on which a task is due as the task shows it (`taskDueOn`)."""
    due = dates["dueDate"]
    return dates | {"dueOn": due and weekday(due)}


def _which(variable: str, value: Any, before: dict[str, str | None]) -> str:
    """Which of the dates a variable holds.

    Two may be the same moment: then the variable's name tells them apart (`reviewDue`, `reviewDueDate`).
    """
    same = [name for name, moment in before.items() if moment and moment == value and name != "rule"]
    return max(
        (name for name in same if variable.lower().endswith(name.lower())),
        key=len,
        default=same[0] if len(same) == 1 else "",
    )


def _dates(old: kept.Deadline, now: DatedDeadline) -> dict[str, str | None]:
    """The new dates, with the hour and the days that held when the old ones were set."""
    return now.dates(old.details["remindHour"], old.details["followUpDays"])


def _same(engine: str | None, moment: str | None) -> bool:
    """Whether a date of the engine is this moment."""
    if not engine or not moment or moment.startswith("9999"):
        return False
    return codec.moment(engine) == dt.datetime.fromisoformat(moment)


def _date(moment: str) -> str:
    """As the engine reads it."""
    written: str = codec.encode({"date": dt.datetime.fromisoformat(moment)})["date"]["value"]
    return written
