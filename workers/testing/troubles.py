"""What may happen to a request on its way, or in the engine: planned by a test, in the engine's own words."""

from __future__ import annotations

from dataclasses import dataclass

import requests

ANY = "*"  # stands for every call


@dataclass(frozen=True)
class Trouble:
    """Either an error answer (`status`, with the engine's type, message and code), or none at all (`cut`).

    `acts`: the request is carried out first.
    """

    status: int = 0
    kind: str = ""
    message: str = ""
    code: int | None = 0
    cut: type[requests.RequestException] | None = None
    acts: bool = False


PERSISTENCE = (
    "An exception occurred in the persistence layer. Please check the server logs for a detailed "
    "message and the entire exception stack trace."
)

OLE = Trouble(
    500,
    "OptimisticLockingException",
    "ENGINE-03005 Execution of 'UPDATE ExecutionEntity[…]' failed. Entity was updated by another "
    "transaction concurrently.",
    1,
)
DEADLOCK = Trouble(500, "ProcessEnginePersistenceException", PERSISTENCE, 10000)
POLLS_FULL = Trouble(
    500,
    "InvalidRequestException",
    "At the moment the server has to handle too many requests at the same time. Please try again later.",
    None,
)
UNAUTHORIZED = Trouble(401)
UNAVAILABLE = Trouble(503)  # a proxy's word for an engine that is not there
UNREACHABLE = Trouble(cut=requests.ConnectionError)
# done, and the connection broke before it could be said
ANSWER_LOST = Trouble(cut=requests.ConnectionError, acts=True)
SILENT = Trouble(cut=requests.ReadTimeout)  # no answer comes; the client's patience is taken as over at once
