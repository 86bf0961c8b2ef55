"""The models of the project."""

from pathlib import Path

import pytest

from .checks import models


@pytest.fixture(scope="session")
def files() -> list[Path]:
    return models()
