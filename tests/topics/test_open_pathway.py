"""`open-pathway`: what a start brought, and whether it may."""

from __future__ import annotations

import pytest

from tests.topics.trial import CHILD, Trial


def test_a_pathway_opens_with_what_its_start_brought(trial: Trial):
    instance = trial.engine.start("permanence", CHILD, by="team-manager")
    opened = trial.run("open-pathway", instance, authority="york", socialWorker="social-worker", iro="")
    assert opened["alreadyOpen"] is False
    assert {name: opened[name] for name in ("childId", "authority", "socialWorker", "iro")} == {
        "childId": CHILD,
        "authority": "york",
        "socialWorker": "social-worker",
        "iro": None,
    }
    [entry] = trial.noted("pathway-started")
    assert (entry["by"], entry["process"], entry["details"]["authority"]) == (
        "team-manager",
        "permanence",
        "york",
    )
    with trial.record.reading() as view:
        assert view.open_pathway(CHILD, "permanence") == instance
    assert trial.record.child(CHILD).stub, "nobody has registered the child: work does not stop for that"


def test_a_second_one_of_its_kind_is_refused(trial: Trial, pathway: str):
    second = trial.engine.start("permanence", CHILD, by="team-manager")
    assert trial.run("open-pathway", second) == {"alreadyOpen": True}
    [entry] = trial.noted("start-refused")
    assert entry["details"] == {"openPathway": pathway} and len(trial.noted("pathway-started")) == 1


def test_one_that_the_engine_has_lost_stands_in_nobodys_way(trial: Trial, pathway: str):
    trial.engine.instances[pathway]["ended"] = True  # deleted in Cockpit: no topic has heard of it
    second = trial.engine.start("permanence", CHILD)
    assert trial.run("open-pathway", second)["alreadyOpen"] is False
    with trial.record.reading() as view:
        assert view.open_pathway(CHILD, "permanence") == second


def test_who_is_named_must_be_one_who_may(trial: Trial):
    instance = trial.engine.start("permanence", CHILD)
    said = trial.fail("open-pathway", instance, teamManager="social-worker")
    assert "belongs to none of the groups team-manager, practice-supervisor" in said
    assert "does not exist" in trial.fail("open-pathway", instance, teamManager="nobody")
    assert "authority leeds is not known" in trial.fail("open-pathway", instance, authority="leeds")
    assert trial.record.chronology(CHILD) == []


def test_a_reference_that_nobody_has_registered_comes_back_to_who_typed_it(trial: Trial):
    with trial.record.transaction() as tx:
        tx.register_child("Child 1", name="Robin Example", born=None, gender=None, by="demo")
    instance = trial.engine.start("permanence", CHILD, by="social-worker")
    assert trial.throw("open-pathway", instance, unregistered=False) == "child-not-registered"
    [asked] = trial.engine.messages
    assert (asked["user"], asked["requestedBy"]) == ("social-worker", None)
    assert asked["requestLabel"] == f"Nothing was started: {CHILD} is not registered (did you mean Child 1?)"
    assert trial.noted("start-refused") and not trial.noted("pathway-started")
    assert trial.record.child(CHILD) is None and trial.record.open_pathway(CHILD, "permanence") is None


@pytest.mark.parametrize("unregistered", [True, None], ids=["said so", "started over REST or by message"])
def test_else_work_begins_with_a_stub(trial: Trial, unregistered: bool | None):
    instance = trial.engine.start("permanence", CHILD, by="social-worker")
    assert not trial.run("open-pathway", instance, unregistered=unregistered)["alreadyOpen"]
    assert trial.record.child(CHILD).stub


def test_a_registered_child_is_opened_from_the_form(trial: Trial):
    with trial.record.transaction() as tx:
        tx.register_child(CHILD, name="Robin Example", born=None, gender=None, by="demo")
    instance = trial.engine.start("permanence", CHILD, by="social-worker")
    assert not trial.run("open-pathway", instance, unregistered=False, authority=None)["alreadyOpen"]
