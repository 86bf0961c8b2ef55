"""Giving back and handing over, as people do it in Tasklist."""

from __future__ import annotations

from playwright.sync_api import expect

REPORT = "permanency-planning"
TEAM, MINE, TASK = "My team's tasks", "My tasks", "Write the report"
OWNER, COLLEAGUE, MANAGER = "social-worker", "social-worker-2", "team-manager"


def test_who_claimed_a_task_gives_it_back_and_it_is_offered_again(desk, case):
    owner, colleague = desk(OWNER), desk(COLLEAGUE)
    case.start()
    case.task(REPORT, OWNER)
    owner.open(case.child, TASK, TEAM)
    owner.claim()
    owner.give_back()
    assert case.event("task-given-back")["by"] == OWNER
    colleague.open(case.child, TASK, TEAM)
    colleague.claim()
    assert case.task(REPORT)["assignee"] == COLLEAGUE


def test_a_colleague_finds_no_way_to_a_claimed_task(desk, case):
    owner, colleague = desk(OWNER), desk(COLLEAGUE)
    case.start()
    case.task(REPORT, OWNER)
    colleague.open(case.child, TASK, TEAM)  # an old page, still open
    owner.open(case.child, TASK, TEAM)
    owner.claim()
    colleague.page.get_by_role("button", name="Claim", exact=True).click()
    said = colleague.page.locator(".page-notifications")
    expect(said).to_contain_text("An error happened while claiming")
    expect(said).to_contain_text("is already claimed by Social Worker (demo).")
    assert case.task(REPORT)["assignee"] == OWNER


def test_a_manager_hands_over_with_a_click_on_the_assignee(desk, case):
    manager = desk(MANAGER)
    case.start()
    task = case.task(REPORT, OWNER)
    case.person(OWNER).claim(task["id"])
    manager.page.goto(f"{manager.home}?task={task['id']}")
    manager.hand_over(COLLEAGUE)
    entry = case.event("task-handed-over")
    assert (entry["by"], entry["details"]) == (
        MANAGER,
        {"task": task["name"], "from": OWNER, "to": COLLEAGUE},
    )
    assert case.task(REPORT)["assignee"] == COLLEAGUE
