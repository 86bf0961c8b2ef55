"""The engine's own database is compacted while it runs (engine/h2.xml)."""

from __future__ import annotations

from pathlib import Path

import pytest

import tests.environment
from tests.case import eventually
from workers.embedded.launcher import EmbeddedEngine
from workers.rest.session import EngineSession
from workers.settings import settings

# after every test: what would have failed has, and is in the log
pytestmark = [
    pytest.mark.last(1),
    pytest.mark.skipif(bool(tests.environment.GIVEN), reason="the database of a given engine is not ours"),
]


def test_the_database_is_compacted_while_the_engine_runs(engine: EngineSession) -> None:
    embedded = EmbeddedEngine(settings())
    running = embedded.running()
    assert running

    def threads() -> set[str]:
        return {file.read_text().strip() for file in Path(f"/proc/{running['pid']}/task").glob("*/comm")}

    eventually(lambda: "h2-compact-1" in threads(), lambda: f"no compaction among {sorted(threads())}")
    assert "'compact'" not in embedded.log.read_text(), "the compaction has failed"
