"""`close-pathway`: how a pathway ended."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial
from workers.records import Happening


def test_it_ends_with_its_own_last_next_action(trial: Trial, pathway: str, workstep: str):
    ticked = ["family-finding-meeting"]
    trial.run(
        "close-workstep", workstep, nextActions=ticked, nextActionsForm="family-finding-request", routes=[]
    )
    with trial.record.transaction() as tx:  # of another pathway of the child, and later
        details = {"value": "other", "label": "Of another pathway"}
        tx.entry(Happening("o", CHILD, pathway_id="another"), "next-action-chosen", details)
    assert trial.run("close-pathway", pathway) == {}
    [ended] = trial.noted("pathway-ended")
    assert ended["details"]["outcome"] == trial.noted("next-action-chosen")[0]["details"]["label"]
    with trial.record.reading() as view:
        assert view.open_pathway(CHILD, "permanence") is None, "the next one may start"


def test_a_withdrawal_is_its_outcome_whatever_was_chosen_before(trial: Trial, pathway: str, workstep: str):
    trial.run("close-workstep", workstep, nextActions="x", routes=[])
    trial.run("close-open-worksteps", pathway, withdrawReason="left-care", withdrawnBy="team-manager")
    trial.run("close-pathway", pathway)
    assert trial.noted("pathway-ended")[0]["details"] == {"outcome": "withdrawn: left-care"}


def test_a_workstep_that_was_closed_early_goes_before_what_was_chosen_earlier(
    trial: Trial, pathway: str, workstep: str
):
    trial.run("close-workstep", workstep, nextActions="x", routes=[])
    for reason in ("The family moved.", "another workstep made it needless"):
        step = trial.engine.start("family-finding-request", CHILD, above=pathway)
        trial.run("open-workstep", step)
        trial.run("close-workstep", step, closeReason=reason, closedBy="team-manager")
    trial.run("close-pathway", pathway)
    assert trial.noted("pathway-ended")[0]["details"] == {"outcome": "closed early"}
