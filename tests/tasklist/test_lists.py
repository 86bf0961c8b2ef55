"""A manager's list as it stands on the screen: of each task for whom, which step, who sent it, by when."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import expect

from tests.case import Case, eventually
from tests.security.attack import delete
from tests.tasklist.desk import Desk
from workers.words import LONDON, weekday

# for the picture as many as a manager had when the list was tried first; else three pages
MANY = 89 if os.environ.get("HOMEWARD_SCREENSHOTS") == "1" else 33
PAGE = 15
LATE = 7  # every seventh
LINES = ["Child", "Step", "From", "Due", "Reference"]
NAMES = ("Robin", "Alex", "Sam", "Kit", "Charlie", "Jo", "Ash")
REPORT = "permanency-planning"
STEPS = (
    "family-finding-request",
    "information-sharing-meeting",
    "child-in-care-planning",
    "permanence-placement",
)
STARTERS = ("social-worker", "team-manager", "iro")
# of each card its heading, its lines, and how many of its parts are cut off
CARDS = r"""cards => cards.map(card => ({
    heading: card.querySelector('h4').innerText.trim(),
    lines: [...card.querySelectorAll('.variable-item')].map(line =>
        line.innerText.trim().split(/\s+/).join(' ')),
    cut: [card, ...card.querySelectorAll('*')].filter(part =>
        part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY === 'hidden').length,
    late: card.querySelector('.due-date.overdue') !== null,
}))"""


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


@pytest.fixture
def team(case: Case, one_workstep: str) -> Iterator[str]:
    """Many children of a manager's teams, at five steps, some late; how their references begin."""
    team = f"team-{uuid.uuid4().hex[:4]}"
    cases: list[Case] = []
    for number in range(MANY):
        child = f"{team}-{number:02}"
        with case.record.transaction() as tx:
            tx.register_child(
                child, name=f"{NAMES[number % len(NAMES)]} Example", born=None, gender=None, by="demo"
            )
        cases.append(Case(case.engine, case.record, case.url, child))
        if number % 2:
            cases[-1].start(one_workstep, workstep=STEPS[number // 2 % len(STEPS)])
        else:
            starter = case.person(STARTERS[number // 2 % len(STARTERS)]).session
            named = "social-worker" if number % 4 else None
            Case(starter, case.record, case.url, child).start(socialWorker=named)

    def tasks() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = case.engine.fetch("/task", processInstanceBusinessKeyLike=f"{team}-%")
        return found

    eventually(lambda: len(tasks()) == MANY, lambda: f"{len(tasks())} of {MANY} tasks", patience=240)
    today = dt.datetime.now(LONDON).replace(hour=12, minute=0, second=0, microsecond=0)
    for number, task in enumerate(tasks()):
        if number % LATE == 0:
            due = today - dt.timedelta(days=1 + number)
            kept = {key: task[key] for key in ("name", "assignee", "priority", "followUp")}
            case.engine.call(f"/task/{task['id']}", kept | {"due": f"{due:%Y-%m-%dT%H:%M:%S.000%z}"}, "PUT")
            card = f"/task/{task['id']}/localVariables/taskDueOn"
            case.engine.call(card, {"value": weekday(due.isoformat()), "type": "String"}, "PUT")
    yield team
    for at in cases:
        delete(at)


def cards(manager: Desk, team: str) -> list[dict[str, Any]]:
    """The cards of all pages of the list, in order; a page has fifteen."""
    [filter_] = parse_qs(manager.page.url.partition("?")[2])["filter"]
    search = [{"type": "processInstanceBusinessKey", "operator": "Like", "value": f"{team}-%", "name": ""}]
    manager.load(f"{manager.home}?{urlencode({'filter': filter_, 'searchQuery': json.dumps(search)})}")
    found: list[dict[str, Any]] = []
    while True:
        shown = manager.page.locator(".tasks-list li.task")
        expect(shown.locator(".variable-item")).to_have_count(min(PAGE, MANY - len(found)) * len(LINES))
        found += shown.evaluate_all(CARDS)
        if len(found) == MANY:
            return found
        manager.page.locator(".tasks-list .pagination-next a").click()
        expect(shown.filter(has_text=found[-1]["lines"][-1].split()[-1])).to_have_count(0)


def test_a_list_of_many_tells_of_each_what_it_is_and_what_is_late_first(
    desk: Callable[[str], Desk], team: str
):
    manager = desk("team-manager")
    manager.show("All open work")
    last = manager.page.locator(".tasks-list li.task").nth(PAGE - 1)
    expect(last.locator(".variable-item").first).to_be_attached()  # they are asked for card by card
    manager.shoot("tasklist-managers-list")
    listed = cards(manager, team)
    lines = [dict(line.split(": ", 1) for line in card["lines"]) for card in listed]
    assert len({line["Reference"] for line in lines}) == MANY
    for card, line in zip(listed, lines, strict=True):
        assert list(line) == LINES and all(line.values()) and not card["cut"]
        assert card["heading"].endswith(f" – {line['Child']}")
    assert {line["From"] for line in lines} > {"Social Worker (demo)", "Team Manager (demo)", "Iro (demo)"}
    due = [dt.datetime.strptime(line["Due"], "%A %d %B %Y") for line in lines]
    assert due == sorted(due)
    late = -(-MANY // LATE)
    assert [card["late"] for card in listed] == [True] * late + [False] * (MANY - late)
