"""The workers' own session, for what it may and may not."""

from __future__ import annotations

import pytest

from workers.rest.session import EngineSession
from workers.service import Service


@pytest.fixture
def worker(workers: Service) -> EngineSession:
    """The session that the workers use."""
    return workers.cleaner.session
