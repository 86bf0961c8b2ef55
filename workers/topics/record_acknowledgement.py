from __future__ import annotations

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, happened


class In(Variables):
    request_label: str | None = Field(
        None, description="What was acknowledged, in the source's words.", examples=["${requestLabel}"]
    )
    request_key: str = Field(
        description="What ties the acknowledgement to its notification.", examples=["${requestKey}"]
    )
    comments: str | None = Field(None, description="What they said.", examples=["${comments}"])


@topic("record-acknowledgement", input=In, requirements=("PERM-008", "PERM-067"))
def record_acknowledgement(task: In, work: Work) -> None:
    """Note who acknowledged a notification, and when."""
    services: Services = work.services
    # its form is named after it
    place, given = services.asked_in(work, task.request_key), services.submitted(work, work.process)
    unexpected = services.submissions.unexpected(work.instance_id, work.process)
    with services.record.transaction() as tx:
        tx.entry(
            key=f"{work.key}:notification-acknowledged",
            what="notification-acknowledged",
            by=given.by,
            at=happened(work),
            details={
                "request": task.request_label,
                "requestKey": task.request_key,
                "comments": task.comments,
            },
            **place.entry,
        )
        for extra in unexpected:
            tx.entry(
                key=extra.key,
                what="unexpected-variables",
                by=extra.by,
                at=happened(work),
                details=extra.details,
                **place.entry,
            )
        tx.add_purge(work.instance_id)
