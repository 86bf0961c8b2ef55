from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, ClassVar, Literal

from pydantic import Field

from workers.calendar.arithmetic import end_of
from workers.calendar.holidays import CalendarError
from workers.rest import organisation
from workers.rest.allocation import ADDRESSED
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.settings import settings
from workers.timescales import TimescaleError
from workers.timescales.dates import dated, due_soon
from workers.timescales.evaluation import evaluate, in_force
from workers.topics.resent import returned
from workers.topics.services import Services, happened
from workers.words import LONDON, listed, weekday

TARGETS = "task-timescales"  # the decision that says how long a task may take
LONGEST = 120  # characters of a child's name that go into that of a task, which holds 255


class NotifyIn(Variables):
    user: str | None = Field(None, description="Who is told; null: the groups.", examples=["${socialWorker}"])
    groups: str | None = Field(
        None,
        description="Groups of whom every member is told, if no user is (comma list).",
        examples=["team-manager,practice-supervisor"],
    )
    template: Literal["task-opened", "request", "returned", "acknowledge", "duty", "told"] = Field(
        description="Which mail."
    )
    step_name: str | None = Field(
        None, description="The workstep in the mail's words; null: the model's name."
    )
    asked: str | None = Field(
        None,
        description="What is asked, in the mail's words; null: the name of the human step that follows, or "
        "of a notification its label.",
        examples=["${taskName}"],
    )
    request_label: str | None = Field(None, description="A request's words, as the source has them.")
    request_key: str | None = Field(
        None, description="What ties a notification to its acknowledgement.", examples=["${requestKey}"]
    )
    form: str | None = Field(
        None,
        description="A request's answer form: where it was returned in this workstep before, it goes to who "
        "returned it.",
        examples=["${form}"],
    )
    sender: str | None = Field(
        None,
        description="Who sent it; null: who submitted last in the workstep, before that in the pathway.",
        examples=["${requestedBy}"],
    )
    due_date: str | None = Field(
        None,
        description="When it is due, a moment, or a day until its end, where that is known already.",
        examples=["${dueDate}"],
    )
    follow_up_date: str | None = Field(
        None,
        description="From when it is due soon, where `dueDate` is given; null: some working days before.",
        examples=["${followUpDate}"],
    )
    due_event: str | None = Field(
        None,
        description="The event in `task-timescales` from which its due date counts otherwise; null: the "
        "template's name.",
        examples=["report-opened"],
    )


class NotifyOut(Variables):
    spread: ClassVar[str] = "card"
    always: ClassVar[tuple[str, ...]] = (
        "childName",
        "stepName",
        "sentBy",
        "sentBack",
        "taskDue",
        "taskFollowUp",
        "taskDueOn",
        "taskRule",
        "teamGroups",
        "restrictedGroup",
        "restrictedUsers",
    )
    card: dict[str, Any] = Field(
        default_factory=dict,
        description="What the human step behind it shows, each a variable of the process: `childName` (the "
        "reference of a child who is not registered), `stepName`, `sentBy` (full name), `sentBack` "
        "(`Returned` or null), `taskDue` and `taskFollowUp` (moments with offset), `taskDueOn` (in words), "
        "`taskRule` (the rule of its date; null where `dueDate` was given: who knew it watches it). "
        "And to whom it is offered: `teamGroups`, its groups; where the child is restricted, else null, "
        "`restrictedGroup` (the super-users) and `restrictedUsers` (who of the people named belongs to its "
        "groups, comma list). "
        "Of a request that was returned before also `authoriser`, who returned it, and `message`: when, why, "
        "and what has changed since.",
    )


@topic(
    "notify",
    input=NotifyIn,
    output=NotifyOut,
    requirements=(
        "PERM-010",
        "PERM-011",
        "PERM-023",
        "PERM-028",
        "PERM-052",
        "PERM-060",
        "PERM-088",
        "PERM-105",
        "PERM-122",
    ),
)
def notify(task: NotifyIn, work: Work) -> NotifyOut:
    """Tell the named user, else each member of the groups, that something waits for them, and until when.

    What the human step behind it shows comes from here, so that nobody who submits a form can change it. Its
    due date is `dueDate`, else what `task-timescales` says. A request that is made again, in `form`, goes to
    who returned it, as long as they belong to the groups and did not send it. Template `request` also notes
    that the request was sent, by whoever submitted last in the workstep.
    """
    services: Services = work.services
    place = services.asked_in(work, task.request_key) if task.request_key else services.place(work)
    step = task.step_name or services.step_name(place.definition_id)
    label = task.request_label if task.template == "acknowledge" else None
    asked = task.asked or label or services.deployed.asked(work.definition_id, work.activity)
    with services.record.reading() as view:
        child = view.child(place.child_id)
        authority = view.authority(place.child_id, place.pathway_id)
        sender = task.sender or view.sender(place.child_id, place.pathway_id, place.workstep_id)
        may, named = services.may_see(view, place.child_id), view.restricted_to(place.child_id)
        given = view.answers_of(place.workstep_id) if task.form and place.workstep_id else []
    before = returned(given, task.form) if task.form else None
    again = before and before.by and before.by != sender and services.belongs(before.by, listed(task.groups))
    wanted = before.by if before and again else task.user
    user = wanted if may is None or wanted in may else None
    people = services.recipients(user, task.groups)
    if may is not None:
        people = [person for person in people if person.id in may] or services.super_users()
    due, follow_up, rule = _due(task, authority, work)
    sent_by = services.full_name(sender)
    with services.record.transaction() as tx:
        recipients = services.mail(
            tx,
            work,
            place,
            people,
            task.template,
            inbox=not user,
            step=step,
            request=asked,
            sender=sent_by,
            due=due[:10],
            request_key=task.request_key,
        )
        if task.template == "request":
            tx.entry(
                place.happening(work.key, tx.last_author(place.workstep_id), happened(work)),
                "request-sent",
                {"request": task.request_label, "to": user or task.groups, "told": recipients},
            )
    services.wake_outbox()
    return NotifyOut(
        card={
            "childName": ((child and child.name) or place.child_id)[:LONGEST],
            "stepName": step,
            "sentBy": sent_by,
            "sentBack": "Returned" if task.template == "returned" else None,
            "taskDue": due,
            "taskFollowUp": follow_up,
            "taskDueOn": weekday(due),
            "taskRule": rule,
            "teamGroups": task.groups,
        }
        | _offered(services, task, user, named)
        | (dict.fromkeys(ADDRESSED) if wanted and not user else {})
        | ({"message": before.says(services.full_name(before.by) or "Somebody")} if before else {})
        | ({"authoriser": user} if again else {})
    )


def _offered(
    services: Services, task: NotifyIn, user: str | None, named: Collection[str] | None
) -> dict[str, str | None]:
    """To whom alone the step is offered where the child is restricted to the people `named`."""
    if named is None:
        return {"restrictedGroup": None, "restrictedUsers": None}
    team = {person.id for person in services.recipients(None, task.groups)} | ({user} if user else set())
    return {
        "restrictedGroup": organisation.super_users(settings().models),
        "restrictedUsers": ",".join(sorted(team & set(named))) or None,
    }


def _due(task: NotifyIn, authority: str | None, work: Work) -> tuple[str, str, str | None]:
    """The moments until which it is due, and from which it is due soon; the rule that says so, if it is one
    of `task-timescales`.
    """
    services: Services = work.services
    event, holds = task.due_event or task.template, organisation.due(settings().models)
    if task.due_date:
        day = dt.date.fromisoformat(task.due_date[:10])
        due = end_of(day).isoformat() if len(task.due_date) == 10 else task.due_date
        return due, task.follow_up_date or due_soon(day, holds["follow_up_days"]).isoformat(), None
    # the engine's: a retry counts from the same day
    start = (happened(work) or dt.datetime.now(LONDON)).astimezone(LONDON).date()
    try:
        rows = evaluate(services.engine, TARGETS, {"event": event, "authority": authority})
        dates = dated(in_force(rows, TARGETS), start)[0].dates(**holds)
    except (CalendarError, TimescaleError) as error:
        raise FatalError(str(error)) from None
    except IndexError:
        raise FatalError(
            f"table {TARGETS} says no time for {event} in {authority}: add a row, deploy, then retry"
        ) from None
    return str(dates["dueDate"]), str(dates["followUpDate"]), str(dates["rule"])
