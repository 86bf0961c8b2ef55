"""Topics `remind`, `escalate` and `end-deadline`: what becomes of a deadline that was set."""
from __future__ import annotations

import datetime as dt

from workers.calendar.arithmetic import LONDON
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of


class In(Variables):
    rule: str
    due: str
    due_date: str | None = None
    step_name: str
    user: str | None = None
    groups: str | None = None


class EndIn(Variables):
    rule: str | None = None
    due: str | None = None


@topic("remind", input=In, requirements=("PERM-081",))
def remind(task: In, work: Work) -> None:
    """Remind whoever has to act before a deadline. Once a deadline and date, however often the step is reworked."""
    _tell(task, work, "reminder", "reminder-sent")


@topic("escalate", input=In, requirements=("PERM-081", "PERM-082"))
def escalate(task: In, work: Work) -> None:
    """A deadline has passed: tell who is above, and note the breach if the date is really over (a timer can be fired early by hand)."""
    if dt.datetime.now(LONDON) > dt.datetime.fromisoformat(task.due):
        with work.services.record.transaction() as tx:
            tx.entry(key=_key("deadline-breached", task, work), child_id=child_of(work), what="deadline-breached", process=work.process, pathway_id=work.instance_id,
                     by="homeward", details={"rule": task.rule, "due": task.due[:10]})
    _tell(task, work, "escalation", "escalated")


@topic("end-deadline", input=EndIn)
def end_deadline(task: EndIn, work: Work) -> None:
    """The deadline no longer applies: what it was for is over."""
    if not task.rule or not task.due:
        return
    with work.services.record.transaction() as tx:
        tx.entry(key=f"{work.key}:deadline-ended", child_id=child_of(work), what="deadline-ended", process=work.process, pathway_id=work.instance_id, by="homeward",
                 details={"rule": task.rule, "due": task.due[:10]})


def _tell(task: In, work: Work, template: str, what: str) -> None:
    services: Services = work.services
    people = services.recipients(task.user, task.groups)
    with services.record.transaction() as tx:
        if tx.entry(key=_key(what, task, work), child_id=child_of(work), what=what, process=work.process, pathway_id=work.instance_id, by="homeward",
                    details={"rule": task.rule, "due": task.due[:10], "to": [person.id for person in people]}):
            services.mail(tx, work, people, template, task.step_name, None, due=(task.due_date or task.due)[:10])
    services.wake_outbox()


def _key(what: str, task: In, work: Work) -> str:
    return f"{what}:{work.instance_id}:{task.rule}:{task.due[:10]}"
