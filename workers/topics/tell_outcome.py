from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import Field

from workers.rest.directory import User
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services


class TellOutcomeIn(Variables):
    decision: str = Field(description="Decision table that says who hears of it.", examples=["who-hears"])
    answer: str | None = Field(
        None,
        description="How a request was answered: authorised, or returned; null: the pathway has ended.",
        examples=["${decision}"],
    )
    form: str | None = Field(None, description="The form on which it was answered.", examples=["${form}"])
    asked: str | None = Field(
        None, description="What was asked, in the mail's words.", examples=["${taskName}"]
    )
    requested_by: str | None = Field(None, description="User id of who asked.", examples=["${requestedBy}"])
    written_by: str | None = Field(
        None, description="User id of who wrote what was judged.", examples=["${writtenBy}"]
    )


@topic("tell-outcome", input=TellOutcomeIn)
def tell_outcome(task: TellOutcomeIn, work: Work) -> None:
    """Tell those concerned how a request was answered, or how the pathway ended.

    Who that is, and by which mail, are the rows of the table `decision`: of a row's `person` (requestedBy,
    writtenBy, tookPart: whoever submitted a form of the pathway, or somebody named for the case), else of
    each member of its `groups`. Nobody hears twice, nor of what they did themselves.
    """
    services: Services = work.services
    place = services.place(work)
    own = [
        entry
        for entry in services.record.chronology(place.child_id)
        if entry["pathwayId"] == place.pathway_id
    ]
    came = _answered(services, own, task) if task.answer else _ended(own)
    people = services.case(place.pathway_id) | {
        "requestedBy": task.requested_by,
        "writtenBy": task.written_by,
        "tookPart": sorted({entry["by"] for entry in own if entry["what"] == "form-submitted"}),
    }
    rows = services.decide(
        task.decision,
        {
            "outcome": came.outcome,
            "pathway": next(entry["process"] for entry in own if entry["what"] == "pathway-started"),
            "form": task.form,
            "askedByAuthor": task.requested_by == task.written_by,
        },
    )
    told = [(row["template"], *_hearers(services, people, row)) for row in rows]
    step, sender = services.step_name(place.definition_id), services.full_name(came.by)
    heard = {came.by}
    with services.record.transaction() as tx:
        for template, hearers, inbox in told:
            new = [person for person in hearers if person.id not in heard]
            heard.update(
                services.mail(
                    tx,
                    work,
                    place,
                    new,
                    template,
                    inbox=inbox,
                    step=step,
                    request=task.asked,
                    sender=sender,
                    outcome=came.words,
                )
            )
    services.wake_outbox()


class Came(NamedTuple):
    """What has come out, through whom, and in which words."""

    outcome: str
    by: str | None
    words: str | None


def _answered(services: Services, own: list[dict[str, Any]], task: TellOutcomeIn) -> Came:
    """Its words are the next actions that go with the answer, as its form has them."""
    answer = next(entry for entry in reversed(own) if entry["what"] == "form-submitted")
    chosen = answer["details"].get("nextActions") or []
    labels = services.deployed.form(task.form)["nextActions"].options if chosen and task.form else {}
    words = "; ".join(labels.get(value, value) for value in chosen)
    return Came(f"request-{task.answer}", answer["by"], words or None)


def _ended(own: list[dict[str, Any]]) -> Came:
    words = next(entry["details"]["outcome"] for entry in own if entry["what"] == "pathway-ended")
    if withdrawn := [entry["by"] for entry in own if entry["what"] == "withdrawn"]:
        return Came("pathway-withdrawn", withdrawn[-1], words)
    submitted = [entry["by"] for entry in own if entry["what"] == "form-submitted"]
    return Came("pathway-ended", submitted[-1] if submitted else None, words)


def _hearers(services: Services, people: dict[str, Any], row: dict[str, Any]) -> tuple[list[User], bool]:
    """Whom a row of the table means, and whether that is a whole group; nobody who is no user any more."""
    named = people.get(row["person"]) or []
    users = [named] if isinstance(named, str) else named
    found = [person for user in users if (person := services.directory.user(user))]
    return (found, False) if found else (services.recipients(None, row.get("groups")), True)
