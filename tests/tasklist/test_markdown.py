"""What one person wrote stands in another's form as text: no link, heading or picture of the writer's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.case import ACKNOWLEDGE, Case

REPORT, AUTHORISATION = "permanency-planning", "permanency-planning-authorisation"
HOSTILE = (
    "Read [the new policy](https://elsewhere.example/policy) at https://elsewhere.example or "
    "www.elsewhere.example, "
    "ask a@elsewhere.example\n\n# Approved by the director\n\n"
    '![seen](https://elsewhere.example/seen.png) <img src="https://elsewhere.example/1.png"> <b>now</b> '
    "**at once** _soon_ `code` ~~not~~ {{childId}} a\\b &amp; 1. one\n- two\n| a | b |"
)
MINE, TEAM = "My tasks", "My team's tasks"


def shows_as_text(form: Locator, asked: list[str]) -> None:
    """Each sign of it is there, and nothing of it works."""
    part = form.locator(".fjs-form-field-text", has_text="the new policy")
    expect(part).to_be_visible()
    shown = " ".join(part.inner_text().split())
    assert " ".join(HOSTILE.split()) in shown, shown
    assert part.locator("a, img, h1, code, b, em, del, ul, ol, table").count() == 0, part.inner_html()
    assert not [url for url in asked if "elsewhere.example" in url], "the page went there"


@pytest.fixture
def asked():
    return []


def test_a_managers_comments_are_text(desk, case: Case, asked: list[str]):
    case.start(socialWorker="social-worker")
    case.do(REPORT, nextActions=[])
    case.do(AUTHORISATION, decision="returned", comments=HOSTILE, nextActions=[])
    case.task(REPORT, "social-worker")
    worker = desk("social-worker")
    worker.page.on("request", lambda request: asked.append(request.url))
    worker.open(case.child, "Returned: write the report", MINE)
    shows_as_text(worker.form, asked)
    expect(worker.message.locator("strong")).to_have_text("Please look at this again:")
    expect(worker.form.locator("strong").filter(has_text=case.child)).to_have_count(1)


def test_a_note_is_text(desk, case: Case, asked: list[str]):
    case.start(socialWorker="social-worker", teamManager="team-manager")
    case.do(REPORT, nextActions=[], requests=["allocate-parallel-planning"], requestNote=HOSTILE)
    name = case.task(ACKNOWLEDGE)["name"]
    manager = desk("team-manager")
    manager.page.on("request", lambda request: asked.append(request.url))
    manager.open(case.child, name, TEAM if not case.task(ACKNOWLEDGE)["assignee"] else MINE)
    shows_as_text(manager.form, asked)


def test_a_report_is_text_with_headings_and_paragraphs(desk, case: Case, asked: list[str]):
    """Earlier answers, as who judges them reads them."""
    case.start(teamManager="team-manager")
    case.do(REPORT, nextActions=[], contactPlan=HOSTILE, healthAssessmentDate="2020-09-20")
    task = case.task(AUTHORISATION)
    manager = desk("team-manager")
    manager.page.on("request", lambda request: asked.append(request.url))
    manager.open(case.child, task["name"], MINE if task["assignee"] else TEAM)
    shows_as_text(manager.form, asked)
    expect(manager.earlier.locator("h3").filter(has_text="7. Contact with family and friends")).to_have_count(
        1
    )
    expect(manager.earlier.locator("h4", has_text="Contact plan")).to_have_count(1)
    expect(manager.earlier.locator("p", has_text="two")).to_have_text("- two")
    expect(manager.earlier).to_contain_text("20 September 2020")
