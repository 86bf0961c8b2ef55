"""A year in care by the clock, of one child in each authority, side by side: what each authority has done, by
whom and until when. Nobody does a duty, so each stands at the desk of its role until it falls away.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from tests.case import Case, eventually, patient
from tests.duties.test_looked_after import CASES, ROWS
from tests.embedded.run import PATIENCE, Run, up
from tests.embedded.test_clock import MINUTE, london
from tests.homeward import Said
from workers.records.record import Record
from workers.rest.session import EngineSession

AUTHORITIES = ("camden", "wokingham", "york")
ENTRY = (
    "decision-to-seek-accommodation",
    "authorise-request",
    "placement-and-matching",
    "resources-referral",
)
FOLLOWS = {  # a review's next actions, where the child remains looked after
    1: ["start-second-review", "social-workers-report", "childs-care-plan"],
    2: ["start-subsequent-review", "social-workers-report", "childs-care-plan"],
}
BEFORE = {1: "before-a-later-review: the second review", 2: "before-a-later-review"}
HELD = {"after-the-first-review": 1, "after-a-later-review": 2, "review-record-received": 3}
PLANNED = {"on-entry": 1, "in-care": 1, "before-the-first-review": 1, "before-a-later-review": 2, **HELD}
ROLES = sorted({row.outputs["role"] for row in ROWS})
DUTY = {row.title: row.duty for row in ROWS}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with up(tmp_path_factory.mktemp("year"), "--clock", "--child", "child-demo") as run:
        yield run


@pytest.fixture
def children(run: Run) -> dict[str, Case]:
    engine = patient(EngineSession.of(run.settings))
    found = {}
    for authority in AUTHORITIES:
        child = f"child-{authority}"
        run.homeward("child", "add", child, "--name", "Robin Example", "--born", "2018-05-04")
        found[authority] = Case(engine, Record(run.settings.record), run.settings.camunda_url, child)
    return found


def test_a_year_with_three_reviews(run: Run, children: dict[str, Case], homeward: Callable[..., Said]):
    for authority, case in children.items():
        case.start("looked-after", authority=authority)
    for form in ENTRY:
        for case in children.values():
            case.do(form)
    phases, fired = ["on-entry", "in-care", "before-the-first-review"], []
    stand(children, phases)

    day = min(first_review(case) for case in children.values())
    for number, after, weeks in ((1, "after-the-first-review", 12), (2, "after-a-later-review", 25)):
        fired += until(run, day)
        day += dt.timedelta(weeks=weeks)
        answers = {"nextActions": FOLLOWS[number], "nextReviewDate": day.isoformat()}
        answers |= {"startsPermanence": number == 2}
        review(run, children, scenario="remaining", **answers)
        phases[-1:] = [after, "review-record-received", BEFORE[number]]
        stand(children, phases)
    for case in children.values():  # by the second review
        case.task("permanency-planning")

    fired += until(run, day)
    review(run, children)  # the child steps down
    for case in children.values():
        case.do("discharge-from-care")
    stand(children, ["ceased-to-be-looked-after"])
    for authority, case in children.items():
        assert Counter(entry["details"]["event"] for entry in case.events("duties-set")) == {
            event: times
            for event, times in (PLANNED | {"ceased-to-be-looked-after": 1}).items()
            if asks(authority, event)
        }
        assert not case.incidents()
        while case.tasks("duty"):
            case.do("duty")
        case.over(case.pathway)
    due_as_told(children, homeward)
    for timer in fired:
        assert london(timer["due"]) <= london(timer["at"]) < london(timer["due"]) + MINUTE


def until(run: Run, day: dt.date) -> list[dict]:
    """The timers that fired on the way."""
    return run.homeward("clock", f"{day}T10:00")["fired"]


def review(run: Run, children: dict[str, Case], **answers: Any) -> None:
    with time_machine.travel(london(run.homeward("clock")["now"])):
        for case in children.values():
            case.do("cla-review", "iro", **answers)


def first_review(case: Case) -> dt.date:
    said = case.event("deadline-set", deadline="first-review")["details"]
    return dt.date.fromisoformat(min(filter(None, (said["statutoryDue"], said["localTarget"]))))


def asks(authority: str, phase: str) -> list[str]:
    """As the cases of the table have it, an event with what it is called where that is unusual; an authority
    without such a case asks what is usual, or nothing.
    """
    event, _, called = phase.partition(": ")
    found = {
        case.get("called"): case["asks"]
        for case in CASES
        if (case["authority"], case["event"]) == (authority, event)
    }
    usual = found.get(None) or found.get("no tracked recommendation") or []
    return found.get(called, usual)


def stand(children: dict[str, Case], phases: list[str]) -> None:
    """At each role's desk stands what its authority has done in these phases, each as often, and no more."""
    for authority, case in children.items():
        said = [text.split() for event in phases for text in asks(authority, event)]
        wanted = Counter((duty, role) for duty, of, role, *_ in said if of == "of")

        def found(case: Case = case) -> Counter[tuple[str, str]]:
            return Counter(
                (DUTY[task["name"].partition(" – ")[0]], role) for role in ROLES for task in case.duties(role)
            )

        eventually(
            lambda found=found, wanted=wanted: found() == wanted,
            lambda found=found, wanted=wanted, authority=authority: (
                f"{authority}: too many: {found() - wanted}, missing: {wanted - found()}"
            ),
            PATIENCE,
        )


def due_as_told(children: dict[str, Case], homeward: Callable[..., Said]) -> None:
    """Every date on the record is one that `homeward deadline` gives for the rule from that day."""
    asked: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for case in children.values():
        for said in (entry["details"] for entry in case.events("deadline-set")):
            for rule, date in (("statutoryRule", "statutoryDue"), ("localRule", "localTarget")):
                if rule in said:
                    asked.setdefault((said[rule], said["from"]), set()).add((said["deadline"], said[date]))
    assert asked
    for (rule, day), wanted in asked.items():
        told = json.loads(homeward("deadline", rule, "--from", day, "--json").out)
        assert wanted <= {(row["deadline"], row["due"]) for row in told.get("rows", [told])}, (rule, day)
