"""What is wrong is told once, in words, however many children it is wrong for."""

from __future__ import annotations

from typing import Any

from workers.reading.names import Names
from workers.reading.status import problems
from workers.settings import PROJECT

NAMES = Names(PROJECT, {"jane": "Jane Example"})
NOTHING: dict[str, list[Any]] = {
    kind: [] for kind in ("incidents", "untaken", "stubs", "late", "notSent", "unexpected", "nobodys")
}


def told(**found: list[dict[str, Any]]) -> list[tuple[str, int, list[str]]]:
    return [(one.says, one.count, one.children) for one in problems(NOTHING | found, NAMES)]


def failed(child: str, message: str) -> dict[str, Any]:
    place = {"process": "family-finding-request", "activity": "Event_SocialWorkerTold"}
    return {"childId": child, "message": message, **place}


def test_the_same_failure_is_one_line_that_names_the_step_and_the_children():
    rows = [failed(f"child-{number}", "no address\n is known") for number in range(3)]
    assert told(incidents=[failed("child-9", "another"), *rows]) == [
        (
            "Social worker told, SC Permanence Family Finding Request: no address is known",
            3,
            ["child-0", "child-1", "child-2"],
        ),
        ("Social worker told, SC Permanence Family Finding Request: another", 1, ["child-9"]),
    ], "the most frequent first"


def test_what_is_late_not_sent_or_not_registered_is_told_once():
    late = {"rule": "PERM-081", "what": "Three month review", "process": "permanence"}
    lost = {"template": "request", "reason": "no address"}
    assert told(
        late=[late | {"childId": "child-1"}, late | {"childId": "child-1"}],
        notSent=[lost | {"childId": "child-1"}, lost | {"childId": "child-2"}],
        stubs=["child-3", "child-4"],
    ) == [
        ("Three month review (PERM-081, Permanence)", 2, ["child-1"]),
        ("request: no address", 2, ["child-1", "child-2"]),
        ("nobody has said who the child is", 2, ["child-3", "child-4"]),
    ]


def test_nothing_wrong_is_no_problem():
    assert told() == []
