"""Where a child's case stands and what waits for whom, read from a real engine and the record."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from tests.case import Case
from tests.homeward import Said

REPORT = "permanency-planning"


@pytest.fixture
def told(homeward: Callable[..., Said]) -> Callable[..., Any]:
    """What a command says to a program."""

    def ask(*arguments: str) -> Any:
        said = homeward(*arguments, "--json")
        assert (said.code, said.err) == (0, "")
        return json.loads(said.out)

    return ask


@pytest.fixture
def opened(case: Case, homeward: Callable[..., Said]) -> Case:
    """The report is written and waits for the team manager, who returns it."""
    homeward("child", "add", case.child, "--name", "Robin Example", "--born", "2016-05-04")
    case.start(socialWorker="social-worker", teamManager="team-manager", iro="iro")
    case.do(REPORT)
    case.task("permanency-planning-authorisation")
    return case


def test_a_case_tells_where_it_stands_with_whom_and_who_is_named(opened: Case, told: Callable[..., Any]):
    shown = told("child", "show", opened.child)
    [pathway] = shown["pathways"]
    assert (pathway["name"], pathway["pathwayId"], pathway["authority"], pathway["until"]) == (
        "Permanence",
        opened.pathway,
        "camden",
        None,
    )
    assert [step["step"] for step in pathway["steps"]] == ["SC Permanency Planning Process"]
    assert {person["title"]: person["user"]["name"] for person in shown["people"]} == {
        "Social worker": "Social Worker (demo)",
        "Team manager": "Team Manager (demo)",
        "Independent reviewing officer": "Iro (demo)",
    }
    [form] = shown["submitted"]
    assert (form["form"], form["title"], form["by"]["id"]) == (
        REPORT,
        "SC Child's Permanence Report C0054",
        "social-worker",
    )
    [task] = shown["work"]
    assert (task["childName"], task["holder"], task["step"]) == (
        "Robin Example",
        {"id": "team-manager", "name": "Team Manager (demo)"},
        "SC Permanency Planning Process",
    ), "a request stands in the workstep that asked"


def test_people_read_the_same(opened: Case, homeward: Callable[..., Said]):
    said = homeward("child", "show", opened.child).out
    for words in (
        f"Robin Example ({opened.child}), born 4 May 2016",
        "SC Permanency Planning Process, open since ",
        "Team Manager (demo)",
        "Independent reviewing officer",
        "SC Child's Permanence Report C0054",
        "none runs",
    ):
        assert words in said
    assert opened.pathway not in said, "no id of the engine's"
    [line] = [line for line in homeward("child", "list").out.splitlines() if opened.child in line]
    assert "Robin Example" in line and "04 May 2016" in line and "SC Permanency Planning Process" in line


def test_who_got_the_work_since_is_named(opened: Case, told: Callable[..., Any], homeward):
    homeward("allocate", opened.child, "--role", "teamManager", "--to", "team-manager-2", "--reason", "leave")
    shown = told("child", "show", opened.child)
    assert [person["user"]["id"] for person in shown["people"] if person["role"] == "teamManager"] == [
        "team-manager-2"
    ]
    assert [task["holder"]["id"] for task in shown["work"]] == ["team-manager-2"]


def test_a_case_that_is_over_says_since_when_and_how(opened: Case, told: Callable[..., Any], homeward):
    homeward("withdraw", opened.child, "--reason", "left-care")
    opened.ended()
    opened.event("pathway-ended")
    shown = told("child", "show", opened.child)
    [pathway] = shown["pathways"]
    assert pathway["until"] >= pathway["since"] and pathway["outcome"] and pathway["steps"] == []
    assert shown["work"] == [] and shown["people"] == []
    assert "no open pathway" in next(
        line for line in homeward("child", "list").out.splitlines() if opened.child in line
    )


def test_work_is_of_a_team_of_a_user_or_late(another: Callable[[], Case], told: Callable[..., Any], homeward):
    held, waits = another(), another()
    held.start(socialWorker="social-worker-2")
    waits.start()
    task = held.task(REPORT)
    waits.task(REPORT)
    kept = {name: task[name] for name in ("name", "assignee", "priority")}
    held.engine.call(f"/task/{task['id']}", kept | {"due": "2026-03-02T23:59:59.000+0000"}, "PUT")

    def of(*filters: str) -> list[str]:
        mine = {held.child, waits.child}
        return [row["childId"] for row in told("work", *filters) if row["childId"] in mine]

    assert of() == of("--team", "social-worker") == [held.child, waits.child], "the soonest due first"
    assert of("--user", "social-worker-2") == of("--late") == [held.child]
    assert of("--team", "qaag") == []
    with time_machine.travel(dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC), tick=False):
        [late] = [row for row in told("work", "--late") if row["childId"] == held.child]
        assert (late["due"], late["lateDays"]) == ("2026-03-02T23:59:59+00:00", 3)
    rows = {row["childId"]: row for row in told("work")}
    assert rows[waits.child]["holder"] is None and rows[waits.child]["groups"] == ["Social workers"]
    assert "Social workers" in homeward("work").out and "Social Worker 2 (demo)" in homeward("work").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("work", "--team", "cooks"), 2, "role cooks is not known: use social-worker"),
        (("work", "--user", "nobody"), 1, "user nobody does not exist"),
        (("child", "show", "nobody-knows"), 1, "nobody-knows is not on the record"),
    ],
)
def test_who_is_not_known_is_said_to_be_unknown(workers, homeward, arguments, code, words):
    said = homeward(*arguments)
    assert said.code == code and words in said.err and said.err.count("\n") == 1 and not said.out
