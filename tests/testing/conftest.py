"""The double and the real engine, to which each test of this folder tells the same story."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.testing.worlds import InMemory, Real, World


@pytest.fixture(scope="module")
def real(request: pytest.FixtureRequest) -> Iterator[Real]:
    world = Real(request.getfixturevalue("engine"))
    yield world
    world.close()


@pytest.fixture(params=["double", "real"])
def world(request: pytest.FixtureRequest) -> World:
    return InMemory() if request.param == "double" else request.getfixturevalue("real")
