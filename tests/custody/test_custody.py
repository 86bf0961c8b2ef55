"""A claimed task is its owner's: who may change that, what the record says of it, what holds nobody up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.case import Case, eventually
from tests.custody.attacks import CALLS, OTHER, OUTSIDER, status, web_session
from workers.rest import organisation
from workers.rest.session import EngineError, EngineSession
from workers.settings import settings

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
OWNER, LEADER = "social-worker", "team-manager"
REFUSAL = "the right to change whose task this is"


@pytest.fixture
def task(case: Case) -> dict[str, Any]:
    case.start()
    return case.task(REPORT, OWNER)


@pytest.fixture(params=["REST", "Tasklist"])
def session_of(request, case: Case) -> Callable[[str], EngineSession]:
    """A user's session, by either of the engine's interfaces."""
    if request.param == "REST":
        return lambda user: case.person(user).session
    return lambda user: web_session(settings().web_url, user)


def snapshot(case: Case, task: dict[str, Any]) -> Any:
    """Everything that a call could change of a task."""
    path = f"/task/{task['id']}"
    return (
        case.engine.fetch(path) | {"lastUpdated": None},
        case.engine.fetch(f"{path}/identity-links"),
        case.engine.fetch(f"{path}/variables", deserializeValues=False),
        sorted(
            (row["userId"] or "", row["groupId"] or "", tuple(row["permissions"]))
            for row in case.engine.fetch("/authorization", resourceType=7, resourceId=task["id"])
        ),
    )


def test_a_colleague_changes_nothing_of_a_claimed_task(case: Case, task, session_of):
    case.person(OWNER).claim(task["id"])
    before, colleague = snapshot(case, task), session_of(OTHER)
    # they read it: it was offered to them too
    assert colleague.fetch(f"/task/{task['id']}")["assignee"] == OWNER
    answers = {call: status(colleague, task["id"], call) for call in CALLS}
    assert not [call for call, answer in answers.items() if answer not in (403, 500)], answers
    assert snapshot(case, task) == before


def test_who_holds_a_task_gives_it_to_nobody_in_particular(case: Case, task, session_of):
    case.person(OWNER).claim(task["id"])
    before, owner = snapshot(case, task), session_of(OWNER)
    given = [call for call in CALLS if call not in ("claim for nobody", "complete", "submit")]
    answers = {call: status(owner, task["id"], call) for call in given}
    assert not [call for call, answer in answers.items() if answer not in (403, 500)], answers
    assert snapshot(case, task) == before


def test_nobody_claims_for_another(case: Case, task, session_of):
    before, someone = snapshot(case, task), session_of(OTHER)
    for user in (OWNER, OUTSIDER):
        with pytest.raises(EngineError, match=REFUSAL):
            someone.call(f"/task/{task['id']}/claim", {"userId": user})
    assert snapshot(case, task) == before


def test_the_owner_gives_back_and_the_record_says_so(case: Case, task, session_of):
    owner = session_of(OWNER)
    owner.call(f"/task/{task['id']}/claim", {"userId": OWNER})
    owner.call(f"/task/{task['id']}/claim", {"userId": None})
    assert (
        case.person(OTHER).session.fetch("/task", processInstanceBusinessKey=case.child, candidateUser=OTHER)[
            0
        ]["id"]
        == task["id"]
    )
    entry = case.event("task-given-back")
    assert entry["by"] == OWNER and entry["details"] == {
        "task": f"Write the report – {case.child}",
        "from": OWNER,
        "to": None,
    }
    assert (entry["process"], entry["workstepId"], entry["pathwayId"]) == (
        "permanency-planning-process",
        task["processInstanceId"],
        case.pathway,
    )
    (logged,) = case.engine.fetch(
        "/history/user-operation",
        taskId=task["id"],
        property="assignee",
        sortBy="timestamp",
        sortOrder="desc",
        maxResults=1,
    )
    assert logged["timestamp"][:23] == entry["at"][:23]


def test_a_manager_hands_over_to_whom_it_may_go_and_the_record_says_so(case: Case, task, session_of):
    manager, path = session_of(LEADER), f"/task/{task['id']}"
    case.person(OWNER).claim(task["id"])
    manager.call(f"{path}/assignee", {"userId": OTHER})
    assert case.event("task-handed-over", to=OTHER)["by"] == LEADER
    for user in (OUTSIDER, LEADER, "nobody-at-all"):
        with pytest.raises(EngineError, match=REFUSAL):
            manager.call(f"{path}/assignee", {"userId": user})
    manager.call(f"{path}/assignee", {"userId": None})
    case.event("task-handed-over", to=None, **{"from": OTHER})
    case.submit(REPORT, OWNER)  # offered again
    case.task(MANAGER)
    assert [entry["details"]["to"] for entry in case.events("task-handed-over")] == [
        OTHER,
        None,
    ] and not case.events("task-given-back")


def test_a_manager_opens_no_other_door(case: Case, task, session_of):
    """Handing over needs TASK_ASSIGN, which alone would let its holder offer a task to anybody, themselves
    first.
    """
    case.person(OWNER).claim(task["id"])
    manager = session_of(LEADER)
    before = snapshot(case, task)
    tried = [call for call in CALLS if call not in ("name and dates", "assign to a colleague", "unclaim")]
    answers = {call: status(manager, task["id"], call) for call in tried}
    assert not [call for call, answer in answers.items() if answer not in (403, 500)], answers
    assert snapshot(case, task) == before


def test_a_manager_of_others_hands_nothing_over(case: Case, task):
    case.person(OWNER).claim(task["id"])
    other = case.person("family-finding-manager").session
    assert {
        call: status(other, task["id"], call)
        for call in ("assign to a colleague", "claim for nobody", "unclaim")
    } == dict.fromkeys(("assign to a colleague", "claim for nobody", "unclaim"), 403)
    assert not other.fetch("/task", processInstanceBusinessKey=case.child)


def test_claims_and_answers_are_no_news(case: Case, task):
    case.person(OWNER).claim(task["id"])
    case.submit(REPORT, OWNER)
    case.submit(MANAGER, LEADER, decision="returned", comments="An invented reason.")
    case.came_back(REPORT, OWNER)
    case.submit(REPORT, OWNER, reportDate=None)  # refused by the rules, and theirs again
    case.came_back(REPORT, OWNER)
    other = case.task(REPORT, OWNER)
    case.person(OWNER).session.call(f"/task/{other['id']}/claim", {"userId": None})
    case.event("task-given-back")
    assert not case.events("task-handed-over")


def test_a_restart_writes_nothing_twice_and_misses_nothing(case: Case, task, workers):
    from workers.custody import Custody

    owner = case.person(OWNER)
    owner.claim(task["id"])
    owner.session.call(f"/task/{task['id']}/claim", {"userId": None})
    case.event("task-given-back")
    again = Custody(workers.custody.session, case.record)
    assert again.turn() and not again.turn()
    assert len(case.events("task-given-back")) == 1


def test_a_long_log_is_read_page_by_page(case: Case, task, workers, monkeypatch):
    from workers import custody

    monkeypatch.setattr(custody, "PAGE", 2)
    owner = case.person(OWNER)
    for _ in range(3):
        owner.claim(task["id"])
        owner.session.call(f"/task/{task['id']}/claim", {"userId": None})
    eventually(lambda: len(case.events("task-given-back")) == 3, lambda: str(case.events()))
    again = custody.Custody(workers.custody.session, case.record)
    assert again.turn() >= 6
    assert len(case.events("task-given-back")) == 3


def test_setup_makes_and_unmakes_managers(engine: EngineSession, monkeypatch):
    def grants() -> dict[str, set[str]]:
        rows = engine.fetch(
            "/authorization", groupIdIn="cp-chair", resourceType=organisation.PROCESS_DEFINITION
        )
        return {row["resourceId"]: set(row["permissions"]) for row in rows}

    def set_up(hands_over: list[str]) -> None:
        known = organisation.tomllib.loads((settings().models / "engine" / "organisation.toml").read_text())
        known["roles"]["cp-chair"] |= {"hands_over": hands_over}
        with monkeypatch.context() as patch:
            patch.setattr(organisation, "read", lambda models: known)
            organisation.set_up(engine, settings().models, demo_users=False)

    before, type_ = grants(), engine.fetch("/group/cp-chair")["type"]
    try:
        set_up(["permanency-planning-process"])
        assert grants() == before | {"permanency-planning-process": {"READ_TASK", "TASK_ASSIGN"}}
        assert (type_, engine.fetch("/group/cp-chair")["type"]) == ("WORKFLOW", "MANAGER")
        set_up(["*"])
        assert grants().keys() >= {"permanence", "authorise-request", "permanency-planning-process"}
    finally:
        set_up([])
    assert grants() == before and engine.fetch("/group/cp-chair")["type"] == type_
