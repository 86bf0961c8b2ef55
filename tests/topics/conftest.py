"""A child's case in which a topic is tried."""

from __future__ import annotations

import pytest

from tests.topics.trial import CHILD, Trial
from workers.records import Record


@pytest.fixture
def trial(book: Record) -> Trial:
    return Trial(book)


@pytest.fixture
def pathway(trial: Trial) -> str:
    """An open pathway."""
    instance = trial.engine.start("permanence", CHILD, by="social-worker")
    trial.run("open-pathway", instance, socialWorker="social-worker")
    return instance


@pytest.fixture
def workstep(trial: Trial, pathway: str) -> str:
    """A workstep that is open in it."""
    instance = trial.engine.start("family-finding-request", CHILD, above=pathway)
    trial.run("open-workstep", instance)
    return instance
