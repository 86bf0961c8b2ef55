from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from pydantic import Field

from workers import forms
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    workstep_id: str
    pathway_id: str | None = None
    form: str | None = None
    earlier_forms: str | None = None
    prefill_forms: str | None = None
    child_facts: bool | str | None = None


class Out(Variables):
    spread: ClassVar[str] = "prefill"
    earlier: list[dict[str, str]]
    prefill: dict[str, Any] = Field(default_factory=dict)


@topic("open-workstep", input=In, output=Out, requirements=("PERM-012", "PERM-041", "PERM-072"))
def open_workstep(task: In, work: Work) -> Out:
    """Note on the record that the workstep is open, and fetch from there what its form shows or opens filled with.

    `earlierForms`: their latest answers as `earlier` (section, question, answer). `prefillForms`: their latest answers, key by key, as far as
    the form named in `form` asks for them. `childFacts`: name, gender, date of birth and age of the child.
    """
    services: Services = work.services
    child = child_of(work)
    with services.record.transaction() as tx:
        tx.ensure_child(child)
        tx.entry(key=f"{work.key}:workstep-opened", child_id=child, what="workstep-opened", process=work.process, pathway_id=task.pathway_id,
                 workstep_id=task.workstep_id, at=happened(work), details={"step": services.step_name(work)})
        latest = {form: tx.latest_answers(child, form=form) or {} for form in _listed(task.earlier_forms) + _listed(task.prefill_forms)}
        known = tx.child(child)
    asked = forms.questions(task.form) if task.form else None
    prefill = {key: value for form in _listed(task.prefill_forms) for key, value in latest[form].items()
               if key not in forms.STEERING and (asked is None or key in asked)}
    if known and task.child_facts in (True, "true"):
        prefill |= {"childName": known.name, "childGender": known.gender, "childBorn": known.born and known.born.isoformat(), "childAge": known.born and age(known.born)}
    return Out(earlier=[row for form in _listed(task.earlier_forms) for row in forms.in_words(form, latest[form])], prefill=prefill)


def age(born: dt.date, today: dt.date | None = None) -> int:
    """Full years."""
    return relativedelta(today or dt.date.today(), born).years


def _listed(names: str | None) -> list[str]:
    return [name.strip() for name in (names or "").split(",") if name.strip()]
