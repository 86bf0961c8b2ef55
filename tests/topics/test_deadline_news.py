"""`remind`, `escalate`, `meet-deadline` and `end-deadline`: what becomes of a deadline that was set."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial
from workers.records.happening import Happening

PAST, FUTURE = "2020-06-15T23:59:59+01:00", "2999-06-15T23:59:59+01:00"
NEWS = {"rule": "PERM-081", "stepName": "Three-month review", "groups": "team-manager"}


def test_a_reminder_goes_out_once_a_deadline_and_date(trial: Trial, pathway: str):
    for due in (FUTURE, FUTURE, "2999-07-15T23:59:59+01:00"):
        trial.run("remind", pathway, due=due, **NEWS)
    to = ["team-manager", "team-manager-2"]
    assert [entry["details"] for entry in trial.noted("reminder-sent")] == [
        {"rule": "PERM-081", "due": day, "to": to} for day in ("2999-06-15", "2999-07-15")
    ]
    assert sorted(trial.mails()) == sorted((person, "reminder") for person in to * 2)


def test_a_breach_is_noted_when_the_date_is_over(trial: Trial, pathway: str):
    trial.run("escalate", pathway, due=PAST, **NEWS)
    [breached] = trial.noted("deadline-breached")
    assert breached["details"] == {"rule": "PERM-081", "due": "2020-06-15"}
    assert breached["pathwayId"] == pathway
    assert trial.noted("escalated")[0]["details"]["to"] == ["team-manager", "team-manager-2"]
    assert {template for _, template in trial.mails()} == {"escalation"}


def test_a_timer_that_was_fired_by_hand_escalates_and_breaches_nothing(trial: Trial, pathway: str):
    trial.run("escalate", pathway, due=FUTURE, **NEWS | {"user": "family-finder"})
    assert not trial.noted("deadline-breached") and trial.mails() == [("family-finder", "escalation")]


def test_who_is_above_a_role_hears_once_however_often_it_is_late(trial: Trial, pathway: str):
    news = {"rule": "HOUSE-04", "stepName": "Answer the IRO alert", "role": "social-worker,family-finder"}
    trial.engine.groups |= {"above": {"practice-supervisor"}, "above-2": {"family-finding-manager"}}
    for _ in "12":
        trial.run("escalate", pathway, due=PAST, **news)
    to = ["team-manager", "team-manager-2", "above", "above-2"]
    assert [entry["details"]["to"] for entry in trial.noted("escalated")] == [to]


def test_a_deadline_that_no_longer_applies_ends(trial: Trial, pathway: str):
    trial.run("end-deadline", pathway, rule=None, due=None)
    assert not trial.noted("deadline-ended"), "there was none"
    trial.run("end-deadline", pathway, rule="PERM-081", due=FUTURE)
    assert trial.noted("deadline-ended")[0]["details"] == {"rule": "PERM-081", "due": "2999-06-15"}


def test_what_is_done_meets_the_open_deadlines_of_its_name(trial: Trial, pathway: str):
    with trial.record.transaction() as tx:
        for rule, name in (("ENG-01", "first-review"), ("ENG-18", "care-plan")):
            tx.deadline_set(
                Happening(key=rule, child_id=CHILD, process="permanence", pathway_id=pathway),
                rule=rule,
                from_="2027-06-01",
                statutory_due="2027-06-29",
                local_target=None,
                last_working_day="2027-06-29",
                source="Invented",
                kind="statutory",
                details={"deadline": name},
            )
    trial.run("meet-deadline", pathway, deadlines="first-review,second-review", metOn="2027-06-15")
    met = {row["rule"]: row["metOn"] for row in trial.record.deadlines(CHILD)}
    assert met == {"ENG-01": "2027-06-15", "ENG-18": None}
