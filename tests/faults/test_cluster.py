"""Two engine nodes and two workers on one PostgreSQL, as `homeward cluster` runs them: one child's case
across both, and nothing left behind.
"""

from __future__ import annotations

import fcntl
import mailbox
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from pathlib import Path

import psutil
import psycopg
import pytest
import requests
import yaml

from tests.case import PLAY, eventually
from tests.environment import BRIEF
from tests.ports import free_port
from workers import play
from workers.cluster import Cluster, ClusterError, WorkerProcess
from workers.embedded.errors import EmbeddedEngineError
from workers.embedded.postgresql import PostgreSQL
from workers.records import Record
from workers.rest.session import EngineSession
from workers.settings import PROJECT, Settings

FIRST = "child-cluster-1"


def processes_of(folder: Path) -> list[str]:
    """The command lines of all that works in a folder or below."""
    found = []
    for process in psutil.process_iter():
        try:
            where = [*process.cmdline(), process.cwd(), process.environ().get("HOMEWARD_VAR", "")]
            if (
                process.pid != os.getpid()
                and process.status() != psutil.STATUS_ZOMBIE
                and any(str(folder) in text for text in where)
            ):
                found.append(" ".join(process.cmdline())[:400])
        except psutil.Error:  # it has just ended
            continue
    return found


def nothing_runs(cluster: Cluster) -> None:
    """A process lets go of its files, and of who waits for that, a moment before it is gone."""
    eventually(
        lambda: not processes_of(cluster.folder), lambda: f"still there: {processes_of(cluster.folder)}"
    )


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """A folder that PostgreSQL's account can get to: pytest's own are for one user."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-cluster-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def chosen(var: Path) -> Settings:
    port = free_port(4)  # two for the nodes, two for the workers' pages
    return Settings(
        _env_file=None,
        camunda_url=f"http://localhost:{port}/engine-rest",
        engine="camunda",
        var=var,
        health_port=port + 2,
    )


@pytest.fixture(scope="module")
def cluster(chosen: Settings) -> Iterator[Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in BRIEF.items():
            patch.setenv(name, value)
        with Cluster(chosen) as cluster:
            yield cluster


def homeward_cluster(chosen: Settings, *arguments: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOMEWARD_")} | {
        "CAMUNDA_URL": chosen.camunda_url,
        "ENGINE": chosen.engine,
        "HOMEWARD_VAR": str(chosen.var),
        "HOMEWARD_HEALTH_PORT": str(chosen.health_port),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "cluster", *arguments],
        cwd=PROJECT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


@pytest.fixture
def session(cluster: Cluster) -> EngineSession:
    return EngineSession.of(cluster.settings)


def test_a_case_goes_across_both_nodes_and_both_workers(cluster: Cluster, session: EngineSession):
    record = Record(cluster.settings.record)
    play.begin(session, record, FIRST, "permanence")  # at node 1; the people are at node 2
    steps = list(play.play(session, record, FIRST, cluster.settings_of(1).camunda_url, PLAY))
    assert len(steps) > 15

    entries = Counter(entry["what"] for entry in record.chronology(FIRST))
    assert entries["pathway-started"] == entries["pathway-ended"] == 1
    assert entries["workstep-opened"] == entries["workstep-closed"] > 5
    submitted = Counter(
        entry["by"] for entry in record.chronology(FIRST) if entry["what"] == "form-submitted"
    )
    acknowledged = Counter(
        entry["by"] for entry in record.chronology(FIRST) if entry["what"] == "notification-acknowledged"
    )
    assert submitted + acknowledged == Counter(who for who, _ in steps), (
        "a form is on the record twice, or missing"
    )

    told = eventually(
        lambda: (
            (rows := record.notifications(FIRST)) and all(row["status"] == "sent" for row in rows) and rows
        ),
        lambda: f"not sent: {record.notifications(FIRST)}",
    )
    received = Counter(
        mail["To"] for mail in mailbox.Maildir(cluster.settings.maildir) if FIRST in mail["Subject"]
    )
    assert received == Counter(row["address"] for row in told) and received.total() > 10, (
        "a mail came twice, or never"
    )

    tasks = [row for row in session.fetch("/history/external-task-log") if row["processDefinitionKey"]]
    done = Counter(row["externalTaskId"] for row in tasks if row["successLog"])
    assert (
        set(done.values()) == {1}
        and not [row for row in tasks if row["failureLog"]]
        and not session.fetch("/incident")
    )
    pids = [worker.process.pid for worker in cluster.workers]
    hands = Counter(
        pid for row in tasks if row["successLog"] for pid in pids if f"-{pid}-" in row["workerId"]
    )
    assert set(hands) == set(pids), f"one worker did it all: {hands}"
    record.close()


def test_each_worker_serves_its_own_pages(cluster: Cluster):
    assert len({worker.page for worker in cluster.workers}) == 2
    for worker in cluster.workers:
        for path in ("/readyz", "/healthz", "/metrics"):
            page = f"{worker.page}{path}"
            # a probe is not patient
            eventually(
                lambda page=page: requests.get(page, timeout=60).status_code == 200, lambda page=page: page
            )
    assert cluster.ended() == []


def test_the_health_checks_of_docker_compose_can_tell(cluster: Cluster):
    """The commands as the containers run them, at our ports."""
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    shell, line = services["engine"]["healthcheck"]["test"]
    assert shell == "CMD-SHELL"
    engine, worker = ["sh", "-c", line.replace("$$", "$")], services["worker"]["healthcheck"]["test"][1:]

    def healthy(check: list[str], port: str, there: int) -> bool:
        moved = [part.replace(f":{port}/", f":{there}/") for part in check]
        assert moved != check
        command = [sys.executable if part == "python" else part for part in moved]
        return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0

    for check, port, mine in (
        (engine, "8080", cluster.settings.port),
        (worker, "9464", cluster.settings.health_port),
    ):
        eventually(partial(healthy, check, port, mine), partial("not healthy: {}".format, check))
        assert not healthy(check, port, 9)


def test_a_second_cluster_in_the_same_folder_is_refused(cluster: Cluster, chosen: Settings):
    with pytest.raises(
        ClusterError, match=r"a cluster runs in .* already: use it, or set HOMEWARD_VAR to another folder"
    ):
        Cluster(chosen).start()
    assert cluster.ended() == []


def test_nobody_gets_at_the_data_without_the_password(cluster: Cluster):
    server = cluster.postgresql
    with pytest.raises(psycopg.OperationalError, match=r"password|passfile"):
        psycopg.connect(
            host="127.0.0.1",
            port=server.port,
            user="homeward",
            dbname="record",
            passfile=os.devnull,
            connect_timeout=60,
        )
    assert server.pass_file.stat().st_mode & 0o077 == 0 and server.data.stat().st_mode & 0o077 == 0
    everywhere = {
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == server.port
    }
    assert everywhere == {"127.0.0.1"}
    assert not [process for process in processes_of(server.folder) if server.password in process], (
        "the password is on a command line"
    )


def test_the_operator_chooses_the_workers_password(cluster: Cluster, session: EngineSession, homeward):
    """What docker-compose.yml's service `setup` does."""
    for stop in [worker.terminate for worker in cluster.workers] + [
        worker.stop for worker in cluster.workers
    ]:
        stop()
    operator = {"CAMUNDA_URL": cluster.settings.camunda_url, "HOMEWARD_WORKER_PASSWORD": "chosen-by-Hand-1"}
    user = cluster.workers[0].settings.worker_user
    assert homeward("setup", "--worker-account").code == 2
    refused = homeward("setup", "--worker-account", HOMEWARD_WORKER_USER="demo", **operator)
    assert refused.code == 1 and f"the account that can be made is {user}" in refused.err
    weak = homeward(
        "setup",
        "--worker-account",
        HOMEWARD_WORKER_USER=user,
        **operator | {"HOMEWARD_WORKER_PASSWORD": "chosen-by-hand"},
    )
    assert (
        weak.code == 1
        and "does not match the engine's password policy" in weak.err
        and weak.err.count("\n") == 1
    )
    for _ in range(2):  # running it again leaves the account alone
        assert homeward("setup", "--worker-account", HOMEWARD_WORKER_USER=user, **operator).code == 0
        own = EngineSession(cluster.settings.camunda_url, (user, "chosen-by-Hand-1"))
        assert (
            own.fetch("/user", id=user)
            and not own.fetch("/task")
            and not session.fetch("/authorization", userIdIn=user)
        )
    assert EngineSession.of(cluster.settings).fetch("/user", memberOfGroup="homeward-workers", id=user)


def test_a_stop_leaves_no_process_behind_and_the_next_start_finds_everything(
    cluster: Cluster, chosen: Settings
):
    assert len(processes_of(cluster.folder)) >= 3
    cluster.stop()
    nothing_runs(cluster)

    killed = homeward_cluster(chosen)
    told = list(takewhile(lambda line: "Ctrl-C" not in line, killed.stdout))
    killed.kill()
    killed.wait()
    assert [
        line for line in told if cluster.settings_of(1).web_url.replace("localhost", "127.0.0.1") in line
    ] and [line for line in told if "HOMEWARD_RECORD_URL" in line], told
    assert processes_of(cluster.folder), (
        "what it started must survive it: workers and engines are not to die with a terminal"
    )

    command = homeward_cluster(chosen, "--no-stay")  # takes over what runs
    said, _ = command.communicate(timeout=600)
    assert command.returncode == 0, said
    assert "Traceback" not in said
    nothing_runs(cluster)
    assert "pathway is over" in said and "Describe the placement" in said

    cluster.postgresql.start()
    record = Record(cluster.settings.record)
    ended = [
        child.child_id
        for child in record.children()
        if any(entry["what"] == "pathway-ended" for entry in record.chronology(child.child_id))
    ]
    record.close()
    cluster.postgresql.stop()
    assert FIRST in ended and len(ended) == 2, "what the first cluster wrote is gone"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_who_changes_his_mind_while_it_starts_finds_nothing_running(
    chosen: Settings, cluster: Cluster, how: signal.Signals
):
    cluster.stop()
    command = homeward_cluster(chosen)
    eventually(
        lambda: any("/java " in process for process in processes_of(cluster.folder)),
        lambda: "no engine starts",
        patience=180,
    )
    command.send_signal(how)
    said, _ = command.communicate(timeout=300)
    assert command.returncode == 0, said
    nothing_runs(cluster)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must lend the server to somebody else")
def test_root_is_told_when_nobody_cannot_get_to_the_folder(var: Path):
    closed = var / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(
        EmbeddedEngineError,
        match=f"PostgreSQL does not run as root, and the user nobody cannot get to {closed}/server: run "
        "this as an ordinary user, set HOMEWARD_VAR",
    ) as error:
        PostgreSQL(closed / "server").start()
    assert "\n" not in str(error.value)


def test_a_taken_port_is_named(cluster: Cluster):
    server = cluster.postgresql
    server.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", server.port))
        other.listen()
        with pytest.raises(EmbeddedEngineError, match=f"port {server.port} of PostgreSQL is taken"):
            server.start()


def test_a_worker_whose_process_id_was_never_written_is_left_alone_and_named(tmp_path: Path):
    """Its cluster was killed between starting it and writing that down."""
    worker = WorkerProcess("worker-1", Settings(var=tmp_path))
    with worker.pid_file.open("a+") as its:
        fcntl.flock(its, fcntl.LOCK_EX)
        with pytest.raises(
            ClusterError,
            match=r"worker-1 of a cluster that was killed still runs, and .*worker-1\.pid does not say its "
            r"process id",
        ):
            worker.end_leftover()
    worker.end_leftover()
