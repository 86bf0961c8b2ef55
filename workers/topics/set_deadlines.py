"""Topic `set-deadlines`: rows of a timescale decision become dates, on the record and for timers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from pydantic import Field

from workers.calendar.holidays import CalendarError
from workers.rest import organisation
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.settings import settings
from workers.timescales import TimescaleError
from workers.timescales.dates import NEVER, again, dated, recorded
from workers.timescales.evaluation import evaluate, in_force
from workers.topics.services import Services, day_of, happened
from workers.words import LONDON


class SetDeadlinesIn(Variables):
    decision: str = Field(description="The timescale decision.", examples=["permanence-timescales"])
    event: str = Field(
        description="The event that starts the time.", examples=["family-finding-begun-or-reviewed"]
    )
    deadline: str | None = Field(
        None,
        description="Which of the deadlines that the event starts; null: all of them.",
        examples=["three-month-review"],
    )
    facts: dict[str, Any] | None = Field(
        None,
        description="What the rows ask for, as JSON; null: nothing.",
        examples=["${JSON('{\"ageMonths\": 30}')}"],
    )
    authority: str | None = Field(None, description="Whose rows apply.")
    from_: str | None = Field(
        None, description="Day of the event (YYYY-MM-DD); null: today in London.", examples=["${meetingDate}"]
    )
    met_on: str | None = Field(
        None,
        description="Day on which the deadline set before was met (YYYY-MM-DD); null: it was not.",
        examples=["${reviewHeldOn}"],
    )


class SetDeadlinesOut(Variables):
    rule: str | None = Field(None, description="Id of the rule that is due first; null: none applies.")
    from_: str = Field(description="The day counted from.")
    statutory_due: str | None = Field(
        None, description="The deadline, if it is one of law: a moment with offset."
    )
    local_target: str | None = Field(
        None, description="The deadline, if it is a local target: a moment with offset."
    )
    due: str = Field(
        NEVER, description="The deadline for the breach timer: a moment with offset, or the year 9999."
    )
    remind_at: str = Field(
        NEVER, description="When to remind, for the reminder timer: a moment with offset, or the year 9999."
    )
    due_date: str | None = Field(
        None, description="A task's due date: the end of the last working day on or before the deadline."
    )
    follow_up_date: str | None = Field(
        None, description="A task's follow-up date: from then on it is due soon."
    )


@topic(
    "set-deadlines",
    input=SetDeadlinesIn,
    output=SetDeadlinesOut,
    requirements=("PERM-081", "PERM-082", "CAM-015"),
)
def set_deadlines(task: SetDeadlinesIn, work: Work) -> SetDeadlinesOut:
    """Turn the rows of a timescale decision into dates, note them on the record and return those of the
    soonest for timers and task due dates.

    `from`: the day of the event, or its moment where hours count (today in London if null). `metOn`: the day
    on which the deadline set before was met. Of one deadline the statutory date and the local target are both
    noted; the earlier of the two is `due` and drives `remindAt`, `dueDate` and `followUpDate` (for tasks: the
    last working day on or before). Rows that another one supersedes, and rows without a number, set nothing.
    """
    services: Services = work.services
    start = counted_from(task.from_, work)
    inputs = {"event": task.event, "authority": task.authority, **(task.facts or {})}
    try:
        deadlines = dated(
            in_force(evaluate(services.engine, task.decision, inputs), task.decision), start, task.deadline
        )
    except (CalendarError, TimescaleError) as error:
        raise FatalError(str(error)) from None
    noted, due = services.place(work).happening(work.key, "homeward"), organisation.due(settings().models)
    with services.record.transaction() as tx:
        for deadline in deadlines:
            if task.met_on:
                tx.deadline_met(noted, rule=deadline.rule, met_on=task.met_on)
            entry = recorded(deadline, **again(deadline, task.decision, inputs, due))
            tx.deadline_set(replace(noted, at=happened(work)), from_=start, **entry)
    if not deadlines:
        return SetDeadlinesOut(from_=start.isoformat())
    dates = deadlines[0].dates(**due)
    return SetDeadlinesOut.model_validate({"from": start.isoformat(), **dates})


def counted_from(text: str | None, work: Work) -> dt.date | dt.datetime:
    """The day of an event, or its moment, as a model gives it; without one today. FatalError: it is none."""
    if not text:
        return day_of(work)
    try:
        moment = dt.datetime.fromisoformat(text)
        return (
            dt.date.fromisoformat(text)
            if len(text) == 10
            else moment
            if moment.tzinfo
            else moment.replace(tzinfo=LONDON)
        )
    except ValueError:
        raise FatalError(
            f"the date that {work.activity} counts from is no date: correct the variable mapped to "
            "`from` (YYYY-MM-DD), then retry"
        ) from None
