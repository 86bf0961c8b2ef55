"""`start-pathway`: another pathway of the child, once."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial
from workers.rest import codec

OTHER = "looked-after"


def opened(trial: Trial) -> list[str]:
    return [id_ for id_, row in trial.engine.instances.items() if row["processDefinitionKey"] == OTHER]


def test_it_starts_for_the_same_child_by_the_same_timescales(trial: Trial):
    here = trial.engine.start("permanence", CHILD, by="social-worker")
    trial.run("open-pathway", here, authority="york", socialWorker="social-worker")
    answer = trial.run("start-pathway", here, pathway=OTHER)
    [other] = opened(trial)
    assert answer == {"alreadyOpen": False, "openPathway": other}
    assert trial.engine.instances[other]["businessKey"] == CHILD
    given = codec.decode({row["name"]: row for row in trial.engine.values if row["instance"] == other})
    assert (given["childId"], given["authority"]) == (CHILD, "york") and "socialWorker" not in given
    [entry] = trial.noted("pathway-asked")
    assert entry["details"] == {"pathway": OTHER, "openPathway": other, "alreadyOpen": False}
    assert (entry["by"], entry["pathwayId"]) == ("social-worker", here)


def test_that_one_is_open_already_is_an_answer(trial: Trial, pathway: str):
    assert trial.run("start-pathway", pathway, pathway="permanence") == {
        "alreadyOpen": True,
        "openPathway": pathway,
    }
    [entry] = trial.noted("pathway-asked")
    assert entry["details"]["alreadyOpen"] is True


def test_one_that_the_engine_has_lost_stands_in_nobodys_way(trial: Trial, pathway: str):
    first = trial.run("start-pathway", pathway, pathway=OTHER)["openPathway"]
    trial.run("open-pathway", first)
    trial.engine.instances[first]["ended"] = True  # deleted in Cockpit
    assert trial.run("start-pathway", pathway, pathway=OTHER)["alreadyOpen"] is False
    assert len(opened(trial)) == 2


def test_a_worker_that_dies_before_it_has_noted_it_leaves_one(trial: Trial, pathway: str):
    answer = trial.killed("start-pathway", pathway, pathway=OTHER)
    assert opened(trial) == [answer["openPathway"]] and answer["alreadyOpen"] is False
    assert len(trial.noted("pathway-asked")) == 1
