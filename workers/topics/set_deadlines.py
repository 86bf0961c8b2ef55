from __future__ import annotations

import datetime as dt

from pydantic import Field

from workers.calendar.arithmetic import LONDON, add_working_days, due as count, end_of, start_of
from workers.calendar.holidays import CalendarError
from workers.runtime import codec
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.topics.services import Services, child_of, happened

NEVER = "9999-12-31T00:00:00"          # a boundary timer needs a date even where an authority has no timescale
FOLLOW_UP = 5                          # working days before a task is due: the Tasklist filter "due within five working days"


class In(Variables):
    decision: str = Field(description="The timescale decision.", examples=["permanence-timescales"])
    event: str = Field(description="The event that starts the time.", examples=["family-finding-begun-or-reviewed"])
    authority: str | None = Field(None, description="Whose rows apply.")
    from_: str | None = Field(
        None, description="Day of the event (YYYY-MM-DD); null: today in London.", examples=["${meetingDate}"])
    met_on: str | None = Field(
        None, description="Day on which the deadline set before was met (YYYY-MM-DD); null: it was not.",
        examples=["${reviewHeldOn}"])

    model_config = Variables.model_config | {"alias_generator": lambda name: {"from_": "from", "met_on": "metOn"}.get(name, name)}


class Out(Variables):
    rule: str | None = Field(None, description="Id of the rule that is due first; null: none applies.")
    from_: str = Field(description="The day counted from.")
    statutory_due: str | None = Field(None, description="The deadline, if it is one of law: a moment with offset.")
    local_target: str | None = Field(None, description="The deadline, if it is a local target: a moment with offset.")
    due: str = Field(NEVER, description="The deadline for the breach timer: a moment with offset, or the year 9999.")
    remind_at: str = Field(
        NEVER, description="When to remind, for the reminder timer: a moment with offset, or the year 9999.")
    due_date: str | None = Field(
        None, description="A task's due date: the end of the last working day on or before the deadline.")
    follow_up_date: str | None = Field(
        None, description="A task's follow-up date: five working days before its due date.")

    model_config = Variables.model_config | {"alias_generator": lambda name: "from" if name == "from_" else Variables.model_config["alias_generator"](name)}


@topic("set-deadlines", input=In, output=Out, requirements=("PERM-081", "PERM-082"))
def set_deadlines(task: In, work: Work) -> Out:
    """Turn the rows of a timescale decision into dates, note them on the record and return them for timers and task due dates.

    `from`: the day of the event (today in London if null). `metOn`: the day on which the deadline set before was met. Returned are the rule that is
    due first, `due` (a moment, for the breach timer), `remindAt`, `dueDate` and `followUpDate` (for tasks: the last working day on or before,
    and five working days before that).
    """
    services: Services = work.services
    start = _day(task.from_, work)
    rows = [codec.decode(row) for row in services.engine.call(f"/decision-definition/key/{task.decision}/evaluate", {
        "variables": codec.encode({"event": task.event, "authority": task.authority})})]
    facts = dict(child_id=child_of(work), process=work.process, pathway_id=work.instance_id)
    dues = []
    with services.record.transaction() as tx:
        for row in rows:
            try:
                due = count(start, row["amount"], row["unit"], row["relative"])
            except CalendarError as error:
                raise FatalError(f"{row['rule']}: {error}") from None
            statutory = row["kind"].startswith("statutory")
            if task.met_on:
                tx.deadline_met(key=f"{work.key}:deadline-met:{row['rule']}", rule=row["rule"], met_on=task.met_on, **facts)
            tx.deadline_set(key=f"{work.key}:deadline-set:{row['rule']}", rule=row["rule"], from_=start, statutory_due=due.due if statutory else None,
                            local_target=None if statutory else due.due, last_working_day=due.last_working_day, source=row["source"], kind=row["kind"], at=happened(work), **facts)
            dues.append((due, row))
    if not dues:
        return Out(from_=start.isoformat())
    due, row = min(dues, key=lambda pair: pair[0].due)
    working = due.last_working_day or due.due
    return Out(rule=row["rule"], from_=start.isoformat(), due=_iso(end_of(due.due)),
               statutory_due=_iso(end_of(due.due)) if row["kind"].startswith("statutory") else None,
               local_target=None if row["kind"].startswith("statutory") else _iso(end_of(due.due)),
               remind_at=_iso(start_of(_before(working, row["remindBefore"])).replace(hour=9)),
               due_date=_iso(end_of(working)), follow_up_date=_iso(start_of(_before(working, FOLLOW_UP))))


def _day(text: str | None, work: Work) -> dt.date:
    if not text:
        return dt.datetime.now(LONDON).date()
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise FatalError(f"the date that {work.activity} counts from is no date: correct the variable mapped to `from` (YYYY-MM-DD), then retry") from None


def _before(day: dt.date, working_days: int) -> dt.date:
    """That many working days before; calendar days where the bank holidays of the year are not known yet: a nudge a little late beats none."""
    try:
        return add_working_days(day, -working_days)
    except CalendarError:
        return day - dt.timedelta(working_days)


def _iso(moment: dt.datetime) -> str:
    return moment.isoformat()
