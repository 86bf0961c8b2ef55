"""A house of its own: an engine, a record, a mailbox, and workers that run as people start them and may be killed. All real processes."""
from __future__ import annotations

import mailbox
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

from tests.case import eventually
from workers import demo
from workers.embedded.launcher import EmbeddedEngine
from workers.notifications import from_settings
from workers.records import Record
from workers.rest import deploy, organisation
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.settings import Settings


class House:
    """An engine, a record, a mailbox, and workers that can be killed."""

    def __init__(self, var: Path, record_url: str = ""):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.settings = Settings(_env_file=None, camunda_url=f"http://localhost:{port}/engine-rest", engine="camunda", var=var, record_url=record_url)
        self.engine = EmbeddedEngine(self.settings)
        self.session = EngineSession.of(self.settings)
        self.record = Record(self.settings.record)
        self.log = var / "workers.log"
        self.workers: subprocess.Popen[bytes] | None = None
        self.steps: list[str] = []     # of all cases, as they are done
        self.dead: list[int] = []
        self.abandoned = 0             # tasks that dead workers held

    def open(self) -> None:
        self.engine.start()
        organisation.set_up(self.session, self.settings.models, demo_users=True)
        deploy.deploy(self.session, self.settings.models)
        self.record.upgrade()
        self.start_workers()

    def close(self) -> None:
        if self.workers and self.workers.poll() is None:
            self.workers.kill()
            self.workers.wait()
        self.record.close()
        self.engine.stop()

    def start_workers(self) -> None:
        environment = os.environ | {"HOMEWARD_VAR": str(self.settings.var), "CAMUNDA_URL": self.settings.camunda_url, "ENGINE": "camunda", "HOMEWARD_RECORD_URL": self.settings.record}
        with self.log.open("ab") as log:
            self.workers = subprocess.Popen([sys.executable, "-m", "workers.cli", "workers"], cwd=self.settings.models, env=environment, stderr=log)

    def kill_workers(self) -> None:
        """SIGKILL, and new ones."""
        self.dead.append(self.workers.pid)
        self.workers.kill()
        self.workers.wait()
        self.start_workers()

    def release(self) -> None:
        """End the locks of the dead: they would run out by themselves, later. Their open polls still lock tasks after them."""
        for task in [task for pid in self.dead for task in self.held_by(pid)]:
            self.abandoned += 1
            with suppress(EngineError):        # it was completed all the same
                self.session.call(f"/external-task/{task}/unlock", {})

    def held_by(self, pid: int) -> list[str]:
        return [task["id"] for task in self.session.fetch("/external-task", locked=True) if f"-{pid}-" in task["workerId"]]

    def terminate_workers(self) -> list[str]:
        """SIGTERM, and new ones; what the old ones still held when they were gone."""
        old = self.workers
        old.terminate()
        assert old.wait(60) == 0
        held = self.held_by(old.pid)
        self.start_workers()
        return held

    def restart_engine(self, how: signal.Signals) -> None:
        process = self.engine.running()
        if how == signal.SIGKILL:
            os.kill(process["pid"], how)
            eventually(lambda: not self.engine.running(), lambda: "the engine will not die")
        else:
            self.engine.stop()
        self.engine.start()

    def play(self, child: str) -> None:
        """A whole case, by people who try again when Tasklist does not answer."""
        end = time.monotonic() + 240
        while time.monotonic() < end:
            try:
                demo.begin(self.session, self.record, child)
                for who, what in demo.play(self.session, self.record, child, self.settings.camunda_url):
                    self.steps.append(f"{child}: {what} by {who}")
                return
            except (EngineUnreachable, EngineError):
                time.sleep(0.5)
        raise AssertionError(f"{child} did not come to its end")

    def deliver(self) -> None:
        """What the outbox would do in three minutes: repeat what failed, or broke off."""
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3), tick=False):
            outbox = from_settings(self.record, self.settings)
            while outbox.deliver():
                pass

    def traces(self, child: str) -> tuple[Counter, Counter]:
        """What the case has left on the record and in the mailbox."""
        self.deliver()
        mails = Counter((mail["To"], " ".join(mail["Subject"].replace(child, "").split())) for mail in mailbox.Maildir(self.settings.maildir) if child in text(mail))
        return Counter((entry["what"], entry["process"], entry["by"]) for entry in self.record.chronology(child)), mails


def text(mail: mailbox.MaildirMessage) -> str:
    return f"{mail['Subject']} {mail.get_payload(decode=True).decode()}"
