"""How the engine is told who asks (W7): the header itself is looked at, by a gateway before the real engine
that wants a token, and by a token server.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests

from tests.canaries import WORD, plant
from tests.rest.proxy import EngineProxy
from tests.runtime.lab import Lab
from workers.rest import auth
from workers.rest.auth import ClientCredentials
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.settings import Settings, settings

TOKEN = plant(f"bearer-{WORD}", "a bearer token")
CLIENT, SECRET = "homeward", plant(f"client-{WORD}+/=", "an OAuth2 secret", "homeward")


class TokenServer(ThreadingHTTPServer):
    """Gives a new token at each request, good at the gateway at once; or answers as `answer` says."""

    daemon_threads = True

    def __init__(self, gateway: EngineProxy):
        super().__init__(("127.0.0.1", 0), _Tokens)
        self.gateway, self.life, self.answer = gateway, 300.0, None
        self.asked: list[tuple[str | None, dict[str, list[str]]]] = []
        self.answer: tuple[int, dict[str, Any]] | None = None
        self.url = f"http://127.0.0.1:{self.server_port}/token"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Tokens(BaseHTTPRequestHandler):
    server: TokenServer

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append((self.headers["Authorization"], form))
        token = plant(f"token-{len(self.server.asked)}-{WORD}", "a token")
        time.sleep(0.05)  # so that threads which ask at once would be seen
        status, body = self.server.answer or (
            200,
            {"access_token": token, "token_type": "bearer", "expires_in": self.server.life},
        )
        if status == 200 and self.server.gateway.tokens is not None:
            self.server.gateway.tokens.add(token)
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway(proxy: EngineProxy) -> EngineProxy:
    given = settings()
    proxy.tokens = {TOKEN}
    proxy.behind = (
        "Basic "
        + b64encode(f"{given.camunda_user}:{given.camunda_password.get_secret_value()}".encode()).decode()
    )
    return proxy


@pytest.fixture
def tokens(gateway: EngineProxy) -> Iterator[TokenServer]:
    with TokenServer(gateway) as server:
        yield server
        server.shutdown()


def oauth(gateway: EngineProxy, tokens: TokenServer, **more: Any) -> EngineSession:
    return EngineSession.of(
        Settings(
            _env_file=None,
            camunda_url=gateway.url,
            oauth_token_url=tokens.url,
            oauth_client_id=CLIENT,
            oauth_client_secret=SECRET,
            **more,
        )
    )


def later(session: EngineSession, seconds: float) -> None:
    """So much time passes for the token that the session has."""
    session.auth._good_until -= seconds
    session.auth._end -= seconds


def sent(gateway: EngineProxy) -> list[tuple[str | None, int]]:
    return [(seen.authorization, seen.status) for seen in gateway.seen]


# basic and bearer -------------------------------------------------------------------------------------------


def test_user_and_password_are_sent(proxy: EngineProxy):
    EngineSession.of(Settings(_env_file=None, camunda_url=proxy.url)).fetch("/version")
    assert sent(proxy) == [("Basic " + b64encode(b"demo:demo").decode(), 200)]


def test_a_bearer_token_is_sent_with_every_request(gateway: EngineProxy):
    session = EngineSession.of(Settings(_env_file=None, camunda_url=gateway.url, bearer_token=TOKEN))
    session.fetch("/version"), session.call("/process-instance", {"businessKey": "nobody"})
    assert sent(gateway) == [(f"Bearer {TOKEN}", 200)] * 2


def test_a_bearer_token_that_is_refused_is_one_clear_error(workers, gateway: EngineProxy, homeward):
    said = homeward(
        "status", CAMUNDA_URL=gateway.url, HOMEWARD_BEARER_TOKEN=plant(f"old-{WORD}", "a bearer token")
    )
    assert (
        said.code == 1
        and said.err.count("\n") == 1
        and "401" in said.err
        and "token refused" in said.err
        and WORD not in said.err
    )
    assert sent(gateway) == [(f"Bearer old-{WORD}", 401)], "once, and never without it"


def test_a_text_is_no_credential(engine):
    """Nothing is sent, rather than a request that nobody has signed."""
    with pytest.raises(TypeError):
        EngineSession(settings().camunda_url, f"Bearer {TOKEN}").fetch("/version")


@pytest.mark.parametrize(
    "given, said",
    [
        (
            {"HOMEWARD_OAUTH_TOKEN_URL": "http://x.example.org/token"},
            "HOMEWARD_OAUTH_TOKEN_URL, _CLIENT_ID and _CLIENT_SECRET, all three or none",
        ),
        ({"HOMEWARD_OAUTH_CLIENT_SECRET": SECRET}, "all three or none"),
        (
            {
                "HOMEWARD_OAUTH_TOKEN_URL": "http://x",
                "HOMEWARD_OAUTH_CLIENT_ID": "x",
                "HOMEWARD_OAUTH_CLIENT_SECRET": SECRET,
                "HOMEWARD_BEARER_TOKEN": TOKEN,
            },
            "not both",
        ),
    ],
    ids=["half", "other half", "both"],
)
def test_half_or_double_credentials_are_refused(homeward, given, said):
    refused = homeward("status", **given)
    assert (
        refused.code == 2 and said in refused.err and refused.err.count("\n") == 1 and WORD not in refused.err
    )


# OAuth2 client credentials ----------------------------------------------------------------------------------


def test_a_token_is_had_once_for_all_threads(gateway: EngineProxy, tokens: TokenServer):
    session = oauth(gateway, tokens, oauth_scope="engine")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.fetch("/version"), range(24)))
    assert tokens.asked == [
        (
            "Basic " + b64encode(f"{CLIENT}:{SECRET}".encode()).decode(),
            {"grant_type": ["client_credentials"], "scope": ["engine"]},
        )
    ]
    assert sent(gateway) == [(f"Bearer token-1-{WORD}", 200)] * 24


def test_a_token_is_renewed_ahead_of_its_end(gateway: EngineProxy, tokens: TokenServer):
    tokens.life = 100.0
    session = oauth(gateway, tokens)
    session.fetch("/version"), session.fetch("/version")
    later(session, 90)  # of a hundred seconds: not over yet
    session.fetch("/version")
    assert sent(gateway) == [(f"Bearer token-1-{WORD}", 200)] * 2 + [(f"Bearer token-2-{WORD}", 200)]


def test_a_token_that_cannot_be_renewed_ahead_is_used_until_its_end(
    gateway: EngineProxy, tokens: TokenServer, monkeypatch
):
    monkeypatch.setattr(auth, "AGAIN", 60.0)
    tokens.life = 200.0
    session = oauth(gateway, tokens)
    session.fetch("/version")
    tokens.answer = 503, {}
    later(session, 175)  # of two hundred seconds: to be renewed, and still good
    session.fetch("/version"), session.fetch("/version")
    assert sent(gateway) == [(f"Bearer token-1-{WORD}", 200)] * 3 and len(tokens.asked) == 2, (
        "not asked again at once"
    )
    later(session, 30)
    with pytest.raises(EngineUnreachable, match="answered 503 and no access_token"):
        session.fetch("/version")
    assert len(sent(gateway)) == 3


def test_the_token_servers_address_is_named_without_its_secrets():
    session = EngineSession(
        "http://localhost:9/engine-rest",
        ClientCredentials("http://user:hunter2@localhost:9/token?key=hunter2", CLIENT, SECRET),
    )
    with pytest.raises(EngineUnreachable, match="http://localhost:9/token does not answer") as error:
        session.fetch("/version")
    assert "hunter2" not in str(error.value)


def test_a_token_that_is_refused_is_renewed_once_and_the_request_made_again(
    gateway: EngineProxy, tokens: TokenServer
):
    session = oauth(gateway, tokens)
    session.fetch("/version")
    gateway.tokens.clear()  # revoked
    gateway.seen.clear()
    session.fetch("/version")
    assert sent(gateway) == [(f"Bearer token-1-{WORD}", 401), (f"Bearer token-2-{WORD}", 200)]


def test_a_token_that_is_refused_twice_is_one_clear_error(
    workers, gateway: EngineProxy, tokens: TokenServer, homeward
):
    gateway.tokens = set()
    tokens.gateway = EngineProxy()  # its tokens are good elsewhere
    tokens.gateway.server_close()
    said = homeward(
        "status",
        CAMUNDA_URL=gateway.url,
        HOMEWARD_OAUTH_TOKEN_URL=tokens.url,
        HOMEWARD_OAUTH_CLIENT_ID=CLIENT,
        HOMEWARD_OAUTH_CLIENT_SECRET=SECRET,
    )
    assert (
        said.code == 1
        and said.err.count("\n") == 1
        and "engine answered 401" in said.err
        and WORD not in said.err
    )
    assert sent(gateway) == [(f"Bearer token-1-{WORD}", 401), (f"Bearer token-2-{WORD}", 401)]


def test_many_threads_that_are_refused_at_once_renew_once(gateway: EngineProxy, tokens: TokenServer):
    session = oauth(gateway, tokens)
    session.fetch("/version")
    gateway.tokens.clear()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: session.fetch("/version"), range(8)))
    assert len(tokens.asked) == 2


@pytest.mark.parametrize(
    "answer, said",
    [
        (
            (400, {"error": "invalid_client", "error_description": f"secret {SECRET} is wrong"}),
            "answered 400 and no access_token: check HOMEWARD_OAUTH_CLIENT_ID",
        ),
        ((200, {"token": TOKEN}), "answered 200 and no access_token"),
        ((200, []), "no access_token"),
        (None, "does not answer"),
    ],
    ids=["refused", "other words", "a list", "away"],
)
def test_no_token_is_one_line_without_the_secret(gateway: EngineProxy, tokens: TokenServer, answer, said):
    session = oauth(gateway, tokens)
    tokens.answer = answer
    if not answer:
        tokens.shutdown()
        tokens.server_close()
    with pytest.raises(EngineUnreachable, match=said) as error:
        session.fetch("/version")
    assert WORD not in str(error.value) and not gateway.seen, "nothing is sent unsigned"


def test_a_worker_goes_on_when_its_token_is_revoked_while_it_runs(
    lab: Lab, gateway: EngineProxy, tokens: TokenServer
):
    runs: list[int] = []

    def handler(task, work):
        runs.append(1)
        gateway.tokens.clear()

    worker = lab.worker(handler)
    worker.engine.session = oauth(gateway, tokens)
    instances = [lab.start(worker) for _ in range(3)]
    lab.go(worker)
    assert [lab.ended(instance) for instance in instances] == ["End"] * 3 and len(runs) == 3
    assert any(status == 401 for _, status in sent(gateway)) and len(tokens.asked) > 1


def test_no_credential_shows_in_a_repr(gateway: EngineProxy, tokens: TokenServer):
    session = oauth(gateway, tokens)
    session.fetch("/version")
    given = Settings(_env_file=None, bearer_token=TOKEN)
    assert WORD not in f"{session!r} {session.auth!r} {given!r} {given.model_dump_json()}" and isinstance(
        session, requests.Session
    )


def test_the_engine_refuses_whoever_says_nothing(engine):
    with pytest.raises(EngineError) as said:
        EngineSession(settings().camunda_url).fetch("/task")
    assert said.value.status == 401
