from __future__ import annotations

from pydantic import Field

from workers.rest import codec
from workers.rest.session import EngineError
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    processes: str | None = Field(
        None, description="Close only these worksteps (comma list of process ids); null: all that are open.",
        examples=["family-finding-meeting-review"])
    withdraw_reason: str | None = Field(None, description="Why the pathway is withdrawn; null: it is not.")
    withdraw_comments: str | None = Field(None, description="What was said about the withdrawal.")
    withdrawn_by: str | None = Field(None, description="User id of who withdrew it.")


@topic("close-open-worksteps", input=In, requirements=("PERM-135",))
def close_open_worksteps(task: In, work: Work) -> None:
    """Ask each open workstep of this pathway (or those of `processes` only) to close itself, so that what was written reaches the record."""
    services: Services = work.services
    if task.withdraw_reason:
        with services.record.transaction() as tx:
            tx.entry(key=f"{work.key}:withdrawn", child_id=child_of(work), what="withdrawn", process=work.process, pathway_id=work.instance_id, by=task.withdrawn_by,
                     at=happened(work), details={"reason": task.withdraw_reason, "comments": task.withdraw_comments})
    reason = f"withdrawn: {task.withdraw_reason}" if task.withdraw_reason else "another workstep made it needless"
    for instance in services.engine.fetch("/process-instance", superProcessInstance=work.instance_id, processDefinitionKeyIn=task.processes):
        try:
            services.engine.call("/message", {"messageName": "close-workstep", "correlationKeys": codec.encode({"workstepId": instance["id"]}),
                                              "processVariables": codec.encode({"closedBy": task.withdrawn_by, "closeReason": reason})})
        except EngineError as error:
            if not error.nobody_waits:   # it is closing already, or has just ended
                raise
