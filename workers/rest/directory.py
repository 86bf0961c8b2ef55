"""Who works here, as the engine knows it: users, their mail addresses, the members of a group.

Kept for half a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workers.rest.session import EngineSession

# characters of an address or a name that are taken over: both are the user's own to set, and go on the record
LONGEST = 255
KEPT = 30.0  # seconds


@dataclass(frozen=True)
class User:
    id: str
    address: str | None
    name: str = ""  # first and last; the id where the profile has neither


class Directory:
    def __init__(self, session: EngineSession):
        self._session, self._lock = session, threading.Lock()
        self._cache: dict[tuple[str, str], tuple[float, list[User]]] = {}

    def user(self, user_id: str) -> User | None:
        """The user of this id, None if there is none."""
        return next(iter(self._ask("id", user_id)), None)

    def members(self, group_id: str) -> list[User]:
        """The users of a group, by id."""
        return sorted(self._ask("memberOfGroup", group_id), key=lambda user: user.id)

    def _ask(self, parameter: str, value: str) -> list[User]:
        with self._lock:
            asked_at, users = self._cache.get((parameter, value), (0.0, []))
        if users and time.monotonic() - asked_at < KEPT:
            return users
        users = [
            User(row["id"], _line(row.get("email")), full_name(row))
            for row in self._session.fetch("/user", **{parameter: value})
        ]
        with self._lock:
            self._cache[parameter, value] = (time.monotonic(), users)
        return users


def full_name(row: Mapping[str, Any]) -> str:
    """Of a user, as the engine gives them; the id where the profile has no name."""
    name = " ".join(part for key in ("firstName", "lastName") if (part := row.get(key)))
    return _line(name) or str(row["id"])


def _line(text: str | None) -> str | None:
    """As the profile has it, in characters that a database and a mail's header can hold.

    Whether mail goes there, the outbox decides.
    """
    return (
        "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:LONGEST])
        if text and text.strip()
        else None
    )
