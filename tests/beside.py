"""Processes of the tests' own beside the models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workers.rest import organisation
from workers.rest.session import EngineSession
from workers.service import Service
from workers.settings import settings


@contextmanager
def deployed(engine: EngineSession, process: str, model: str) -> Iterator[str]:
    """It is deployed, and the workers may work on it, as if `homeward setup` knew it for a model."""
    deployment = engine.post(
        "/deployment/create",
        files={f"{process}.bpmn": (f"{process}.bpmn", model)},
        data={"deployment-name": process},
    ).json()["id"]
    grant = {
        "type": organisation.GRANT,
        "groupId": organisation.read(settings().models)["worker"]["group"],
        "userId": None,
        "resourceType": organisation.PROCESS_DEFINITION,
        "resourceId": process,
        "permissions": organisation.WORK,
    }
    granted = engine.call("/authorization/create", grant)["id"]
    yield process
    engine.call(f"/authorization/{granted}", method="DELETE")
    engine.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


@pytest.fixture(scope="session")
def one_workstep(engine: EngineSession, workers: Service) -> Iterator[str]:
    """A pathway that calls the workstep which its start names, and nothing else."""
    model = Path(__file__).with_name("one-workstep.bpmn").read_text()
    with deployed(engine, "one-workstep", model) as process:
        yield process
