"""A form is written for registered brothers and sisters alone, and the copy is the workers' to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.case import Case, eventually
from tests.family import register, related
from tests.security.attack import came_back, send
from tests.security.door import Door, Typed, json_, text
from workers.rest import codec

DECISION = "decision-to-seek-accommodation"
OWNER, COLLEAGUE, STRANGER = "social-worker", "social-worker-2", "qaag"


def named(*children: object) -> dict[str, Typed]:
    return {"alsoWrittenFor": json_(list(children))}


def test_only_registered_brothers_and_sisters_can_be_named(
    case: Case, another: Callable[[], Case], door: Callable[[str], Door]
):
    sister, stranger = another().child, another().child
    register(case.record, (case.child, "Ada"), (sister, "Bea"), (stranger, "Dora"))
    related(case.record, case.child, sister)
    case.start("looked-after")
    offered = json_([{"label": "Dora", "value": stranger}])
    wrong: dict[str, dict[str, Typed]] = {
        "a stranger": named(stranger),
        "a stranger beside the sister": named(sister, stranger),
        "oneself": named(case.child),
        "twice": named(sister, sister),
        "in capitals": named(sister.upper()),
        "nobody": named("nobody-here"),
        "a wildcard": named("*"),
        "an expression": named("${currentUser()}"),
        "an object": named({"value": sister}),
        "a list": named([sister]),
        "a number": {"alsoWrittenFor": {"value": 7, "type": "Integer"}},
        "a text": {"alsoWrittenFor": text(stranger)},
        "very many": named(*[sister] * 5000),
        "options of their own": named(stranger) | {"siblings": offered},
    }
    worker = door(OWNER)
    for who, variables in wrong.items():
        task = case.task(DECISION)
        worker.submits(task["id"], worker.honest(task["id"], DECISION), variables)
        came_back(case, DECISION, who)
    assert not case.events("form-submitted") and not case.events("copy-offered")
    assert not case.record.chronology(stranger) and not case.record.chronology(sister)
    send(worker, case, DECISION, named(sister))
    eventually(lambda: case.events("copy-offered"), lambda: f"not offered: {case.picture()}")
    assert not case.record.chronology(stranger)


def test_what_a_restricted_childs_record_offered_is_taken_back(
    case: Case, another: Callable[[], Case], homeward: Any
):
    sister = another()
    register(case.record, (case.child, "Ada"), (sister.child, "Bea"))
    related(case.record, case.child, sister.child)
    case.start("looked-after")
    case.do(DECISION, OWNER, alsoWrittenFor=[sister.child])
    path = f"/task/{sister.task(DECISION)['id']}/localVariables"
    assert eventually(
        lambda: "offered" in case.engine.fetch(path, deserializeValues=False),
        lambda: f"no copy: {sister.picture()}",
    )
    said = homeward("restrict", case.child, "--to", OWNER, "--reason", "An invented reason.", "--json")
    assert said.code == 0, said.err
    assert "offered" not in case.engine.fetch(path, deserializeValues=False)


def test_nobody_but_the_workers_writes_a_copy(case: Case, door: Callable[[str], Door]):
    case.start("looked-after")
    task = case.task(DECISION, OWNER)["id"]
    copy, value = f"/task/{task}/localVariables/offered", codec.encode({"x": {"answers": {}}})["x"]
    case.person(OWNER).claim(task)
    for who in (OWNER, COLLEAGUE, STRANGER):
        door(who).refused(copy, value, "PUT")
        door(who).refused(f"/task/{task}/localVariables", {"modifications": {"offered": value}})
    door(STRANGER).refused(copy, method="GET")


def test_a_copy_that_is_sent_with_a_form_lies_in_no_task(case: Case, door: Callable[[str], Door]):
    """It is named on the record as what the form does not ask for, and the next step's own stays empty."""
    case.start("looked-after")
    task = case.task(DECISION, OWNER)["id"]
    worker = door(OWNER)
    forged = {"offered": json_({"answers": {"decision": "authorised"}, "from": "Ada", "name": "Nobody"})}
    worker.submits(task, worker.honest(task, DECISION), forged)
    [said] = eventually(lambda: case.events("unexpected-variables"), lambda: "not noticed")
    assert said["details"]["names"] == ["offered"]
    [next_] = eventually(lambda: case.tasks("authorise-request"), lambda: f"no request: {case.picture()}")
    assert "offered" not in case.engine.fetch(f"/task/{next_['id']}/localVariables", deserializeValues=False)
