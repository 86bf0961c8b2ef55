"""How the engine is told who asks: user and password, a bearer token, or a token that an OAuth2 server gives
for client credentials.
"""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from workers.errors import Refused
from workers.settings import Settings

AHEAD = 30.0  # seconds before its end a token is renewed, or a fifth of its life where that is less
TIMEOUT = (5.0, 15.0)  # seconds to connect, to wait for the token server's answer
AGAIN = 5.0  # seconds before a token server that failed is asked again, while the token is still good


class AuthError(Refused):
    """No token could be had."""


def shown(url: str) -> str:
    """An address as messages name it: without user, password and query."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


class Bearer(AuthBase):
    """A token that does not change."""

    def __init__(self, token: str):
        self._token = token.removeprefix("Bearer ")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class ClientCredentials(AuthBase):
    """A token from an OAuth2 server (RFC 6749, 4.4), shared by threads, renewed ahead of its end and when the
    engine refuses it.

    By hand: libraries of OAuth2 are sessions of their own, and ours is the engine's, with its timeouts and
    errors. The grant is one POST; the lines are for what a worker wants besides: one renewal for all threads,
    the old token as long as it is good, no secret in an error.
    """

    def __init__(self, url: str, client: str, secret: str, scope: str = ""):
        self.url = url
        self._client = HTTPBasicAuth(client, secret)
        self._scope = scope
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = self._end = 0.0  # monotonic seconds: when it is renewed, when it is over

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:  # one asks, the others wait for the same token
            if time.monotonic() >= self._good_until:
                self._renew_ahead()
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def refused(self, request: requests.PreparedRequest) -> None:
        """The engine answered 401: the token that was sent is not used again.

        Another thread may have a newer one already.
        """
        with self._lock:
            if request.headers.get("Authorization") == f"Bearer {self._token}":
                self._good_until = self._end = 0.0

    def _renew_ahead(self) -> None:
        try:
            self._renew()
        except AuthError:
            if time.monotonic() >= self._end:
                raise
            self._good_until = min(time.monotonic() + AGAIN, self._end)  # the old one is good until then

    def _renew(self) -> None:
        form = {"grant_type": "client_credentials"} | ({"scope": self._scope} if self._scope else {})
        try:
            answer = requests.post(
                self.url, data=form, auth=self._client, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.RequestException as error:
            raise AuthError(
                f"the token server {shown(self.url)} does not answer ({type(error).__name__}): "
                "is HOMEWARD_OAUTH_TOKEN_URL right?"
            ) from None
        try:
            token = answer.json() if answer.ok else {}
            self._token, life = str(token["access_token"]), float(token.get("expires_in") or 300)
        except (ValueError, KeyError, TypeError):
            raise AuthError(
                f"the token server {shown(self.url)} answered {answer.status_code} and no access_token: "
                "check HOMEWARD_OAUTH_CLIENT_ID, _SECRET and _SCOPE"
            ) from None
        self._end = time.monotonic() + life
        self._good_until = self._end - min(AHEAD, life / 5)


def of(settings: Settings) -> AuthBase:
    """What the settings say."""
    if settings.oauth_token_url:
        return ClientCredentials(
            settings.oauth_token_url,
            settings.oauth_client_id,
            settings.oauth_client_secret.get_secret_value(),
            settings.oauth_scope,
        )
    if token := settings.bearer_token.get_secret_value():
        return Bearer(token)
    return HTTPBasicAuth(settings.camunda_user, settings.camunda_password.get_secret_value())
