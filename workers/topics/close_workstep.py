from __future__ import annotations

from pydantic import Field

from workers import forms
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.record_submission import given_answers
from workers.topics.services import Services, child_of, happened


class In(Variables):
    workstep_id: str = Field(description="The workstep's own process instance id.")
    pathway_id: str | None = Field(None, description="The pathway's process instance id.")
    routes: list[str] | None = Field(None, description="Process ids of what opens next.")
    unfinished_form: str | None = Field(
        None, description="Closed early: the form whose unrecorded answers are kept.",
        examples=["family-finding-request"])
    next_actions: list[str] | str | None = Field(
        None, description="The next actions that took effect.", examples=["${chosenActions}"])
    next_actions_form: str | None = Field(
        None, description="The form on which they were ticked, for their labels.", examples=["family-finding-request"])
    next_actions_by: str | None = Field(None, description="User id of who decided them.", examples=["${submittedBy}"])
    closed_by: str | None = Field(None, description="Closed early: user id of who did it; comes with the message.")
    close_reason: str | None = Field(None, description="Closed early: why; comes with the message.")


@topic("close-workstep", input=In, requirements=("PERM-030", "PERM-056", "PERM-068", "PERM-090", "PERM-107", "PERM-126", "PERM-136"))
def close_workstep(task: In, work: Work) -> None:
    """Note that the workstep is over, the next actions that took effect, and what they open.

    Closed early (`unfinishedForm`): what was written but not yet recorded goes to the record first."""
    services: Services = work.services
    unfinished = given_answers(services, work, task.unfinished_form) if task.unfinished_form else {}
    called = services.engine.fetch("/history/process-instance", superProcessInstanceId=work.instance_id)      # a request that is cut off records nothing itself
    step = services.step_name(work)
    facts = dict(child_id=child_of(work), process=work.process, pathway_id=task.pathway_id, workstep_id=task.workstep_id, at=happened(work))
    with services.record.transaction() as tx:
        if task.unfinished_form:                               # closed before any worker came to note that it had opened
            tx.entry(key=f"{task.workstep_id}:workstep-opened", what="workstep-opened", by=None, details={"step": step}, **facts)
        recorded = tx.answers_of(task.workstep_id)
        kept = next((row["answers"] for row in reversed(recorded) if row["form"] == task.unfinished_form), {})
        if any(value is not None and kept.get(key) != value for key, value in unfinished.items()):
            tx.answers(key=work.key, child_id=child_of(work), process=work.process, workstep_id=task.workstep_id, form=task.unfinished_form or "", by=None, at=happened(work),
                       answers=unfinished, questions={key: (q.section, q.label) for key, q in forms.questions(task.unfinished_form or "").items()})
        finished = task.unfinished_form is None
        for action, label in _chosen(task):
            tx.entry(key=f"{work.key}:next-action:{action}", what="next-action-chosen", by=task.next_actions_by, details={"value": action, "label": label}, **facts)
        tx.entry(key=f"{work.key}:workstep-closed", what="workstep-closed", by=(recorded[-1]["by"] if recorded else None) if finished else task.closed_by,
                 details={"outcome": "finished" if finished else "closed-early", "opens": task.routes or [], "reason": task.close_reason}, **facts)
        for instance in (work.instance_id, *(row["id"] for row in called)):
            tx.add_purge(instance)


def _chosen(task: In) -> list[tuple[str, str]]:
    """Each next action with its label on the form it was ticked on."""
    ticked = task.next_actions if isinstance(task.next_actions, list) else [task.next_actions] if task.next_actions else []
    labels = forms.questions(task.next_actions_form)["nextActions"].options if task.next_actions_form else {}
    return [(action, labels.get(action, action)) for action in ticked]
