"""docker-compose.yml as far as it can be judged without Docker: the Compose specification's rules, our
settings, and `docker-compose config` where that is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from workers.settings import PROJECT, Settings

FILE = PROJECT / "docker-compose.yml"
SERVICE_KEYS = {
    "build",
    "command",
    "depends_on",
    "entrypoint",
    "environment",
    "healthcheck",
    "image",
    "ports",
    "restart",
    "stop_grace_period",
    "volumes",
}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
GIVEN = re.compile(r"\$\{([A-Z_]+)(:\?[^}]+|:-[^}]*)?\}")
GATEWAY = (PROJECT / "engine/containers/gateway.conf").read_text()
SECRETS = {"DATABASE_PASSWORD": "d", "CAMUNDA_PASSWORD": "c", "WORKER_PASSWORD": "w"}

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
EACH = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def known_settings() -> set[str]:
    """The environment variables that `Settings` reads."""
    names = set()
    for name, field in Settings.model_fields.items():
        aliases = getattr(field.validation_alias, "choices", None)
        names |= (
            {alias for alias in aliases if alias.isupper()}
            if aliases
            else {f"{Settings.model_config['env_prefix']}{name.upper()}"}
        )
    return names


def environment(*services: str) -> set[str]:
    return {name for service in services for name in SERVICES[service].get("environment", {})}


def test_the_layout_is_that_of_the_cluster():
    assert {
        "database",
        "engine",
        "engine-2",
        "gateway",
        "setup",
        "worker",
        "worker-2",
        "mail",
    } == SERVICES.keys()
    assert SERVICES["worker"]["environment"]["CAMUNDA_URL"] == "http://engine:8080/engine-rest"
    assert SERVICES["worker-2"]["environment"]["CAMUNDA_URL"] == "http://engine-2:8080/engine-rest"
    assert SERVICES["engine"]["environment"] == SERVICES["engine-2"]["environment"], (
        "nodes that differ are no nodes of one engine"
    )


@EACH
def test_a_service_says_what_compose_understands(service: dict[str, Any]):
    assert service.keys() <= SERVICE_KEYS and ("image" in service or "build" in service)
    assert service.get("restart", "no") in {"no", "always", "on-failure", "unless-stopped"}
    assert all(isinstance(value, str) for value in service.get("environment", {}).values()), (
        "a number or a boolean must be quoted"
    )
    for name in ("command", "entrypoint"):
        assert all(isinstance(part, str) for part in service.get(name, [])), f"{name} is no list of texts"
    assert DURATION.fullmatch(service.get("stop_grace_period", "1s"))


@EACH
def test_what_a_service_waits_for_comes_about(service: dict[str, Any]):
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES and how.keys() == {"condition"} and how["condition"] in CONDITIONS
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], f"{other} never becomes healthy"
        if how["condition"] == "service_completed_successfully":
            assert SERVICES[other].get("restart", "no") == "no", f"{other} never completes"


def test_nobody_waits_for_himself():
    waits = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while free := [name for name, others in waits.items() if not others & waits.keys()]:
        for name in free:
            del waits[name]
    assert not waits


@EACH
def test_a_health_check_is_a_command_with_durations(service: dict[str, Any]):
    check = service.get("healthcheck", {"test": ["CMD", "true"]})
    assert check.keys() <= {"test", "interval", "timeout", "start_period", "retries"}
    assert check["test"][0] in {"CMD", "CMD-SHELL"} and all(isinstance(part, str) for part in check["test"])
    assert all(
        DURATION.fullmatch(check[key]) for key in ("interval", "timeout", "start_period") if key in check
    )


@EACH
def test_images_are_pinned(service: dict[str, Any]):
    name, _, tag = service["image"].rpartition(":")
    assert name and re.search(r"\d+\.\d+", tag), f"{service['image']}: which version?"


def test_the_engine_is_the_one_that_the_tests_run_on():
    locked = re.search(r"camunda-engine:([\d.]+)", (PROJECT / "engine/camunda.lock").read_text())[1]
    assert SERVICES["engine"]["image"].endswith(f"run-{locked}")


def test_only_the_gateway_opens_ports_beyond_this_machine_and_each_once():
    opened = {name: service.get("ports", []) for name, service in SERVICES.items()}
    assert opened["gateway"] == ["443:8443", "80:8080"]
    others = [port for name, ports in opened.items() if name != "gateway" for port in ports]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in others)
    assert len({port.split(":")[1] for port in others}) == len(others)


def test_the_engine_is_reached_through_the_gateway_alone():
    assert not any("ports" in SERVICES[node] for node in ("engine", "engine-2"))
    assert (
        set(re.findall(r"server (\S+):8080 ", GATEWAY))
        == {"engine", "engine-2"}
        <= SERVICES["gateway"]["depends_on"].keys()
    )
    assert re.search(r"location / \{ return 404; \}", GATEWAY) and "/engine-rest" not in re.sub(
        r"#.*", "", GATEWAY
    )
    assert all(
        line in GATEWAY
        for line in (
            "client_max_body_size 512k;",
            "proxy_set_header Host ${GATEWAY_NAME};",
            "ssl_protocols TLSv1.2 TLSv1.3;",
            "limit_req zone=login",
        )
    )
    mounted = [volume.split(":") for volume in SERVICES["gateway"]["volumes"]]
    assert any(GATEWAY.count(f"{inside}/tls.") == 2 for _, inside, _ in mounted), (
        "the certificates that it reads are mounted"
    )


def test_mail_says_where_people_reach_tasklist():
    for name in ("worker", "worker-2"):
        assert SERVICES[name]["environment"]["HOMEWARD_TASKLIST_URL"].startswith("https://${GATEWAY_NAME")


@EACH
def test_mounted_files_and_volumes_are_there(service: dict[str, Any]):
    for source in (volume.split(":")[0] for volume in service.get("volumes", [])):
        if source == "./certificates":  # the council's own
            continue
        assert (
            (PROJECT / source).exists()
            if source.startswith("./")
            else source in yaml.safe_load(FILE.read_text())["volumes"]
        ), source


def test_what_is_set_for_homeward_is_a_setting_of_its():
    ours = {"setup", "worker", "worker-2"}
    assert environment(*ours) <= known_settings()
    assert not {name for name in environment(*SERVICES.keys() - ours) if name.startswith("HOMEWARD_")}


@pytest.mark.parametrize("name", ["setup", "worker", "worker-2"])
def test_homeward_takes_its_settings(name: str, monkeypatch: pytest.MonkeyPatch):
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, GIVEN.sub(lambda found: SECRETS.get(found[1], "demo"), value))
    settings = Settings(_env_file=None)
    assert settings.worker_user and settings.camunda_url.startswith("http://engine")


def test_workers_do_not_have_the_operators_password():
    assert "CAMUNDA_PASSWORD" not in environment("worker", "worker-2") and "CAMUNDA_PASSWORD" in environment(
        "setup"
    )


def test_no_password_stands_in_the_file():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert GIVEN.fullmatch(value) and ":?" in value, (
                    f"{name}: {variable} must come from .env, and its lack be said"
                )
    assert {found[1] for found in GIVEN.finditer(FILE.read_text())} == {
        *SECRETS,
        "CAMUNDA_USER",
        "GATEWAY_NAME",
    }


def test_what_the_engines_configuration_asks_for_is_set():
    asked = {found[1] for found in GIVEN.finditer((PROJECT / "engine/containers/default.yml").read_text())}
    assert asked <= environment("engine")


def test_the_container_engine_decides_as_the_embedded_one():
    """What both files say is said alike; only these stand in one of them, for the other distribution has no
    such thing.
    """

    def flat(tree: Any, path: str = "") -> dict[str, Any]:
        return (
            {
                key: value
                for name, part in tree.items()
                for key, value in flat(part, f"{path}.{name}".lstrip(".")).items()
            }
            if isinstance(tree, dict)
            else {path: tree}
        )

    # `homeward run --clock` shortens the jobs' waits; else they are what stands behind the colon
    usual = re.sub(r"\$\{homeward\.[\w-]+:(\d+)\}", r"\1", (PROJECT / "engine/application.yaml").read_text())
    embedded = flat(yaml.safe_load(usual)["camunda.bpm"])
    container = {
        key: value
        for key, value in flat(
            yaml.safe_load((PROJECT / "engine/containers/default.yml").read_text())["camunda.bpm"]
        ).items()
        if not key.startswith("run.")
    }
    # the embedded one has it from security.xml, once its first administrator is made
    policy = "generic-properties.properties.enablePasswordPolicy"
    own = {"admin-user.id", "admin-user.password", "webapp.application-path", policy}
    assert (
        container[policy] is True
        and "setEnablePasswordPolicy" in (PROJECT / "engine/security.xml").read_text()
    )
    assert {key: value for key, value in embedded.items() if key not in own} == {
        key: value for key, value in container.items() if key not in own
    }


def test_the_image_holds_what_it_copies():
    copied = [
        part
        for line in (PROJECT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY")
        for part in line.split()[1:-1]
    ]
    let_in = {
        line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    assert set(copied) == let_in and all((PROJECT / name).exists() for name in copied)


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_docker_compose_accepts_the_file(tmp_path: Path):
    def config(**given: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "empty.env").touch()
        return subprocess.run(
            ["docker-compose", "--env-file", tmp_path / "empty.env", "-f", FILE, "config", "-q"],
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], **given},
            capture_output=True,
            text=True,
        )

    needed = SECRETS | {"GATEWAY_NAME": "homeward.council.example"}
    accepted = config(**needed)
    assert (accepted.returncode, accepted.stderr) == (0, "")
    for missing in needed:
        refused = config(**{name: value for name, value in needed.items() if name != missing})
        assert refused.returncode and "set it in .env" in refused.stderr
