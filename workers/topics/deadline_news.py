"""What becomes of a deadline that was set: `remind`, `escalate`, `meet-deadline`, `end-deadline`."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from workers.rest import organisation
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.settings import settings
from workers.topics.services import Services, happened
from workers.words import LONDON, listed


class DeadlineNewsIn(Variables):
    rule: str = Field(description="Id of the rule whose deadline it is.", examples=["${reviewRule}"])
    due: str = Field(description="The deadline: a moment with offset.", examples=["${reviewDue}"])
    due_date: str | None = Field(
        None,
        description="The last working day for it, as the mail names it; null: the deadline's own day.",
        examples=["${reviewDueDate}"],
    )
    step_name: str = Field(description="What is due, in the mail's words.")
    user: str | None = Field(
        None, description="Who is told; null: the groups.", examples=["${familyFindingManager}"]
    )
    groups: str | None = Field(
        None,
        description="Groups of whom every member is told, if no user is (comma list).",
        examples=["family-finder"],
    )


class EscalateIn(DeadlineNewsIn):
    role: str | None = Field(
        None,
        description="Whose deadline it was (comma list of roles): who is above them is told, if no user and "
        "no groups are.",
        examples=["${authoriserGroups}"],
    )


class EndIn(Variables):
    rule: str | None = Field(
        None,
        description="Id of the rule whose deadline it was; null: there was none.",
        examples=["${reviewRule}"],
    )
    due: str | None = Field(
        None,
        description="The deadline that no longer applies; null: there was none.",
        examples=["${reviewDue}"],
    )


class MetIn(Variables):
    deadlines: str = Field(
        description="Which of the pathway's deadlines, by name (comma list).",
        examples=["first-review,second-review,later-review"],
    )
    met_on: str = Field(description="The day (YYYY-MM-DD).", examples=["${heldOn}"])


@topic("remind", input=DeadlineNewsIn, requirements=("PERM-081",))
def remind(task: DeadlineNewsIn, work: Work) -> None:
    """Remind whoever has to act before a deadline.

    Once a deadline and date, however often the step is reworked.
    """
    _notify(task, work, "reminder", "reminder-sent")


@topic("escalate", input=EscalateIn, requirements=("PERM-081", "PERM-082"))
def escalate(task: EscalateIn, work: Work) -> None:
    """A deadline has passed: tell who is above, and note the breach if the date is really over (a timer can
    be fired early by hand). Once a deadline and date, however often the step is reworked.
    """
    place = work.services.place(work)
    # the engine's clock
    if (happened(work) or dt.datetime.now(LONDON)) >= dt.datetime.fromisoformat(task.due):
        with work.services.record.transaction() as tx:
            tx.entry(
                place.happening(work.key, "homeward"),
                "deadline-breached",
                {"rule": task.rule, "due": task.due[:10]},
                key=_key("deadline-breached", task, work),
            )
    groups = task.groups or (organisation.above(settings().models, task.role) if task.role else None)
    _notify(task.model_copy(update={"groups": groups}), work, "escalation", "escalated")


@topic("meet-deadline", input=MetIn)
def meet_deadline(task: MetIn, work: Work) -> None:
    """What was due is done: of the deadlines named, those that this pathway has open are met on that day."""
    place = work.services.place(work)
    names = listed(task.deadlines)
    with work.services.record.transaction() as tx:
        for deadline in tx.open_deadlines(place.child_id):
            said = deadline.details
            if deadline.pathway_id == place.pathway_id and said.get("deadline") in names:
                met = place.happening(work.key, "homeward")
                tx.deadline_met(met, rule=said["rule"], met_on=task.met_on, from_=said["from"])


@topic("end-deadline", input=EndIn)
def end_deadline(task: EndIn, work: Work) -> None:
    """The deadline no longer applies: what it was for is over."""
    if not task.rule or not task.due:
        return
    place = work.services.place(work)
    with work.services.record.transaction() as tx:
        ended = place.happening(work.key, "homeward")
        tx.entry(ended, "deadline-ended", {"rule": task.rule, "due": task.due[:10]})


def _notify(task: DeadlineNewsIn, work: Work, template: str, what: str) -> None:
    services: Services = work.services
    place, people = services.place(work), services.recipients(task.user, task.groups)
    with services.record.transaction() as tx:
        people = services.of_those_who_may(tx, place.child_id, people)
        if tx.entry(
            place.happening(work.key, "homeward"),
            what,
            {"rule": task.rule, "due": task.due[:10], "to": [person.id for person in people]},
            key=_key(what, task, work),
        ):
            services.mail(
                tx,
                work,
                place,
                people,
                template,
                inbox=not task.user,
                step=task.step_name,
                due=(task.due_date or task.due)[:10],
            )
    services.wake_outbox()


def _key(what: str, task: DeadlineNewsIn, work: Work) -> str:
    return f"{what}:{work.instance_id}:{task.rule}:{task.due[:10]}"
