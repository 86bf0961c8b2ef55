from __future__ import annotations

from typing import Literal

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, happened


class NotifyIn(Variables):
    user: str | None = Field(None, description="Who is told; null: the groups.", examples=["${socialWorker}"])
    groups: str | None = Field(
        None,
        description="Groups of whom every member is told, if no user is (comma list).",
        examples=["team-manager,practice-supervisor"],
    )
    template: Literal["task-opened", "request", "returned", "acknowledge"] = Field(description="Which mail.")
    step_name: str | None = Field(
        None, description="The workstep in the mail's words; null: the model's name."
    )
    request_label: str | None = Field(None, description="A request's words, as the source has them.")
    request_key: str | None = Field(
        None, description="What ties a notification to its acknowledgement.", examples=["${requestKey}"]
    )
    due_date: str | None = Field(
        None, description="When it is due: a date or a moment, in the mail.", examples=["${dueDate}"]
    )


@topic(
    "notify",
    input=NotifyIn,
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
def notify(task: NotifyIn, work: Work) -> None:
    """Tell the named user, else each member of the groups, that something waits for them.

    Template `request` also notes that the request was sent, by whoever submitted last in the workstep.
    """
    services: Services = work.services
    place = services.asked_in(work, task.request_key) if task.request_key else services.place(work)
    step = task.step_name or services.step_name(place.definition_id)
    people = services.recipients(task.user, task.groups)
    with services.record.transaction() as tx:
        recipients = services.mail(
            tx,
            work,
            place,
            people,
            task.template,
            step,
            task.request_label,
            task.due_date[:10] if task.due_date else None,
            task.request_key,
        )
        if task.template == "request":
            tx.entry(
                place.happening(work.key, tx.last_author(place.workstep_id), happened(work)),
                "request-sent",
                {"request": task.request_label, "to": task.user or task.groups, "told": recipients},
            )
    services.wake_outbox()
