"""A jar that is none, and what may be said of it."""

from __future__ import annotations

import hashlib

import pytest

JAR = b"a jar"


def locked(coordinates: str) -> str:
    """The jar's line in a lock file."""
    return f"{coordinates} {hashlib.sha256(JAR).hexdigest()}"


def one_line(error: pytest.ExceptionInfo[BaseException]) -> str:
    """What was raised, in one line."""
    text = str(error.value)
    assert "\n" not in text
    return text
