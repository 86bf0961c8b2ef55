from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import Field

from workers.rest import codec
from workers.rest.session import EngineSession
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.close_duty import FELL_AWAY, OF_A_DUTY, note_closed
from workers.topics.services import Services, happened


class CloseWorkstepIn(Variables):
    routes: list[str] | None = Field(
        None, description="Process ids of what opens next.", examples=["${routes}"]
    )
    next_actions: list[str] | str | None = Field(
        None, description="The next actions that took effect.", examples=["${chosenActions}"]
    )
    next_actions_form: str | None = Field(
        None,
        description="The form on which they were ticked, for their labels and for who decided them.",
        examples=["family-finding-request"],
    )
    close_reason: str | None = Field(
        None, description="Closed early: why; null: it is finished.", examples=["${closeReason}"]
    )
    closed_by: str | None = Field(
        None,
        description="Closed early: user id of who did it.",
        examples=["${execution.getVariable('closedBy')}"],
    )


@topic(
    "close-workstep",
    input=CloseWorkstepIn,
    requirements=("PERM-030", "PERM-056", "PERM-068", "PERM-090", "PERM-107", "PERM-126", "PERM-136"),
)
def close_workstep(task: CloseWorkstepIn, work: Work) -> None:
    """Note that the workstep is over, the next actions that took effect (chosen by whoever submitted
    `nextActionsForm` last), and what they open.

    Closed early (`closeReason`): what was submitted but not yet recorded goes to the record first, of each
    form of the workstep, of the requests that it made and of its duties; a duty that was open falls away.
    """
    services: Services = work.services
    place, early = services.place(work, opens=True), task.close_reason is not None
    unfinished = (
        services.submissions.unfinished(work.instance_id, services.record.answers_of(work.instance_id))
        if early
        else []
    )
    left = {f"{work.key}:{one.task['id']}": one for one in unfinished}
    unexpected = services.submissions.unexpected(work.instance_id) if early else []
    duties = _open_duties(services, work, place.child_id) if early else {}
    labels = _labels(services, task)
    step = services.step_name(place.definition_id)
    over = place.happening(work.key, at=happened(work))
    with services.record.transaction() as tx:
        if early:  # closed before any worker came to note that it had opened
            tx.entry(replace(over, key=work.instance_id), "workstep-opened", {"step": step})
        recorded = tx.answers_of(work.instance_id)
        services.keep(tx, work, place, left, unexpected)  # the purge also reaches the requests that it called
        for instance, duty in duties.items():
            note_closed(
                tx,
                replace(over, key=f"{work.key}:{instance}", by=task.closed_by),
                duty,
                FELL_AWAY,
                reason=task.close_reason,
                answers=next(
                    (key for key, one in left.items() if one.task["processInstanceId"] == instance), None
                ),
            )
        decided = next(
            (row["by"] for row in reversed(recorded) if row["form"] == task.next_actions_form), None
        )
        for action in _ticked(task):
            tx.entry(
                replace(over, by=decided),
                "next-action-chosen",
                {"value": action, "label": labels.get(action, action)},
                key=f"{work.key}:next-action:{action}",
            )
        by = task.closed_by if early else recorded[-1]["by"] if recorded else None
        outcome = "closed-early" if early else "finished"
        tx.entry(
            replace(over, by=by),
            "workstep-closed",
            {"outcome": outcome, "opens": task.routes or [], "reason": task.close_reason},
        )


def _open_duties(services: Services, work: Work, child: str) -> dict[str, dict[str, Any]]:
    """The duties that the engine ended with the workstep, and which could not say so themselves, by their
    instances.
    """
    closed = [
        entry["details"] for entry in services.record.chronology(child) if entry["what"] == "duty-closed"
    ]
    said = [[details[name] for name in OF_A_DUTY] for details in closed]
    return {
        id_: duty
        for id_, duty in _ended(services.engine, work.instance_id)
        if [duty[name] for name in OF_A_DUTY] not in said
    }


def _ended(engine: EngineSession, instance_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Duties that an instance has called and that did not come to their end."""
    for row in engine.fetch("/history/process-instance", superProcessInstanceId=instance_id):
        if row["processDefinitionKey"] == "standing-duty":
            yield from _ended(engine, row["id"])
        elif row["processDefinitionKey"] == "duty" and row["state"] != "COMPLETED":
            [duty] = engine.fetch(
                "/history/variable-instance",
                processInstanceId=row["id"],
                activityInstanceIdIn=[row["id"]],
                variableName="duty",
                deserializeValues=False,
            )
            yield row["id"], codec.decode({"duty": duty})["duty"]


def _ticked(task: CloseWorkstepIn) -> list[str]:
    return (
        task.next_actions
        if isinstance(task.next_actions, list)
        else [task.next_actions]
        if task.next_actions
        else []
    )


def _labels(services: Services, task: CloseWorkstepIn) -> dict[str, str]:
    """Each next action's label on the form it was ticked on."""
    if not task.next_actions_form or not _ticked(task):
        return {}
    return services.deployed.form(task.next_actions_form)["nextActions"].options
