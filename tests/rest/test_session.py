"""What the session to the engine does with answers that are none, and with a proxy in the environment.

A small server stands for both.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineSession, EngineUnreachable


@pytest.fixture
def answers() -> Iterator[tuple[str, dict[str, tuple[int, str]], list[str | None]]]:
    """(address, what it answers by path, the cookies it was sent)."""
    given: dict[str, tuple[int, str]] = {}
    cookies: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers.get("Cookie"))
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, body = given.get(self.path) or given["*"]
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/login")
            self.send_header("Set-Cookie", "JSESSIONID=somebody")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", given, cookies
        server.shutdown()


@pytest.mark.parametrize(
    "status, body, error, said",
    [
        (
            500,
            '{"type": "OptimisticLockingException", "message": "met", "code": 1}',
            EngineError,
            "engine answered 500: met",
        ),
        (401, "", EngineError, "check CAMUNDA_USER and CAMUNDA_PASSWORD"),
        (
            404,
            '{"type": "RestException", "message": "no such task"}',
            EngineError,
            "engine answered 404: no such task",
        ),
        (404, "<html>", EngineUnreachable, "HTTP 404.*set CAMUNDA_URL to its address"),
        (404, '{"status": 404, "error": "Not Found"}', EngineUnreachable, "HTTP 404"),
        (302, "", EngineUnreachable, "HTTP 302.*set CAMUNDA_URL to its address"),
        (400, '["a list"]', EngineError, "engine answered 400: Bad Request"),
        (503, "down for maintenance", EngineUnreachable, "HTTP 503"),
        (200, "<html>welcome</html>", EngineUnreachable, "set CAMUNDA_URL to its address"),
    ],
)
def test_each_answer_is_told_apart(answers, status, body, error, said):
    url, given, _ = answers
    given["/x"] = status, body
    with pytest.raises(error, match=said) as raised:
        EngineSession(url).fetch("/x")
    if error is EngineError:
        assert raised.value.status == status and raised.value.optimistic_locking == (status == 500)


@pytest.mark.parametrize(
    "message, plain",
    [
        ("Cannot transform 'Robin' for clause", "engine answered 500 E: Cannot transform '…' for clause"),
        ("'O'Brien' is not \"it\"\nat all", "engine answered 500 E: '…'\nat all"),
        ("no task", "engine answered 500 E: no task"),
    ],
)
def test_a_plain_message_quotes_nothing(message, plain):
    assert EngineError(500, "E", message).plain == plain


def test_no_proxy_stands_before_an_engine_on_this_machine(answers, monkeypatch):
    url, given, _ = answers
    given["/x"] = 200, "[]"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert EngineSession(url).fetch("/x") == []
    assert EngineSession("http://engine.example.org/engine-rest").trust_env


def test_no_cookie_is_kept(answers):
    url, given, cookies = answers
    given["/x"] = 200, "[]"
    session = EngineSession(url)
    session.fetch("/x"), session.fetch("/x")
    assert cookies == [None, None]


def test_what_is_no_json_is_not_sent(answers):
    with pytest.raises(ValueError, match="no JSON"):
        EngineSession(answers[0]).call("/x", {"ratio": float("nan")})


TOLD = {
    "complete": lambda tasks: tasks.complete("x", {}, {}),
    "failure": lambda tasks: tasks.failure("x", "", "", 0, 0),
    "bpmnError": lambda tasks: tasks.bpmn_error("x", "", "", {}),
    "extendLock": lambda tasks: tasks.extend_lock("x", 1),
    "unlock": lambda tasks: tasks.unlock("x"),
}


@pytest.mark.parametrize("call", TOLD.values(), ids=TOLD.keys())
@pytest.mark.parametrize(
    "answer", [(200, "<html>please log in</html>"), (200, "{}"), (302, "")], ids=["page", "json", "redirect"]
)
def test_only_the_engines_own_answer_is_taken_for_success(answers, answer, call):
    url, given, _ = answers
    given["*"], given["/login"] = answer, (204, "")
    with pytest.raises(EngineUnreachable, match="not as the engine's REST does"):
        call(ExternalTasks(EngineSession(url), "worker"))
    given["*"] = 204, ""
    call(ExternalTasks(EngineSession(url), "worker"))


@pytest.mark.parametrize("body", ["null", '{"status": "maintenance"}', "<html>"])
def test_a_poll_is_answered_with_a_list_or_not_at_all(answers, body):
    url, given, _ = answers
    given["*"] = 200, body
    with pytest.raises(EngineUnreachable, match="not as the engine's REST does"):
        ExternalTasks(EngineSession(url), "worker").fetch_and_lock([], 1, 0)


@pytest.mark.parametrize("status, body", [(503, ""), (200, "<html>"), (302, ""), (404, "")])
def test_no_credentials_of_the_address_are_in_a_message(answers, status, body):
    url, given, _ = answers
    given["*"] = status, body
    with pytest.raises(EngineUnreachable) as error:
        EngineSession(url.replace("//", "//user:hunter2@")).fetch("/x")
    assert "hunter2" not in str(error.value) and url in str(error.value)
    with pytest.raises(EngineUnreachable) as error:
        EngineSession("http://user:hunter2@localhost:9/engine-rest").fetch("/x")
    assert str(error.value).startswith("http://localhost:9/engine-rest does not answer")
