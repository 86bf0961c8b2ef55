"""`open-workstep`: what the record brings to a workstep's form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta

from tests.topics.trial import CHILD, Trial
from workers.records.happening import Happening

EARLIER = {
    "permanencePlan": "LTFOST18",
    "healthNeeds": "An invented need",  # which both forms ask
    "iroView": "An invented view",  # which the new one does not
    "nextActions": ["permanency-planning-no-longer-required"],  # which nobody else's form takes over
}


def reported(trial: Trial, answers: dict[str, Any]) -> None:
    """The child's report was submitted in an earlier workstep."""
    with trial.record.transaction() as tx:
        tx.answers(
            key="earlier",
            child_id=CHILD,
            process="permanency-planning-process",
            workstep_id="earlier",
            form="permanency-planning",
            by="social-worker",
            answers=answers,
            questions={},
        )


def test_it_is_noted_under_the_models_name_and_knows_the_people_of_the_case(trial: Trial, pathway: str):
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    brought = trial.run("open-workstep", instance)
    assert brought["earlier"] == []
    assert (brought["authority"], brought["socialWorker"]) == ("camden", "social-worker"), "the pathway's"
    [entry] = trial.noted("workstep-opened")
    assert (entry["pathwayId"], entry["workstepId"]) == (pathway, instance)
    assert entry["details"] == {"step": "SC Permanence Family Finding Request"}


def test_its_form_opens_filled_with_what_it_asks_of_earlier_answers(trial: Trial, pathway: str):
    reported(trial, EARLIER)
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    brought = trial.run(
        "open-workstep",
        instance,
        form="family-finding-request",
        prefillForms="permanency-planning",
        earlierForms="permanency-planning",
    )
    assert brought["permanencePlan"] == "LTFOST18" and brought["healthNeeds"] == "An invented need"
    assert not {"iroView", "nextActions"} & brought.keys()
    assert {"An invented need", "An invented view"} <= {row["answer"] for row in brought["earlier"]}


def test_an_earlier_answer_names_nobody(trial: Trial, pathway: str):
    reported(trial, {"socialWorker": "somebody-else", "authority": "york", "healthNeeds": "An invented need"})
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    brought = trial.run("open-workstep", instance, prefillForms="permanency-planning")
    assert brought["healthNeeds"] == "An invented need"
    assert (brought["authority"], brought["socialWorker"]) == ("camden", "social-worker")


def test_the_childs_facts_come_from_the_record(trial: Trial, pathway: str):
    born = dt.date.today() - relativedelta(years=8, days=1)
    with trial.record.transaction() as tx:
        tx.register_child(CHILD, name="Robin Example", born=born)
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    brought = trial.run("open-workstep", instance, childFacts="true")
    assert (brought["childName"], brought["childBorn"]) == ("Robin Example", born.isoformat())
    assert brought["childAge"] == 8


def test_its_forms_offer_those_whom_the_organisation_lets_be_named(trial: Trial, pathway: str):
    instance = trial.engine.start("permanency-planning-process", CHILD, above=pathway)
    brought = trial.run("open-workstep", instance)
    managers = [{"label": name, "value": name} for name in ("team-manager", "team-manager-2")]
    assert brought["peopleTeamManager"] == managers
    assert {"label": "social-worker", "value": "social-worker"} in brought["people"]


def test_two_of_one_name_are_told_apart(trial: Trial, pathway: str):
    trial.engine.names |= dict.fromkeys(("team-manager", "team-manager-2"), ("Robin", "Example"))
    instance = trial.engine.start("permanency-planning-process", CHILD, above=pathway)
    offered = trial.run("open-workstep", instance)["peopleTeamManager"]
    assert offered == [
        {"label": f"Robin Example ({name})", "value": name} for name in ("team-manager", "team-manager-2")
    ]


def test_one_that_was_started_in_the_middle_is_an_incident_and_leaves_nothing(trial: Trial):
    alone = trial.engine.start("family-finding-request", CHILD)
    assert "belongs to no pathway that was opened" in trial.fail("open-workstep", alone)
    assert trial.record.chronology(CHILD) == []


def test_nobody_is_named_or_offered_who_may_not_see_a_restricted_child(trial: Trial, pathway: str):
    trial.engine.groups["super-user"] = {"super-user"}
    with trial.record.transaction() as tx:
        tx.entry(Happening("restricted", CHILD), "restricted", {"to": ["team-manager"], "reason": "Invented"})
    workstep = trial.engine.start("permanency-planning-process", CHILD, above=pathway)
    brought = trial.run("open-workstep", workstep)
    assert brought["socialWorker"] is None, "whom the pathway names"
    assert [person["value"] for person in brought["peopleTeamManager"]] == ["team-manager"]


def test_one_that_opens_after_its_pathway_was_withdrawn_closes_itself(trial: Trial, pathway: str):
    trial.run("close-open-worksteps", pathway, withdrawReason="left-care", withdrawnBy="team-manager")
    assert not trial.engine.messages
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    trial.run("open-workstep", instance)
    assert trial.engine.messages == [
        {
            "name": "close-workstep",
            "instance": instance,
            "closeReason": "withdrawn: left-care",
            "closedBy": "team-manager",
        }
    ]
