from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
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
    form of the workstep and of the requests that it made.
    """
    services: Services = work.services
    place, early = services.place(work, opens=True), task.close_reason is not None
    unfinished = (
        services.submissions.unfinished(work.instance_id, services.record.answers_of(work.instance_id))
        if early
        else []
    )
    unexpected = services.submissions.unexpected(work.instance_id) if early else []
    labels = _labels(services, task)
    step = services.step_name(place.definition_id)
    over = place.happening(work.key, at=happened(work))
    with services.record.transaction() as tx:
        if early:  # closed before any worker came to note that it had opened
            tx.entry(replace(over, key=work.instance_id), "workstep-opened", {"step": step})
        recorded = tx.answers_of(work.instance_id)
        # the purge also reaches the requests that it called
        services.keep(
            tx, work, place, {f"{work.key}:{left.task['id']}": left for left in unfinished}, unexpected
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
