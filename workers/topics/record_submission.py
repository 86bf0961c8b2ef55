from __future__ import annotations

from pydantic import Field

from workers import forms
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics import copies
from workers.topics.services import Services, happened


class RecordSubmissionIn(Variables):
    form: str = Field(description="Id of the form that was submitted.", examples=["family-finding-request"])
    request_label: str | None = Field(
        None, description="The request that is answered, in the source's words."
    )


class RecordSubmissionOut(Variables):
    answers: list[dict[str, str]] = Field(description="The answers: list of section, question, answer.")


@topic(
    "record-submission",
    input=RecordSubmissionIn,
    output=RecordSubmissionOut,
    requirements=("PERM-012", "PERM-093", "PERM-132", "CAM-003", "CAM-019"),
)
def record_submission(task: RecordSubmissionIn, work: Work) -> RecordSubmissionOut:
    """Keep a form as it was submitted and accepted, with its questions' words, and the answer to a request.

    Who submitted it is who completed the human step before, as the engine has it.

    A form that was also written for brothers and sisters (key `alsoWrittenFor`) is offered to each of them as
    a copy without what is the child's own: it waits until the same step is open for them, and is never
    submitted by itself. Who is no registered brother or sister, or is restricted, gets none.

    Next actions ticked here are a proposal until the workstep ends: `close-workstep` notes what took effect.

    Returns the answers as a list of section, question, answer, for the read-only view of whoever comes next.
    """
    services: Services = work.services
    place, given = services.place(work), services.submitted(work, task.form)
    unexpected = services.submissions.unexpected(work.instance_id, task.form)
    answers, submitted = given.answers, place.happening(work.key, given.by, happened(work))
    with services.record.transaction() as tx:
        services.keep(tx, work, place, {work.key: given}, unexpected)
        chosen = {"nextActions": answers["nextActions"]} if answers.get("nextActions") else {}
        tx.entry(submitted, "form-submitted", {"form": task.form} | chosen)
        copies.offer(tx, work, place, given)
        if decision := answers.get("decision"):
            tx.entry(
                submitted,
                "request-answered",
                {"request": task.request_label, "decision": decision, "comments": answers.get("comments")},
            )
    return RecordSubmissionOut(answers=forms.in_words(given.questions, answers))
