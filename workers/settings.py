"""Every setting of Homeward, with a default that works with the embedded engine.

Environment variables: `CAMUNDA_URL`, `CAMUNDA_USER`, `CAMUNDA_PASSWORD`, `ENGINE` and `HOMEWARD_<NAME>` for
the rest, for example `HOMEWARD_RECORD_URL`. A file `.env` in the working directory is read too.
"""

from __future__ import annotations

import re
from datetime import time
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from workers.errors import WrongUse

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="HOMEWARD_",
        env_file=".env",
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    camunda_url: str = Field(
        "http://localhost:8080/engine-rest", validation_alias=AliasChoices("CAMUNDA_URL", "camunda_url")
    )
    camunda_user: str = Field("demo", validation_alias=AliasChoices("CAMUNDA_USER", "camunda_user"))
    camunda_password: SecretStr = Field(
        SecretStr("demo"), validation_alias=AliasChoices("CAMUNDA_PASSWORD", "camunda_password")
    )
    engine: Literal["camunda", "operaton"] = Field(
        "camunda", validation_alias=AliasChoices("ENGINE", "engine")
    )

    worker_user: str = ""  # the workers' own account, of the group homeward-workers; default: CAMUNDA_USER
    worker_password: SecretStr = Field(SecretStr(""), validate_default=True)

    # instead of user and password, where a gateway before the engine wants a token
    bearer_token: SecretStr = SecretStr("")
    # or: where tokens are had for the three that follow (OAuth2 client credentials)
    oauth_token_url: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr = SecretStr("")
    oauth_scope: str = ""

    models: Path = PROJECT  # the folder that holds bpmn/, dmn/ and forms/
    var: Path = PROJECT / "var"  # what Homeward writes: database, mail, record, logs
    cache: Path = Path.home() / ".cache" / "homeward"  # the engine's artifacts, checked on every start
    record_url: str = ""  # SQLAlchemy URL; default: SQLite under `var`

    health_host: str = "127.0.0.1"  # where `homeward workers` serves /metrics, /healthz and /readyz
    health_port: int = Field(9464, ge=0, le=65535)  # 0: not at all
    # what is due, as a calendar at /deadlines/<token>.ics beside them; default: no calendar
    calendar_token: SecretStr = SecretStr("")

    # the browser that makes a PDF of a printed form; default: the one that is installed
    chromium: str = Field("", validation_alias=AliasChoices("CHROMIUM", "chromium"))

    tasklist_url: str = ""  # where people find Tasklist, as mail says; default: below CAMUNDA_URL
    # an hour in London, 08:00 say: what waits for a group goes to each member as one mail a working day;
    # which mails, `digest` in engine/organisation.toml says; default: every mail goes at once
    digest: time | None = None
    channel: Literal["maildir", "smtp", "govuk-notify"] = "maildir"
    mail_from: str = "homeward@example.org"
    # mail goes to addresses of these domains only, comma separated, each in full; default: the domain of
    # `mail_from`
    mail_domains: str = ""
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    smtp_timeout: float = 20.0  # seconds
    govuk_notify_key: SecretStr = SecretStr("")
    govuk_notify_template: str = ""  # one template with the personalisation fields `subject` and `body`

    @field_validator("worker_password")
    @classmethod
    def _both(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        """The operator's password must not go out under another name."""
        if bool(info.data.get("worker_user")) != bool(password.get_secret_value()):
            raise ValueError("set HOMEWARD_WORKER_USER and HOMEWARD_WORKER_PASSWORD, both or neither")
        return password

    @field_validator("mail_domains")
    @classmethod
    def _domains(cls, text: str) -> str:
        """A domain that nobody can have would stop all mail."""
        if unfit := [
            domain for domain in _list(text) if not re.fullmatch(r"([a-z0-9-]+\.)+[a-z0-9-]+", domain)
        ]:
            raise ValueError(
                f"{', '.join(unfit)}: name domains as in example.org, comma separated, without @ and *"
            )
        return text

    @field_validator("calendar_token")
    @classmethod
    def _long(cls, token: SecretStr) -> SecretStr:
        """The address is all that protects the calendar."""
        if token.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_.~-]{20,}", token.get_secret_value()):
            raise ValueError(
                "use 20 or more letters, digits, - and _: `python -c 'import secrets; "
                "print(secrets.token_urlsafe())'` makes one"
            )
        return token

    @model_validator(mode="after")
    def _one_way_in(self) -> Settings:
        oauth = (self.oauth_token_url, self.oauth_client_id, self.oauth_client_secret.get_secret_value())
        if any(oauth) != all(oauth):
            raise ValueError("set HOMEWARD_OAUTH_TOKEN_URL, _CLIENT_ID and _CLIENT_SECRET, all three or none")
        if any(oauth) and self.bearer_token.get_secret_value():
            raise ValueError("set HOMEWARD_BEARER_TOKEN or HOMEWARD_OAUTH_…, not both")
        return self

    @property
    def record(self) -> str:
        """The record's SQLAlchemy URL."""
        return self.record_url or f"sqlite:///{self.var / 'record.sqlite'}"

    @property
    def domains(self) -> frozenset[str]:
        """Where mail may go."""
        return frozenset(_list(self.mail_domains) or [self.mail_from.rpartition("@")[2].strip("> ").lower()])

    @property
    def maildir(self) -> Path:
        return self.var / "mail"

    @property
    def clock(self) -> Path:
        """Where it stands by how much the clock has been moved; no such file: it is the machine's clock."""
        return self.var / "clock"

    @cached_property
    def web_url(self) -> str:
        """Scheme, host and port of the engine, without a path: Tasklist and Cockpit stand below it."""
        parts = urlsplit(self.camunda_url)
        return f"{parts.scheme}://{parts.netloc}"

    @cached_property
    def port(self) -> int:
        return urlsplit(self.camunda_url).port or 8080


def _list(text: str) -> list[str]:
    return [part.strip().lower() for part in text.split(",") if part.strip()]


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once. WrongUse: one that cannot be so."""
    try:
        return Settings()
    except ValidationError as error:
        raise WrongUse("; ".join(map(_fault, error.errors()))) from None


def _fault(error: ErrorDetails) -> str:
    return f"setting{''.join(f' {name}' for name in error['loc'][:1])}: {error['msg']}"
