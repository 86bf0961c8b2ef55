"""How a mail travels. A channel raises when it could not send; `Unknown` when nobody can say whether it did.

`idempotent`: sending the same message again does no harm, so an attempt that broke off may be repeated.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from contextlib import closing, suppress
from mailbox import Maildir as Mailbox
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from notifications_python_client.notifications import NotificationsAPIClient

from workers.errors import WrongUse
from workers.notifications.message import Message


class Unknown(Exception):
    """The message may or may not have been sent: it must not be sent again."""


class Channel(Protocol):
    idempotent: bool

    def send(self, message: Message) -> None: ...

    def rest(self) -> None:
        """Nothing more for now: let go of what was kept for the next message."""
        return


class Maildir(Channel):
    """A folder of mail, one file a message, for development and local mail programs.

    Delivered means: on the disk.
    """

    idempotent = True

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder, self.sender = folder, sender

    def send(self, message: Message) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        Mailbox(self.folder, create=True)  # tmp, new and cur, for this user's eyes
        name = f"{message.id}.homeward"
        # a mail program moves it to cur
        if any(self.folder.glob(f"new/{name}")) or any(self.folder.glob(f"cur/{name}*")):
            return
        draft = self.folder / "tmp" / f"{name}.{uuid4().hex}"
        try:
            with draft.open("xb") as file:
                file.write(message.email(self.sender).as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / "new" / name)
        finally:
            draft.unlink(missing_ok=True)


class _Dialogue(smtplib.SMTP):
    travelling = False  # whether any of the mail has left

    def send(self, s: Any) -> None:  # bytes or text
        self.travelling = self.travelling or not isinstance(s, str)  # commands are text
        super().send(s)


class Smtp(Channel):
    """A mail server, whose connection is kept until `rest`.

    Not idempotent: servers do not look at Message-IDs.
    """

    idempotent = False

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        starttls: bool = False,
        timeout: float = 20.0,
    ) -> None:
        self.host = host
        self.port = port
        self.sender = sender
        self.timeout = timeout
        self.user = user
        self.password = password
        self.starttls = starttls
        self._kept: _Dialogue | None = None

    def send(self, message: Message) -> None:
        mail = message.email(self.sender)
        text = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
        kept, self._kept = self._kept, None
        if kept and self._offer(kept, message):
            self._post(kept, text)
            return
        server = self._connect()
        try:
            self._envelope(server, message)
            self._post(server, text)
        except BaseException:
            server.close()
            raise

    def rest(self) -> None:
        kept, self._kept = self._kept, None
        if kept:
            with suppress(OSError), closing(kept):  # it is sent, however the goodbye goes
                kept.quit()

    def _connect(self) -> _Dialogue:
        server = _Dialogue(self.host, self.port, timeout=self.timeout)
        try:
            if self.starttls:
                # smtplib's own default checks no certificate
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _offer(self, kept: _Dialogue, message: Message) -> bool:
        """Whether a server that was kept takes one more; if not, a new connection shows whether it is the
        server or the mail.
        """
        try:
            self._envelope(kept, message)
            return True
        except OSError:  # it has hung up meanwhile, or had enough of us
            kept.close()
            return False

    def _envelope(self, server: _Dialogue, message: Message) -> None:
        self._accepted(server.mail(self.sender))
        self._accepted(server.rcpt(message.address))

    def _post(self, server: _Dialogue, text: bytes) -> None:
        server.travelling = False
        try:
            answer = server.data(text)
            self._accepted(answer)
        except smtplib.SMTPResponseException:
            server.close()
            raise
        except OSError as exc:  # broke off, or no answer in time
            server.close()
            if not server.travelling:
                raise
            raise Unknown from exc
        self._kept = server

    @staticmethod
    def _accepted(answer: tuple[int, bytes]) -> None:
        if answer[0] // 100 != 2:
            # the server's words may hold an address
            raise smtplib.SMTPResponseException(answer[0], "refused")


class GovukNotify(Channel):
    """GOV.UK Notify, with one template of two fields, `subject` and `body`.

    `reference` is the notification's id.
    """

    idempotent = True  # by looking first: Notify itself accepts a reference twice

    def __init__(
        self,
        api_key: str,
        template_id: str,
        *,
        base_url: str = "https://api.notifications.service.gov.uk",
        timeout: float = 20.0,
    ) -> None:
        if not re.fullmatch(r".*[0-9a-f-]{36}-[0-9a-f-]{36}", api_key):
            raise WrongUse(
                "HOMEWARD_GOVUK_NOTIFY_KEY is no API key: copy it from GOV.UK Notify, page API integration"
            )
        if not template_id:
            raise WrongUse(
                "HOMEWARD_GOVUK_NOTIFY_TEMPLATE is empty: copy the template's id from GOV.UK Notify"
            )
        self.template_id = template_id
        self._client = NotificationsAPIClient(api_key, base_url=base_url, timeout=timeout)

    def send(self, message: Message) -> None:
        if message.attempt > 1 and self._client.get_all_notifications(reference=message.id)["notifications"]:
            return
        self._client.send_email_notification(
            email_address=message.address,
            template_id=self.template_id,
            reference=message.id,
            personalisation={"subject": message.subject, "body": message.body},
        )
