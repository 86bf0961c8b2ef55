"""A table changes under open cases: their dates stay until somebody asks, then old and new are shown, timers
and tasks move, and the record says who, why and when.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest

from tests.case import Case
from tests.homeward import Said
from workers.calendar.arithmetic import due, last_working_day
from workers.rest import codec
from workers.rest.session import EngineSession, EngineUnreachable
from workers.settings import PROJECT
from workers.words import weekday

FILE = "permanence-timescales.dmn"


@pytest.fixture
def table(engine: EngineSession) -> Iterator[Callable[[str], None]]:
    """Deploy the table of permanence with another number of months for the three-month review; put back
    afterwards.
    """
    original, deployed = (PROJECT / "dmn" / "timescales" / FILE).read_text(), []

    def change(months: str) -> None:
        before, rule, after = original.partition('<rule id="Rule_PermanenceTimescales_PERM081">')
        changed = before + rule + after.replace("<text>3</text>", f"<text>{months}</text>", 1)
        deployed.append(
            engine.post(
                "/deployment/create", files={FILE: (FILE, changed)}, data={"deployment-name": "changed"}
            ).json()["id"]
        )

    yield change
    for deployment in deployed:
        engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


@pytest.fixture
def finding(case: Case) -> Case:
    """A child for whom a family is being found, with the three-month clock running."""
    to_family_finding(case)
    return case


def to_family_finding(case: Case) -> None:
    case.start()
    case.until("family-finding-meeting")
    case.timer("Timer_ThreeMonthReviewDue")  # after the record: what is not there yet cannot move


def held(case: Case) -> dict[str, str]:
    (row,) = case.record.deadlines(case.child)
    return row


def begun(case: Case) -> dt.date:
    return dt.date.fromisoformat(
        next(
            entry["details"]["from"]
            for entry in case.record.chronology(case.child)
            if entry["what"] == "deadline-set"
        )
    )


def test_a_changed_table_changes_no_open_case_by_itself(
    finding: Case, table: Callable[[str], None], homeward: Callable[..., Said]
) -> None:
    before = held(finding)
    table("2")
    said = homeward("deadlines", finding.child, "--recompute", "--dry-run", "--json")
    (change,) = json.loads(said.out)
    target = due(begun(finding), 2, "months").due.isoformat()
    assert said.code == 0 and (
        change["rule"],
        change["was"]["localTarget"],
        change["now"]["localTarget"],
        change["moved"],
    ) == ("PERM-081", before["localTarget"], target, False)
    assert held(finding) == before


def due_at(moment: str) -> dict[str, str]:
    return {"due": codec.encode({"due": dt.datetime.fromisoformat(moment)})["due"]["value"]}


def test_when_it_is_asked_for_dates_timers_and_tasks_move_and_the_record_says_why(
    finding: Case, table: Callable[[str], None], homeward: Callable[..., Said]
) -> None:
    old = held(finding)
    breach = finding.timer("Timer_ThreeMonthReviewDue")["dueDate"]
    task = finding.tasks()[0]  # as if it were the review's
    (dates,) = [entry["details"]["dates"] for entry in finding.events("deadline-set")]
    shown = f"/task/{task['id']}/localVariables/taskDueOn"
    finding.engine.call(shown, {"value": weekday(dates["dueDate"]), "type": "String"}, "PUT")
    kept = {name: task[name] for name in ("name", "assignee", "priority")}
    finding.engine.call(f"/task/{task['id']}", kept | due_at(dates["dueDate"]), "PUT")
    table("2")
    said = homeward("deadlines", finding.child, "--recompute", "--reason", "the panel meets every two months")
    target = due(begun(finding), 2, "months").due
    assert said.code == 0 and f"local target {old['localTarget']} → {target}" in said.out
    assert held(finding)["localTarget"] == target.isoformat()
    moved = finding.timer("Timer_ThreeMonthReviewDue")["dueDate"]
    assert moved != breach and moved.startswith(target.isoformat())
    last = last_working_day(target)
    now = finding.engine.fetch(f"/task/{task['id']}")
    assert now["due"].startswith(str(last)) and {name: now[name] for name in kept} == kept
    assert last and finding.engine.fetch(shown)["value"] == weekday(last) != weekday(dates["dueDate"])
    (entry,) = [entry for entry in finding.record.chronology(finding.child) if entry["what"] == "corrected"]
    assert entry["by"] == "demo" and entry["details"]["reason"] == "the panel meets every two months"
    assert (entry["details"]["was"]["localTarget"], entry["details"]["now"]["localTarget"]) == (
        old["localTarget"],
        target.isoformat(),
    )
    again = homeward("deadlines", finding.child, "--recompute", "--reason", "once more")
    assert again.code == 0 and "0 of the open deadlines moved" in again.out


def test_a_move_that_broke_off_is_made_again(
    finding: Case,
    table: Callable[[str], None],
    homeward: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The record keeps the old date until everything in the engine has moved, or a second call would find
    nothing to do.
    """
    old, call = held(finding), EngineSession.call

    def broken(session: EngineSession, path: str, body: object = None, method: str = "POST") -> object:
        if path.endswith("/duedate"):
            raise EngineUnreachable("cut")
        return call(session, path, body, method)

    table("2")
    with monkeypatch.context() as patch:
        patch.setattr(EngineSession, "call", broken)
        assert homeward("deadlines", finding.child, "--recompute", "--reason", "first try").code == 1
    assert held(finding) == old
    assert homeward("deadlines", finding.child, "--recompute", "--reason", "second try").code == 0
    target = due(begun(finding), 2, "months").due.isoformat()
    assert held(finding)["localTarget"] == target and finding.timer("Timer_ThreeMonthReviewDue")[
        "dueDate"
    ].startswith(target)
    assert [
        entry["details"]["reason"]
        for entry in finding.record.chronology(finding.child)
        if entry["what"] == "corrected"
    ] == ["second try"]


def test_a_new_case_has_the_new_date(case: Case, table: Callable[[str], None]) -> None:
    table("2")
    to_family_finding(case)
    assert held(case)["localTarget"] == due(begun(case), 2, "months").due.isoformat()


def test_two_rows_for_one_clock_are_an_incident_that_names_both(
    case: Case, engine: EngineSession, homeward: Callable[..., Said]
) -> None:
    original = (PROJECT / "dmn" / "timescales" / FILE).read_text()
    changed = original.replace("three-month-review-actions", "three-month-review")
    deployment = engine.post(
        "/deployment/create", files={FILE: (FILE, changed)}, data={"deployment-name": "two rows"}
    ).json()["id"]
    try:
        said = homeward("deadline", "--event", "family-finding-begun-or-reviewed", "--from", "2026-11-23")
        assert (
            said.code == 1
            and "table permanence-timescales: PERM-081 and PERM-082 both say when three-month-review is due"
            in said.err
        )
    finally:
        engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--recompute",), "--reason is missing"),
        (("--reason", "why not"), "--dry-run and --reason go with --recompute"),
        (("--within", "-1"), ""),
    ],
)
def test_wrong_use(homeward: Callable[..., Said], arguments: tuple[str, ...], text: str) -> None:
    said = homeward("deadlines", *arguments)
    assert said.code == 2 and text in said.err
