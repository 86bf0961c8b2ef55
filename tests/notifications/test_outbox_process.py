"""The outbox's loop and its process, on SQLite alone: they know no database."""

import mailbox
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.case import eventually
from tests.notifications.doubles import Fake, outbox, queue, statuses
from workers.errors import WrongUse
from workers.notifications import Maildir, OutboxThread, from_settings
from workers.settings import Settings


def test_the_thread_sends_when_woken_and_stops_when_told(book, tmp_path):
    loop = OutboxThread(
        outbox(book, Maildir(tmp_path / "mail", "homeward@example.org"), "maildir"), interval=60
    )
    turn = loop.last_turn
    loop.start()
    eventually(lambda: loop.last_turn > turn, lambda: "the loop does not turn")
    queue(book, channel="maildir")
    loop.wake()
    eventually(lambda: statuses(book) == ["sent"], lambda: str(statuses(book)))
    assert loop.stop(60) and len(mailbox.Maildir(tmp_path / "mail")) == 1


def test_the_thread_outlives_a_record_that_is_down(book):
    channel = Fake()
    box, calls = outbox(book, channel), []
    deliver = box.deliver
    box.deliver = lambda **options: calls.append(1) or (deliver(**options) if len(calls) > 2 else 1 / 0)
    queue(book)
    loop = OutboxThread(box, interval=0.01)
    loop.start()
    eventually(lambda: channel.sent, lambda: str(statuses(book)))
    assert loop.stop(60) and len(calls) > 2


def test_a_process_that_is_killed_while_sending_loses_and_doubles_nothing(book, tmp_path):
    """SIGKILL in the middle of many mails, again and again; then one that is left in peace."""
    for number in range(40):
        queue(book, f"k{number}", channel="maildir")
    program = """
import sys
from pathlib import Path
from workers.notifications import Maildir, Outbox
from workers.records import Record
print("on", flush=True)
mail = Maildir(Path(sys.argv[2]), "homeward@example.org")
Outbox(Record(sys.argv[1]), {"maildir": mail}, tasklist="http://localhost/").deliver()
"""
    for pause in (0.05, 0.08, 0.11):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                program,
                f"sqlite:///{tmp_path / 'record.sqlite'}",
                str(tmp_path / "mail"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=3), tick=False):
        outbox(book, Maildir(tmp_path / "mail", "homeward@example.org"), "maildir").deliver(limit=40)
    assert statuses(book) == ["sent"] * 40 and len(mailbox.Maildir(tmp_path / "mail")) == 40
    assert [row["what"] for row in book.chronology("CH-1")] == ["notification-sent"] * 40


def test_of_a_batch_that_was_killed_only_the_mail_on_its_way_is_in_doubt(book, tmp_path):
    """Of those before it the journal knows that they went, of those behind it that they did not begin."""
    for number in range(20):
        queue(book, f"k{number}")
    arrived = tmp_path / "arrived"
    program = """
import os, sys, signal
from pathlib import Path
from workers.notifications import Outbox
from workers.notifications.channels import Channel
from workers.records import Record

class Post(Channel):
    idempotent = False
    def send(self, message):
        with open(sys.argv[2], "a") as post:
            print(message.id, file=post)
        if int(sys.argv[4]) == len(open(sys.argv[2]).readlines()):
            os.kill(os.getpid(), signal.SIGKILL)

record, journals = Record(sys.argv[1]), Path(sys.argv[3])
Outbox(record, {"smtp": Post()}, tasklist="http://localhost/", journals=journals).deliver()
"""
    record, journals = f"sqlite:///{tmp_path / 'record.sqlite'}", tmp_path / "outbox"
    for killed_at in (7, 12, 0):  # each takes over from the one before
        command = [sys.executable, "-c", program, record, arrived, journals, str(killed_at)]
        assert subprocess.run(command).returncode == (-signal.SIGKILL if killed_at else 0)
    assert statuses(book).count("sent") == 18
    assert [row["reason"] for row in book.given_up()] == ["ended without an answer: not sent again"] * 2
    came = arrived.read_text().split()
    assert len(came) == len(set(came)) == 20


def test_the_outbox_follows_the_settings(book, tmp_path):
    box = from_settings(
        book,
        Settings(
            var=tmp_path,
            camunda_url="http://engine.example.org:9090/engine-rest",
            engine="operaton",
            _env_file=None,
        ),
    )
    assert set(box.channels) == {"maildir", "smtp"}
    assert box.tasklist == "http://engine.example.org:9090/camunda/app/tasklist/"
    queue(book, channel="maildir")
    assert box.deliver() == 1 and len(mailbox.Maildir(tmp_path / "mail")) == 1
    assert from_settings(book, Settings(smtp_timeout=60, _env_file=None)).stale == timedelta(
        minutes=12, seconds=10
    ), "the longest dialogue is no attempt that broke off"
    assert from_settings(book, Settings(smtp_timeout=1, _env_file=None)).stale == timedelta(minutes=2)
    with pytest.raises(WrongUse, match="HOMEWARD_GOVUK_NOTIFY_KEY"):
        from_settings(book, Settings(channel="govuk-notify", _env_file=None))
