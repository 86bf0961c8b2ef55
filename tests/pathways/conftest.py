"""A second pathway beside permanence: dental care, of one workstep, which only these tests know."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workers import models as fitness
from workers.rest import deploy, organisation
from workers.rest.session import EngineSession
from workers.service import Service
from workers.settings import PROJECT

SECOND = Path(__file__).parent / "models"
FOLDERS = ("bpmn", "dmn", "forms", "engine", "play")


def project(folder: Path) -> Path:
    """The models of the project, copied."""
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def both(engine: EngineSession, workers: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both pathways, deployed with every check, its processes granted to the workers."""
    folder = project(tmp_path_factory.mktemp("both"))
    shutil.copytree(SECOND, folder, dirs_exist_ok=True)
    deploy_beside(engine, folder)
    return folder


def deploy_beside(engine: EngineSession, folder: Path) -> None:
    """Deploy what the folder has beyond the project, after the checks of `homeward deploy`.

    The project's own models are left alone: theirs count their flows.
    """
    assert fitness.findings(folder) == []
    new = [file for file in deploy.model_files(folder) if not (PROJECT / file.relative_to(folder)).exists()]
    engine.post(
        "/deployment/create",
        files={file.name: (file.name, file.read_bytes()) for file in new},
        data={"deployment-name": folder.name},
    )
    organisation.set_up(engine, folder, demo_users=False)
