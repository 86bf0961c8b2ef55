"""A mail server that keeps what it is given, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections import Counter
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.ports import HOST, free_port


class PostOffice:
    """`manner`: open · slow (a quarter of a second a mail) · closed (nobody listens) · silent (it takes
    connections and never says a word); the connection is dropped `at-data` (instead of 354), `unread` (in the
    middle of the mail, which is thrown away), `unanswered` (it has the mail, and does not say so), `at-quit`
    (instead of 221).
    """

    def __init__(self) -> None:
        self.port, self.manner = free_port(), "closed"
        self.met = 0  # how often it did what its manner is
        self.received: list[Any] = []
        self._controller: Controller | None = None
        self._mute: socket.socket | None = None

    def become(self, manner: str) -> None:
        self.close()
        self.manner, self.met = manner, 0
        if manner == "silent":
            self._mute = socket.create_server((HOST, self.port), backlog=64)
        elif manner != "closed":
            self._controller = Controller(self, hostname=HOST, port=self.port, ready_timeout=90)
            self._controller.factory = lambda: _Server(self, self)
            self._controller.start()

    def close(self) -> None:
        if self._controller:
            self._controller.stop()
        if self._mute:
            self._mute.close()
        self._controller = self._mute = None
        self.manner = "closed"

    def letters(self, reference: str = "") -> Counter[tuple[str, str]]:
        """(to, reference of the child) -> how many mails, of children whose reference begins so."""
        return Counter(
            letter
            for mail in list(self.received)
            if (letter := (mail["To"], _reference(mail)))[1].startswith(reference)
        )

    def ids(self, reference: str = "") -> Counter[str]:
        """How many mails of each Message-ID, of the same children."""
        return Counter(
            mail["Message-ID"] for mail in list(self.received) if _reference(mail).startswith(reference)
        )

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        if self.manner == "slow":
            self.met += 1
            await asyncio.sleep(0.25)
        if self.manner != "unread":
            self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.manner in ("unread", "unanswered"):
            self.met += 1
            server.transport.abort()
        return "250 OK"


def _reference(mail: Any) -> str:
    return mail["Subject"].strip().partition(":")[0]


class _Server(SMTP):
    def __init__(self, office: PostOffice, handler: Any):
        super().__init__(handler, hostname="post.example.org", enable_SMTPUTF8=True)
        self.office = office

    async def smtp_DATA(self, arg: str) -> None:
        if self.office.manner == "at-data":
            self.office.met += 1
            self.transport.abort()
            return
        await super().smtp_DATA(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        if self.office.manner == "at-quit":
            self.office.met += 1
            self.transport.abort()
            return
        await super().smtp_QUIT(arg)
