"""A real SMTP server that takes every mail and counts it: what was sent is counted where it arrives."""

from __future__ import annotations

import threading
import time
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class MailServer:
    """As a context manager: takes mail at `port` of the loopback."""

    def __init__(self, port: int) -> None:
        self.port, self._lock = port, threading.Lock()
        self._arrived: list[tuple[float, str]] = []

    def __enter__(self) -> MailServer:
        self._controller = Controller(self, hostname=HOST, port=self.port)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = BytesHeaderParser().parsebytes(envelope.content)
        with self._lock:
            self._arrived.append((time.time(), message["Message-ID"]))
        return "250 OK"

    def clear(self) -> None:
        with self._lock:
            self._arrived.clear()

    @property
    def arrived(self) -> list[tuple[float, str]]:
        """(epoch seconds, Message-ID) of each mail since `clear`."""
        with self._lock:
            return list(self._arrived)
