"""What a workers process says of itself over HTTP: `/metrics` (Prometheus), `/healthz` (does it move?),
`/readyz` (do engine and record answer, polls too?).

And, where the setting `calendar_token` is given, what is due, as a calendar that a team subscribes to:
`/deadlines/<token>.ics`.

Red is 503 and says why, a line each. `/healthz` stays green while the engine or the record is away: a restart
would not bring them back.
"""

from __future__ import annotations

import hmac
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from workers.errors import Refused
from workers.notifications.outbox import OutboxThread
from workers.records import figures
from workers.records.errors import RecordError
from workers.records.record import Record
from workers.rest.session import EngineSession
from workers.runtime import report
from workers.runtime.backoff import LONGEST_PAUSE
from workers.runtime.worker import POLL, Worker
from workers.settings import Settings
from workers.timescales.calendar_file import calendar

log = structlog.get_logger("homeward.health")

PROBE = 2.0  # seconds that engine and record have to answer a probe
# seconds: no honest turn takes as long, not even a pause and then a poll that is never answered
STALLED = LONGEST_PAUSE + 6 * POLL
TEXT = "text/plain; charset=utf-8"
CALENDAR = "text/calendar; charset=utf-8"


class HealthError(Refused):
    """The pages cannot be served."""


class Health(Collector):
    """The pages of one workers process.

    The address is taken at once, pages are served between `start` and `stop`.
    """

    def __init__(self, settings: Settings, port: int, worker: Worker, outbox: OutboxThread):
        self.worker = worker
        self.outbox = outbox
        self.record_url = settings.record
        self.token = settings.calendar_token
        working = worker.engine.session  # a probe is no part of its numbers, and waits less
        self.engine = EngineSession(working.url, working.auth, timeout=(PROBE, PROBE))
        self.outbox_stalled = STALLED + settings.smtp_timeout
        try:
            self._server = _Server(settings.health_host, port, self)
        except OSError as error:
            raise HealthError(
                f"health pages at {settings.health_host}:{port}: {error.strerror or error}; choose "
                "another port with --health-port "
                "or HOMEWARD_HEALTH_PORT (0: no pages), or another address with HOMEWARD_HEALTH_HOST"
            ) from None
        worker.metrics.registry.register(self)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str, accept: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        match address := path.partition("?")[0]:
            case "/metrics":
                encode, kind = choose_encoder(accept)
                return 200, kind, encode(self.worker.metrics.registry)
            case "/healthz":
                problems = self.stalled()
            case "/readyz":
                problems = self.away()
            case _ if self._calendar_at(address):
                return self._calendar()
            case _:
                return 404, TEXT, b"there are /metrics, /healthz and /readyz\n"
        return 503 if problems else 200, TEXT, "".join(f"{line}\n" for line in problems or ["ok"]).encode()

    def stalled(self) -> list[str]:
        """What has stopped turning."""
        turns = (
            ("fetcher", self._age(self.worker), STALLED),
            ("outbox", self._age(self.outbox), self.outbox_stalled),
        )
        return [
            f"{name}: its last turn was {age:.0f} s ago, more than {limit:.0f}: restart the workers"
            for name, age, limit in turns
            if age > limit
        ]

    def away(self) -> list[str]:
        """What does not answer, or does not let us in."""
        problems = []
        if (age := time.monotonic() - self.worker.last_answer) > STALLED:
            problems.append(
                f"fetcher: no poll was answered for {age:.0f} s, more than {STALLED:.0f}: the "
                "engine gives no work, or every slot hangs"
            )
        for ask in (lambda: self.engine.fetch("/version"), self._write):
            try:
                ask()
            except Exception as error:  # whatever it is, work cannot go on
                problems.append(" ".join(report.text(error).split()))
        return problems

    def _write(self) -> None:
        # A new connection each time: an open one may outlive its database. A deletion of nothing needs the
        # right to write.
        with closing(Record(self.record_url, timeout=PROBE)) as record, record.transaction() as tx:
            tx.done_purge("")

    def _calendar_at(self, address: str) -> bool:
        token = self.token.get_secret_value()
        # Whoever guesses learns nothing from the time that the answer takes.
        return bool(token) and hmac.compare_digest(address.encode(), f"/deadlines/{token}.ics".encode())

    def _calendar(self) -> tuple[int, str, bytes]:
        try:
            with closing(Record(self.record_url, timeout=PROBE)) as record, record.reading() as view:
                hidden = view.restricted()
                shown = [one for one in view.open_deadlines() if one.child_id not in hidden]
                return 200, CALENDAR, calendar(shown)
        except RecordError as error:  # to whoever has the token; subscribers keep what they have
            return 503, TEXT, f"{report.text(error)}\n".encode()

    def collect(self) -> Iterator[Metric]:
        """What is looked up when it is asked for; the registry calls it."""
        pool = self.worker.pool
        yield GaugeMetricFamily("homeward_tasks_in_flight", "Tasks that run now.", len(pool.running))
        yield GaugeMetricFamily(
            "homeward_tasks_waiting", "Tasks that are locked and wait for a slot.", len(pool.waiting)
        )
        yield GaugeMetricFamily(
            "homeward_slots_free",
            "Tasks that could run beside them.",
            max(self.worker.slots - len(pool.running), 0),
        )
        yield GaugeMetricFamily(
            "homeward_fetch_turn_age_seconds", "Since the fetcher's last turn.", self._age(self.worker)
        )
        yield GaugeMetricFamily(
            "homeward_outbox_turn_age_seconds", "Since the outbox's last turn.", self._age(self.outbox)
        )
        try:
            with closing(Record(self.record_url, timeout=PROBE)) as record, record.reading() as view:
                mail = figures.mail(view)
        except RecordError:  # /readyz says so
            return
        yield GaugeMetricFamily(
            "homeward_outbox_queue", "Notifications that wait to be sent, of the whole record.", mail.queued
        )
        yield CounterMetricFamily(
            "homeward_outbox_sent", "Notifications sent, of the whole record.", mail.sent
        )
        yield CounterMetricFamily(
            "homeward_outbox_failed", "Attempts to send that failed, of the whole record.", mail.failed
        )

    @staticmethod
    def _age(turning: Worker | OutboxThread) -> float:
        return time.monotonic() - turning.last_turn


class _Server(socketserver.ThreadingTCPServer):
    # Not http.server's own: it asks the name service for this machine's name.
    allow_reuse_address = daemon_threads = True
    # connections that wait: with the usual five, a few that are never finished would hold up a probe
    request_queue_size = 128

    def __init__(self, host: str, port: int, health: Health):
        self.health = health
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        log.warning("health_page_failed", error=report.text(sys.exception() or Exception()))


class _Handler(BaseHTTPRequestHandler):
    timeout = 5  # seconds for the request to arrive
    server: _Server

    def do_GET(self) -> None:
        status, kind, body = self.server.health.page(self.path, self.headers.get("Accept", ""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Requests are not logged."""
