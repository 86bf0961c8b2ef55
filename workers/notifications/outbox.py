"""The outbox: what was queued in a transaction is sent after it, once, by whichever worker process comes
first, where mail may go (`address.py`).

Attempts are written down before they begin (`started`) and when they ended (`sent`, `failed`, `unknown`), a
batch in one transaction each; in between a file of this machine's knows how far it is (`journal.py`). One
that began and never ended, because its process died, is repeated where that does no harm, else it is given up
and says so.
"""

import smtplib
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import structlog
from notifications_python_client.errors import HTTPError

from workers.notifications.address import refusal
from workers.notifications.channels import Channel, GovukNotify, Maildir, Smtp, Unknown
from workers.notifications.journal import Journal
from workers.notifications.message import Context, Message, link, write, write_digest
from workers.records import Ended, Queued, Reads, Record
from workers.settings import Settings

STALE = timedelta(minutes=2)  # an attempt that has not ended by then never will
WAITS = 12  # for a mail server's answer, in the longest dialogue: each may last as long as the settings allow
HOLD = timedelta(seconds=10)  # how long a batch lasts before it says that it is alive
AT_ONCE = 25  # mails in a batch
# after the 1st, 2nd, … failure; then hourly
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
ATTEMPTS = 8

NO_ANSWER, NOT_BEGUN = "ended without an answer: not sent again", "its worker ended before it was sent"

log = structlog.get_logger("homeward.outbox")


def reason(error: BaseException) -> str:
    """The error's class and what is short and certain about it. Never its text: that may quote an address."""
    attributes = {smtplib.SMTPResponseException: "smtp_code", HTTPError: "status_code", OSError: "strerror"}
    value = next((getattr(error, name) for kind, name in attributes.items() if isinstance(error, kind)), None)
    return f"{type(error).__name__}: {value}" if value else type(error).__name__


class Outbox:
    """`channels`: by the name that notifications carry. `tasklist`: Tasklist's address, as people reach it.
    `stale`: how long an attempt may take.

    `domains`: where mail may go. `journals`: the folder of this machine's; None: none is kept.
    """

    def __init__(
        self,
        record: Record,
        channels: Mapping[str, Channel],
        *,
        tasklist: str,
        stale: timedelta = STALE,
        domains: Collection[str] = ("example.org",),
        journals: Path | None = None,
    ) -> None:
        self.record = record
        self.channels = channels
        self.tasklist = tasklist
        self.stale = stale
        self.domains = domains
        self.journal = Journal(journals) if journals else None
        self._ended: list[Ended] = []  # not yet on the record

    def deliver(self, limit: int = AT_ONCE, stop: Callable[[], bool] = lambda: False) -> int:
        """Try what is due, longest waiting first; how many were sent. `stop` is asked before each.

        RecordError.
        """
        self._settle()
        self._take_over()
        with self.record.reading() as view:
            mails = _together(view.due_notifications(view.now(), limit), view)
        if not mails or stop():
            return 0
        waiting, held, sent = self._take(mails), time.monotonic(), 0
        try:
            while waiting and not stop():
                if time.monotonic() - held > HOLD.total_seconds():
                    waiting, held = self._settle(waiting), time.monotonic()
                    continue
                mail = waiting.pop(0)
                self._note(mail, "started")
                state, error, pause = self._send(mail)
                self._end(mail, state, error, pause)
                sent += state == "sent"
        finally:
            for mail in waiting:
                self._end(mail, "failed", NOT_BEGUN, timedelta(0))
            for channel in self.channels.values():
                channel.rest()
        self._settle()
        return sent

    def _settle(self, waiting: Sequence[list[Queued]] = ()) -> list[list[Queued]]:
        """Write down how attempts ended, and hold on to what waits; that of it which is still ours."""
        if not self._ended and not waiting:
            return []
        with self.record.transaction() as tx:
            tx.ended(*self._ended)
            held = tx.hold((queued for mail in waiting for queued in mail), tx.now() + self.stale)
        self._ended = []
        return _regrouped(waiting, held)

    def requeue(self) -> int:
        """Let what was given up be tried again, once the cause is gone; how many."""
        with self.record.transaction() as tx:
            return tx.requeue()

    def _take(self, mails: list[list[Queued]]) -> list[list[Queued]]:
        """Write down that these begin; without what is not ours to send."""
        with self.record.transaction() as tx:
            until, due = tx.now() + self.stale, [queued for mail in mails for queued in mail]
            broken = [queued for queued in due if queued.state == "started" and not self._repeats(queued)]
            tx.ended(*(Ended(queued, "unknown", NO_ANSWER) for queued in tx.hold(broken, until)))
            taken = tx.claim((queued for queued in due if queued not in broken), until)
            if self.journal and taken:
                self.journal.begin(taken)
        return _regrouped(mails, taken)

    def _take_over(self) -> None:
        """What processes that are no more have left behind in their journals."""
        for states in self.journal.left() if self.journal else ():
            with self.record.transaction() as tx:
                for queued in tx.waiting([id_ for id_, _ in states]):
                    state = states.get((queued.id, queued.attempt))
                    if not state or queued.state != "started":
                        continue
                    if state == "sent":
                        tx.ended(Ended(queued, "sent"))
                    elif state in ("claimed", "failed") or self._repeats(queued):
                        tx.ended(Ended(queued, "failed", NOT_BEGUN, timedelta(0)))
                    else:
                        tx.ended(Ended(queued, "unknown", NO_ANSWER))

    def _repeats(self, queued: Queued) -> bool:
        """Whether an attempt that broke off may be made again."""
        channel = self.channels.get(queued.channel)
        return bool(channel and channel.idempotent)

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
            return "unknown", f"{NO_ANSWER} ({reason(error.__cause__ or error)})", None
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

    def _end(self, mail: list[Queued], state: str, error: str | None, pause: timedelta | None) -> None:
        self._note(mail, state)
        for queued in mail:
            self._ended.append(Ended(queued, state, error, pause))
            log.info(
                "notification",
                id=queued.id,
                channel=queued.channel,
                attempt=queued.attempt,
                state=state,
                error=error,
            )

    def _note(self, mail: list[Queued], state: str) -> None:
        if self.journal:
            self.journal.note(mail, state)


def _together(due: list[Queued], view: Reads) -> list[list[Queued]]:
    """What is due, in mails: alone, or with what waits for the same person's digest of that moment."""
    mails: list[list[Queued]] = []
    seen: set[str] = set()
    for queued in due:
        if queued.id not in seen:
            mails.append(view.digest_of(queued) if queued.details.get("digest") else [queued])
            seen.update(one.id for one in mails[-1])
    return mails


def _regrouped(mails: Sequence[list[Queued]], kept: list[Queued]) -> list[list[Queued]]:
    """The mails with what of each was kept, as that stands now."""
    now = {queued.id: queued for queued in kept}
    groups = ([now[queued.id] for queued in mail if queued.id in now] for mail in mails)
    return [group for group in groups if group]


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
    stale = max(STALE, HOLD + WAITS * timedelta(seconds=settings.smtp_timeout))
    return Outbox(
        record,
        channels,
        tasklist=settings.tasklist_url or f"{settings.web_url}/camunda/app/tasklist/",
        stale=stale,
        domains=settings.domains,
        journals=settings.var / "outbox",
    )
