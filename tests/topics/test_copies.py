"""A form that was written for several: a copy for each brother or sister, and none for anybody else."""

from __future__ import annotations

import datetime as dt
from unittest import mock

import pytest
import time_machine

from tests.family import register, related
from tests.topics.trial import CHILD, Trial
from workers.records.happening import Happening
from workers.rest import codec
from workers.topics.copies import Copies

SISTER, COUSIN = "child-2", "child-3"
PLAN, STEP = "childs-care-plan", "UserTask_UpdatePlan"
WRITTEN = {"contactArrangements": "Every Sunday", "childWishesOnPlan": "To stay", "carePlanAims": "A home"}


@pytest.fixture
def family(trial: Trial) -> Trial:
    """Two sisters and a cousin."""
    register(trial.record, *((child, f"{child} Invented") for child in (CHILD, SISTER, COUSIN)))
    related(trial.record, CHILD, SISTER)
    return trial


def plan(trial: Trial, child: str) -> str:
    """A care plan is open for the child."""
    pathway = trial.engine.start("looked-after", child, by="social-worker")
    trial.run("open-pathway", pathway)
    workstep = trial.engine.start(PLAN, child, above=pathway)
    trial.run("open-workstep", workstep, form=PLAN)
    return workstep


def written(trial: Trial, *others: str) -> str:
    """The child's plan, also for these."""
    workstep = plan(trial, CHILD)
    trial.engine.submit(workstep, STEP, "social-worker", **WRITTEN, alsoWrittenFor=list(others))
    trial.run("record-submission", workstep, form=PLAN)
    return workstep


def offered(trial: Trial, child: str) -> list[dict]:
    return [entry for entry in trial.record.chronology(child) if entry["what"].startswith("copy")]


def look(trial: Trial, seconds: float = 3600) -> None:
    """The workers look for the steps of what waits, some time later."""
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), tick=False):
        Copies(trial.services).turn()


def waiting(trial: Trial) -> list[str]:
    with (
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=400), tick=False),
        trial.record.reading() as view,
    ):
        return [one.child_id for one in view.offers()]


def options(trial: Trial, workstep: str) -> list[str]:
    [held] = [row for row in trial.engine.values if (row["instance"], row["name"]) == (workstep, "siblings")]
    return [one["value"] for one in codec.decode({"siblings": held})["siblings"]]


def restrict(trial: Trial, child: str) -> None:
    with trial.record.transaction() as tx:
        tx.entry(Happening("restricted", child, by="demo"), "restricted", {"to": ["social-worker"]})


def test_the_form_offers_brothers_and_sisters_before_they_are_on_the_pathway(family: Trial):
    assert options(family, plan(family, CHILD)) == [SISTER]
    assert options(family, plan(family, COUSIN)) == []


def test_a_copy_waits_for_the_step_without_what_is_the_childs_own(family: Trial):
    written(family, SISTER)
    look(family)
    assert waiting(family) == [SISTER], "her step is not open yet"
    task = family.engine.ask(plan(family, SISTER), STEP)
    look(family, 7200)
    copy = family.engine.local[task]["offered"]
    assert copy["answers"] == {
        "contactArrangements": "Every Sunday",
        "carePlanAims": "A home",
    }
    assert (copy["from"], copy["name"]) == ("child-1 Invented", "social-worker")
    assert not waiting(family)
    mine, hers = offered(family, CHILD), offered(family, SISTER)
    assert [(entry["by"], entry["details"]) for entry in mine] == [
        ("social-worker", {"form": PLAN, "to": [SISTER]})
    ]
    assert [entry["details"] for entry in hers] == [
        {"form": PLAN, "from": CHILD},
        {"form": PLAN, "from": CHILD, "outcome": "waits"},
    ]


def test_only_a_brother_or_sister_on_the_record_is_offered_it(family: Trial):
    written(family, SISTER, COUSIN, "nobody", CHILD)
    [entry] = offered(family, CHILD)
    assert entry["details"] == {"form": PLAN, "to": [SISTER], "leftOut": 3}
    assert waiting(family) == [SISTER]
    assert not offered(family, COUSIN) and not offered(family, "nobody")


@pytest.mark.parametrize("who", [CHILD, SISTER])
def test_nothing_goes_from_or_to_a_restricted_child(family: Trial, who: str):
    restrict(family, who)
    workstep = written(family, SISTER)
    assert options(family, workstep) == []
    assert not waiting(family) and not offered(family, SISTER)


@pytest.mark.parametrize("who", [CHILD, SISTER])
def test_what_waits_is_dropped_when_one_of_them_is_restricted(family: Trial, who: str):
    written(family, SISTER)
    restrict(family, who)
    task = family.engine.ask(plan(family, SISTER), STEP)
    look(family)
    assert task not in family.engine.local and not waiting(family)
    assert offered(family, SISTER)[-1]["details"]["outcome"] == "dropped"


def test_who_has_left_the_group_is_offered_nothing(family: Trial):
    related(family.record, CHILD, SISTER, until=dt.date(2026, 2, 1))
    written(family, SISTER)
    assert not waiting(family)


def test_what_has_been_written_already_is_left_alone(family: Trial):
    hers = plan(family, SISTER)
    family.engine.submit(hers, STEP, "social-worker", **WRITTEN)
    written(family, SISTER)
    look(family)
    assert waiting(family) == [SISTER]
    task = family.engine.ask(hers, STEP)  # returned
    look(family, 7200)
    assert task not in family.engine.local and not waiting(family)
    assert offered(family, SISTER)[-1]["details"]["reason"] == "it had been written already"


def test_it_is_given_up_after_as_many_days_as_the_form_says(family: Trial):
    written(family, SISTER)
    look(family, dt.timedelta(days=13).total_seconds())
    assert waiting(family) == [SISTER]
    look(family, dt.timedelta(days=15).total_seconds())
    assert not waiting(family)
    assert offered(family, SISTER)[-1]["details"]["reason"] == "the step did not open in time"


def test_written_again_the_last_copy_counts(family: Trial):
    workstep = written(family, SISTER)
    family.engine.submit(
        workstep, STEP, "social-worker", contactArrangements="Every Monday", alsoWrittenFor=[SISTER]
    )
    family.run("record-submission", workstep, form=PLAN)
    task = family.engine.ask(plan(family, SISTER), STEP)
    assert len(waiting(family)) == 1
    look(family)
    assert family.engine.local[task]["offered"]["answers"]["contactArrangements"] == "Every Monday"


def test_a_killed_worker_leaves_one_copy_and_one_entry(family: Trial):
    workstep = plan(family, CHILD)
    family.engine.submit(workstep, STEP, "social-worker", **WRITTEN, alsoWrittenFor=[SISTER])
    family.killed("record-submission", workstep, form=PLAN)
    task = family.engine.ask(plan(family, SISTER), STEP)
    with family.record.reading() as view:
        [one] = view.offers()
    copies = Copies(family.services)
    with pytest.raises(KeyboardInterrupt), mock.patch.object(copies, "_done", killed):
        copies.place(one)
    before = family.engine.local[task]["offered"]
    copies.place(one)
    copies.place(one)  # another worker has it in its hands too
    assert family.engine.local[task]["offered"] == before
    assert len(offered(family, CHILD)) == 1 and len(offered(family, SISTER)) == 2


def test_a_decision_opens_the_pathway_once(family: Trial):
    pathway = family.engine.start("looked-after", CHILD, by="social-worker")
    family.run("open-pathway", pathway, authority="york")
    decision = family.engine.start("decision-to-seek-accommodation", CHILD, above=pathway)
    family.run("open-workstep", decision)
    assert options(family, decision) == [SISTER]
    family.engine.submit(decision, "UserTask_FillIn", "social-worker", alsoWrittenFor=[SISTER])
    family.run("record-submission", decision, form="decision-to-seek-accommodation")
    with family.record.reading() as view:
        [one] = view.offers()
    copies = Copies(family.services)
    with (
        pytest.raises(KeyboardInterrupt),
        mock.patch.object(family.record, "transaction", killed),
    ):
        copies.place(one)
    copies.place(one)
    hers = [row for row in family.engine.instances.values() if row["businessKey"] == SISTER]
    assert [row["processDefinitionKey"] for row in hers] == ["looked-after"]
    hers[0]["ended"] = True  # withdrawn: nobody opens it again
    look(family)
    look(family, 7200)
    assert len([row for row in family.engine.instances.values() if row["businessKey"] == SISTER]) == 1


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
