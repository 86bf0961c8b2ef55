"""Whether the suite takes containers, and what they are told: as far as it can be judged without Docker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import containers, environment

GIVEN = {"DATABASE_PASSWORD": "d", "CAMUNDA_USER": "u", "CAMUNDA_PASSWORD": "c"}


def test_where_no_docker_engine_answers_the_embedded_ones_serve(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    assert not containers.answer()


def test_the_suite_has_asked_docker_itself() -> None:
    """Unless it was told which engine to take."""
    if environment.GIVEN in ("", environment.DOCKER):
        assert (environment.GIVEN == environment.DOCKER) == containers.answer()


@pytest.mark.parametrize("service", ["database", "engine"])
def test_a_container_is_what_docker_compose_makes(service: str) -> None:
    told, said = containers.as_composed(service, **GIVEN), containers.SERVICES[service]
    assert told["image"] == said["image"] and told["env"].keys() == said["environment"].keys()
    assert "${" not in str(told["env"]) and "d" in told["env"].values()
    mounts = [volume for volume in said["volumes"] if volume.startswith("./")]
    assert mounts and len(told["volumes"]) == len(mounts)
    assert all(Path(here).exists() and mode == "ro" for here, _, mode in told["volumes"])
