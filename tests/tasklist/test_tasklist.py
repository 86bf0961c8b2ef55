"""The permanence report as its people work on it: in Tasklist, in a browser, with nothing but what the page
shows.
"""

from __future__ import annotations

import datetime as dt

from playwright.sync_api import expect

from tests.case import eventually
from tests.tasklist.desk import components
from workers.rest.tasklist import fill
from workers.words import LONDON

TEAM = "My team's tasks"
MINE = "My tasks"
REPORT, AUTHORISATION, QUALITY, PANEL = (
    "permanency-planning",
    "permanency-planning-authorisation",
    "permanency-planning-quality",
    "adm-panel-record",
)


def open_task(desk, case, form: str, filter_: str) -> dict:
    """Wait until the child's task is there, find it under a filter, open it; its questions by key."""
    task = case.task(form, desk.user)
    desk.open(case.child, task["name"], filter_)
    desk.nothing_cut_off()
    return components(case.person(desk.user).form(task["id"]))


def fill_in(desk, case, form: str, questions: dict) -> None:
    """Answer everything that the form requires."""
    for key, value in fill(case.person(desk.user).form(case.task(form)["id"])).items():
        desk.answer(questions[key], value)
    desk.nothing_cut_off()


def test_a_report_is_written_returned_corrected_and_confirmed(desk, case):
    worker, manager, qaag = desk("social-worker"), desk("team-manager"), desk("qaag")
    case.start()

    # The social worker finds the task in the team's inbox, claims it and writes the report.
    case.task(REPORT, worker.user)
    worker.show(TEAM, case.child)
    expect(worker.card(case.child)).to_contain_text("SC Permanency Planning Process")
    worker.shoot("tasklist-inbox")
    report = open_task(worker, case, REPORT, TEAM)
    # nothing to look at again yet
    expect(worker.message).to_contain_text("SC Child's Permanence Report C0054")
    worker.claim()
    fill_in(worker, case, REPORT, report)
    worker.show_question(report["legalStatus"])
    worker.shoot("tasklist-report")
    written = worker.answers()
    worker.complete()

    # The manager reads it, and returns it with comments.
    answer = open_task(manager, case, AUTHORISATION, TEAM)
    expect(manager.earlier).to_contain_text("Describe the child: an invented answer.")
    manager.claim()
    manager.answer(answer["decision"], "returned")
    manager.answer(answer["comments"], "Please say how often the child sees their grandmother.")
    manager.shoot("tasklist-authorisation")
    manager.complete()

    # The comments stand on top of the report, every answer is still there; it is corrected and sent again.
    open_task(worker, case, REPORT, MINE)
    expect(worker.message).to_have_text(
        "Please look at this again: Please say how often the child sees their grandmother."
    )
    worker.holds(written)
    worker.shoot("tasklist-returned")
    worker.answer(report["contactPlan"], "Every second Saturday with the grandmother.")
    worker.complete()

    # The request is theirs who returned it, with what they said and what has changed since; they authorise,
    # and add the next action.
    open_task(manager, case, AUTHORISATION, MINE)
    expect(manager.message).to_contain_text("Please say how often the child sees their grandmother.")
    expect(manager.message).to_contain_text("Changed since: Contact plan")
    eventually(
        lambda: set(manager.answers().values()) <= {"", "false"},
        lambda: f"the second answer does not start afresh: {manager.answers()}",
    )
    expect(manager.earlier).to_contain_text("Every second Saturday with the grandmother.")
    manager.answer(answer["decision"], "authorised")
    manager.answer(answer["nextActions"], ["adm-permanence-decision"])
    manager.complete()

    # QAAG finds it in its inbox and confirms the quality.
    quality = open_task(qaag, case, QUALITY, TEAM)
    qaag.claim()
    qaag.answer(quality["decision"], "authorised")
    qaag.complete()
    assert case.task(PANEL, qaag.user)["assignee"] is None
    assert not case.events("unexpected-variables"), "Tasklist submits nothing but its form's keys"


def test_a_contradiction_comes_back_with_its_reason_on_top(desk, case):
    qaag = desk("qaag")
    case.start()
    case.until(PANEL)

    panel = open_task(qaag, case, PANEL, TEAM)
    expect(qaag.earlier).to_contain_text("Describe the child: an invented answer.")
    qaag.claim()
    fill_in(qaag, case, PANEL, panel)
    qaag.answer(panel["nextActions"], ["adm-agrees-permanence-plan", "adm-disagrees-permanence-plan"])
    written = qaag.answers()
    qaag.refused()
    expect(qaag.message).to_contain_text(
        "Keep only one next action: the agency decision maker cannot both agree and disagree"
    )
    qaag.holds(written)
    qaag.shoot("tasklist-refused")
    qaag.answer(panel["nextActions"], ["adm-agrees-permanence-plan"])
    qaag.complete()
    case.task("adm-decision", "agency-decision-maker")
    assert not case.events("unexpected-variables"), "Tasklist submits nothing but its form's keys"


def test_a_text_over_4000_characters_and_a_missing_answer_stay_on_the_page(desk, case):
    worker = desk("social-worker")
    case.start()
    report = open_task(worker, case, REPORT, TEAM)
    worker.claim()
    worker.complete_button.click()
    expect(worker.error(report["childDescription"])).to_have_text("Field is required.")
    worker.dismiss()

    fill_in(worker, case, REPORT, report)
    expect(worker.complete_button).to_be_enabled()
    worker.answer(report["childDescription"], "x" * 4001)
    expect(worker.error(report["childDescription"])).to_have_text("Field must have maximum length of 4000.")
    expect(worker.complete_button).to_be_disabled()

    worker.answer(report["childDescription"], "x" * 4000)
    expect(worker.form).to_contain_text("4000 of 4,000 characters")
    worker.complete()
    case.task(AUTHORISATION)


def test_what_is_wrong_is_told_beside_the_question(desk, case):
    """A name that nobody has cannot be chosen; a date is read back; what is missing stands above Complete."""
    worker = desk("social-worker")
    case.start()
    report = open_task(worker, case, REPORT, TEAM)
    worker.claim()
    missing = worker.form.locator(".fjs-form-field-text", has_text="Still missing:")
    expect(missing).to_contain_text("Describe the child; Ethnicity;")
    fill_in(worker, case, REPORT, report)
    expect(missing).to_contain_text("Still missing: nothing")

    manager = worker.part(report["teamManager"]["id"])
    manager.fill("Jane Smith")
    expect(worker.form.locator(".fjs-dropdownlist")).to_have_text("No results")
    manager.blur()
    expect(manager).to_have_value("")
    manager.fill("manager 2")
    worker.form.locator(".fjs-dropdownlist-item").get_by_text("Team Manager 2").click()

    worker.answer(report["healthAssessmentDate"], "2026-02-31")
    expect(worker.form).to_contain_text("Read as 3 March 2026")
    worker.answer(report["reportDate"], "2099-01-01")
    expect(worker.form).to_contain_text("Read as 1 January 2099. ⚠ That is after today.")
    worker.answer(report["healthAssessmentDate"], "2020-09-20")
    worker.answer(report["disabilities"], ["NONE", "MOB"])
    expect(worker.form).to_contain_text("⚠ Disabilities: None cannot be ticked beside another one.")
    written = worker.answers()
    worker.refused()
    expect(worker.message).to_have_text(
        "Please look at this again: This cannot be right: Date of this report is after today; Disabilities: "
        "None cannot be ticked beside another one."
    )
    worker.holds(written)
    assert not case.events("form-submitted")
    worker.answer(report["disabilities"], ["NONE"])
    worker.answer(report["reportDate"], "2020-09-20")
    worker.answer(report["planAgreedAtReviewOn"], "2020-09-19")
    worker.answer(report["lookedAfterSince"], "2020-09-19")
    worker.complete()
    assert case.task(AUTHORISATION)["assignee"] == "team-manager-2"


def test_who_acknowledges_reads_of_whom_and_from_whom(desk, case):
    officer = desk("iro")
    with case.record.transaction() as tx:
        tx.register_child(case.child, name="Robin Example", born=None, gender=None, by="demo")
    case.start()
    case.do(REPORT, requests=["please-action"], requestUser=officer.user)
    task = case.task("acknowledge-notification", officer.user)
    officer.open(case.child, task["name"], MINE)
    expect(officer.form).to_contain_text(f"Child: Robin Example, reference {case.child}")
    expect(officer.form).to_contain_text("Sent by Social Worker (demo)")


def test_each_shared_filter_shows_the_right_children(desk, case, another):
    worker, late, soon = desk("social-worker"), another(), another()
    for child in (case, late, soon):
        child.start()
        child.task(REPORT, worker.user)
    now = dt.datetime.now(dt.UTC)
    due(late, REPORT, due=now - dt.timedelta(days=1), follow_up=None)
    due(soon, REPORT, due=now + dt.timedelta(days=3), follow_up=now - dt.timedelta(days=1))
    case.person(worker.user).claim(case.task(REPORT)["id"])

    shown = {MINE: [case], TEAM: [late, soon], "Overdue": [late], "Due within five working days": [soon]}
    eventually(lambda: worker.filters() == list(shown), lambda: f"the filters are {worker.filters()}")
    for filter_, children in shown.items():
        for child in (case, late, soon):
            worker.show(filter_, child.child)
            if child not in children:  # else it might only not be drawn yet
                expect(worker.page.get_by_text("No task matching filters found")).to_be_visible()
            expect(worker.card(child.child)).to_have_count(int(child in children))
    worker.show("Due within five working days", soon.child)
    day = (now + dt.timedelta(days=3)).astimezone(LONDON)
    expect(worker.card(soon.child)).to_contain_text(f"Due {day:%a} {day.day} {day:%B %Y}")

    card = worker.card(soon.child).locator(".task-card-details")
    told = [" ".join(text.split()) for text in card.locator(".variable-item").all_inner_texts()]
    assert [text.split(":")[0] for text in told] == ["Child", "Step", "From", "Due", "Reference"]
    assert (told[1], told[4]) == ("Step: SC Permanency Planning Process", f"Reference: {soon.child}")
    cut = """card => [card, ...card.querySelectorAll('*')].filter(part =>
        part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).overflowY === 'hidden').length"""
    assert card.evaluate(cut) == 0, "the card is cut off"


def due(case, form: str, due: dt.datetime, follow_up: dt.datetime | None) -> None:
    """Give the child's open task other dates, as an administrator may."""
    written = {"due": _moment(due), "followUp": follow_up and _moment(follow_up)}
    task = case.task(form)
    case.engine.call(
        f"/task/{task['id']}",
        {key: task[key] for key in ("name", "assignee", "priority")} | written,
        method="PUT",
    )


def _moment(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
