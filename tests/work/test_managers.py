"""What who manages sees and does in Tasklist; and what all staff read of accounts: names, nothing else."""

from __future__ import annotations

from typing import Any

from tests.case import Case

REPORT = "permanency-planning"
OWNER, COLLEAGUE, LEADER = "social-worker", "social-worker-2", "team-manager"
MANAGERS = ["All open work", "Held by my workers", "Late"]


def filters(case: Case, user: str) -> dict[str, str]:
    return {row["name"]: row["id"] for row in case.person(user).session.fetch("/filter")}


def shown(case: Case, user: str, filter_: str) -> list[dict[str, Any]]:
    """The child's tasks in the list, as the filter has them."""
    id_ = filters(case, user)[filter_]
    rows: list[dict[str, Any]] = case.person(user).session.call(f"/filter/{id_}/list", {})
    return [row for row in rows if row["name"].endswith(case.child)]


def test_only_who_manages_has_the_filters_of_managers(case: Case):
    assert filters(case, LEADER).keys() - filters(case, OWNER).keys() == set(MANAGERS)
    assert filters(case, OWNER).keys() == filters(case, "qaag").keys()


def test_a_manager_sees_what_is_open_who_holds_it_and_what_is_late(case: Case):
    case.start()
    task = case.task(REPORT)
    seen = {name: bool(shown(case, LEADER, name)) for name in MANAGERS}
    assert seen == {"All open work": True, "Held by my workers": False, "Late": False}
    case.person(OWNER).claim(task["id"])
    (held,) = shown(case, LEADER, "Held by my workers")
    assert held["assignee"] == OWNER
    late = {"name": task["name"], "assignee": OWNER, "priority": 50, "due": "2026-01-05T12:00:00.000+0000"}
    case.engine.call(f"/task/{task['id']}", late, "PUT")
    assert [row["id"] for row in shown(case, LEADER, "Late")] == [task["id"]]
    assert [row["id"] for row in shown(case, OWNER, "Overdue")] == [task["id"]]
    assert not shown(case, COLLEAGUE, "Overdue"), "another's late task is not theirs"


def test_what_is_due_first_stands_first(case: Case, another):
    first, second = case, another()
    for child, due in ((second, "2026-02-02"), (first, "2026-02-01")):
        child.start()
        task = child.task(REPORT)
        body = {"name": f"Sorted {due}", "priority": 50, "due": f"{due}T12:00:00.000+0000"}
        child.engine.call(f"/task/{task['id']}", body, "PUT")
    id_ = filters(case, LEADER)["All open work"]
    rows = case.person(LEADER).session.call(f"/filter/{id_}/list", {})
    names = [row["name"] for row in rows if row["name"].startswith("Sorted")]
    assert names == ["Sorted 2026-02-01", "Sorted 2026-02-02"]


def test_cards_show_child_step_sender_and_due_date_in_this_order(case: Case):
    for row in case.person(LEADER).session.fetch("/filter"):
        labels = [variable["label"] for variable in row["properties"]["variables"]]
        assert labels == ["Child", "Step", "From", "Due", "Reference"]


def test_staff_read_who_people_and_groups_are(case: Case):
    for user in (OWNER, LEADER, "qaag"):
        session = case.person(user).session
        assert session.fetch("/user/team-manager-2/profile")["firstName"] == "Team Manager 2"
        assert session.fetch("/group/qaag")["name"] == "CS QAAG – Inbox"
