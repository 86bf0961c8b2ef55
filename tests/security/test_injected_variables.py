"""C3 and S3: what a submission brings beside its form's answers changes nothing: not who did it, not where it
went, not what others have written.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.case import Case, eventually
from tests.security.attack import FORGED, NFA, came_back, names, parts, poison, questions, send, settle
from tests.security.door import Door, Typed, json_, text

REPORT, MANAGER, QUALITY = (
    "permanency-planning",
    "permanency-planning-authorisation",
    "permanency-planning-quality",
)
ASKED = (
    "submittedBy",
    "author",
    "requestedBy",
    "writtenBy",
    "manager",
    "qaagWorker",
    "nextActionsBy",
    "panelWorker",
    "answeredBy",
    "authoriser",
)
SOMEBODY = {name: text("social-worker") for name in ASKED}


def tries_every_way(case: Case, door: Door, form: str, injected: dict[str, Typed], **answers: Any) -> None:
    """By both calls that complete, having written the variables before, having deleted the step's own copies
    before: refused each time.
    """
    for way in ("submit-form", "complete", "written", "deleted", "deleted and written"):
        task = case.tasks(form)[0]
        if not task["assignee"]:
            door.claim(task["id"])
        if "deleted" in way:
            for name in injected:
                door.deletes(task, name)
        if "written" in way:
            door.writes(task, injected)
        said = door.submits(
            task["id"],
            door.honest(task["id"], form, **answers),
            injected if way != "written" else None,
            "complete" if way == "complete" else "submit-form",
        )
        if said < 400:
            came_back(case, form, way)
        assert [task["id"] for task in case.tasks(form)], f"{way}: {form} was accepted"
    settle(case)
    assert (
        not [entry for entry in case.events("request-answered") if entry["by"] == door.id]
        and not case.incidents()
    )


def test_nobody_authorises_their_own_report(started: Case, door: Callable[[str], Door], hats: str):
    """C3: one person in several groups, `submittedBy` beside the answer; then as QAAG, as who wrote the
    report and as who authorised it.
    """
    me = Door(door("social-worker").way, hats)
    started.submit(REPORT, hats)
    started.task(MANAGER)
    tries_every_way(started, me, MANAGER, SOMEBODY)
    started.do(MANAGER, "team-manager")
    started.task(QUALITY)
    tries_every_way(started, me, QUALITY, SOMEBODY)


def test_nobody_decides_their_own_recommendation(
    at_workstep: Callable[[str], Case], door: Callable[[str], Door], hats: str
):
    """C3: QAAG's panel record, then the decision maker's answer, by one person."""
    case = at_workstep("adm-permanence-decision")
    case.do("adm-panel-record", hats)
    case.task("adm-decision")
    tries_every_way(case, Door(door("qaag").way, hats), "adm-decision", SOMEBODY)


def test_nobody_authorises_their_own_request(started: Case, door: Callable[[str], Door], hats: str):
    """C3: `requestedBy` injected at `authorise-request`; and what the called process was told to ask, `form`
    and `rules`.
    """
    started.until("family-finding-meeting")
    started.do("family-finding-meeting", hats)
    started.task("authorise-request")
    me = Door(door("family-finder").way, hats)
    tries_every_way(
        started,
        me,
        "authorise-request",
        SOMEBODY
        | {
            "form": text("acknowledge-notification"),
            "rules": text("acknowledge-notification-rules"),
            "taskName": text(FORGED),
        },
    )
    assert started.tasks("authorise-request")[0]["name"] != FORGED


def test_nobody_decides_on_their_own_panel_record(
    at_workstep: Callable[[str], Case], door: Callable[[str], Door], hats: str
):
    """C3: the panel's record and the matching decision by one person."""
    case = at_workstep("panel-and-matching-decision")
    case.do("panel-record", hats)
    case.task("matching-decision")
    tries_every_way(case, Door(door("qaag").way, hats), "matching-decision", SOMEBODY)


def test_qaag_cannot_end_the_case_in_the_managers_name(started: Case, door: Callable[[str], Door]):
    """C3: `managerActions` and `manager` beside QAAG's confirmation."""
    started.until(QUALITY)
    send(
        door("qaag"),
        started,
        QUALITY,
        {
            "managerActions": json_([NFA]),
            "manager": text("team-manager-2"),
            "managerDecision": text("authorised"),
            "routes": json_(["end"]),
        },
    )
    started.task("adm-panel-record")
    assert [(entry["by"], entry["details"]["value"]) for entry in started.events("next-action-chosen")] == [
        ("team-manager", "adm-permanence-decision")
    ]
    assert not started.events("pathway-ended")


def test_the_manager_cannot_forge_the_report(started: Case, door: Callable[[str], Door]):
    """C3: `report`, `earlier` and `answers` beside the manager's answer; QAAG reads what the social worker
    has written.
    """
    started.do(REPORT)
    rows = json_([{"section": "Forged", "question": "Forged", "answer": FORGED}])
    shown = started.opens_with(MANAGER, "team-manager")["earlier"]
    send(
        door("team-manager"),
        started,
        MANAGER,
        dict.fromkeys(("report", "earlier", "answers", "prefill"), rows),
    )
    seen = started.opens_with(QUALITY, "qaag")["earlier"]
    assert seen == shown and seen and FORGED not in json.dumps(seen)


@pytest.mark.parametrize("form, who", [(MANAGER, "team-manager"), (QUALITY, "qaag")])
def test_a_returned_report_is_what_its_author_wrote(
    started: Case, door: Callable[[str], Door], form: str, who: str
):
    """C3: the keys of the social worker's own form beside the answer that returns it; the form comes back
    with its author's words, and so it is on the record.
    """
    started.do(REPORT, childWishes="The child's own words", nextActions=[])
    if form == QUALITY:
        started.do(MANAGER)
    started.task(form)
    forged = {key: text(FORGED) for key in questions(REPORT) if key not in questions(form)}
    before = started.record.latest_answers(started.child, form=REPORT)
    send(door(who), started, form, forged, decision="returned", comments="Please say more.")
    values = started.came_back(REPORT, "social-worker")
    assert (
        FORGED not in str(values)
        and values["childWishes"] == "The child's own words"
        and values["assignee"] == "social-worker"
    )
    assert started.record.latest_answers(started.child, form=REPORT) == before
    assert FORGED not in str(started.record.latest_answers(started.child, form=form))


def test_what_is_disabled_on_a_form_is_not_rewritten(started: Case, door: Callable[[str], Door]):
    """C3: the family finder's form shows the referral, disabled; a submission with other words for it changes
    nobody's words.
    """
    started.until("family-finding-meeting")
    finder, task = door("family-finder"), started.task("family-finding-meeting")
    shown = [
        part["key"]
        for part in parts(finder.form(task["id"])["components"], disabled=True)
        if part.get("disabled") or part.get("readonly")
    ]
    true = started.record.latest_answers(started.child, form="family-finding-request")
    assert len(shown) > 20
    send(finder, started, "family-finding-meeting", {key: text(FORGED) for key in shown})
    started.task("authorise-request")
    assert started.record.latest_answers(started.child, form="family-finding-request") == true
    kept = started.record.latest_answers(started.child, form="family-finding-meeting") or {}
    assert not [key for key, value in kept.items() if FORGED in str(value)]
    assert FORGED not in str(started.opens_with("authorise-request", "practice-supervisor"))


def test_a_form_without_an_answer_answers_no_request(started: Case, door: Callable[[str], Door]):
    """C3: `decision`, `comments` and `requestLabel` at a form that has none, and who or why it was closed or
    withdrawn.
    """
    answer = {
        "decision": text("authorised"),
        "comments": text(FORGED),
        "requestLabel": text(FORGED),
        "verdict": text("agreed"),
    }
    reasons = {
        "closeReason": text(FORGED),
        "closedBy": text("team-manager"),
        "withdrawReason": text(FORGED),
        "withdrawnBy": text("team-manager"),
        "withdrawComments": text(FORGED),
    }
    send(door("social-worker"), started, REPORT, answer | reasons)
    started.task(MANAGER)
    assert not started.events("request-answered")
    send(door("team-manager"), started, MANAGER, {"requestLabel": text(FORGED), **reasons}, nextActions=[NFA])
    started.ended()
    assert FORGED not in str(started.events()), [entry for entry in started.events() if FORGED in str(entry)]
    assert [entry["by"] for entry in started.events("request-answered")] == ["team-manager"]


def test_a_withdrawal_says_what_the_operator_said(started: Case, door: Callable[[str], Door], homeward):
    """C3: `withdrawReason`, `withdrawnBy`, `closedBy`, `closeReason` injected before, then a withdrawal in
    earnest.
    """
    send(
        door("social-worker"),
        started,
        REPORT,
        {
            name: text("team-manager")
            for name in ("withdrawnBy", "closedBy", "withdrawReason", "closeReason", "withdrawComments")
        },
    )
    started.task(MANAGER)
    assert homeward("withdraw", started.child, "--reason", "left-care", "--by", "iro").code == 0
    started.ended()
    said = started.event("withdrawn")
    assert (said["by"], said["details"]["reason"]) == ("iro", "left-care")
    closed = started.event("workstep-closed")
    assert closed["by"] == "iro" and "left-care" in closed["details"]["reason"]
    assert started.event("pathway-ended")["details"] == {"outcome": "withdrawn: left-care"}


@pytest.mark.parametrize("forged", ["forged-workstep", "another child's"])
def test_a_withdrawal_reaches_a_workstep_that_gave_itself_another_id(
    started: Case, another: Callable[[], Case], door: Callable[[str], Door], homeward, forged: str
):
    """S3: `workstepId`, `pathwayId`, `childId` injected with the report; the answers stay this child's, the
    withdrawal closes this workstep and no other.
    """
    other = another()
    other.start()
    other.task(REPORT)
    step = next(iter(started.steps())) if started.task(REPORT) else ""
    foreign = next(iter(other.steps())) if forged == "another child's" else forged
    send(
        door("social-worker"),
        started,
        REPORT,
        {
            "workstepId": text(foreign),
            "pathwayId": text(other.pathway),
            "childId": text(other.child),
            "authority": text("york"),
        },
    )
    assert started.task(MANAGER)
    assert [(entry["workstepId"], entry["by"]) for entry in started.events("form-submitted")] == [
        (step, "social-worker")
    ] and not other.events("form-submitted")
    assert homeward("withdraw", other.child, "--reason", "left-care").code == 0
    other.ended()
    assert started.tasks(MANAGER), "the other child's withdrawal has closed this one's"
    assert homeward("withdraw", started.child, "--reason", "left-care").code == 0
    started.ended()
    assert [entry["workstepId"] for entry in started.events("workstep-closed")] == [step] and [
        entry["workstepId"] for entry in other.events("workstep-closed")
    ] != [step]


def test_what_was_not_asked_for_is_named_on_the_record(started: Case, door: Callable[[str], Door], homeward):
    """C3: names without values, and in `status`."""
    send(
        door("social-worker"), started, REPORT, {"managerActions": json_([NFA]), "aWordOfMyOwn": text(FORGED)}
    )
    said = started.event("unexpected-variables", form=REPORT)
    assert (
        {"managerActions", "aWordOfMyOwn"} <= set(said["details"]["names"])
        and FORGED not in str(said)
        and said["by"] == "social-worker"
    )
    assert not set(said["details"]["names"]) & set(questions(REPORT))
    assert started.child in json.dumps(json.loads(homeward("status", "--json").out)["unexpected"])
    send(door("team-manager"), started, MANAGER, {})
    started.task(QUALITY)
    assert [entry["details"]["form"] for entry in started.events("unexpected-variables")] == [REPORT], (
        "an honest submission holds nothing unexpected"
    )


def test_a_submission_of_many_names_is_noted_in_few(started: Case, door: Callable[[str], Door]):
    """C3, S5: thousands of invented names do not fill the record."""
    send(
        door("social-worker"),
        started,
        REPORT,
        {f"n{number}": {"value": 1, "type": "Integer"} for number in range(2000)},
    )
    started.task(MANAGER)
    assert len(json.dumps(started.event("unexpected-variables", form=REPORT)["details"])) < 20_000


@pytest.mark.parametrize("form", [REPORT, MANAGER, QUALITY, "adm-panel-record"])
def test_every_name_that_the_models_know_at_once(started: Case, door: Callable[[str], Door], form: str):
    """C3: all of them at one step, by `complete`; the next form is the honest one and nothing forged stands
    in it or on the record.
    """
    started.until(form)
    who = (
        started.task(form)["assignee"]
        or {REPORT: "social-worker", MANAGER: "team-manager", QUALITY: "qaag", "adm-panel-record": "qaag"}[
            form
        ]
    )
    assert len(names()) > 80
    send(door(who), started, form, poison(form), "complete")
    following = {
        REPORT: MANAGER,
        MANAGER: QUALITY,
        QUALITY: "adm-panel-record",
        "adm-panel-record": "adm-decision",
    }[form]
    task = eventually(
        lambda: started.tasks(following), lambda: f"{following} does not open: {started.picture()}"
    )[0]
    assert task["assignee"] is None and task["name"] != FORGED
    assert FORGED not in str(
        started.engine.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False)
    )
    noted = [entry for entry in started.events() if entry["what"] != "unexpected-variables"]
    assert not [entry for entry in noted if FORGED in str(entry) or "business-support" in str(entry)]
