"""What a workers process says of itself: real HTTP, real tasks on the real engine, real databases that stop
or refuse to write.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
import requests
from sqlalchemy import create_engine, text

from tests.case import eventually
from tests.notifications.doubles import Fake, outbox, queue
from tests.pages import Pages, idle
from tests.ports import free_port
from tests.records.databases import own_server
from tests.runtime.lab import SECRET, Lab, Named
from workers import health
from workers.notifications import OutboxThread
from workers.records import Record
from workers.rest.session import EngineSession
from workers.runtime import worker as runtime
from workers.runtime.contract import Retry
from workers.runtime.metrics import kind
from workers.runtime.outcome import FatalError, RetryableError
from workers.settings import settings

UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}")
NOBODY = "http://localhost:9/engine-rest"


# metrics ----------------------------------------------------------------------------------------------------


def test_metrics_move_with_real_tasks_and_tell_nothing_about_a_child(lab: Lab, serve, monkeypatch):
    monkeypatch.setattr(runtime, "PATIENCE", 60.0)  # what is given back is fetched, and counted, again
    go_on = threading.Event()

    def handler(task: Named, work):
        match task.name:
            case "waits":
                go_on.wait(60)
            case "fails":
                raise RetryableError("the register is busy")
            case "fatal":
                raise FatalError("mend it")

    worker = lab.worker(handler, input=Named, retry=Retry(times=5, base=600), slots=4)
    worker.metrics.watch(lab.engine)
    topic, pages = next(iter(worker.topics)), serve(worker)
    assert pages.number("homeward_tasks_fetched_total") == 0 and pages.number("homeward_slots_free") == 4
    for name in ("waits", "fails", "fatal", SECRET):
        lab.start(worker, name=name)
    lab.go(worker)
    eventually(
        lambda: pages.number("homeward_task_outcomes_total", topic=topic) == 3,
        lambda: pages.get("/metrics").text,
    )
    eventually(
        lambda: (pages.number("homeward_tasks_in_flight"), pages.number("homeward_slots_free")) == (1, 3),
        lambda: pages.get("/metrics").text,
    )
    go_on.set()
    eventually(lambda: pages.number("homeward_tasks_in_flight") == 0, lambda: "still running")
    seen = {
        outcome: pages.number("homeward_task_outcomes_total", topic=topic, outcome=outcome)
        for outcome in ("complete", "retry", "incident")
    }
    assert seen == {"complete": 2, "retry": 1, "incident": 1}
    for name in (
        "homeward_tasks_fetched_total",
        "homeward_queue_seconds_count",
        "homeward_handler_seconds_count",
        "homeward_fetch_age_seconds_count",
    ):
        assert pages.number(name, topic=topic) == 4, name
    assert 0 < pages.number("homeward_fetch_age_seconds_sum", topic=topic) < 600, (
        "the engine's times are understood"
    )
    assert (
        pages.number(
            "homeward_http_seconds_count", method="POST", path="external-task/complete", status="204"
        )
        == 2
    )
    assert pages.number("homeward_http_seconds_count", path="external-task/fetchAndLock") >= 1
    assert pages.number("homeward_fetch_turn_age_seconds") < 60
    page = pages.get("/metrics").text
    assert SECRET not in page and not UUID.search(page), "no values and no ids"


def test_a_lock_that_is_lost_is_counted(lab: Lab, serve):
    running, gone, counted = threading.Event(), threading.Event(), threading.Event()

    def handler(task, work):
        running.set()
        gone.wait(60)
        # of more than a minute: the next heartbeat extends the lock, and is refused
        work.expires = time.monotonic() + 30
        work.lost.wait(60)
        counted.wait(60)

    instance = lab.start(worker := lab.worker(handler, lock=120.0))
    pages = serve(lab.go(worker))
    assert running.wait(60)
    lab.engine.call(f"/process-instance/{instance}", method="DELETE")
    gone.set()
    eventually(lambda: pages.number("homeward_locks_lost_total"), lambda: pages.get("/metrics").text)
    counted.set()
    eventually(
        lambda: pages.number("homeward_task_outcomes_total", outcome="lock-lost"),
        lambda: pages.get("/metrics").text,
    )
    assert (pages.number("homeward_locks_lost_total"), pages.number("homeward_lock_extend_errors_total")) == (
        1,
        1,
    )


def test_polls_that_fail_are_counted(lab: Lab, serve):
    worker = lab.worker(lambda task, work: None)
    pages = serve(worker)
    worker.engine.session = EngineSession(NOBODY)
    lab.go(worker)
    eventually(lambda: pages.number("homeward_fetch_errors_total"), lambda: pages.get("/metrics").text)
    worker.engine.session = lab.engine  # to stop it in peace


def test_the_outbox_is_counted_from_the_record(book: Record, serve):
    channel = Fake(fault=OSError())
    box = outbox(book, channel)
    pages = serve(idle(), OutboxThread(box))
    queue(book, "a")
    assert pages.number("homeward_outbox_queue") == 1
    box.deliver()
    assert (pages.number("homeward_outbox_queue"), pages.number("homeward_outbox_failed_total")) == (1, 1)
    channel.fault = None
    queue(book, "b")
    box.deliver()
    assert (pages.number("homeward_outbox_queue"), pages.number("homeward_outbox_sent_total")) == (1, 1)


@pytest.mark.parametrize(
    "path, said",
    [
        ("/external-task/fetchAndLock", "external-task/fetchAndLock"),
        ("/external-task/5f0c2a00-1111/complete", "external-task/complete"),
        ("/user/social-worker", "user"),
        ("/history/process-instance/5f0c2a00-1111/variable-instances", "history/process-instance"),
        ("/process-definition/key/permanence/start", "process-definition"),
    ],
)
def test_a_call_is_named_without_ids_and_people(path, said):
    assert kind(path) == said


# healthz ----------------------------------------------------------------------------------------------------


def test_healthz_is_red_when_the_fetcher_stalls_and_green_when_it_goes_on(lab: Lab, serve, monkeypatch):
    monkeypatch.setattr(health, "STALLED", 60.0)
    worker, hangs, hang = lab.worker(lambda task, work: None), threading.Event(), threading.Event()
    pages, poll = serve(worker), worker.engine.fetch_and_lock
    worker.last_turn -= 90  # longer than the limit: the polls from now on count
    lab.go(worker)
    eventually(lambda: pages.says("/healthz") == (200, "ok"), lambda: pages.says("/healthz")[1])
    worker.engine.fetch_and_lock = lambda *_: hangs.set() or (hang.wait(60) and [])
    assert hangs.wait(60)
    worker.last_turn -= 90  # so long does it hang
    assert pages.status("/healthz") == 503, "a hanging poll goes unnoticed"
    assert re.match(
        r"fetcher: its last turn was \d+ s ago, more than 60: restart the workers", pages.says("/healthz")[1]
    )
    worker.engine.fetch_and_lock = poll
    hang.set()
    eventually(lambda: pages.status("/healthz") == 200, lambda: pages.says("/healthz")[1])


def test_healthz_is_red_when_the_outbox_hangs_but_not_when_it_has_much_to_do(
    book: Record, serve, monkeypatch
):
    """Each mail takes three quarters of what a turn may, told by setting its beginning back."""
    monkeypatch.setattr(health, "STALLED", 120.0)
    hangs, hang, said = threading.Event(), threading.Event(), list[tuple[int, str]]()

    class Slow(Fake):
        def send(self, message):
            if len(self.sent) == 6:
                hangs.set()
                hang.wait(60)
            box.last_turn -= 90
            said.append(pages.says("/healthz"))
            super().send(message)

    for number in range(8):
        queue(book, f"k{number}")
    channel, worker = Slow(), idle()
    box = OutboxThread(outbox(book, channel), interval=0.1)
    pages = serve(worker, box, smtp_timeout=0.0)
    box.start()
    assert hangs.wait(60) and said == [(200, "ok")] * 6
    box.last_turn -= 180
    assert pages.status("/healthz") == 503 and pages.says("/healthz")[1].startswith(
        "outbox: its last turn was "
    )
    hang.set()
    assert box.stop(60)


def test_healthz_stays_green_while_engine_and_record_are_away(serve):
    pages = serve(idle(EngineSession(NOBODY)), record_url="postgresql://u:secret@localhost:9/none")
    assert pages.says("/healthz") == (200, "ok")
    assert pages.status("/metrics") == 200 and "homeward_outbox_queue" not in pages.get("/metrics").text


# readyz -----------------------------------------------------------------------------------------------------


def test_readyz_names_what_is_away(engine, serve):
    assert serve(idle()).says("/readyz") == (200, "ok")
    code, said = serve(idle(EngineSession(NOBODY)), record_url="postgresql://u:secret@localhost:9/none").says(
        "/readyz"
    )
    assert code == 503 and said.count("\n") == 1 and "secret" not in said
    assert f"{NOBODY} does not answer" in said and "start its database or correct HOMEWARD_RECORD_URL" in said
    code, said = serve(idle(EngineSession.of(settings(), "stranger"))).says("/readyz")
    assert code == 503 and said.startswith("engine answered 401")


def test_readyz_is_red_when_no_poll_is_answered(engine, serve, monkeypatch):
    monkeypatch.setattr(health, "STALLED", 60.0)
    pages = serve(worker := idle())
    worker.last_answer -= 90
    code, said = pages.says("/readyz")
    assert code == 503 and re.match(r"fetcher: no poll was answered for \d+ s, more than 60", said)
    worker.last_answer = time.monotonic()
    assert pages.says("/readyz") == (200, "ok")


def test_readyz_is_red_while_another_program_holds_the_record(engine, serve, tmp_path, monkeypatch):
    pages = serve(idle())
    with create_engine(f"sqlite:///{tmp_path / 'record.sqlite'}").connect() as connection:
        connection.execute(text("BEGIN EXCLUSIVE"))
        with monkeypatch.context() as soon:
            soon.setattr(health, "PROBE", 1.0)
            code, said = pages.says("/readyz")
        assert code == 503 and "locked; another program holds it" in said
    assert pages.status("/readyz") == 200


def test_readyz_is_red_when_the_record_is_gone(engine, serve, tmp_path):
    pages = serve(idle())
    for file in tmp_path.glob("record.sqlite*"):
        file.unlink()
    code, said = pages.says("/readyz")
    assert code == 503 and "run `homeward record upgrade`" in said


def test_readyz_follows_a_database_that_is_read_only_stops_and_starts(engine, serve, tmp_path):
    with own_server() as server:
        server.create("record")
        url = server.url("record")
        book = Record(url)
        book.upgrade()
        pages = serve(idle(), record_url=url)
        assert pages.says("/readyz") == (200, "ok")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER DATABASE record SET default_transaction_read_only = on")
        assert pages.status("/readyz") == 503
        with psycopg.connect(
            url, autocommit=True, options="-c default_transaction_read_only=off"
        ) as connection:
            connection.execute("ALTER DATABASE record SET default_transaction_read_only = off")
        assert pages.says("/readyz") == (200, "ok")
        book.close()
        server.stop()
        code, said = pages.says("/readyz")
        assert code == 503 and said.startswith("record at postgresql")


# the process ------------------------------------------------------------------------------------------------


def test_other_addresses_have_no_page_and_other_machines_no_access(serve):
    pages = serve(idle())
    assert pages.says("/") == (404, "there are /metrics, /healthz and /readyz")
    assert requests.post(pages.url + "/metrics", timeout=10).status_code == 501
    port = int(pages.url.rsplit(":", 1)[1])
    # loopback is a net: an address that is taken everywhere would answer here too
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=2).close()


def test_the_command_serves_the_pages_and_ends_when_told(engine, tmp_path):
    port = free_port()
    environment = os.environ | {
        "HOMEWARD_RECORD_URL": f"sqlite:///{tmp_path / 'record.sqlite'}",
        "HOMEWARD_HEALTH_PORT": str(port),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "workers", "--topics", "remind"],
        cwd=Path(health.__file__).parents[1],
        env=environment,
        stderr=subprocess.DEVNULL,
    ) as running:
        pages = Pages(port)

        def up() -> bool:
            try:
                return pages.says("/readyz") == (200, "ok")
            except requests.ConnectionError:
                return False

        try:
            eventually(up, lambda: f"no pages: {running.poll()}", 120)
            eventually(
                lambda: pages.number("homeward_http_seconds_count", path="external-task/fetchAndLock"),
                lambda: "no poll is counted",
            )
            assert pages.status("/healthz") == 200 and pages.number("process_resident_memory_bytes")
            running.send_signal(signal.SIGTERM)
            assert running.wait(90) == 0
        finally:
            running.kill()


def test_a_port_that_is_taken_is_one_line_that_names_the_option(engine, homeward, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = homeward(
            "workers",
            "--health-port",
            str(port),
            HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'other.sqlite'}",
        )
    assert (
        said.code == 1
        and said.err.count("\n") == 1
        and f"127.0.0.1:{port}" in said.err
        and "--health-port" in said.err
    )
    said = homeward("workers", HOMEWARD_HEALTH_PORT="99999")
    assert (
        said.code == 2
        and said.err.count("\n") == 1
        and "setting health_port: Input should be less than" in said.err
    )
