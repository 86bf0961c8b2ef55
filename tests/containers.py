"""Where a Docker engine answers, the suite's engine and PostgreSQL are containers, as docker-compose.yml has
them: its images, commands, settings and files.

What a test stops, breaks or fills up stays an embedded one. So does the mail: the suite reads a mailbox in
its own folder, and its post office misbehaves as it is told, which a mail catcher does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from docker.errors import DockerException
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.network import Network
from testcontainers.core.wait_strategies import ExecWaitStrategy, HttpWaitStrategy

from tests.ports import HOST
from workers.embedded.postgresql import PostgreSQL
from workers.settings import PROJECT, Settings

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
PASSWORD = "Invented-Password-1"  # as the container engine's policy wants it
SECONDS = 300  # until an engine answers
ASKED = re.compile(r"\$\{([A-Z_]+)[^}]*\}")


def answer() -> bool:
    """Whether a Docker engine does, and is wanted: not with TESTS_DOCKER=no, nor for Operaton."""
    if os.environ.get("TESTS_DOCKER") == "no" or os.environ.get("ENGINE", "camunda") != "camunda":
        return False
    try:
        return bool(DockerClient().client.ping())
    except DockerException:
        return False


def as_composed(service: str, **given: str) -> dict[str, Any]:
    """What docker-compose.yml says of a service, as a container takes it; `given`: what stands in `.env`.

    Volumes of its own, in which Docker keeps data, are left out: these containers are gone after the tests.
    """
    said = SERVICES[service]
    mounts = [volume.split(":") for volume in said.get("volumes", [])]
    return {
        "image": said["image"],
        "command": said.get("command"),
        "env": {
            name: ASKED.sub(lambda found: given[found[1]], value)
            for name, value in said["environment"].items()
        },
        "volumes": [(str(PROJECT / here), there, *mode) for here, there, *mode in mounts if here[0] == "."],
    }


class Server(PostgreSQL):
    """A PostgreSQL that runs in a container."""

    def __init__(self, container: DockerContainer):
        self.container = container

    def url(self, database: str) -> str:
        where = f"{self.container.get_container_host_ip()}:{self.container.get_exposed_port(5432)}"
        return f"postgresql://{self.container.env['POSTGRES_USER']}:{PASSWORD}@{where}/{database}"


def _database() -> DockerContainer:
    """It is ready as soon as docker-compose's own check says so."""
    said = SERVICES["database"]["healthcheck"]["test"]
    container = DockerContainer(**as_composed("database", DATABASE_PASSWORD=PASSWORD))
    return container.with_exposed_ports(5432).waiting_for(ExecWaitStrategy(said[1:]))


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that runs, and that nobody stops."""
    with _database() as container:
        yield Server(container)


@contextmanager
def engine(settings: Settings) -> Iterator[None]:
    """An engine at `settings.camunda_url`, on a database of its own."""
    given = {
        "DATABASE_PASSWORD": PASSWORD,
        "CAMUNDA_USER": settings.camunda_user,
        "CAMUNDA_PASSWORD": settings.camunda_password.get_secret_value(),
    }
    ready = HttpWaitStrategy(8080, "/engine-rest/version").for_status_code_matching({200, 401}.__contains__)
    container = DockerContainer(**as_composed("engine", **given), ports=[8080])
    container.ports["8080"] = (HOST, settings.port)  # on loopback only
    with (
        Network() as network,
        _database().with_network(network).with_network_aliases("database"),
        container.with_network(network).waiting_for(ready.with_startup_timeout(SECONDS)),
    ):
        yield
