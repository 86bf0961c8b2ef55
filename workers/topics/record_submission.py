from __future__ import annotations

from typing import Any

from workers import forms
from workers.runtime import codec
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    form: str
    by: str | None = None
    workstep_id: str
    pathway_id: str | None = None
    next_actions: list[str] | str | None = None
    decision: str | None = None
    comments: str | None = None
    request_label: str | None = None


class Out(Variables):
    answers: list[dict[str, str]]


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
