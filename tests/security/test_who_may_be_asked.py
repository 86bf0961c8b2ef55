"""S1: whoever asks does not choose who answers, save among those who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.case import Case
from tests.security.attack import came_back, delete, send, settle
from tests.security.door import Door, Typed, json_, text

REPORT, MANAGER = "permanency-planning", "permanency-planning-authorisation"
NOBODY: dict[str, Typed] = {
    "another role": text("business-support"),
    "a colleague": text("social-worker-2"),
    "oneself": text("social-worker"),
    "nobody": text("nobody-here"),
    "blanks": text("  "),
    "another case": text("Team-Manager"),
    "with a blank": text("team-manager "),
    "two of them": text("team-manager,team-manager-2"),
    "a group": text("practice-supervisors"),
    "an administrator": text("demo"),
    "the workers": text("homeward-worker"),
    "a wildcard": text("*"),
    "a pattern": text("team-manager%"),
    "an expression": text("${currentUser()}"),
    "a number": {"value": 7, "type": "Integer"},
    "a list": json_(["team-manager"]),
    "true": {"value": True, "type": "Boolean"},
}


def test_the_manager_that_a_report_names_is_one(started: Case, door: Callable[[str], Door]):
    """S1: `teamManager`, a key of the form, with whom it may not be: comes back with a word.

    Who may be asked, is.
    """
    worker = door("social-worker")
    wrong = []
    for who, variable in NOBODY.items():
        task = started.task(REPORT)
        worker.submits(task["id"], worker.honest(task["id"], REPORT), {"teamManager": variable})
        if not started.tasks(REPORT):
            wrong.append(who)
            settle(started)
            assert not wrong, f"{wrong}: {started.picture()}"
        came_back(started, REPORT, who)
    assert not started.events("form-submitted")
    send(worker, started, REPORT, {"teamManager": text("team-manager-2")})
    assert started.task(MANAGER)["assignee"] == "team-manager-2"


@pytest.mark.parametrize("whom", [text(""), {"value": None, "type": "Null"}, text("practice-supervisor")])
def test_a_report_may_name_no_manager_or_a_supervisor(
    started: Case, door: Callable[[str], Door], whom: Typed
):
    """S1: the honest ways stay open."""
    send(door("social-worker"), started, REPORT, {"teamManager": whom})
    assert started.task(MANAGER)["assignee"] == (whom["value"] or None)


def test_the_person_that_a_request_names_exists(started: Case, door: Callable[[str], Door]):
    """S1: `requestUser`, whom an optional request goes to."""
    worker, task = door("social-worker"), started.task(REPORT)
    options = next(
        part
        for group in worker.form(task["id"])["components"]
        for part in group.get("components", [group])
        if part.get("key") == "requests"
    )["values"]
    every = [option["value"] for option in options]
    for variable in (text("nobody-here"), {"value": 7, "type": "Integer"}, json_(["team-manager"])):
        worker.submits(
            task["id"], worker.honest(task["id"], REPORT, requests=every), {"requestUser": variable}
        )
        task = came_back(started, REPORT, str(variable["value"]))
    assert not started.events()[2:] or not started.events("form-submitted")


def test_a_family_finder_names_no_authoriser(started: Case, door: Callable[[str], Door]):
    """S1: `familyFindingManager` injected at the meeting: the request is offered to those who may answer, not
    to a colleague.
    """
    started.until("family-finding-meeting")
    send(
        door("family-finder"),
        started,
        "family-finding-meeting",
        {
            name: text("family-finder-2")
            for name in (
                "familyFindingManager",
                "authoriser",
                "authoriserGroups",
                "teamManager",
                "groups",
                "user",
            )
        },
    )
    task = started.task("authorise-request")
    groups = {
        link["groupId"]
        for link in started.engine.fetch(f"/task/{task['id']}/identity-links")
        if link["type"] == "candidate"
    }
    assert (task["assignee"], groups) == (
        None,
        {"family-finding-manager", "practice-supervisor", "team-manager"},
    )
    assert not started.person("family-finder-2").tasks(started.child, "authorise-request")
    started.do("authorise-request")
    send(
        door("social-worker"),
        started,
        "information-sharing-meeting",
        {
            name: text("social-worker-2")
            for name in ("teamManager", "authoriser", "authoriserGroups", "familyFindingManager")
        },
    )
    task = started.task("authorise-request")
    assert task["assignee"] is None and not started.person("social-worker-2").tasks(
        started.child, "authorise-request"
    )


@pytest.mark.parametrize(
    "role", ["socialWorker", "teamManager", "iro", "familyFinder", "familyFindingManager"]
)
def test_a_start_names_nobody_who_may_not_be_asked(
    another: Callable[[], Case], door: Callable[[str], Door], role: str
):
    """S1: also by `open-pathway`, before anything is on the record."""
    tried = {who: another() for who in ("business-support", "nobody-here", "demo", "  ")}
    try:
        for who, case in tried.items():
            door("social-worker").starts(case.child, variables={"childId": text(case.child), role: text(who)})
        for who, case in tried.items():
            settle(case)
            assert not case.events("pathway-started") and not case.tasks(), (
                f"{who} is {role}: {case.picture()}"
            )
    finally:
        for case in tried.values():
            delete(case)


def test_a_start_carries_nothing_but_what_it_may(case: Case, door: Callable[[str], Door]):
    """C3, S1: every variable that the models know, sent with the start: an honest case, and no forged
    outcome.
    """
    from tests.security.attack import FORGED, NFA, poison

    door("team-manager").starts(case.child, variables={"childId": text(case.child)} | poison())
    case.do(REPORT)
    case.do(MANAGER, nextActions=[NFA])
    case.ended()
    assert FORGED not in str(case.events()) and "business-support" not in str(case.events()), [
        entry for entry in case.events() if FORGED in str(entry) or "business-support" in str(entry)
    ]
    assert (
        case.event("pathway-ended")["by"] is None
        and case.events("next-action-chosen")[0]["by"] == "team-manager"
    )
