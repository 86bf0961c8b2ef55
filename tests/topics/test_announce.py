"""`announce`: who waits for an event of the child hears it, once."""

from __future__ import annotations

from tests.topics.trial import CHILD, Trial


def test_whoever_waits_in_this_childs_instances_hears_it(trial: Trial, pathway: str):
    listener = trial.engine.start("looked-after", CHILD)
    stranger = trial.engine.start("looked-after", "child-2")
    trial.engine.waiting = [(listener, "child-moved"), (stranger, "child-moved"), (pathway, "something-else")]
    assert trial.run("announce", pathway, event="child-moved") == {"heard": 1}
    [entry] = trial.noted("event-announced")
    assert entry["details"] == {
        "event": "child-moved",
        "heardBy": ["looked-after"],
        "instances": [listener],
    }
    assert (entry["by"], entry["pathwayId"]) == ("social-worker", pathway)
    assert [message["instance"] for message in trial.engine.messages] == [listener]


def test_that_nobody_waits_is_noted_and_no_error(trial: Trial, workstep: str):
    assert trial.run("announce", workstep, event="child-moved") == {"heard": 0}
    [entry] = trial.noted("event-announced")
    assert entry["details"] == {"event": "child-moved", "heardBy": [], "instances": []}


def test_nobody_hears_it_twice_when_a_worker_dies_before_it_has_noted_it(trial: Trial, pathway: str):
    trial.engine.waiting = [(pathway, "child-moved")]
    assert trial.killed("announce", pathway, event="child-moved") == {"heard": 1}
    assert len(trial.engine.messages) == 1
    [entry] = trial.noted("event-announced")
    assert entry["details"]["instances"] == [pathway]


def test_it_may_happen_again(trial: Trial, pathway: str):
    trial.engine.waiting = [(pathway, "child-moved")]
    assert trial.run("announce", pathway, event="child-moved") == {"heard": 1}
    assert trial.run("announce", pathway, event="child-moved") == {"heard": 1}
    assert len(trial.engine.messages) == len(trial.noted("event-announced")) == 2
