"""`record-submission`: a form as it was submitted, and what was sent beside it."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial

STEP, FORM = "UserTask_ReferChild", "family-finding-request"


def test_a_form_is_kept_with_its_words_and_its_author(trial: Trial, workstep: str):
    trial.engine.submit(
        workstep, STEP, "social-worker", healthNeeds="Invented", nextActions=["family-finding-meeting"]
    )
    shown = trial.run("record-submission", workstep, form=FORM)["answers"]
    assert ("Health", "Invented") in [(row["question"], row["answer"]) for row in shown]
    [kept] = trial.record.answers_of(workstep)
    assert (kept["form"], kept["by"]) == (FORM, "social-worker")
    assert kept["answers"] == {"healthNeeds": "Invented", "nextActions": ["family-finding-meeting"]}
    assert kept["questions"]["healthNeeds"][1] == "Health"
    [entry] = trial.noted("form-submitted")
    assert entry["details"] == {"form": FORM, "nextActions": ["family-finding-meeting"]}
    assert not trial.noted("next-action-chosen"), "a proposal, until the workstep ends"


def test_what_was_sent_beside_it_is_named_and_not_kept(trial: Trial, workstep: str):
    trial.engine.submit(workstep, STEP, "social-worker", healthNeeds="Invented", smuggled="a value")
    trial.run("record-submission", workstep, form=FORM)
    [entry] = trial.noted("unexpected-variables")
    assert entry["details"] == {"form": FORM, "names": ["smuggled"]}
    assert "a value" not in str(trial.record.chronology(CHILD) + trial.record.answers_of(workstep))


def test_an_answer_to_a_request_is_noted(trial: Trial, workstep: str):
    request = trial.engine.start("authorise-request", CHILD, above=workstep, form="authorise-request")
    trial.engine.submit(
        request, "UserTask_AnswerRequest", "team-manager", decision="returned", comments="Why?"
    )
    trial.run("record-submission", request, form="authorise-request", requestLabel="Authorise the plan")
    [entry] = trial.noted("request-answered")
    assert (entry["by"], entry["workstepId"]) == ("team-manager", workstep)
    assert trial.record.answers_of(workstep)[0]["form"] == "authorise-request", "it is the workstep's"
    assert entry["details"] == {
        "request": "Authorise the plan",
        "decision": "returned",
        "comments": "Why?",
    }


def test_a_form_that_nobody_submitted_is_an_incident(trial: Trial, workstep: str):
    assert f"form {FORM} was never submitted" in trial.fail("record-submission", workstep, form=FORM)
