"""What workers and engine keep to themselves while they are at their most talkative.

tests/test_logs.py looks through the whole suite's logs for the same texts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests import canaries
from tests.canaries import WORD, plant
from tests.case import Case, eventually
from tests.notifications.doubles import queue
from tests.ports import free_port
from tests.runtime.lab import SECRET, Lab
from workers.embedded.launcher import EmbeddedEngine
from workers.records import Record
from workers.rest.session import EngineError, EngineSession
from workers.settings import PROJECT, settings

OPERATOR = "canary-operator"
PASSWORD = plant(f"Admin-1-{WORD}", "an operator's password", OPERATOR)
SMTP_PASSWORD = plant(f"smtp-{WORD}", "the mail server's password", "post")
NOTIFY_KEY = plant(
    "homeward-" + "-".join(str(uuid.UUID(int=number)) for number in (0xCAFE, 0xBEEF)), "GOV.UK Notify's key"
)
LOGS = """
import logging, structlog
from workers import logs
logs.configure("DEBUG"), logs.configure("DEBUG")
ours, theirs = structlog.get_logger("homeward.x"), logging.getLogger("urllib3.x")
try:
    raise KeyError("Kanarienvogel")
except KeyError:
    ours.error("ours", exc_info=True), theirs.exception("theirs %s", "Kanarienvogel")
ours.debug("quiet"), theirs.info("not shown")
logging.getLogger("sqlalchemy.engine.Engine").info("not shown")
logging.getLogger("notifications_python_client.base").error("not shown")
logs.configure("WARNING")
structlog.get_logger("homeward.y").info("not shown"), structlog.get_logger("homeward.y").warning("shown")
"""


class Post:
    """A mail server's mind: refuses the first mail, and quotes its address."""

    refused = False
    mails: list[bytes]

    def __init__(self) -> None:
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if not self.refused:
            self.refused = True
            return f"451 later, {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def operator(engine: EngineSession):
    """An administrator with a password that is looked for."""
    engine.call(
        "/user/create",
        {
            "profile": {"id": OPERATOR, "email": f"{OPERATOR}@example.org"},
            "credentials": {"password": PASSWORD},
        },
    )
    engine.call(f"/group/{settings().engine}-admin/members/{OPERATOR}", method="PUT")
    yield {"CAMUNDA_USER": OPERATOR, "CAMUNDA_PASSWORD": PASSWORD}
    engine.call(f"/user/{OPERATOR}", method="DELETE")


def test_workers_at_debug_log_no_password_no_address_and_no_value(
    lab: Lab, operator: dict[str, str], book: Record, tmp_path: Path
):
    """A mail that is refused and one that is sent, a task that is done: with the operator's, the mail
    server's and Notify's secrets in the settings.
    """
    post, logins = Post(), []

    def login(server, session, envelope, mechanism, data) -> AuthResult:
        logins.append(data.password.decode())
        return AuthResult(success=True)

    for key in "ab":
        queue(book, key, address=f"{WORD}@example.org")
    mail = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        ready_timeout=60,
        authenticator=login,
        auth_required=True,
        auth_require_tls=False,
    )
    mail.start()
    worker, log = lab.worker(lambda task, work: None), tmp_path / "workers.log"
    environment = (
        os.environ
        | operator
        | {
            "HOMEWARD_RECORD_URL": f"sqlite:///{tmp_path / 'record.sqlite'}",
            "HOMEWARD_HEALTH_PORT": "0",
            "HOMEWARD_CHANNEL": "smtp",
            "HOMEWARD_SMTP_HOST": "127.0.0.1",
            "HOMEWARD_SMTP_PORT": str(mail.port),
            "HOMEWARD_SMTP_USER": "post",
            "HOMEWARD_SMTP_PASSWORD": SMTP_PASSWORD,
            "HOMEWARD_GOVUK_NOTIFY_KEY": NOTIFY_KEY,
            "HOMEWARD_GOVUK_NOTIFY_TEMPLATE": "t",
        }
    )
    with log.open("wb") as file:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.runtime.slow_worker",
                next(iter(worker.topics)),
                "0",
                str(tmp_path / "runs"),
            ],
            cwd=PROJECT,
            env=environment,
            stderr=file,
        )
    try:
        instance = lab.start(worker, name=SECRET, text=f"{WORD} sings")
        eventually((tmp_path / "runs").exists, lambda: f"it does not start: {process.poll()}", 120)
        assert lab.ended(instance) == "End"
        eventually(
            lambda: post.mails and log.read_text().count('"event": "notification"') == 2,
            lambda: f"{logins}, {process.poll()}",
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0
    finally:
        process.kill()
        process.wait()
        mail.stop()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["state"] for line in lines if line["event"] == "notification"} == {"failed", "sent"}, (
        "else nothing has been shown"
    )
    assert [line["outcome"] for line in lines if line["event"] == "task"] == ["complete"] and set(logins) == {
        SMTP_PASSWORD
    }
    assert not canaries.found(log)


def test_logs_are_json_and_tell_no_error_text_and_nothing_that_a_library_fills_in():
    done = subprocess.run(
        [sys.executable, "-c", LOGS], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("ours", "error"),
        ("theirs %s", "error"),
        ("quiet", "debug"),
        ("shown", "warning"),
    ]
    assert all(line["trace"].startswith("KeyError\n") for line in lines[:2]) and WORD not in done.stderr


def test_the_engines_own_log_quotes_nothing_that_it_refuses(case: Case):
    """A text that is too long, a rule that trips over a value."""
    if not (log := EmbeddedEngine(settings()).log).exists():
        pytest.skip("the engine's log is elsewhere")
    word = "Zeisig"  # not one that the suite's last test looks for: this one says it more clearly
    case.start(socialWorker="social-worker")
    task = case.task("permanency-planning")
    for variables in (
        {"comments": {"value": f"{word} {'x' * 4000}"}},
        {"comments": {"value": {word: 1}, "type": "Integer"}},
        {"legalStatus": {"value": f"{{{word}", "type": "Json"}},
    ):
        with pytest.raises(EngineError):
            case.person("social-worker").session.call(
                f"/task/{task['id']}/submit-form", {"variables": variables}
            )
    case.submit("permanency-planning", "social-worker")
    said = log.read_text(errors="replace")
    assert word not in said, "see the log"
