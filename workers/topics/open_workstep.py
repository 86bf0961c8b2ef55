from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from pydantic import Field

from workers import forms
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics import copies
from workers.topics.services import Services, day_of, happened
from workers.words import listed


class OpenWorkstepIn(Variables):
    form: str | None = Field(None, description="Prefill only what this form asks for; null: everything.")
    earlier_forms: str | None = Field(
        None,
        description="Forms whose latest answers are shown beside the new ones (comma list of form ids).",
        examples=["permanency-planning"],
    )
    prefill_forms: str | None = Field(
        None,
        description="Forms whose latest answers the form opens filled with (comma list of form ids).",
        examples=["permanency-planning"],
    )
    child_facts: bool | str | None = Field(
        None,
        description="true: childName, childGender, childBorn and childAge become variables.",
        examples=["true"],
    )


class OpenWorkstepOut(Variables):
    spread: ClassVar[str] = "prefill"
    earlier: list[dict[str, str]] = Field(
        description="The earlier answers: list of section, question, answer."
    )
    prefill: dict[str, Any] = Field(
        default_factory=dict,
        description="The pathway's authority and people, answers to prefill, the child's facts, and whom its "
        "forms offer where a person is picked (`people…`), each a variable of the workstep.",
    )


@topic(
    "open-workstep",
    input=OpenWorkstepIn,
    output=OpenWorkstepOut,
    requirements=("PERM-012", "PERM-041", "PERM-072"),
)
def open_workstep(task: OpenWorkstepIn, work: Work) -> OpenWorkstepOut:
    """Note on the record that the workstep is open, and fetch what its form shows or is prefilled with.

    The authority and who is named for the case are the pathway's. `earlierForms`: their latest answers as
    `earlier` (section, question, answer). `prefillForms`: their latest answers, key by key, as far as the
    form named in `form` asks for them. `childFacts`: name, gender, date of birth and age of the child.
    Where a form of the workstep lets a person be picked, its `valuesKey` names the list that is set here:
    `peopleTeamManager` the members of the groups of `teamManager` in `[people]`, `people` all staff;
    `siblings` the child's registered brothers and sisters, for whom a form may be written too.
    """
    services: Services = work.services
    place = services.place(work, opens=True)
    child, step = place.child_id, services.step_name(place.definition_id)
    with services.record.transaction() as tx:
        tx.ensure_child(child)
        begun = place.happening(work.instance_id, at=happened(work))
        tx.entry(begun, "workstep-opened", {"step": step})
        # now: an instance that is deleted before its first submission must leave nothing behind
        tx.add_purge(work.instance_id)
        latest = {
            form: tx.latest_answers(child, form=form) or {}
            for form in listed(task.earlier_forms) + listed(task.prefill_forms)
        }
        registered, may = tx.child(child), services.may_see(tx, child)
        siblings = copies.offered(services, tx, place, day_of(work))
        withdrawn = tx.entry_of(f"{place.pathway_id}:withdrawn")
    if withdrawn:  # meanwhile: too late for the list of what was open then
        services.close(work.instance_id, f"withdrawn: {withdrawn['details']['reason']}", withdrawn["by"])
    questions = services.deployed.form(task.form) if task.form else None
    prefill = {
        key: value
        for form in listed(task.prefill_forms)
        for key, value in latest[form].items()
        if value is not None and key not in forms.STEERING and (questions is None or key in questions)
    }
    earlier = [
        row
        for form in listed(task.earlier_forms)
        if latest[form]
        for row in forms.in_words(services.deployed.form(form), latest[form])
    ]
    if registered and task.child_facts in (True, "true"):
        prefill |= {
            "childName": registered.name,
            "childGender": registered.gender,
            "childBorn": registered.born and registered.born.isoformat(),
            "childAge": registered.born and age(registered.born),
        }
    # the case last: an answer under a person's name must not name anybody
    case = services.case(place.pathway_id, may) | services.people_offered(place.definition_id, may)
    return OpenWorkstepOut(earlier=earlier, prefill=prefill | case | siblings)


def age(born: dt.date, today: dt.date | None = None) -> int:
    """Full years."""
    return relativedelta(today or dt.date.today(), born).years
