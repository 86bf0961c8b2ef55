"""`close-workstep`: what a workstep leaves on the record."""

from __future__ import annotations

from tests.topics.trial import Trial

STEP, FORM = "UserTask_ReferChild", "family-finding-request"
TICKED = ["family-finding-meeting"]


def test_what_took_effect_is_noted_with_its_label_and_who_chose_it(trial: Trial, workstep: str):
    trial.engine.submit(workstep, STEP, "social-worker", healthNeeds="Invented", nextActions=TICKED)
    trial.run("record-submission", workstep, form=FORM)
    opens = ["family-finding-meeting-review"]
    trial.run("close-workstep", workstep, routes=opens, nextActions=TICKED, nextActionsForm=FORM)
    [chosen] = trial.noted("next-action-chosen")
    assert chosen["by"] == "social-worker" and chosen["details"]["value"] == TICKED[0]
    assert chosen["details"]["label"] == trial.services.deployed.form(FORM)["nextActions"].options[TICKED[0]]
    [closed] = trial.noted("workstep-closed")
    assert closed["by"] == "social-worker" and closed["workstepId"] == workstep
    assert closed["details"] == {"outcome": "finished", "opens": opens, "reason": None}
    assert len(trial.record.answers_of(workstep)) == 1


def test_closed_early_what_was_submitted_reaches_the_record_first(trial: Trial, workstep: str):
    trial.engine.submit(workstep, STEP, "social-worker", healthNeeds="Cut off", smuggled="a value")
    trial.run("close-workstep", workstep, closeReason="withdrawn: other", closedBy="team-manager")
    [kept] = trial.record.answers_of(workstep)
    assert (kept["form"], kept["by"], kept["answers"]) == (FORM, "social-worker", {"healthNeeds": "Cut off"})
    assert trial.noted("unexpected-variables")[0]["details"]["names"] == ["smuggled"]
    [closed] = trial.noted("workstep-closed")
    assert closed["by"] == "team-manager"
    assert closed["details"] == {"outcome": "closed-early", "opens": [], "reason": "withdrawn: other"}
    assert len(trial.noted("workstep-opened")) == 1
