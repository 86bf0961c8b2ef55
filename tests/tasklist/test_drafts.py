"""Unsaved work, when the form or the page goes, the machine is another, or the task is somebody else's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.case import form_of
from tests.tasklist.desk import Desk, components, log_in
from workers.settings import settings

REPORT, AUTHORISATION = "permanency-planning", "permanency-planning-authorisation"
TEAM, MINE, TASK = "My team's tasks", "My tasks", "Write the report"
OWNER, COLLEAGUE, MANAGER = "social-worker", "social-worker-2", "team-manager"
DESCRIPTION = {"id": "Field_ChildDescription", "label": "Describe the child", "type": "textarea"}


@pytest.fixture
def owner(desk, case) -> Desk:
    """A social worker, who has opened the report."""
    owner = desk(OWNER)
    case.start()
    case.task(REPORT, OWNER)
    owner.open(case.child, TASK, TEAM)
    owner.claim()
    return owner


def writes(desk: Desk, text: str) -> None:
    desk.answer(DESCRIPTION, text)


def reads(desk: Desk, text: str) -> None:
    expect(desk.part(DESCRIPTION["id"])).to_have_value(text)


def told(desk: Desk, words: str) -> None:
    expect(desk.page.locator(".form-actions")).to_contain_text(words)


def keep(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Keep as a draft").click()


def test_what_is_half_written_is_there_again_whatever_took_it_away(owner, page_of, case, another, tmp_path):
    other = another()
    other.start()
    other.task(REPORT, OWNER)

    writes(owner, "Half a sentence")
    owner.page.get_by_role("link", name="Diagram").click()
    owner.page.get_by_role("link", name="Form", exact=True).click()
    reads(owner, "Half a sentence")

    writes(owner, "Half a sentence about")
    owner.open(other.child, TASK, TEAM)
    reads(owner, "")
    owner.open(case.child, TASK, MINE)
    reads(owner, "Half a sentence about")

    writes(owner, "Half a sentence about her")
    owner.page.evaluate("localStorage['camunda-form:left-before'] = '{}'")
    assert not owner.page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))"), (
        "asked first"
    )
    told(owner, "Draft kept")
    owner.page.reload()
    reads(owner, "Half a sentence about her")
    told(owner, "Draft kept")
    assert "left-before" not in owner.page.evaluate("JSON.stringify(localStorage)")
    owner.page.locator(".form-actions").scroll_into_view_if_needed()
    owner.shoot("tasklist-draft")

    elsewhere = Desk(page_of(), settings().web_url, OWNER, tmp_path)
    elsewhere.open(case.child, TASK, MINE)
    reads(elsewhere, "Half a sentence about her")


def test_every_minute_what_has_changed_is_kept(page_of, case, tmp_path):
    context = page_of()
    context.clock.install()
    owner = Desk(context, settings().web_url, OWNER, tmp_path)
    case.start()
    case.task(REPORT, OWNER)
    owner.open(case.child, TASK, TEAM)
    owner.claim()
    writes(owner, "Half a sentence")
    owner.page.clock.fast_forward("01:00")
    told(owner, "Draft kept")


def test_whoever_takes_over_reads_it_with_by_whom_and_who_had_it_writes_no_more(owner, desk, case):
    writes(owner, "Half a sentence")
    keep(owner)
    told(owner, "Draft kept")
    task = case.task(REPORT)["id"]
    case.engine.call(f"/task/{task}/assignee", {"userId": COLLEAGUE})

    colleague = desk(COLLEAGUE)
    colleague.open(case.child, TASK, MINE)
    reads(colleague, "Half a sentence")
    told(colleague, "by Social Worker (demo)")

    writes(owner, "Too late")
    keep(owner)
    told(owner, "This draft was not kept: you do not have this task any more.")
    reads(owner, "Too late")
    colleague.page.reload()
    reads(colleague, "Half a sentence")


def test_what_the_engine_did_not_take_waits_for_its_writer_and_for_nobody_else(page_of, case, tmp_path):
    owner = Desk(page_of(), settings().web_url, OWNER, tmp_path)
    page = owner.page
    case.start()
    case.task(REPORT, OWNER)
    owner.open(case.child, TASK, TEAM)
    owner.claim()
    writes(owner, "Confidential")
    page.context.clear_cookies()  # the session is over
    keep(owner)
    told(owner, "This draft was not kept. You have been logged out.")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Confidential" not in stored

    owner.complete_button.click()
    log_in(page, OWNER)
    reads(owner, "Confidential")
    told(owner, "Draft kept")

    writes(owner, "Confidential: more of it")
    page.context.clear_cookies()
    owner.complete_button.click()
    log_in(page, COLLEAGUE)
    reads(owner, "Confidential")  # what the task's colleagues may read


def test_what_is_completed_is_what_stands_in_the_form_and_no_draft_is_left(desk, case):
    manager = desk(MANAGER)
    case.start()
    case.until(AUTHORISATION)
    task = case.task(AUTHORISATION, MANAGER)
    manager.open(case.child, task["name"], TEAM)
    manager.claim()
    questions = components(case.person(MANAGER).form(task["id"]))
    manager.answer(questions["decision"], "returned")
    manager.answer(questions["comments"], "A draft of comments.")
    keep(manager)
    told(manager, "Draft kept")
    manager.answer(questions["comments"], "Please say more.")
    manager.page.context.clear_cookies()
    manager.complete_button.click()
    notice = manager.page.locator(".page-notifications")
    expect(notice).to_contain_text(
        "You have been logged out. Log in again: what you wrote will still be here."
    )
    expect(notice).not_to_contain_text("<")
    log_in(manager.page, MANAGER)
    expect(manager.part(questions["comments"]["id"])).to_have_value("Please say more.")
    manager.complete()

    report = case.task(REPORT, OWNER)
    assert form_of(report) == REPORT
    values = case.person(OWNER).values(report["id"])
    assert (values["message"], values.get("draft")) == ("Please say more.", None)
    assert not case.events("unexpected-variables")
