"""Stands before the real engine, over HTTP or HTTPS, and notes every connection and every request; or lets in
only who shows a token, as a gateway does.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from workers.settings import settings

HOP = {"host", "connection", "transfer-encoding", "keep-alive"}  # headers that are about one connection


@dataclass(frozen=True)
class Seen:
    method: str
    path: str  # below the engine's REST address, without the query
    authorization: str | None
    status: int


class EngineProxy(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64

    def __init__(self, context: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.engine = urlsplit(settings().camunda_url)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.server_port}{self.engine.path}"
        self.guard = threading.Lock()
        self.connections, self.seen = 0, list[Seen]()
        self.polls, self.most_polls = Counter[str](), Counter[str]()  # by worker id: open now, and at most
        self.tokens: set[str] | None = (
            None  # with these, a gateway: it wants `Authorization: Bearer …`, and is `behind` for the engine
        )
        self.behind = ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def calls(self, path_end: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path.endswith(path_end)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version, disable_nagle_algorithm = "HTTP/1.1", True
    server: EngineProxy

    def setup(self) -> None:
        super().setup()
        with self.server.guard:
            self.server.connections += 1
        self.onward = HTTPConnection(self.server.engine.hostname or "", self.server.engine.port, timeout=60)

    def finish(self) -> None:
        self.onward.close()
        super().finish()

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        shown = headers.get("Authorization")
        poller = json.loads(body)["workerId"] if self.path.endswith("/fetchAndLock") else ""
        with self.server.guard:
            self.server.polls[poller] += 1
            self.server.most_polls[poller] = max(self.server.most_polls[poller], self.server.polls[poller])
        try:
            status, said, kind = self._ask(
                headers | ({"Authorization": self.server.behind} if self.server.behind else {}), shown, body
            )
        finally:
            with self.server.guard:
                self.server.polls[poller] -= 1
        with self.server.guard:
            self.server.seen.append(
                Seen(
                    self.command,
                    urlsplit(self.path).path.removeprefix(self.server.engine.path),
                    shown,
                    status,
                )
            )
        length = "" if status == 204 else f"Content-Length: {len(said)}\r\n"
        self.wfile.write(f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n{length}\r\n".encode() + said)

    def _ask(self, headers: dict[str, str], shown: str | None, body: bytes) -> tuple[int, bytes, str]:
        if self.server.tokens is not None and (shown or "").removeprefix("Bearer ") not in self.server.tokens:
            return 401, b"", "text/plain"
        self.onward.request(self.command, self.path, body or None, headers)
        answer = self.onward.getresponse()
        return answer.status, answer.read(), answer.headers.get("Content-Type", "text/plain")

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = _any

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def proxy(engine) -> Iterator[EngineProxy]:
    with EngineProxy() as server:
        yield server
        server.shutdown()
