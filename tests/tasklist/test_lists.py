"""A manager's list as it stands on the screen: of each task for whom, which step, who sent it, by when."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.case import Case
from tests.tasklist.desk import Desk

REPORT = "permanency-planning"
LINES = ["Child", "Step", "From", "Due", "Reference"]


def told(desk: Desk, child: str) -> list[str]:
    """The lines of a card."""
    lines = desk.card(child).locator(".task-card-details .variable-item")
    expect(lines).to_have_count(len(LINES))
    return [" ".join(text.split()) for text in lines.all_inner_texts()]


def test_who_may_only_hand_over_reads_the_same_card(desk, case: Case):
    case.start(socialWorker="social-worker")
    case.task(REPORT, "social-worker")
    worker, manager = desk("social-worker"), desk("team-manager")
    worker.show("My tasks", case.child)
    manager.show("Held by my workers", case.child)
    assert told(manager, case.child) == told(worker, case.child)
    assert told(manager, case.child)[2] == "From: Homeward Administrator"
