"""`notify`: who is told that something waits for them."""

from __future__ import annotations

from tests.topics.trial import Trial


def test_the_named_user_is_told_and_nobody_else(trial: Trial, workstep: str):
    given = {"user": "team-manager-2", "groups": "team-manager", "template": "task-opened"}
    assert trial.run("notify", workstep, **given) == {}
    assert trial.mails() == [("team-manager-2", "task-opened")]
    assert not trial.noted("request-sent")


def test_without_a_name_each_member_of_the_groups_is_told(trial: Trial, workstep: str):
    trial.run("notify", workstep, groups="team-manager, family-finder", template="returned")
    told = ["family-finder", "team-manager", "team-manager-2"]
    assert trial.mails() == [(person, "returned") for person in told]


def test_a_request_is_noted_with_whom_it_reached_each_once(trial: Trial, pathway: str, workstep: str):
    trial.engine.groups["team-manager"] = {"team-manager", "practice-supervisor"}
    groups = "team-manager,practice-supervisor"
    given = {"groups": groups, "template": "request", "requestLabel": "Authorise the plan"}
    trial.run("notify", workstep, **given)
    [entry] = trial.noted("request-sent")
    assert (entry["pathwayId"], entry["workstepId"]) == (pathway, workstep)
    assert entry["details"] == {
        "request": "Authorise the plan",
        "to": groups,
        "told": ["team-manager", "team-manager-2"],
    }


def test_a_user_who_has_gone_is_an_incident_and_no_mail(trial: Trial, workstep: str):
    said = trial.fail("notify", workstep, user="somebody-gone", template="task-opened")
    assert "user somebody-gone does not exist" in said and trial.mails() == []
