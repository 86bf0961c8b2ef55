"""CAM-021, CAM-022: of a restricted child the people named see the open work, as far as it is their role's,
and the super-users; nobody else does, before it was restricted or later.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.case import ACKNOWLEDGE, Case, eventually
from tests.security.door import REST, Door, text

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
NAMED, COLLEAGUE, LEADER, SUPER = "social-worker", "social-worker-2", "team-manager", "super-user"
STAFF = (NAMED, COLLEAGUE, LEADER, "team-manager-2", "practice-supervisor", "service-manager", "qaag", SUPER)
Restrict = Callable[..., dict[str, Any]]


@pytest.fixture
def restrict(case: Case, homeward) -> Restrict:
    """Say so; what the command answers."""

    def say(*options: str) -> dict[str, Any]:
        said = homeward("restrict", case.child, *options, "--reason", "An invented reason.", "--json")
        assert said.code == 0, said.err
        return json.loads(said.out)

    return say


def seen_by(case: Case, form: str) -> set[str]:
    """Who of the staff sees a task, in a list or by its id."""
    task = case.task(form)["id"]
    listed = {user for user in STAFF if case.person(user).tasks(case.child, form)}
    opened = {user for user in STAFF if Door(REST, user).tried(f"/task/{task}", method="GET") < 400}
    read = {
        user for user in STAFF if Door(REST, user).tried(f"/task/{task}/form-variables", method="GET") < 400
    }
    assert listed == opened == read
    return listed


def test_what_is_open_is_closed_to_others_and_opened_again(case: Case, restrict: Restrict):
    case.start()
    team = seen_by(case, REPORT)
    assert {NAMED, COLLEAGUE, LEADER, "service-manager"} <= team and SUPER not in team
    case.person(COLLEAGUE).claim(case.task(REPORT)["id"])
    assert restrict("--to", NAMED, "--by", LEADER)["tasks"] == 1
    assert seen_by(case, REPORT) == {NAMED, SUPER}
    task = case.task(REPORT)
    assert task["assignee"] is None, "nobody's: it was of somebody who may not see it"
    leader = Door(REST, LEADER)
    leader.refused(f"/task/{task['id']}/assignee", {"userId": COLLEAGUE})
    for filter_ in leader.session.fetch("/filter"):
        rows = leader.session.call(f"/filter/{filter_['id']}/list", {})
        assert task["id"] not in [row["id"] for row in rows], filter_["name"]
    assert restrict("--lift")["lifted"]
    assert seen_by(case, REPORT) == team
    restricted, lifted = case.event("restricted"), case.event("restriction-lifted")
    assert (restricted["by"], restricted["details"]["to"]) == (LEADER, [NAMED])
    assert lifted["details"]["reason"] == "An invented reason."


def test_what_comes_later_is_closed_from_the_beginning(case: Case, restrict: Restrict):
    case.start(socialWorker=COLLEAGUE, teamManager=LEADER)
    case.task(REPORT)
    restrict("--to", f"{NAMED},team-manager-2")
    assert seen_by(case, REPORT) == {NAMED, SUPER}
    case.do(REPORT, user=NAMED, permanencePlan=None)  # which the rules refuse
    eventually(lambda: case.tasks(REPORT), lambda: str(case.picture()))
    assert seen_by(case, REPORT) == {NAMED, SUPER}
    case.do(REPORT, user=NAMED, teamManager=LEADER)
    assert seen_by(case, MANAGER) == {"team-manager-2", SUPER}, "who was picked may not see it"
    assert case.task(MANAGER)["assignee"] is None
    case.submit(MANAGER, "team-manager-2", decision="returned", comments="How often?")
    assert seen_by(case, REPORT) == {NAMED, SUPER} and case.task(REPORT)["assignee"] == NAMED
    restrict("--lift")
    assert COLLEAGUE in seen_by(case, REPORT)


def test_nothing_that_is_submitted_opens_it(case: Case, restrict: Restrict):
    case.start()
    case.task(REPORT)
    restrict("--to", NAMED)
    door, task = Door(REST, NAMED), case.task(REPORT)["id"]
    forged = {
        "restrictedGroup": {"value": None, "type": "Null"},
        "restrictedUsers": text(COLLEAGUE),
        "teamGroups": text("qaag"),
    }
    assert door.submits(task, {"nextActions": []}, forged) < 400  # incomplete: it comes back at once
    assert seen_by(case, REPORT) == {NAMED, SUPER}
    restrict("--lift")
    assert COLLEAGUE in seen_by(case, REPORT) and "qaag" not in seen_by(case, REPORT)


def test_where_nobody_named_has_the_role_a_super_user_does_it(case: Case, restrict: Restrict):
    case.start()
    case.task(REPORT)
    restrict("--to", LEADER)
    assert seen_by(case, REPORT) == {SUPER}
    case.person(SUPER).claim(case.task(REPORT)["id"])
    case.do(REPORT, user=SUPER)
    assert seen_by(case, MANAGER) == {LEADER, SUPER}


def test_it_is_handed_to_nobody_who_may_not_see_it(case: Case, restrict: Restrict, homeward):
    case.start()
    case.task(REPORT)
    restrict("--to", NAMED)
    hand = ("allocate", case.child, "--role", "socialWorker", "--reason", "An invented reason.", "--to")
    said = homeward(*hand, COLLEAGUE)
    assert said.code == 1 and "may not see it" in said.err
    assert homeward(*hand, NAMED).code == 0
    assert seen_by(case, REPORT) == {NAMED, SUPER}


def test_mail_goes_to_nobody_else(case: Case, restrict: Restrict):
    case.start()
    case.task(REPORT)
    before = Counter(to for to, _ in case.mails())
    restrict("--to", NAMED)
    case.do(REPORT, user=NAMED, requests=["please-action"], requestUser="iro")
    case.task(MANAGER)
    case.task(ACKNOWLEDGE)
    after = Counter(to for to, _ in case.mails())
    assert set(after - before) == {SUPER, f"{SUPER}-2"}
    assert seen_by(case, ACKNOWLEDGE) == {SUPER}


def test_lists_leave_it_out(case: Case, restrict: Restrict, homeward):
    case.start()
    case.task(REPORT)
    restrict("--to", NAMED)

    def listed(*command: str) -> bool:
        return case.child in homeward(*command, "--json").out

    lists = (("work",), ("work", "--team", "social-worker"), ("child", "list"), ("deadlines",))
    assert not [command for command in lists if listed(*command)]
    assert listed("child", "show", case.child)
    restrict("--lift")
    assert listed("work") and listed("child", "list")


@pytest.mark.parametrize(
    "options, code, says",
    [
        ((), 2, "name with --to"),
        (("--to", NAMED, "--lift"), 2, "name with --to"),
        (("--to", "nobody-here"), 1, "does not exist"),
    ],
)
def test_the_command_says_what_is_wrong(case: Case, homeward, options: tuple[str, ...], code: int, says: str):
    case.start()
    case.task(REPORT)
    said = homeward("restrict", case.child, *options, "--reason", "An invented reason.")
    assert (said.code, says in said.err) == (code, True) and not case.events("restricted")
