"""`request-acknowledgement`: notifications that hold nothing up."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial


def test_one_notification_opens_a_process_of_its_own(trial: Trial, workstep: str):
    trial.engine.submit(workstep, "UserTask_ReferChild", "social-worker", healthNeeds="Invented")
    trial.run("record-submission", workstep, form="family-finding-request")
    trial.run("request-acknowledgement", workstep, requestLabel="Please note", groups="team-manager")
    [message] = trial.engine.messages
    assert trial.engine.instances[message["instance"]]["businessKey"] == CHILD
    assert (message["name"], message["requestLabel"], message["groups"], message["user"]) == (
        "acknowledge-notification",
        "Please note",
        "team-manager",
        None,
    )
    assert message["stepName"] == "SC Permanence Family Finding Request"
    [entry] = trial.noted("request-sent")
    assert entry["by"] == message["requestedBy"] == "social-worker", "whoever submitted last"
    assert entry["details"] == {"request": "Please note", "to": "team-manager"}


def test_a_table_says_who_is_told_of_what_was_ticked_since(trial: Trial, workstep: str):
    trial.engine.tables["permanency-planning-requests"] = [
        {"label": "CS Please action", "user": "family-finder", "groups": ""},
        {"label": "CS Panel date", "user": None, "groups": "team-manager"},
    ]
    trial.run(
        "request-acknowledgement",
        workstep,
        decision="permanency-planning-requests",
        requests=["please-action", "panel-date", "sent-before"],
        requestsSent=["sent-before"],
        requestUser="family-finder",
    )
    [(_, asked)] = trial.engine.asked
    assert asked == {
        "requests": ["please-action", "panel-date"],
        "requestUser": "family-finder",
        "teamManager": None,
    }
    assert [entry["details"] for entry in trial.noted("request-sent")] == [
        {"request": "CS Please action", "to": "family-finder"},
        {"request": "CS Panel date", "to": "team-manager"},
    ]
    assert [message["requestLabel"] for message in trial.engine.messages] == [
        "CS Please action",
        "CS Panel date",
    ]
