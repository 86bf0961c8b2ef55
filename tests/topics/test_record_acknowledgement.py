"""`record-acknowledgement`: who has seen a notification."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial


def acknowledged(trial: Trial, child: str, key: str) -> str:
    instance = trial.engine.start("acknowledge-notification", child)
    trial.engine.submit(instance, "UserTask_Acknowledge", "team-manager", comments="Seen")
    return instance


def test_it_stands_where_the_notification_was_sent(trial: Trial, pathway: str, workstep: str):
    trial.run("request-acknowledgement", workstep, requestLabel="Please note", user="team-manager")
    key = trial.engine.messages[0]["requestKey"]
    instance = acknowledged(trial, CHILD, key)
    given = {"requestKey": key, "requestLabel": "Please note", "comments": "Seen"}
    trial.run("record-acknowledgement", instance, **given)
    [entry] = trial.noted("notification-acknowledged")
    assert (entry["by"], entry["pathwayId"], entry["workstepId"]) == ("team-manager", pathway, workstep)
    assert entry["details"] == {"request": "Please note", "requestKey": key, "comments": "Seen"}


def test_that_of_another_childs_notification_is_an_incident(trial: Trial, workstep: str):
    trial.run("request-acknowledgement", workstep, requestLabel="Please note", user="team-manager")
    key = trial.engine.messages[0]["requestKey"]
    instance = acknowledged(trial, "child-2", key)
    said = trial.fail("record-acknowledgement", instance, requestKey=key, requestLabel="Please note")
    assert "belongs to no pathway" in said
    assert not trial.noted("notification-acknowledged") and trial.record.chronology("child-2") == []
