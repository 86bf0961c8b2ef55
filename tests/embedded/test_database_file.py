"""What a whole run of the suite leaves of the engine's own database (engine/h2.xml)."""

from __future__ import annotations

import pytest

import tests.environment
from workers.rest.session import EngineSession
from workers.settings import settings

pytestmark = pytest.mark.last(1)  # nothing else writes as much as all the others together

# H2 keeps what it has written within 45 seconds: a fast machine has more. Without engine/h2.xml: up to 15 GB.
BYTES = 8_000_000_000


@pytest.mark.skipif(bool(tests.environment.GIVEN), reason="the database of a given engine is not ours")
def test_the_database_does_not_grow_without_end(engine: EngineSession) -> None:
    [file] = (settings().var / "engine").glob("*/h2.mv.db")
    assert file.stat().st_size < BYTES
