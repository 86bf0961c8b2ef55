from __future__ import annotations

from typing import Any

from pydantic import Field

from workers import forms
from workers.rest import codec
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    form: str = Field(description="Id of the form that was submitted.", examples=["family-finding-request"])
    by: str | None = Field(None, description="User id of who submitted it.", examples=["${submittedBy}"])
    workstep_id: str = Field(description="The workstep's own process instance id.")
    pathway_id: str | None = Field(None, description="The pathway's process instance id.")
    next_actions: list[str] | str | None = Field(
        None, description="The next actions ticked, where the form has them.", examples=["${chosenActions}"])
    decision: str | None = Field(
        None, description="The answer to a request: authorised or returned.", examples=["${managerDecision}"])
    comments: str | None = Field(None, description="What was said with the answer.", examples=["${managerComments}"])
    request_label: str | None = Field(None, description="The request that is answered, in the source's words.")


class Out(Variables):
    answers: list[dict[str, str]] = Field(description="The answers: list of section, question, answer.")


@topic("record-submission", input=In, output=Out, requirements=("PERM-012", "PERM-093", "PERM-132"))
def record_submission(task: In, work: Work) -> Out:
    """Keep a form as it was submitted and accepted, with the words of its questions, and the answer to a request.

    Next actions ticked here are a proposal until the workstep ends: `close-workstep` notes those that took effect.

    Returns the answers as a list of section, question, answer, for the read-only view of whoever comes next.
    """
    services: Services = work.services
    asked = forms.questions(task.form)
    answers = given_answers(services, work, task.form)
    answers |= {key: value for key, value in (("nextActions", task.next_actions), ("decision", task.decision), ("comments", task.comments)) if key in asked and value is not None}
    facts = dict(child_id=child_of(work), process=work.process, pathway_id=task.pathway_id, workstep_id=task.workstep_id, by=task.by, at=happened(work))
    with services.record.transaction() as tx:
        tx.answers(key=work.key, child_id=child_of(work), process=work.process, workstep_id=task.workstep_id, form=task.form, by=task.by, at=happened(work),
                   answers=answers, questions={key: (question.section, question.label) for key, question in asked.items()})
        tx.entry(key=f"{work.key}:form-submitted", what="form-submitted", details={"form": task.form} | ({"nextActions": task.next_actions} if task.next_actions else {}), **facts)
        if task.decision:
            tx.entry(key=f"{work.key}:request-answered", what="request-answered",
                     details={"request": task.request_label, "decision": task.decision, "comments": task.comments}, **facts)
        tx.add_purge(work.instance_id)
    return Out(answers=forms.in_words(task.form, answers))


def given_answers(services: Services, work: Work, form: str) -> dict[str, Any]:
    """What the workstep's variables hold under the form's keys, what steers left out."""
    variables = codec.decode(services.engine.fetch(f"/process-instance/{work.instance_id}/variables", deserializeValues=False))
    return {key: variables[key] for key in forms.questions(form) if key in variables and key not in forms.STEERING - {"verdict"}}
