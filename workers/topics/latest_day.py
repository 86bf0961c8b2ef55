"""Topic `latest-day`: until when something may be put off, for the rules of a form that asks for the day."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from pydantic import Field

from workers.calendar.holidays import CalendarError, known_years
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.timescales import TimescaleError
from workers.timescales.dates import dated
from workers.timescales.evaluation import due_by
from workers.topics.services import Services


class LatestDayIn(Variables):
    decision: str = Field(description="The timescale decision.", examples=["looked-after-review-timescales"])
    event: str = Field(description="The event from which the time counts.", examples=["first-review-held"])
    deadline: str = Field(
        description="Which of the deadlines that the event starts.", examples=["second-review"]
    )
    authority: str | None = Field(None, description="Whose rows apply.")
    from_: str | None = Field(
        None,
        description="Day of the event as the form has it, not checked yet; null, or no day: no latest day.",
        examples=["${heldOn}"],
    )


class LatestDayOut(Variables):
    latest: str | None = Field(
        None, description="The last day that the law allows (YYYY-MM-DD); null: it sets none."
    )
    known_until: str = Field(
        description="The last day whose bank holidays are known (YYYY-MM-DD): from a later one nothing can "
        "be counted."
    )


@topic("latest-day", input=LatestDayIn, output=LatestDayOut)
def latest_day(task: LatestDayIn, work: Work) -> LatestDayOut:
    """Say until when the law lets something be put off, and how far the calendar goes. Nothing is noted.

    Between a human step and its check, where the rules compare a day that was given with one that follows
    from another answer.
    """
    services: Services = work.services
    known = dt.date(known_years()[1], 12, 31).isoformat()
    latest = None
    with suppress(ValueError, CalendarError):  # no day, or one that the rules refuse
        start = dt.date.fromisoformat(task.from_ or "")
        try:
            rows = due_by(services.engine, task.decision, {"event": task.event, "authority": task.authority})
            due = next(iter(dated(rows, start, task.deadline)), None)
        except TimescaleError as error:
            raise FatalError(str(error)) from None
        latest = due.law.moment.date().isoformat() if due and due.law else None
    return LatestDayOut(latest=latest, known_until=known)
