"""A home whose clock is moved: the engine's own job executor fires what is due, each thing at its time, and
whoever looks sees that time.
"""

from __future__ import annotations

import datetime as dt
import mailbox
import platform
import socket
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import time_machine

from tests.beside import deployed
from tests.case import Case, eventually, patient
from tests.embedded.run import Run, up
from tests.homeward import Said
from tests.ports import free_port
from tests.runtime.lab import HEAD
from workers import clock
from workers.embedded import faketime
from workers.errors import Refused
from workers.records.record import Record
from workers.rest.session import EngineSession
from workers.words import LONDON, day

Homeward = Callable[..., Said]
MINUTE = dt.timedelta(minutes=1)
LEFT_ALONE = (
    HEAD
    + """
  <process id="left-alone" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="Start" /><sequenceFlow id="a" sourceRef="Start" targetRef="Task" />
    <serviceTask id="Task" camunda:type="external" camunda:topic="left-alone" />
  </process></definitions>"""
)


# without an engine ------------------------------------------------------------------------------------------


def refused(homeward: Homeward, var: Path, *arguments: str, **environment: str) -> str:
    here = {"CAMUNDA_URL": f"http://localhost:{free_port()}/engine-rest", "HOMEWARD_VAR": str(var)}
    said = homeward(*arguments, **here | environment)
    assert said.code == 1 and said.err.count("\n") == 1, said
    return said.err


def test_only_a_home_of_its_own_gets_a_clock(homeward: Homeward, tmp_path: Path):
    (tmp_path / "record.sqlite").touch()
    assert "goes by this machine's clock" in refused(homeward, tmp_path, "clock", "+1d")
    assert "set HOMEWARD_VAR to a new folder" in refused(homeward, tmp_path, "run", "--clock")
    assert not (tmp_path / "clock").exists()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("CAMUNDA_URL", "https://engine.example.org/engine-rest", "which no embedded engine can serve"),
        ("HOMEWARD_RECORD_URL", "postgresql://db.example.org/record", "unset HOMEWARD_RECORD_URL"),
        ("HOMEWARD_ENGINE_DB_URL", "jdbc:postgresql://db.example.org/engine", "and HOMEWARD_ENGINE_DB_URL"),
    ],
)
def test_nobody_elses_clock_is_moved(homeward: Homeward, tmp_path: Path, setting: str, value: str, says: str):
    assert says in refused(homeward, tmp_path, "run", "--clock", **{setting: value})
    faketime.put(tmp_path / "clock", 0)
    for command in (["clock", "+1d"], ["workers"], ["status"]):
        assert says in refused(homeward, tmp_path, *command, **{setting: value})
    assert faketime.ahead(tmp_path / "clock") == 0


def test_an_engine_that_is_not_the_homes_own_is_left_alone(homeward: Homeward, tmp_path: Path):
    faketime.put(tmp_path / "clock", 0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        url = f"http://localhost:{other.getsockname()[1]}/engine-rest"
        for command in (["run"], ["clock", "+1d"], ["workers"]):
            assert "is taken" in refused(homeward, tmp_path, *command, CAMUNDA_URL=url)


def test_where_there_is_no_library_it_says_so(
    homeward: Homeward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch:
        patch.setattr(faketime, "find_spec", lambda name: None)
        assert "pip install -e '.[clock]'" in refused(homeward, tmp_path, "run", "--clock")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "on an x86-64 processor only" in refused(homeward, tmp_path, "run", "--clock")
    assert not (tmp_path / "clock").exists()


# with its own -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with up(tmp_path_factory.mktemp("trial"), "--clock", "--child", "child-clock") as run:
        yield run


@pytest.fixture
def engine(run: Run) -> EngineSession:
    return patient(EngineSession.of(run.settings))


@pytest.fixture
def case(run: Run, engine: EngineSession) -> Case:
    child = "child-months"
    run.homeward("child", "add", child, "--name", "Robin Example", "--born", "2018-05-04")
    return Case(engine, Record(run.settings.record), run.settings.camunda_url, child)


def test_it_moves_forward_only(run: Run):
    before = run.homeward("clock")
    done = run.command("clock", "2026-01-01")
    assert done.returncode == 1 and "the clock moves forward only" in done.stderr
    assert f"it is {day(before['now'])[:-6]}" in done.stderr
    assert run.command("clock", "-3d").returncode == run.command("clock", "soon").returncode == 2
    assert run.homeward("clock")["ahead"] == before["ahead"]


def test_what_nobody_takes_up_holds_it(run: Run, engine: EngineSession, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clock, "PATIENCE", 1)
    passage = clock.Passage(run.settings, engine, Record(run.settings.record), lambda what: None)
    before = faketime.ahead(run.settings.clock)
    with deployed(engine, "left-alone", LEFT_ALONE):
        engine.call("/process-definition/key/left-alone/start", {})
        with pytest.raises(Refused, match="still in work: 1 of the workers' tasks"):
            list(passage.until(clock.now() + dt.timedelta(days=1000)))
    assert faketime.ahead(run.settings.clock) == before


def test_a_cluster_goes_by_its_machines_clock(run: Run):
    assert "set HOMEWARD_VAR to another folder" in run.command("cluster").stderr


def test_nine_months_of_family_finding(run: Run, case: Case):
    """Every three months a reminder, a breach and a review that comes late; then the placement."""
    case.start()
    case.until("family-finding-meeting")
    fired = []
    for review in range(1, 4):
        moved = run.homeward("clock", "+95d")
        fired += moved["fired"]
        [late] = run.homeward("deadlines", case.child, "--overdue")
        assert late["localTarget"] == london(fired[-1]["due"]).date().isoformat() and late["lateDays"] > 0
        assert [row["childId"] for row in run.homeward("status")["late"]] == [case.child]
        with time_machine.travel(london(moved["now"])):
            hold_review(case, review, moved["now"][:10])
    assert [(timer["childId"], timer["activity"]) for timer in fired] == 3 * [
        (case.child, "Timer_ThreeMonthReviewReminder"),
        (case.child, "Timer_ThreeMonthReviewDue"),
    ]
    assert "Three months over" in fired[-1]["says"] and case.child in fired[-1]["says"]
    assert not run.homeward("deadlines", case.child, "--overdue")
    assert "285 days ahead" in run.command("clock").stdout
    all_at_their_time(case, fired, mails(run.settings.maildir, case.child))
    run.homeward("play", case.child)  # with today's dates, which are months ahead
    assert case.event("pathway-ended")["details"]["outcome"]


def hold_review(case: Case, review: int, today: str) -> None:
    """The meeting asks for the review as well, which is held, and the next three months begin."""
    found = {"meetingDate": today, "matchIdentified": False}
    both = ["family-finding-meeting", "three-month-review"]
    for user, actions in (("family-finder", both), ("family-finding-review-team", [])):
        case.do("family-finding-meeting", user, **found, nextActions=actions)
        case.do("authorise-request")
    eventually(
        lambda: len(case.events("deadline-set")) == review + 1,
        lambda: f"no date after review {review}: {case.picture()}",
    )


def all_at_their_time(case: Case, fired: list[dict], mails: dict[str, list[dt.datetime]]) -> None:
    """What fired, and what the workers made of it, one thing after the other."""
    told = [entry for entry in case.events() if entry["what"] in ("reminder-sent", "escalated")]
    assert [entry["what"] for entry in told] == 3 * ["reminder-sent", "escalated"]
    counts = {what: len(case.events(what)) for what in ("deadline-breached", "deadline-met", "deadline-set")}
    assert counts == {"deadline-breached": 3, "deadline-met": 3, "deadline-set": 4}
    for timer, entry in zip(fired, told, strict=True):
        due = london(timer["due"])
        written = [
            at for at in mails["reminder" if entry["what"] == "reminder-sent" else "overdue"] if at >= due
        ]
        for at in (*map(london, (timer["at"], entry["at"], entry["recordedAt"])), min(written)):
            assert due <= at < due + MINUTE


def mails(maildir: Path, child: str) -> dict[str, list[dt.datetime]]:
    """When a child's mails were written, by the first words of what they are about."""
    written: dict[str, list[dt.datetime]] = {}
    for mail in mailbox.Maildir(maildir, create=False):
        reference, _, about = mail["Subject"].partition(": ")
        if reference == child:
            written.setdefault(about.split(",")[0].strip(), []).append(parsedate_to_datetime(mail["Date"]))
    return written


def london(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment).astimezone(LONDON)
