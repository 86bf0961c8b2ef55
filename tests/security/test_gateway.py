"""The gateway of docker-compose.yml, tried for real where nginx is installed (apt-get install nginx-light).

Its own configuration, before the engine of the tests.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.case import eventually
from tests.ports import free_port
from tests.tls import OPENSSL, signed_by_itself
from workers.rest.session import EngineSession
from workers.settings import PROJECT, settings

NAME = "homeward.example"
MAIN = """daemon off; {user} worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{}} http {{ {temporary} include {folder}/gateway.conf; }}"""
pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and OPENSSL),
    reason="no nginx found: apt-get install nginx-light",
)


class Gateway:
    """An nginx with the gateway's configuration, on other ports."""

    def __init__(self, folder: Path, engine_port: int):
        self.folder, self.tls, self.plain = folder, free_port(), free_port()
        self.trusted = ssl.create_default_context()
        self.trusted.check_hostname, self.trusted.verify_mode = False, ssl.CERT_NONE
        signed_by_itself(folder, NAME)
        text = (
            (PROJECT / "engine/containers/gateway.conf")
            .read_text()
            .replace("${GATEWAY_NAME}", NAME)
            .replace("/etc/nginx/certificates", str(folder))
        )
        text = text.replace("listen 8443", f"listen 127.0.0.1:{self.tls}").replace(
            "listen 8080", f"listen 127.0.0.1:{self.plain}"
        )
        text = text.replace("server engine-2:8080", "# ").replace(
            "server engine:8080", f"server 127.0.0.1:{engine_port}"
        )
        (folder / "gateway.conf").write_text(text)
        temporary = " ".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            MAIN.format(folder=folder, temporary=temporary, user="user root;" if os.geteuid() == 0 else "")
        )
        with (folder / "out").open("wb") as out:
            self.process = subprocess.Popen(["nginx", "-c", folder / "nginx.conf"], stdout=out, stderr=out)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.tls)) == 0

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes = b"",
        host: str = NAME,
        sni: str = NAME,
        encrypted: bool = True,
        **headers: str,
    ) -> http.client.HTTPResponse:
        """The answer, read; `path` is sent as it is."""
        link = http.client.HTTPConnection("127.0.0.1", timeout=120)
        raw = socket.create_connection(("127.0.0.1", self.tls if encrypted else self.plain), timeout=120)
        link.sock = self.trusted.wrap_socket(raw, server_hostname=sni) if encrypted else raw
        link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, "Content-Length": str(len(body)), **headers}.items():
            link.putheader(name.replace("_", "-"), value)
        link.endheaders(body)
        answer = link.getresponse()
        answer.body = answer.read()
        link.close()
        return answer


class Visitor:
    """A browser: cookies and the token against forged requests."""

    def __init__(self, gateway: Gateway):
        self.gateway, self.cookies = gateway, {}

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> http.client.HTTPResponse:
        given = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X_XSRF_TOKEN": self.cookies.get("XSRF-TOKEN", ""),
        }
        answer = self.gateway.ask(
            path, method, body, **{name: value for name, value in given.items() if value}, **headers
        )
        for line in answer.headers.get_all("Set-Cookie") or []:
            assert "secure" in line.lower(), line
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer

    def log_in(self, user: str, password: str) -> int:
        self.ask("/camunda/app/tasklist/default/")
        said = self.ask(
            "/camunda/api/admin/auth/user/default/login/tasklist",
            "POST",
            urlencode({"username": user, "password": password}).encode(),
            Content_Type="application/x-www-form-urlencoded",
        ).status
        self.ask("/camunda/app/tasklist/default/")  # the session is a new one, and so is its token
        return said


@pytest.fixture(scope="module")
def gateway(engine: EngineSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), settings().port)
    try:
        eventually(gateway.listens, lambda: (gateway.folder / "out").read_text())
        yield gateway
    finally:
        gateway.process.terminate()
        gateway.process.wait(60)


@pytest.fixture
def social_worker(gateway: Gateway) -> Visitor:
    visitor = Visitor(gateway)
    assert visitor.log_in("social-worker", "social-worker") == 200
    return visitor


def test_tasklist_works_behind_it(social_worker: Visitor):
    assert social_worker.ask("/camunda/app/tasklist/default/").status == 200
    counted = social_worker.ask(
        "/camunda/api/engine/engine/default/task/count",
        "POST",
        b"{}",
        Content_Type="application/json",
        Accept="application/json",
    )
    assert counted.status == 200 and b"count" in counted.body


@pytest.mark.parametrize(
    "path",
    [
        "/engine-rest/version",
        "/engine-rest/",
        "/engine-rest",
        "//engine-rest/version",
        "/%65ngine-rest/version",
        "/camunda/../engine-rest/version",
        "/camunda/%2e%2e/engine-rest/version",
        "/camunda/..;/engine-rest/version",
        "/camunda/..%3b/engine-rest/version",
        "/camunda/..%2fengine-rest/version",
        "/camunda/..%5cengine-rest/version",
        "/camunda/.;x=1/..;y/engine-rest/version",
        "/camunda/%252e%252e/engine-rest/version",
        "/;x/engine-rest/version",
        "/actuator/env",
        "/swaggerui/",
        "/camunda/api/engine/application.wadl",
        "/camunda/api/engine/application%2ewadl",
        "/camunda/api/cockpit/application.wadl",
        "/camunda/api/admin/setup/default/user/create",
    ],
)
@pytest.mark.parametrize("who", ["nobody", "an administrator"])
def test_what_it_keeps_back(gateway: Gateway, who: str, path: str):
    given = {} if who == "nobody" else {"Authorization": "Basic ZGVtbzpkZW1v"}
    answer = gateway.ask(path, **given)
    assert answer.status in (400, 403, 404) and b"7.2" not in answer.body and b"wadl" not in answer.body, (
        answer.status,
        answer.body[:200],
    )


def test_nobody_begins_in_the_middle(social_worker: Visitor):
    for path in (
        "process-definition/key/permanence/start",
        "process-definition/key/permanence/start/",
        "process-definition/key/permanence/%73tart",
    ):
        body = (
            b'{"businessKey": "c-gateway", "startInstructions": '
            b'[{"type": "startBeforeActivity", "activityId": "Activity_PermanencePlacement"}]}'
        )
        answer = social_worker.ask(
            f"/camunda/api/engine/engine/default/{path}", "POST", body, Content_Type="application/json"
        )
        assert answer.status == 403 and b"nginx" in answer.body, path  # the gateway's, not the engine's


@pytest.mark.parametrize(
    "path", ["user/nobody-here", "user/nobody-here/", "%75ser/nobody-here", "/user//nobody-here"]
)
def test_nobody_deletes_an_account(social_worker: Visitor, path: str):
    base = "/camunda/api/engine/engine/default/"
    answer = social_worker.ask(base + path, "DELETE")
    assert answer.status == 403 and b"nginx" in answer.body  # the gateway's, not the engine's
    assert social_worker.ask(base + path, "GET").status != 403  # what else is done with accounts passes


def test_no_other_name_is_served_or_repeated(gateway: Gateway):
    with pytest.raises(ssl.SSLError):
        gateway.ask("/camunda/app/", sni="evil.example")
    with pytest.raises((http.client.HTTPException, OSError)):
        gateway.ask("/camunda/app/", encrypted=False, host="evil.example")
    try:
        said = gateway.ask("/camunda/app/", host="evil.example")
    except (http.client.HTTPException, OSError):
        pass
    else:
        assert "evil.example" not in str(said.headers) and said.status in (400, 421)
    for path in ("/", "/camunda/app/tasklist", "/camunda"):
        answer = gateway.ask(path, X_Forwarded_Host="evil.example", Forwarded="host=evil.example")
        assert "evil.example" not in str(answer.headers) and answer.headers.get(
            "Location", f"https://{NAME}/"
        ).startswith((f"https://{NAME}/", "/")), answer.headers
    assert gateway.ask("/camunda/app/", encrypted=False).headers["Location"] == f"https://{NAME}/camunda/app/"


def test_bodies_have_a_limit(social_worker: Visitor):
    path = "/camunda/api/engine/engine/default/task/count"
    assert social_worker.ask(path, "POST", b"[" * 600_000, Content_Type="application/json").status == 413
    assert (
        social_worker.ask(
            path, "POST", b'{"name": "' + b"x" * 1000 + b'"}', Content_Type="application/json"
        ).status
        == 200
    )


def test_logins_and_work_have_a_rate(gateway: Gateway):
    """The last test here: the queue of logins is full after it."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(60) as pool:
        logins = list(
            pool.map(
                lambda _: gateway.ask("/camunda/api/admin/auth/user/default/login/tasklist", "POST").status,
                range(60),
            )
        )
    assert 429 in logins and logins.count(429) < 60
    log = (gateway.folder / "out").read_text()
    assert " 429 " in log and "password" not in log and "?" not in log
