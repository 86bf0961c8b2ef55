"""Tasklist's page itself: no traps, and dates as they are written here, whatever the browser speaks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.tasklist.desk import Desk
from workers.settings import settings

REPORT, OWNER, TEAM, TASK = "permanency-planning", "social-worker", "My team's tasks", "Write the report"


@pytest.fixture
def american(chromium, case, tmp_path) -> Desk:
    """The report, claimed, in a browser of another country."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    desk = Desk(context, settings().web_url, OWNER, tmp_path)
    case.start()
    case.task(REPORT, OWNER)
    desk.open(case.child, TASK, TEAM)
    desk.claim()
    return desk


def test_nothing_is_offered_that_is_refused(american):
    page = american.page
    for words in (
        "Create task",
        "Set due date",
        "Set follow-up date",
        "Add Comment",
        "migrate to Camunda 8",
    ):
        expect(page.get_by_text(words).locator("visible=true")).to_have_count(0)
    for place in (".instance-link", ".task-filter .glyphicon-pencil", ".reset-follow-up-date"):
        expect(page.locator(place).locator("visible=true")).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    due = page.locator(".task-card .due-date .view-value")
    expect(due).to_contain_text(re.compile(r"\w{3} \d+ \w+ \d{4}"))
    assert due.evaluate("part => part.scrollWidth <= part.clientWidth"), "the due date is cut off"
    expect(page.locator(".task-card .nav-tabs").get_by_text("History", exact=True)).to_be_hidden()
    for words in ("Form", "Diagram", "Description"):
        expect(page.locator(".task-card .nav-tabs").get_by_text(words, exact=True)).to_be_visible()


def test_dates_are_english_and_weeks_begin_on_a_monday(american, case):
    day = american.part("Field_LegalStatusDate-date")
    day.fill("13/04/2019")
    day.press("Enter")
    expect(day).to_have_value("13/04/2019")
    weekdays = american.form.locator(".flatpickr-calendar.open .flatpickr-weekday, .flatpickr-weekday").first
    expect(weekdays).to_have_text("Mon")
