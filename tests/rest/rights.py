"""The workers' account, and what the engine says where it has no right."""

from __future__ import annotations

from typing import Any

import pytest

from workers.rest.session import EngineError, EngineSession

ACCOUNT = "homeward-worker"


def refused(session: EngineSession, path: str, body: Any = None, method: str = "POST") -> None:
    """By the engine, which may also say that there is no such thing."""
    with pytest.raises(EngineError) as said:
        session.call(path, body, method)
    assert said.value.status in (403, 404) or said.value.nobody_waits, said.value


def hidden(session: EngineSession, path: str) -> None:
    """Either refused, or as if it were not there."""
    try:
        found = session.fetch(path)
    except EngineError as error:
        assert error.status in (403, 404), error
    else:
        assert found in ([], {"count": 0}), f"{path} shows {found}"
