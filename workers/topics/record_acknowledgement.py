from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, happened


class RecordAcknowledgementIn(Variables):
    request_label: str | None = Field(
        None, description="What was acknowledged, in the source's words.", examples=["${requestLabel}"]
    )
    request_key: str = Field(
        description="What ties the acknowledgement to its notification.", examples=["${requestKey}"]
    )
    comments: str | None = Field(None, description="What they said.", examples=["${comments}"])


@topic("record-acknowledgement", input=RecordAcknowledgementIn, requirements=("PERM-008", "PERM-067"))
def record_acknowledgement(task: RecordAcknowledgementIn, work: Work) -> None:
    """Note who acknowledged a notification, and when."""
    services: Services = work.services
    # its form is named after it
    place, given = services.asked_in(work, task.request_key), services.submitted(work, work.process)
    unexpected = services.submissions.unexpected(work.instance_id, work.process)
    with services.record.transaction() as tx:
        answer = place.happening(work.key, given.by, happened(work))
        tx.entry(
            answer,
            "notification-acknowledged",
            {"request": task.request_label, "requestKey": task.request_key, "comments": task.comments},
        )
        for extra in unexpected:
            tx.entry(replace(answer, by=extra.by), "unexpected-variables", extra.details, key=extra.key)
        tx.add_purge(work.instance_id)
