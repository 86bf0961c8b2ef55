"""One HTTP session to the engine: pooled connections, timeouts, authentication, the engine's own errors."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError

from workers.errors import Refused
from workers.rest import auth as authentication
from workers.settings import Settings

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PROXY = {502, 503, 504}  # what stands before the engine says that the engine is not there
DATABASE = {
    "ProcessEnginePersistenceException",
    "CannotCreateTransactionException",
    "DataAccessResourceFailureException",
    "TransactionSystemException",
}


Auth = tuple[str, str] | Callable[[requests.PreparedRequest], requests.PreparedRequest] | None


class EngineError(Refused):
    """The engine answered with an error.

    `status` is the HTTP status, `kind` and `code` the engine's own words for it.
    """

    def __init__(self, status: int, kind: str, message: str, code: int | None = None, details: Any = None):
        super().__init__(f"engine answered {status}: {message}")
        self.status = status
        self.kind = kind
        self.message = message
        self.code = code
        self.details = details

    @property
    def plain(self) -> str:
        """The message without what it quotes, which may be a variable's value: fit for logs and incidents."""
        unquoted = re.sub(r"""(['"]).*['"]""", "'…'", self.message, flags=re.DOTALL)
        return f"engine answered {self.status} {self.kind}: {unquoted}"

    @property
    def optimistic_locking(self) -> bool:
        """Two transactions met (code 1), deadlocked (code 10000), or one read what the other was just
        removing (ENGINE-03077): the same call may simply be made again.

        So may one whose database connection broke; whether it was committed, the second call shows.
        """
        return self.status == 500 and (
            self.kind == "OptimisticLockingException"
            or self.code in (1, 10000)
            or "ENGINE-03077" in self.message
            or self.database_away
        )

    @property
    def database_away(self) -> bool:
        """The engine's database failed it.

        What it says of itself has codes from 1 up, a broken connection has none.
        """
        return self.status == 500 and self.kind in DATABASE and not self.code

    @property
    def not_ours(self) -> bool:
        """An external task that is gone (completed, cancelled) or that another worker holds."""
        return self.status == 404 or (self.status == 400 and "locked by" in self.message)

    @property
    def nobody_waits(self) -> bool:
        """A message that no execution waits for (any more)."""
        return "MismatchingMessageCorrelation" in f"{self.kind} {self.message}"


class EngineUnreachable(Refused):
    """No answer: refused, cut or timed out. Whether the engine acted on the request is not known."""


class EngineSession(requests.Session):
    """A `requests.Session` whose relative paths start at the engine's REST address. Threads may share it.

    Deliberately no retry here: who calls knows whether a second call is harmless.
    """

    def __init__(
        self,
        url: str,
        auth: Auth = None,
        pool: int = 32,
        timeout: tuple[float, float] = (5.0, 30.0),
    ):
        super().__init__()
        self.url = url.rstrip("/")
        self.auth = auth
        self.timeout = timeout
        # no proxy stands between two processes of one machine
        self.trust_env = urlsplit(url).hostname not in LOOPBACK
        # each request says who asks; no HTTP session is kept
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=pool)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @classmethod
    def of(cls, settings: Settings, user: str | None = None, password: str | None = None) -> EngineSession:
        """A session as the settings say, or as another user."""
        return cls(
            settings.camunda_url, HTTPBasicAuth(user, password or "") if user else authentication.of(settings)
        )

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]  # ours name their options
        if url.startswith("/"):
            url = self.url + url
        kwargs.setdefault("timeout", self.timeout)
        kwargs["allow_redirects"] = False  # the engine sends nobody elsewhere
        response = self._answer(method, url, **kwargs)
        # revoked, or its server's clock is not the engine's
        if response.status_code == 401 and isinstance(self.auth, authentication.ClientCredentials):
            self.auth.refused(response.request)
            response = self._answer(method, url, **kwargs)
        # A login page, an ingress' own 404: neither says anything about a task.
        if 300 <= response.status_code < 400 or (
            response.status_code == 404 and not _document(response).get("type")
        ):
            raise self.strange(response)
        if response.ok:
            return response
        # it has no database to look its users up in, say
        if response.status_code in PROXY or (response.status_code == 500 and not _document(response)):
            raise EngineUnreachable(
                f"{authentication.shown(self.url)} does not answer (HTTP {response.status_code}): "
                "is the engine running?"
            )
        raise _error(response)

    def strange(self, response: requests.Response) -> EngineUnreachable:
        """Of an answer that is not the engine's: something else stands at its address, or before it."""
        return EngineUnreachable(
            f"{authentication.shown(self.url)} answers (HTTP {response.status_code}), but not as "
            "the engine's REST does: "
            "set CAMUNDA_URL to its address, which ends in /engine-rest"
        )

    def _answer(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        try:
            return _whole(super().request(method, url, stream=True, **kwargs), kwargs["timeout"][1])
        except requests.exceptions.InvalidJSONError as error:  # never sent: the caller's mistake
            raise ValueError("the request holds something that is no JSON") from error
        except requests.RequestException as error:
            raise EngineUnreachable(
                f"{authentication.shown(self.url)} does not answer ({type(error).__name__}): "
                "is the engine running, is CAMUNDA_URL right?"
            ) from error
        except authentication.AuthError as error:
            raise EngineUnreachable(str(error)) from error

    def fetch(self, path: str, **params: Any) -> Any:
        """GET as JSON; parameters that are None are left out."""
        return self._json(self.get(path, params={k: _text(v) for k, v in params.items() if v is not None}))

    def call(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Send JSON; the JSON answer, or None where there is none."""
        response = self.request(method, path, json=body)
        return self._json(response) if response.content and response.status_code != 204 else None

    def _json(self, response: requests.Response) -> Any:
        try:
            return response.json()
        except ValueError:
            raise self.strange(response) from None


def _whole(response: requests.Response, seconds: float) -> requests.Response:
    """Read the answer; the timeout that requests keeps starts anew with each piece, and an answer that
    trickles would never end.
    """
    if response.raw is None or isinstance(response._content, bytes):  # it is here already
        return response
    end, pieces = time.monotonic() + seconds, []
    try:
        while piece := response.raw.read1(65536, decode_content=True):
            pieces.append(piece)
            if time.monotonic() > end:
                raise requests.exceptions.ReadTimeout("the answer does not end")
    except (HTTPError, requests.RequestException) as error:
        response.close()
        raise requests.exceptions.ReadTimeout(type(error).__name__) from error
    # requests has no public way to say so
    response._content = b"".join(pieces)
    return response


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, (list, tuple, set)) else value


def _document(response: requests.Response) -> dict[str, Any]:
    """The engine's words on an error; empty where it had none."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error(response: requests.Response) -> EngineError:
    body = _document(response)
    if response.status_code == 401:
        return EngineError(
            401,
            "Unauthorized",
            "user, password or token refused: check CAMUNDA_USER and CAMUNDA_PASSWORD, or "
            "HOMEWARD_WORKER_USER and _PASSWORD where the workers have their own",
        )
    return EngineError(
        response.status_code,
        body.get("type") or response.reason or "",
        body.get("message") or response.reason or "no message",
        body.get("code"),
        body.get("details"),
    )
