from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from workers.rest import codec, external_tasks
from workers.rest.session import EngineError
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.place import Place
from workers.topics.services import Services, happened
from workers.words import listed

NOTIFICATION = "acknowledge-notification"
NEEDLESS = "another workstep made it needless"
IN_WORK = 10.0  # seconds; what a killed worker had in its hands stays locked for longer


class CloseOpenWorkstepsIn(Variables):
    processes: str | None = Field(
        None,
        description="Close only these worksteps (comma list of process ids); null: all that are open.",
        examples=["family-finding-meeting-review"],
    )
    duty: str | None = Field(
        None,
        description="Of the duties among them close only this one, by its id; null: all.",
        examples=["visit"],
    )
    reason: str | None = Field(
        None,
        description="Why, where the pathway is not withdrawn; null: another workstep made them needless.",
        examples=["the review was moved"],
    )
    withdraw_reason: str | None = Field(
        None, description="Why the pathway is withdrawn; null: it is not.", examples=["${withdrawReason}"]
    )
    withdraw_comments: str | None = Field(
        None,
        description="What was said about the withdrawal.",
        examples=["${execution.getVariable('withdrawComments')}"],
    )
    withdrawn_by: str | None = Field(
        None, description="User id of who withdrew it.", examples=["${execution.getVariable('withdrawnBy')}"]
    )


@topic("close-open-worksteps", input=CloseOpenWorkstepsIn, requirements=("PERM-135",))
def close_open_worksteps(task: CloseOpenWorkstepsIn, work: Work) -> None:
    """Ask each open workstep of this pathway (or those of `processes` and `duty` only) to close itself, so
    that what was written reaches the record.
    """
    services: Services = work.services
    place = services.place(work)
    if task.withdraw_reason:
        with services.record.transaction() as tx:
            tx.entry(  # once, however often it was sent
                place.happening(place.pathway_id, task.withdrawn_by, happened(work)),
                "withdrawn",
                {"reason": task.withdraw_reason, "comments": task.withdraw_comments},
            )
    if not task.processes:
        # it may still open something, to be closed with the rest; a workstep that opens later closes itself
        external_tasks.settled(services.engine, place.child_id, IN_WORK, besides={work.key})
    reason = f"withdrawn: {task.withdraw_reason}" if task.withdraw_reason else task.reason or NEEDLESS
    _close(
        services, work.instance_id, _Wanted(set(listed(task.processes)), task.duty), reason, task.withdrawn_by
    )
    if task.withdraw_reason:
        _drop_notifications(services, place, task.withdrawn_by, reason, happened(work))


def _drop_notifications(
    services: Services, place: Place, by: str | None, reason: str, at: dt.datetime | None
) -> None:
    """What this pathway wanted somebody to acknowledge who has gone: nobody has to any more.

    The others' stay with them.
    """
    for instance in services.engine.fetch(
        "/process-instance", processDefinitionKey=NOTIFICATION, businessKey=place.child_id
    ):
        variables = codec.decode(
            services.engine.fetch(f"/process-instance/{instance['id']}/variables", deserializeValues=False)
        )
        key, user = variables.get("requestKey"), variables.get("user")
        if not user or services.engine.fetch("/user", id=user):
            continue
        with services.record.transaction() as tx:  # noted first: once it has ended, it is not found again
            sent = tx.entry_of(f"{key}:request-sent")
            if not sent or sent["pathwayId"] != place.pathway_id:
                continue
            ended = replace(
                place.happening(f"{instance['id']}:no-longer-needed", by, at),
                process=sent["process"],
                workstep_id=sent["workstepId"],
            )
            about = {"request": sent["details"]["request"], "requestKey": key, "reason": reason}
            tx.entry(ended, "notification-ended", about, key=ended.key)
        try:
            services.engine.call(
                "/message", {"messageName": "close-workstep", "processInstanceId": instance["id"]}
            )
        except EngineError as error:
            if not error.nobody_waits:  # acknowledged this moment
                raise


@dataclass(frozen=True)
class _Wanted:
    """What is to be closed. `duty`: of duties only this one; what is none is closed, or looked into."""

    processes: set[str]
    duty: str | None

    def has(self, services: Services, instance: dict[str, Any]) -> bool:
        if self.processes and instance["processDefinitionKey"] not in self.processes:
            return False
        if not self.duty:
            return True
        own = services.engine.fetch(
            "/history/variable-instance",
            activityInstanceIdIn=[instance["id"]],
            variableName="duty",
            deserializeValues=False,
        )
        return all(codec.decode({"duty": one})["duty"]["duty"] == self.duty for one in own if one["value"])


def _close(services: Services, above: str, wanted: _Wanted, reason: str, by: str | None) -> None:
    """What the instance has called, and what those have called that do not close themselves: a pathway may be
    cut into several diagrams.
    """
    for instance in services.engine.fetch(
        "/history/process-instance", superProcessInstanceId=above, unfinished=True
    ):
        if not wanted.has(services, instance):
            continue
        try:
            services.close(instance["id"], reason, by)
        except EngineError as error:
            if not error.nobody_waits:
                raise
            # closing already, just ended, or no workstep
            _close(services, instance["id"], wanted, reason, by)
