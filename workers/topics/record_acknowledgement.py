from __future__ import annotations

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    by: str
    request_label: str | None = None
    request_key: str
    comments: str | None = None
    workstep_id: str | None = None
    pathway_id: str | None = None


@topic("record-acknowledgement", input=In, requirements=("PERM-008", "PERM-067"))
def record_acknowledgement(task: In, work: Work) -> None:
    """Note who acknowledged a notification, and when."""
    services: Services = work.services
    with services.record.transaction() as tx:
        tx.entry(key=f"{work.key}:notification-acknowledged", child_id=child_of(work), what="notification-acknowledged", process=work.process, pathway_id=task.pathway_id,
                 workstep_id=task.workstep_id, by=task.by, at=happened(work), details={"request": task.request_label, "requestKey": task.request_key, "comments": task.comments})
        tx.add_purge(work.instance_id)
