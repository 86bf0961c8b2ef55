"""A house of its own: an engine, a record, a mailbox, and workers that run as people start them and may be
killed. All real processes.
"""

from __future__ import annotations

import json
import mailbox
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from tests.case import PLAY, eventually, patient
from tests.environment import BRIEF
from tests.ports import free_port
from workers import play as script
from workers.embedded.launcher import EmbeddedEngine
from workers.embedded.postgresql import PostgreSQL
from workers.notifications import from_settings
from workers.records import Record
from workers.rest import deploy, organisation
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.settings import PROJECT, Settings

WORKERS, FAULTY = ("-m", "workers.cli", "workers"), ("-m", "tests.faults.runner")

PATHWAY = "permanence"


class Node:
    """An engine process, on H2 or on a database of PostgreSQL's: several may share one."""

    def __init__(self, var: Path, postgresql: PostgreSQL | None = None, database: str = "engine"):
        self.settings = Settings(
            _env_file=None,
            camunda_url=f"http://localhost:{free_port()}/engine-rest",
            engine="camunda",
            var=var,
        )
        self.engine = EmbeddedEngine(
            self.settings, database=BRIEF | (postgresql.jdbc(database) if postgresql else {})
        )
        self.session = patient(EngineSession.of(self.settings))

    def kill(self) -> None:
        process = self.engine.running()
        os.kill(process["pid"], signal.SIGKILL)
        eventually(lambda: not self.engine.running(), lambda: "the engine will not die")

    def restart(self, how: signal.Signals) -> None:
        self.kill() if how == signal.SIGKILL else self.engine.stop()
        self.engine.start()


class House:
    """An engine, a record, a mailbox, and workers that can be killed, who have the account of least rights.

    `postgresql`: a running server that is to hold the engine's data, in `database`. `models`: a folder with
    bpmn/ and engine/organisation.toml.
    """

    def __init__(
        self,
        var: Path,
        record_url: str = "",
        postgresql: PostgreSQL | None = None,
        models: Path = PROJECT,
        database: str = "engine",
    ):
        self.node = Node(var, postgresql, database)
        self.settings = self.node.settings.model_copy(update={"record_url": record_url, "models": models})
        self.session = self.node.session
        self.record = Record(self.settings.record, clock=lambda _: datetime.now(UTC))  # which `deliver` sets
        self.log = var / "workers.log"
        self.environment: dict[str, str] = {}  # of workers, beside what they need
        self.workers: subprocess.Popen[bytes] | None = None
        self.steps: list[str] = []  # of all cases, as they are done
        self.dead: list[int] = []
        self.abandoned = 0  # tasks that dead workers held

    def open(self, workers: bool = True) -> None:
        self.node.engine.start()
        organisation.set_up(self.session, self.settings.models, demo_users=True)
        deploy.deploy(self.session, self.settings.models)
        account = organisation.worker_account(self.session, self.settings.models)
        self.environment |= {
            "HOMEWARD_WORKER_USER": account["worker_user"],
            "HOMEWARD_WORKER_PASSWORD": account["worker_password"].get_secret_value(),
        }
        self.record.upgrade()
        if workers:
            self.start_workers()

    def close(self) -> None:
        if self.workers and self.workers.poll() is None:
            self.workers.kill()
            self.workers.wait()
        self.record.close()
        self.node.engine.stop()

    def start_workers(self) -> None:
        self.workers = self.worker(WORKERS)

    def worker(
        self, program: tuple[str, ...] = WORKERS, quiet: bool = False, **environment: str
    ) -> subprocess.Popen[bytes]:
        """A workers process, as people start it or faulty (see runner.py). It is not waited for."""
        needed = {
            "HOMEWARD_VAR": str(self.settings.var),
            "CAMUNDA_URL": self.settings.camunda_url,
            "ENGINE": "camunda",
            "HOMEWARD_RECORD_URL": self.settings.record,
            "HOMEWARD_HEALTH_PORT": "0",
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *program],
                cwd=PROJECT,
                env=os.environ | needed | self.environment | environment,
                stderr=subprocess.DEVNULL if quiet else log,
            )

    @contextmanager
    def working(self, **faults: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A workers process with the faults that runner.py knows.

        In the end it is stopped in order: the open poll of a killed one would take the next test's tasks.
        """
        own = {name: faults.pop(name) for name in [*faults] if name.isupper() or name == "quiet"}
        process = self.worker(FAULTY, FAULTS=json.dumps(faults), **own)
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(90)
            process.kill()
            process.wait()

    def kill_workers(self) -> None:
        """SIGKILL, and new ones."""
        self.dead.append(self.workers.pid)
        self.workers.kill()
        self.workers.wait()
        self.start_workers()

    def release(self) -> None:
        """End the locks of the dead: they would run out by themselves, later.

        Their open polls still lock tasks after them.
        """
        for task in [task for pid in self.dead for task in self.held_by(pid)]:
            self.abandoned += 1
            with suppress(EngineError):  # it was completed all the same
                self.session.call(f"/external-task/{task}/unlock", {})

    def held_by(self, pid: int) -> list[str]:
        return [
            task["id"]
            for task in self.session.fetch("/external-task", locked=True)
            if f"-{pid}-" in task["workerId"]
        ]

    def terminate_workers(self) -> list[str]:
        """SIGTERM, and new ones; what the old ones still held when they were gone."""
        old = self.workers
        old.terminate()
        assert old.wait(120) == 0
        held = self.held_by(old.pid)
        self.start_workers()
        return held

    def play(self, child: str) -> None:
        """A whole case, by people who try again when Tasklist does not answer."""
        end = time.monotonic() + 900
        while time.monotonic() < end:
            try:
                script.begin(self.session, self.record, child, PATHWAY)
                for who, what in script.play(
                    self.session, self.record, child, self.settings.camunda_url, PLAY
                ):
                    self.steps.append(f"{child}: {what} by {who}")
                return
            except (EngineUnreachable, EngineError, script.PlayStuck):
                time.sleep(0.5)
        raise AssertionError(f"{child} did not come to its end")

    def deliver(self) -> None:
        """What the outbox would do in ten minutes: repeat what failed, or broke off."""
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10), tick=False):
            outbox = from_settings(self.record, self.settings)
            while outbox.deliver():
                pass

    def sent(self, child: str) -> bool:
        """Whether every mail of a child is. The workers may have one in hand that `deliver` left to them."""
        return all(row["status"] == "sent" for row in self.record.notifications(child))

    def traces(self, child: str) -> tuple[Counter, Counter]:
        """What the case has left on the record and in the mailbox."""
        eventually(
            lambda: self.deliver() or self.sent(child),
            lambda: f"not sent: {self.record.notifications(child)}",
        )
        mails = Counter(
            (mail["To"], " ".join(mail["Subject"].replace(child, "").split()))
            for mail in mailbox.Maildir(self.settings.maildir)
            if child in text(mail)
        )
        return Counter(
            (entry["what"], entry["process"], entry["by"]) for entry in self.record.chronology(child)
        ), mails


def text(mail: mailbox.MaildirMessage) -> str:
    return f"{mail['Subject']} {mail.get_payload(decode=True).decode()}"
