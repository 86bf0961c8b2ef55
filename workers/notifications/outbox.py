"""The outbox: what was queued in a transaction is sent after it, once, by whichever worker process comes
first, where mail may go (`address.py`).

An attempt is written down before it begins (`started`) and when it ended (`sent`, `failed`, `unknown`). One
that began and never ended, because its process died, is repeated where that does no harm, else it is given up
and says so.
"""

import smtplib
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import structlog
from notifications_python_client.errors import HTTPError

from workers.notifications.address import refusal
from workers.notifications.channels import Channel, GovukNotify, Maildir, Smtp, Unknown
from workers.notifications.message import Context, Message, link, write, write_digest
from workers.records import Queued, Reads, Record, Transaction
from workers.settings import Settings

STALE = timedelta(minutes=2)  # an attempt that has not ended by then never will
WAITS = 12  # for a mail server's answer, in the longest dialogue: each may last as long as the settings allow
# after the 1st, 2nd, … failure; then hourly
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
ATTEMPTS = 8

# attempts that travelled as one mail, their state, the error, after which pause to try again
Ended = tuple[list[Queued], str, str | None, timedelta | None]

log = structlog.get_logger("homeward.outbox")


def reason(error: BaseException) -> str:
    """The error's class and what is short and certain about it. Never its text: that may quote an address."""
    attributes = {smtplib.SMTPResponseException: "smtp_code", HTTPError: "status_code", OSError: "strerror"}
    value = next((getattr(error, name) for kind, name in attributes.items() if isinstance(error, kind)), None)
    return f"{type(error).__name__}: {value}" if value else type(error).__name__


class Outbox:
    """`channels`: by the name that notifications carry. `tasklist`: Tasklist's address, as people reach it.
    `stale`: how long an attempt may take.

    `domains`: where mail may go.
    """

    def __init__(
        self,
        record: Record,
        channels: Mapping[str, Channel],
        *,
        tasklist: str,
        stale: timedelta = STALE,
        domains: Collection[str] = ("example.org",),
    ) -> None:
        self.record = record
        self.channels = channels
        self.tasklist = tasklist
        self.stale = stale
        self.domains = domains
        self._ended: Ended | None = None  # not yet written down: kept while the record is away

    def deliver(self, limit: int = 50, stop: Callable[[], bool] = lambda: False) -> int:
        """Try what is due, longest waiting first; how many were sent. `stop` is asked before each.

        RecordError.
        """
        self._settle()
        with self.record.reading() as view:
            mails = _together(view.due_notifications(view.now(), limit), view)
        sent = 0
        try:
            for mail in mails:
                if stop():
                    break
                if attempts := self._take(mail):
                    self._ended = (attempts, *self._send(attempts))
                    sent += self._ended[1] == "sent"
            self._settle()
        finally:
            for channel in self.channels.values():
                channel.rest()
        return sent

    def _settle(self) -> None:
        """Write down how the last attempt ended, unless that is done."""
        if self._ended:
            with self.record.transaction() as tx:
                self._end(tx, *self._ended)
            self._ended = None

    def requeue(self) -> int:
        """Let what was given up be tried again, once the cause is gone; how many."""
        with self.record.transaction() as tx:
            return tx.requeue()

    def _take(self, mail: list[Queued]) -> list[Queued]:
        """Write down how the attempt before ended and, in the same transaction, that this one begins; nothing
        of what is not ours to send.
        """
        with self.record.transaction() as tx:
            if self._ended:
                self._end(tx, *self._ended)
            attempts = [attempt for queued in mail if (attempt := self._begin(tx, queued))]
        self._ended = None
        return attempts

    def _begin(self, tx: Transaction, queued: Queued) -> Queued | None:
        channel, until = self.channels.get(queued.channel), tx.now() + self.stale
        if queued.state == "started" and not (channel and channel.idempotent):
            if tx.hold(queued, until):
                self._end(tx, [queued], "unknown", "ended without an answer: not sent again")
            return None
        return replace(queued, attempt=queued.attempt + 1) if tx.claim(queued, until) else None

    def _send(self, mail: list[Queued]) -> tuple[str, str | None, timedelta | None]:
        """(state, error, after which pause to try again)."""
        queued = mail[0]
        if why := refusal(queued.address, self.domains):
            return "failed", why, None
        try:
            message, channel = self._compose(mail), self.channels[queued.channel]
        except Exception as error:  # another attempt would end the same way
            return "failed", f"cannot be written or has no channel ({reason(error)})", None
        try:
            channel.send(message)
        except Unknown as error:
            return (
                "unknown",
                f"ended without an answer: not sent again ({reason(error.__cause__ or error)})",
                None,
            )
        except Exception as error:
            pause = PAUSES[min(queued.attempt, len(PAUSES)) - 1]
            return "failed", reason(error), pause if queued.attempt < ATTEMPTS else None
        return "sent", None, None

    def _compose(self, mail: list[Queued]) -> Message:
        queued, written = mail[0], [(one.template, self._context(one)) for one in mail]
        team = link(self.tasklist, queued.details.get("filter"), None)
        subject, body = write(*written[0]) if len(mail) == 1 else write_digest(written, team)
        return Message(
            id=_id(mail),
            address=queued.address,
            subject=subject,
            body=body,
            at=queued.at,
            attempt=queued.attempt,
        )

    def _context(self, queued: Queued) -> Context:
        facts = {name: queued.details.get(name) for name in Context.model_fields}
        where = link(self.tasklist, queued.details.get("filter"), facts["reference"])
        return Context.model_validate(facts | {"tasklist": where})

    def _end(
        self,
        tx: Transaction,
        mail: list[Queued],
        state: str,
        error: str | None = None,
        pause: timedelta | None = None,
    ) -> None:
        for queued in mail:
            tx.ended(queued, state, error, tx.now() + pause if pause else None)
            log.info(
                "notification",
                id=queued.id,
                channel=queued.channel,
                attempt=queued.attempt,
                state=state,
                error=error,
            )


def _together(due: list[Queued], view: Reads) -> list[list[Queued]]:
    """What is due, in mails: alone, or with what waits for the same person's digest of that moment."""
    mails: list[list[Queued]] = []
    seen: set[str] = set()
    for queued in due:
        if queued.id not in seen:
            mails.append(view.digest_of(queued) if queued.details.get("digest") else [queued])
            seen.update(one.id for one in mails[-1])
    return mails


def _id(mail: list[Queued]) -> str:
    """The same for the same notifications, or a repetition could not be recognised."""
    if len(mail) == 1:
        return mail[0].id
    return sha256("".join(sorted(queued.id for queued in mail)).encode()).hexdigest()[:32]


class OutboxThread(threading.Thread):
    """Delivers until stopped: at once when woken, else every `interval` seconds."""

    def __init__(self, outbox: Outbox, interval: float = 5.0) -> None:
        super().__init__(name="outbox", daemon=True)
        self.outbox, self.interval = outbox, interval
        self.last_turn = time.monotonic()  # for the health page: older than a few intervals means stuck
        self._awake, self._stopping = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._awake.clear()
            try:
                sent = self.outbox.deliver(stop=self._turn)
            except Exception as error:  # the record is down, say: mail waits, and must not wait for ever
                sent = 0
                log.error("outbox", error=type(error).__name__)
            self._turn()
            if not sent:
                self._awake.wait(self.interval)

    def _turn(self) -> bool:
        """Before each mail and after the last: a turn with many is not stuck. True when it is to end."""
        self.last_turn = time.monotonic()
        return self._stopping.is_set()

    def wake(self) -> None:
        """Something was queued."""
        self._awake.set()

    def stop(self, timeout: float | None = None) -> bool:
        """Finish the mail in hand and end; True when it has, within `timeout` seconds."""
        self._stopping.set()
        self._awake.set()
        self.join(timeout)
        return not self.is_alive()


def from_settings(record: Record, settings: Settings) -> Outbox:
    """The outbox as configured. Channels not chosen stay, for what was queued before the choice changed."""
    channels: dict[str, Channel] = {
        "maildir": Maildir(settings.maildir, settings.mail_from),
        "smtp": Smtp(
            settings.smtp_host,
            settings.smtp_port,
            settings.mail_from,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            starttls=settings.smtp_starttls,
            timeout=settings.smtp_timeout,
        ),
    }
    if settings.channel == "govuk-notify" or settings.govuk_notify_key.get_secret_value():
        channels["govuk-notify"] = GovukNotify(
            settings.govuk_notify_key.get_secret_value(), settings.govuk_notify_template
        )
    stale = max(STALE, WAITS * timedelta(seconds=settings.smtp_timeout))
    return Outbox(
        record,
        channels,
        tasklist=settings.tasklist_url or f"{settings.web_url}/camunda/app/tasklist/",
        stale=stale,
        domains=settings.domains,
    )
