"""`tell-outcome`: who hears how a request was answered and how the pathway ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.topics.trial import CHILD, Trial

ENDED = [
    {"person": person, "groups": groups, "template": "pathway-ended"}
    for person, groups in (("tookPart", None), ("socialWorker", None), ("iro", "family-finder"))
]
REQUEST = {"decision": "who-hears", "form": "family-finding-request", "asked": "Authorise the plan"}


@pytest.fixture
def submitted(trial: Trial, workstep: str) -> str:
    """The workstep, in which the manager has submitted a form."""
    answers = {"nextActions": ["family-finding-meeting"], "decision": "authorised"}
    trial.engine.submit(workstep, "UserTask_ReferChild", "team-manager", **answers)
    trial.run("record-submission", workstep, form="family-finding-request")
    return workstep


def told(trial: Trial) -> dict[str, dict[str, Any]]:
    """What each mail says, by whom it goes to."""
    with trial.record.reading() as view:
        return {row.to_user: row.details for row in view.due_notifications(view.now(), 100)}


def test_who_wrote_and_who_asked_hear_once_what_was_authorised_and_by_whom(trial: Trial, submitted: str):
    trial.engine.names["team-manager"] = ("Ash", "Example")
    trial.engine.tables["who-hears"] = [
        {"person": person, "template": "authorised"} for person in ("writtenBy", "requestedBy")
    ]
    people = {"requestedBy": "social-worker", "writtenBy": "social-worker"}
    trial.run("tell-outcome", submitted, answer="authorised", **people, **REQUEST)
    assert trial.mails() == [("social-worker", "authorised")]
    details = told(trial)["social-worker"]
    assert (details["request"], details["sender"]) == ("Authorise the plan", "Ash Example")
    assert details["outcome"] == "SC Permanence Family Finding Meeting / Review"
    assert trial.engine.asked[-1] == (
        "who-hears",
        {
            "outcome": "request-authorised",
            "pathway": "permanence",
            "form": "family-finding-request",
            "askedByAuthor": True,
        },
    )


def test_nobody_hears_of_what_they_did_themselves_nor_who_has_gone(trial: Trial, submitted: str):
    trial.engine.tables["who-hears"] = [
        {"person": person, "template": "authorised"} for person in ("writtenBy", "requestedBy")
    ]
    people = {"requestedBy": "team-manager", "writtenBy": "somebody-gone"}
    trial.run("tell-outcome", submitted, answer="authorised", **people, **REQUEST)
    assert trial.mails() == []


def test_a_return_is_another_outcome(trial: Trial, submitted: str):
    trial.engine.tables["who-hears"] = []
    people = {"requestedBy": "team-manager-2", "writtenBy": "social-worker"}
    trial.run("tell-outcome", submitted, answer="returned", **people, **REQUEST)
    [(_, facts)] = trial.engine.asked
    assert (facts["outcome"], facts["askedByAuthor"]) == ("request-returned", False)


def test_how_a_pathway_ended_is_heard_by_whoever_took_part_and_is_named(
    trial: Trial, pathway: str, submitted: str
):
    trial.engine.submit(submitted, "UserTask_ReferChild", "social-worker")
    trial.run("record-submission", submitted, form="family-finding-request")
    trial.run(
        "close-workstep",
        submitted,
        nextActions="family-finding-meeting",
        nextActionsForm="family-finding-request",
    )
    trial.run("close-pathway", pathway)
    trial.engine.tables["who-hears"] = ENDED
    trial.run("tell-outcome", pathway, decision="who-hears")
    assert trial.mails() == [("family-finder", "pathway-ended"), ("team-manager", "pathway-ended")]
    details = told(trial)["team-manager"]
    assert details["outcome"] == "SC Permanence Family Finding Meeting / Review"
    assert (details["reference"], details["step"]) == (CHILD, "Permanence")


def test_a_withdrawal_is_heard_with_its_reason_but_by_who_withdrew(
    trial: Trial, pathway: str, submitted: str
):
    trial.run("close-open-worksteps", pathway, withdrawReason="left-care", withdrawnBy="team-manager")
    trial.run("close-pathway", pathway)
    trial.engine.tables["who-hears"] = ENDED[:2]
    trial.run("tell-outcome", pathway, decision="who-hears")
    assert trial.mails() == [("social-worker", "pathway-ended")]
    assert told(trial)["social-worker"]["outcome"] == "withdrawn: left-care"
    assert trial.engine.asked[-1][1]["outcome"] == "pathway-withdrawn"
