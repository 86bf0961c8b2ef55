"""One HTTP session to the engine: pooled connections, timeouts, authentication, and errors that say what the engine said."""
from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from workers.settings import Settings


class EngineError(Exception):
    """The engine answered with an error. `status` is the HTTP status, `kind` and `code` the engine's own words for it."""

    def __init__(self, status: int, kind: str, message: str, code: int | None = None, details: Any = None):
        super().__init__(f"engine answered {status}: {message}")
        self.status, self.kind, self.message, self.code, self.details = status, kind, message, code, details

    @property
    def optimistic_locking(self) -> bool:
        """Two transactions met (code 1) or deadlocked (code 10000): the same call may simply be made again."""
        return self.status == 500 and (self.kind == "OptimisticLockingException" or self.code in (1, 10000))

    @property
    def nobody_waits(self) -> bool:
        """A message that no execution waits for (any more)."""
        return "MismatchingMessageCorrelation" in f"{self.kind} {self.message}"


class EngineUnreachable(Exception):
    """No answer: refused, cut or timed out. Whether the engine acted on the request is not known."""


class EngineSession(requests.Session):
    """A `requests.Session` whose relative paths start at the engine's REST address.

    Deliberately no retry here: who calls knows whether a second call is harmless.
    """

    def __init__(self, url: str, auth: Any = None, pool: int = 32, timeout: tuple[float, float] = (5.0, 30.0)):
        super().__init__()
        self.url, self.auth, self.timeout = url.rstrip("/"), auth, timeout
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=pool)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @classmethod
    def of(cls, settings: Settings, user: str | None = None, password: str | None = None) -> EngineSession:
        """A session as the settings' user, or as another one."""
        return cls(settings.camunda_url, (user or settings.camunda_user, password or settings.camunda_password.get_secret_value()))

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        if url.startswith("/"):
            url = self.url + url
        kwargs.setdefault("timeout", self.timeout)
        try:
            response = super().request(method, url, **kwargs)
        except requests.RequestException as error:
            raise EngineUnreachable(f"{self.url} does not answer ({type(error).__name__}): is the engine running, is CAMUNDA_URL right?") from error
        if response.ok:
            return response
        raise _error(response)

    def fetch(self, path: str, **params: Any) -> Any:
        """GET as JSON; parameters that are None are left out."""
        return self.get(path, params={k: _text(v) for k, v in params.items() if v is not None}).json()

    def call(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Send JSON; the JSON answer, or None where there is none."""
        response = self.request(method, path, json=body)
        return response.json() if response.content and response.status_code != 204 else None


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, (list, tuple, set)) else value


def _error(response: requests.Response) -> EngineError:
    try:
        body = response.json()
    except ValueError:
        body = {}
    if response.status_code == 401:
        return EngineError(401, "Unauthorized", "user or password refused: check CAMUNDA_USER and CAMUNDA_PASSWORD")
    return EngineError(response.status_code, body.get("type", response.reason or ""), body.get("message") or response.reason or "no message",
                       body.get("code"), body.get("details"))
