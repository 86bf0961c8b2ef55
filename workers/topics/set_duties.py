"""Topic `set-duties`: rows of a table of duties become a list: what is to be done, by whom, until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from workers import forms
from workers.calendar.holidays import CalendarError
from workers.rest import codec, organisation
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.settings import settings
from workers.timescales import TimescaleError
from workers.timescales.dates import NEVER, DatedDeadline, again, dated, recorded
from workers.timescales.evaluation import due_by, evaluate
from workers.topics.close_duty import FELL_AWAY
from workers.topics.place import Place
from workers.topics.services import Services, happened
from workers.topics.set_deadlines import counted_from
from workers.words import LONDON


class SetDutiesIn(Variables):
    decision: str = Field(description="The table of duties.", examples=["care-review-duties"])
    event: str = Field(
        description="The event or phase whose duties are asked for.", examples=["before-the-review"]
    )
    duty: str | None = Field(None, description="Only this duty; null: all of the event.")
    timescales: str | None = Field(
        None,
        description="Decisions in which the duties' deadlines are looked up (comma list).",
        examples=["looked-after-review-preparation-timescales"],
    )
    due_events: str | None = Field(
        None,
        description="The events of these decisions from which the time counts (comma list); null: `event`.",
        examples=["review-due,later-review-due"],
    )
    from_: str | None = Field(
        None, description="Day of the event (YYYY-MM-DD); null: today in London.", examples=["${reviewDate}"]
    )
    planned_for: str | None = Field(
        None,
        description="The day for which the event was planned before, where it has been moved; null: this is "
        "the first time.",
        examples=["${execution.getVariable('plannedFor')}"],
    )
    leave_standing: bool | str | None = Field(
        None,
        description="true: without what stands for the child already and comes back by itself.",
        examples=["true"],
    )
    facts: dict[str, Any] | None = Field(
        None, description="What the rows ask for, as JSON; null: nothing.", examples=["${situation}"]
    )
    authority: str | None = Field(None, description="Whose rows apply.")


class SetDutiesOut(Variables):
    duties: list[dict[str, Any]] = Field(
        description="One object a duty, which a call of `duty` or `standing-duty` takes; an empty list where "
        "there is nothing to do."
    )
    from_: str = Field(description="The day counted from.")


@topic("set-duties", input=SetDutiesIn, output=SetDutiesOut)
def set_duties(task: SetDutiesIn, work: Work) -> SetDutiesOut:
    """Turn the rows of a table of duties into a list, one object each, and note them and their dates on the
    record.

    A duty is due when the deadline that its row names is, in one of `timescales`; without one, as
    `task-timescales` has it. Whom `person` names is its user; else the role's group is offered it. Moved
    (`plannedFor`): what has been done already is left out, the dates of the rest count from the new day, and
    what was written in a duty that fell away is shown where it is planned anew. Asked again
    (`leaveStanding`): only what has begun to apply, or was ended.
    """
    services: Services = work.services
    place, start = services.place(work), counted_from(task.from_, work)
    asked = {"authority": task.authority, **(task.facts or {})}
    standing = _standing(services, place, task) if task.leave_standing in (True, "true") else set()
    rows = [
        row
        for row in evaluate(services.engine, task.decision, {"event": task.event} | asked)
        if task.duty in (None, row["duty"]) and row["duty"] not in standing
    ]
    before = _Before.read(services, place, task)
    due_when = asked | {"event": task.due_events or task.event}
    named = {row.get("deadline") for row in rows}
    deadlines = _deadlines(services, task, due_when, start, named)
    people = services.case(place.pathway_id)
    planned = [
        (_duty(services, task, row, start, people, deadline, before), deadline)
        for row in rows
        if row["duty"] not in before.done
        for deadline in [deadlines.get(row.get("deadline") or "")]
    ]
    duties = [duty for duty, _ in planned]
    if rows:
        _note(services, work, place, task, start, planned, due_when)
    return SetDutiesOut(duties=duties, from_=start.isoformat())


def _standing(services: Services, place: Place, task: SetDutiesIn) -> set[str]:
    """The duties of the event that come back for the child now; not one that is falling away."""
    found = services.engine.fetch(
        "/process-instance", processDefinitionKey="standing-duty", businessKey=place.child_id
    )

    def held(name: str) -> dict[str, Any]:
        variables = services.engine.fetch(
            "/variable-instance",
            processInstanceIdIn=[instance["id"] for instance in found],
            variableName=name,
            deserializeValues=False,
        )
        return {one["processInstanceId"]: codec.decode({name: one})[name] for one in variables}

    if not found:
        return set()
    closing = held("closeReason")
    return {
        duty["duty"]
        for instance, duty in held("duty").items()
        if instance not in closing and (duty["decision"], duty["event"]) == (task.decision, task.event)
    }


@dataclass
class _Before:
    """What has become of the duties when the event was to be on another day. `written`: by duty, the key of
    the answers that one left behind which fell away.
    """

    done: set[str] = field(default_factory=set)
    written: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, services: Services, place: Place, task: SetDutiesIn) -> _Before:
        before, days = cls(), {task.planned_for} - {None}
        for entry in reversed(services.record.chronology(place.child_id) if days else []):
            said = entry["details"]
            mine = entry["pathwayId"], said.get("decision"), said.get("event"), said.get("from")
            if mine[:3] != (place.pathway_id, task.decision, task.event) or mine[3] not in days:
                continue
            if entry["what"] == "duties-set":
                days.add(said["plannedFor"])  # moved more than once
            elif entry["what"] == "duty-closed" and said["outcome"] != FELL_AWAY:
                before.done.add(said["duty"])
            elif entry["what"] == "duty-closed" and said["answers"]:
                before.written.setdefault(said["duty"], said["answers"])
        return before


def _deadlines(
    services: Services,
    task: SetDutiesIn,
    asked: dict[str, Any],
    start: dt.date | dt.datetime,
    named: set[str | None],
) -> dict[str, DatedDeadline]:
    """By name, what the timescales say is due. Only what a duty names: a timescale in hours that none names
    needs no moment to count from.
    """
    try:
        rows = [
            row for row in due_by(services.engine, task.timescales or "", asked) if row["deadline"] in named
        ]
        return {deadline.name: deadline for deadline in dated(rows, start)}
    except (CalendarError, TimescaleError) as error:
        raise FatalError(str(error)) from None


def _duty(
    services: Services,
    task: SetDutiesIn,
    row: dict[str, Any],
    start: dt.date | dt.datetime,
    people: dict[str, Any],
    deadline: DatedDeadline | None,
    before: _Before,
) -> dict[str, Any]:
    """All that one instance of the process `duty` needs."""
    dates = deadline.dates(**organisation.due(settings().models)) if deadline else {}
    remind = dates.get("remindAt") or NEVER
    if remind != NEVER and dt.datetime.fromisoformat(remind) < dt.datetime.now(LONDON):
        remind = NEVER  # planned late: whoever is told today needs no reminder today
    return {
        "duty": row["duty"],
        "title": row["title"],
        "role": row["role"],
        "person": people.get(row.get("person") or ""),
        "form": row.get("form"),
        "kind": row["kind"],
        "repeats": bool(row.get("repeats")),
        "rule": dates.get("rule"),
        "due": dates.get("due") or NEVER,
        "remindAt": remind,
        "dueDate": dates.get("dueDate"),
        "followUpDate": dates.get("followUpDate"),
        "earlier": _earlier(services, row, before.written.get(row["duty"])),
        # what the next cycle, or a moved event, asks with again
        "decision": task.decision,
        "event": task.event,
        "from": start.isoformat(),
        "timescales": task.timescales,
        "dueEvents": task.due_events,
        "authority": task.authority,
    }


def _earlier(services: Services, row: dict[str, Any], key: str | None) -> list[dict[str, str]]:
    with services.record.reading() as view:
        written = view.answers_by(key) if key else None
    if written is None:
        return []
    questions = services.deployed.form(written["form"]).items()
    return forms.in_words({key: one for key, one in questions if not one.disabled}, written["answers"])


def _note(
    services: Services,
    work: Work,
    place: Place,
    task: SetDutiesIn,
    start: dt.date | dt.datetime,
    planned: list[tuple[dict[str, Any], DatedDeadline | None]],
    asked: dict[str, Any],
) -> None:
    noted, due = place.happening(work.key, "homeward", happened(work)), organisation.due(settings().models)
    plan = {name: task.model_dump(by_alias=True)[name] for name in ("decision", "event", "plannedFor")}
    with services.record.transaction() as tx:
        for duty, deadline in planned:
            if deadline:
                of = {"duty": duty["duty"], "title": duty["title"]}
                entry = recorded(deadline, **of, **again(deadline, task.timescales, asked, due))
                tx.deadline_set(noted, from_=start, replaces=task.planned_for, **entry)
        tx.entry(
            noted,
            "duties-set",
            plan
            | {
                "from": start.isoformat(),
                "duties": [
                    {name: duty[name] for name in ("duty", "title", "role", "person", "rule", "dueDate")}
                    for duty, _ in planned
                ],
            },
        )
