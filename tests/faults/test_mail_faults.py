"""The mail server refuses, hangs, drops the connection, and comes back.

Each mail arrives once, or the operator is told that nobody knows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.case import eventually
from tests.faults.load import ADDRESSES, Load
from workers.settings import PROJECT

TASKS = 6
MAILS = 2 * TASKS
TIMES = {"poll": 1, "quick": 3}  # seconds
UNKNOWN = "ended without an answer: not sent again"


@pytest.mark.parametrize(
    "manner, reason",
    [
        ("closed", "ConnectionRefusedError"),
        ("silent", "SMTPServerDisconnected"),
        ("at-data", "SMTPServerDisconnected"),
    ],
)
def test_mail_waits_for_a_server_that_takes_none(load: Load, manner: str, reason: str):
    """What has certainly not travelled is tried again."""
    load.post.become(manner)
    load.start(TASKS)
    # long enough for the server once it answers
    waits = {"HOMEWARD_SMTP_TIMEOUT": "10"} if manner == "silent" else {}
    with load.house.working(**waits, **TIMES):
        load.ended()
        load.worked_once()  # work does not wait for mail
        eventually(lambda: "failed" in load.mails(), load.mails)
        assert "sent" not in load.mails() and not load.post.letters(load.batch)
        assert {error.partition(":")[0] for error in load.errors()} == {reason}
        load.post.become("open")
        load.mailed_once()
    assert not load.given_up()


@pytest.mark.parametrize("manner, arrived", [("unread", False), ("unanswered", True)])
def test_a_mail_whose_connection_broke_after_data_is_not_sent_again_unasked(
    load: Load, manner: str, arrived: bool
):
    load.post.become(manner)
    load.start(TASKS)
    with load.house.working(**TIMES):
        load.ended()
        load.worked_once()
        eventually(lambda: load.mails() == {"unknown": MAILS}, load.mails)
        load.post.become("open")
        assert load.post.letters(load.batch).total() == MAILS * arrived
        told = load.given_up()
        assert len(told) == MAILS and all(row["reason"].startswith(UNKNOWN) for row in told)
        assert {(row["to"], row["childId"]) for row in told} == {
            (address.partition("@")[0], child) for address in ADDRESSES for child in load.children
        }
        assert load.record.notifications(load.children[0])[0]["status"] == "failed"
        assert operator(load)["says"].count("it may have arrived") == 1
        assert operator(
            load,
            "resend",
            *(row["notificationId"] for row in told),
            "--reason",
            "the mail server's people were asked",
        ) == {"queued": MAILS}
        load.sent()
    assert load.post.letters(load.batch).total() == MAILS * (1 + arrived) and not load.given_up()


def operator(load: Load, *arguments: str) -> Any:
    """What `homeward mail … --json` says; of one child if there are no arguments, the first of two rows."""
    program = [
        sys.executable,
        "-c",
        "from workers.commands.mail import app; app()",
        *(arguments or load.children[:1]),
        "--json",
    ]
    said = json.loads(
        subprocess.run(
            program,
            env=os.environ | {"HOMEWARD_RECORD_URL": load.house.settings.record},
            check=True,
            capture_output=True,
            cwd=PROJECT,
        ).stdout
    )
    return said if arguments else said[0]


def test_a_goodbye_that_fails_takes_nothing_back(load: Load):
    load.post.become("at-quit")
    load.start(TASKS)
    with load.house.working(**TIMES):
        load.ended()
        load.worked_once()
        load.mailed_once()
    assert 0 < load.post.met <= MAILS  # one goodbye a connection, which many mails share
