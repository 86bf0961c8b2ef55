"""A copy for a brother or sister, as whoever writes theirs sees it: marked, and theirs to change."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.case import Case, eventually
from tests.family import register, related
from tests.tasklist.desk import Desk

DECISION, OWNER = "decision-to-seek-accommodation", "social-worker"
TEAM, MINE, TASK = "My team's tasks", "My tasks", "Write the decision"
REASON = {
    "id": "Field_AccommodationReason",
    "label": "Why the child has to be accommodated",
    "type": "textarea",
}
WISHES = {"id": "Field_ChildWishes", "label": "The child's wishes and feelings", "type": "textarea"}
ALSO = "Copied from Ada Invented’s record of"


@pytest.fixture
def sister(case, another) -> Case:
    """Both are registered; a decision is to be written for the first."""
    sister = another()
    register(case.record, (case.child, "Ada Invented"), (sister.child, "Bea Invented"))
    related(case.record, case.child, sister.child)
    case.start("looked-after")
    case.task(DECISION, OWNER)
    return sister


def offer(case: Case, sister: Case) -> None:
    case.do(
        DECISION,
        OWNER,
        accommodationReason="Nobody is at home",
        childWishes="To stay",
        alsoWrittenFor=[sister.child],
    )
    task = sister.task(DECISION, OWNER)["id"]
    eventually(
        lambda: "offered" in case.engine.fetch(f"/task/{task}/localVariables", deserializeValues=False),
        lambda: f"no copy: {sister.picture()}",
    )


def test_who_is_offered_stands_on_the_form_and_the_copy_is_marked(desk, case, sister):
    owner: Desk = desk(OWNER)
    owner.open(case.child, TASK, TEAM)
    expect(owner.form).to_contain_text(f"Bea Invented ({sister.child})")
    offer(case, sister)
    owner.open(sister.child, TASK, TEAM)
    owner.claim()
    actions = owner.page.locator(".form-actions")
    expect(actions).to_contain_text(ALSO)
    expect(actions).to_contain_text("by Social Worker (demo): take out what does not concern this child.")
    expect(owner.part(REASON["id"])).to_have_value("Nobody is at home")
    expect(owner.part(WISHES["id"])).to_have_value("")
    owner.shoot("tasklist-copy")
    owner.answer(REASON, "Nobody is at home for her")
    owner.page.get_by_role("button", name="Keep as a draft").click()
    expect(actions).to_contain_text("Draft kept")
    owner.page.reload()
    expect(owner.part(REASON["id"])).to_have_value("Nobody is at home for her")
    expect(actions).to_contain_text(ALSO)
    assert not sister.events("form-submitted"), "nothing is sent by itself"


def test_a_draft_that_was_begun_stays_as_it_is(desk, case, sister):
    owner: Desk = desk(OWNER)
    sister.start("looked-after")
    sister.task(DECISION, OWNER)
    owner.open(sister.child, TASK, TEAM)
    owner.claim()
    owner.answer(REASON, "Half a sentence")
    owner.page.get_by_role("button", name="Keep as a draft").click()
    expect(owner.page.locator(".form-actions")).to_contain_text("Draft kept")
    offer(case, sister)
    owner.open(sister.child, TASK, MINE)
    expect(owner.part(REASON["id"])).to_have_value("Half a sentence")
    expect(owner.page.locator(".form-actions")).to_contain_text("Draft kept")
    expect(owner.page.locator(".form-actions")).not_to_contain_text("Copied")
