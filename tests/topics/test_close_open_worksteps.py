"""`close-open-worksteps`: a pathway that ends, or makes a workstep needless, cuts nothing off unheard."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial


def test_each_open_workstep_is_told_why_it_closes(trial: Trial, pathway: str, workstep: str):
    ended = trial.engine.start("permanency-planning-process", CHILD, above=pathway)
    trial.engine.instances[ended]["ended"] = True
    given = {"withdrawReason": "left-care", "withdrawComments": "Invented", "withdrawnBy": "team-manager"}
    trial.run("close-open-worksteps", pathway, **given)
    assert trial.engine.messages == [
        {
            "name": "close-workstep",
            "instance": workstep,
            "closeReason": "withdrawn: left-care",
            "closedBy": "team-manager",
        }
    ]
    [entry] = trial.noted("withdrawn")
    assert entry["by"] == "team-manager"
    assert entry["details"] == {"reason": "left-care", "comments": "Invented"}


def test_what_was_in_work_when_it_was_withdrawn_ends_first(trial: Trial, pathway: str, workstep: str):
    """It may open something, which is to be closed too."""
    trial.engine.in_work = ["another", "another"]
    trial.run("close-open-worksteps", pathway, withdrawReason="left-care")
    assert not trial.engine.in_work
    assert [message["instance"] for message in trial.engine.messages] == [workstep]


def test_those_of_a_list_alone_where_there_is_one(trial: Trial, pathway: str, workstep: str):
    meeting = trial.engine.start("family-finding-meeting-review", CHILD, above=pathway)
    trial.run("close-open-worksteps", pathway, processes="family-finding-meeting-review")
    [message] = trial.engine.messages
    assert (message["instance"], message["closeReason"]) == (meeting, "another workstep made it needless")
    assert not trial.noted("withdrawn") and not trial.engine.instances[workstep]["ended"]


def test_what_waits_for_somebody_who_has_gone_waits_no_more(trial: Trial, pathway: str, workstep: str):
    for user in ("team-manager", "family-finder"):
        trial.run("request-acknowledgement", workstep, requestLabel=f"For {user}", user=user)
    del trial.engine.groups["family-finder"]
    trial.run("close-open-worksteps", pathway, withdrawReason="left-care", withdrawnBy="team-manager")
    [entry] = trial.noted("notification-ended")
    assert entry["details"]["request"] == "For family-finder"
    waiting = [row for row in trial.engine.instances.values() if not row["ended"]]
    assert [row["processDefinitionKey"] for row in waiting] == ["permanence", "acknowledge-notification"]
