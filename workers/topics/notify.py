from __future__ import annotations

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    user: str | None = None
    groups: str | None = None
    template: str
    step_name: str | None = None
    request_label: str | None = None
    request_key: str | None = None
    requested_by: str | None = None
    due_date: str | None = None
    workstep_id: str | None = None
    pathway_id: str | None = None


@topic("notify", input=In, requirements=("PERM-010", "PERM-011", "PERM-023", "PERM-028", "PERM-052", "PERM-060", "PERM-088", "PERM-105", "PERM-122"))
def notify(task: In, work: Work) -> None:
    """Tell the named user, else each member of the groups, that something waits for them. Template `request` also notes on the record that the request was sent."""
    services: Services = work.services
    people = services.recipients(task.user, task.groups)
    with services.record.transaction() as tx:
        told = services.mail(tx, work, people, task.template, task.step_name or services.step_name(work), task.workstep_id, task.request_label,
                             task.due_date[:10] if task.due_date else None, task.request_key)
        if task.template == "request":
            tx.entry(key=f"{work.key}:request-sent", child_id=child_of(work), what="request-sent", process=work.process, pathway_id=task.pathway_id,
                     workstep_id=task.workstep_id, by=task.requested_by, at=happened(work), details={"request": task.request_label, "to": task.user or task.groups, "told": told})
    services.wake_outbox()
