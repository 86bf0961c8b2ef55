from __future__ import annotations

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    by: str = Field(description="User id of who acknowledged.", examples=["${acknowledgedBy}"])
    request_label: str | None = Field(
        None, description="What was acknowledged, in the source's words.", examples=["${requestLabel}"])
    request_key: str = Field(
        description="What ties the acknowledgement to its notification.", examples=["${requestKey}"])
    comments: str | None = Field(None, description="What they said.", examples=["${comments}"])
    workstep_id: str | None = Field(None, description="Process instance id of the workstep that sent the notification.")
    pathway_id: str | None = Field(None, description="The pathway's process instance id.")


@topic("record-acknowledgement", input=In, requirements=("PERM-008", "PERM-067"))
def record_acknowledgement(task: In, work: Work) -> None:
    """Note who acknowledged a notification, and when."""
    services: Services = work.services
    with services.record.transaction() as tx:
        tx.entry(key=f"{work.key}:notification-acknowledged", child_id=child_of(work), what="notification-acknowledged", process=work.process, pathway_id=task.pathway_id,
                 workstep_id=task.workstep_id, by=task.by, at=happened(work), details={"request": task.request_label, "requestKey": task.request_key, "comments": task.comments})
        tx.add_purge(work.instance_id)
