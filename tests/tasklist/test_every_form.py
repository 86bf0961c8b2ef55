"""Each form as its people meet it: it opens in Tasklist, asks all that it asks, and nothing is cut off."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.case import PLAY, TODAY, Case, eventually, form_of
from tests.duties.test_looked_after import ROWS
from tests.tasklist.desk import Desk, components
from workers.rest.deploy import model_files
from workers.settings import settings

FILES = list(model_files(settings().models))
FORMS = {file.stem for file in FILES if file.match("permanence/*.form")}
SHARED = {"authorise-request", "acknowledge-notification"}  # START and those of duties beside
BESIDE = {"child-in-care-planning", "update-permanence-plan"}  # which the shortest way does not meet
START = "start-pathway"
CARE = {file.stem for file in FILES if file.match("looked-after/*.bpmn")} - {
    "looked-after",
    "review-cycle",
    "change-in-care",
    "coming-of-age",
}
CHANGES = {file.stem for file in FILES if file.match("changes/*.form")} - {"return-interview"}
# the forms of duties: on entry, after the first review, after the second one, when care has ended
ALWAYS = ("visit", "health-check", "personal-education-plan", "pre-review-discussion")
WOKINGHAM = ("care-notification", "rights-explained", "management-oversight", "chronology-update")
AT_WORK = {
    "camden": (
        (*ALWAYS, "key-information", "paper-records-check"),
        (),
        ("midway-review",),
        ("health-passport",),
    ),
    "wokingham": (
        (*ALWAYS, *WOKINGHAM, "case-notes", "sdq", "key-information", "child-consultation"),
        ("review-decisions-response",),
        ("midway-review",),
        (),
    ),
    "york": (
        (*ALWAYS, "sdq", "child-consultation"),
        ("review-decisions-response", "letter-to-child", "child-feedback", "tracked-recommendations"),
        (),
        (),
    ),
}
LEAVER = {file.stem for file in FILES if file.match("care-leaver/*.bpmn")} - {"care-leaver"}
LEAVERS_DUTIES = (
    "care-leaver-notes",
    "eet-action-plan",
    "explained",
    "health-passport",
    "higher-education",
    "leaving-care-grant",
    "personal-advisers-contact",
)
BORN = {"camden": dt.date(2010, 1, 4), "wokingham": dt.date(2016, 5, 4), "york": dt.date(2016, 5, 4)}
CONCERN = {
    "doneOn": TODAY.isoformat(),
    "seen": "yes",
    "alone": "yes",
    "bedroom": "yes",
    "safeguardingConcern": "yes",
}
REMAINS = {
    "trackedRecommendation": "yes",
    "scenario": "remaining",
    "nextReviewDate": (TODAY + dt.timedelta(60)).isoformat(),
    "nextActions": ["start-second-review", "social-workers-report", "childs-care-plan"],
}
BESIDE_CARE = ("dispute-resolution", "permanence-planning-meeting")
FIRST_REVIEW = {"reviewDate": "2027-06-14", "reviewNumber": "first"}


def whose(case: Case, task: dict) -> str:
    """Who does it: its assignee, who usually does, or the demo user of the group that is offered it."""
    links = case.engine.fetch(f"/task/{task['id']}/identity-links", type="candidate")
    offered = [link["groupId"] for link in links]
    usual = PLAY[form_of(task)].who
    return task["assignee"] or (usual if usual in offered else offered[0])


def looked_at(desk, case: Case, task: dict) -> None:
    """Open a task's form at its person's desk; a picture of it goes to the pictures' folder."""
    form, user = form_of(task), whose(case, task)
    at: Desk = desk(user)
    at.open(case.child, task["name"], "My tasks" if task["assignee"] else "My team's tasks")
    shown = [part for part in case.person(user).form(task["id"])["components"] if not part.get("conditional")]
    for part in components({"components": shown}).values():
        if part.get("label") and part.get("validate", {}).get("required") and not part.get("conditional"):
            expect(at.form.get_by_text(part["label"]).first).to_be_visible()
    at.nothing_cut_off()
    at.form.screenshot(path=at.pictures / f"form-{form}.png")


def played(desk, case: Case, **answers: str) -> set[str]:
    """The shortest way to the end, each form looked at on its way. `answers`: where a form asks for them."""
    seen: set[str] = set()
    for _ in range(30):
        eventually(lambda: case.tasks() or case.is_over(), lambda: str(case.picture()))
        if not case.tasks():
            return seen
        task = case.tasks()[0]
        form = form_of(task)
        if form not in seen:
            looked_at(desk, case, task)
        seen.add(form)
        user = whose(case, task)
        asked = components(case.person(user).form(task["id"]))
        case.do(form, user, task, **{key: answer for key, answer in answers.items() if key in asked})
    raise AssertionError(f"comes to no end: {case.picture()}")


def test_every_form_of_the_shortest_way_opens(desk, case: Case):
    case.start()
    assert played(desk, case) == (FORMS | SHARED) - BESIDE


@pytest.mark.parametrize("workstep", sorted(CARE | CHANGES))
def test_every_form_of_a_childs_care_opens(desk, case: Case, one_workstep: str, workstep: str):
    case.start(one_workstep, workstep=workstep, **FIRST_REVIEW)
    seen = played(desk, case, chairsReport="write")
    main = {"social-workers-report": {"review-invitations"}, "cla-review": {"cla-chairs-report"}}
    assert seen >= {workstep} | main.get(workstep, set())


@pytest.mark.parametrize("pathway", BESIDE_CARE)
def test_every_form_of_a_pathway_beside_care_opens(desk, case: Case, pathway: str):
    """A dispute goes through all its stages."""
    case.start(pathway)
    seen = played(desk, case, disputeOutcome="next-stage")
    assert seen >= {file.stem for file in FILES if file.match(f"{pathway}/*.form")}


@pytest.mark.parametrize("authority", AT_WORK)
def test_every_form_of_a_duty_of_their_own_opens(desk, case: Case, authority: str):
    """On entry, when a concern was raised, after the first review, after the second one, and at the end."""
    entry, first, second, end = AT_WORK[authority]
    with case.record.transaction() as tx:
        tx.register_child(
            case.child, name="Robin Example", born=BORN[authority], gender="not stated", by="demo"
        )
    case.start("looked-after", authority=authority)
    for form in ("decision-to-seek-accommodation", "authorise-request", "placement-and-matching"):
        task = case.task(form)
        case.do(form, whose(case, task), task)
    case.do("resources-referral")
    for form in entry:
        looked_at(desk, case, case.task(form))
    case.do("visit", **CONCERN)
    looked_at(desk, case, case.task("threshold-decision"))
    first_pathway = case.pathway
    case.start("missing-episode")
    for form in ("missing-report", "return-from-missing"):
        case.do(form)
    case.pathway = first_pathway
    looked_at(desk, case, case.task("return-interview"))
    case.do("cla-review", **REMAINS)
    for form in first:
        looked_at(desk, case, case.task(form))
    if "tracked-recommendations" in first:
        case.do("tracked-recommendations")
        looked_at(desk, case, case.task("recommendations-settled"))
    case.do("cla-review")
    for form in second:
        looked_at(desk, case, case.task(form))
    case.do("discharge-from-care")
    for form in end:
        looked_at(desk, case, case.task(form))


def test_each_form_of_a_duty_is_looked_at_somewhere():
    seen = {form for stages in AT_WORK.values() for forms in stages for form in forms}
    named = {row.outputs["form"] for row in ROWS} - {None}
    assert seen | {"threshold-decision", "recommendations-settled", "return-interview"} == named


@pytest.mark.parametrize("workstep", sorted(LEAVER))
def test_every_form_of_a_care_leaver_opens(desk, case: Case, one_workstep: str, workstep: str):
    case.start(one_workstep, workstep=workstep)
    assert workstep in played(desk, case)


def test_every_form_of_a_care_leavers_duties_opens(desk, case: Case):
    """In Wokingham, where each of them is asked for."""
    case.start("care-leaver", authority="wokingham")
    for form in ("refer-to-leaving-care", "allocate-personal-adviser", "pathway-needs-assessment"):
        case.do(form)
    for form in ("pathway-plan", "authorise-request"):
        task = case.task(form)
        case.do(form, whose(case, task), task)
    case.fire("StartEvent_Turns18")
    case.do("discharge-of-iro")
    for form in LEAVERS_DUTIES:
        looked_at(desk, case, case.task(form))


def test_a_case_is_begun_by_the_start_form_with_the_childs_reference_alone(desk, case: Case):
    with case.record.transaction() as tx:
        tx.register_child(case.child, name="Robin Example", born=None, gender=None, by="demo")
    at: Desk = desk("social-worker")
    at.start("Permanence")
    at.page.get_by_label("The child's reference").fill(case.child)
    at.page.locator(".modal-footer button").filter(has_text="Start").first.click()
    assert case.task("permanency-planning")["assignee"] is None
    assert case.event("pathway-started")["by"] == "social-worker"


def test_who_works_on_a_case_is_picked_when_it_is_begun(desk, case: Case):
    """By a part of the name, from the groups that may; nobody else can be chosen."""
    with case.record.transaction() as tx:
        tx.register_child(case.child, name="Robin Example", born=None, gender=None, by="demo")
    at: Desk = desk("social-worker")
    at.start("Permanence")
    manager = at.part("Field_TeamManager")
    manager.fill("Jane Smith")
    expect(at.form.locator(".fjs-dropdownlist")).to_have_text("No results")
    manager.fill("social worker")
    expect(at.form.locator(".fjs-dropdownlist")).to_have_text("No results")
    manager.fill("supervisor 2")
    at.form.locator(".fjs-dropdownlist-item").get_by_text("Practice Supervisor 2").click()
    at.part("Field_SocialWorker").fill("worker 2")
    at.form.locator(".fjs-dropdownlist-item").get_by_text("Social Worker 2").click()
    at.page.get_by_label("The child's reference").fill(case.child)
    at.nothing_cut_off()
    at.page.screenshot(path=at.pictures / f"form-{START}.png")
    at.page.locator(".modal-footer button").filter(has_text="Start").first.click()
    assert case.task("permanency-planning")["assignee"] == "social-worker-2"
    assert case.event("pathway-started")["details"]["teamManager"] == "practice-supervisor-2"


@pytest.mark.parametrize("form", sorted(BESIDE))
def test_every_other_form_opens(desk, case: Case, one_workstep: str, form: str):
    case.start(one_workstep, workstep=form)
    looked_at(desk, case, case.task(form))
