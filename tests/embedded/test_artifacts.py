"""The engine's jars: verified at every start, fetched when missing, and one line that says why when that
fails.
"""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests
from jgo.maven import MavenContext

from tests.embedded.jars import JAR, locked, one_line
from workers.embedded import EmbeddedEngineError, aot, artifacts, launcher

LINE = locked("org.example:thing:1.0:classes")


class Repository(BaseHTTPRequestHandler):
    """A Maven repository that serves `body` for any path, and remembers what it was asked for."""

    body: bytes | None
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        content = None if self.path.endswith(".sha1") else self.body
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(monkeypatch):
    """A repository of one artifact, on this machine."""
    handler = type("Handler", (Repository,), {"body": JAR, "asked": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    remote = {"central": f"http://127.0.0.1:{server.server_port}"}
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(
        artifacts, "MavenContext", lambda **options: MavenContext(remote_repos=remote, **options)
    )
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "engine.lock"
    path.write_text(LINE + "\n")
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


# --- artifacts


def test_jar_is_fetched_once_and_then_taken_from_the_cache(lock, cache, repository):
    [jar] = artifacts.jars(lock, cache)
    assert jar == cache / "org/example/thing/1.0/thing-1.0-classes.jar" and jar.read_bytes() == JAR
    asked = len(repository.asked)
    assert artifacts.jars(lock, cache) == [jar]
    assert len(repository.asked) == asked, "the second start must not touch the network"


@pytest.mark.parametrize("damaged", [b"", b"a jaR", JAR + b" and more"])
def test_damaged_jar_in_the_cache_is_fetched_again(lock, cache, repository, damaged):
    [jar] = artifacts.jars(lock, cache)
    jar.write_bytes(damaged)
    artifacts.jars(lock, cache)
    assert jar.read_bytes() == JAR


def test_jar_that_arrives_damaged_is_tried_twice_and_never_cached(lock, cache, repository):
    repository.body = b"half a j"
    with pytest.raises(EmbeddedEngineError) as error:
        artifacts.jars(lock, cache)
    assert "org.example:thing:1.0:classes" in one_line(error) and "sha256" in one_line(error)
    assert len([path for path in repository.asked if path.endswith(".jar")]) == 2
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_jar_that_the_repository_does_not_have(lock, cache, repository):
    repository.body = None
    with pytest.raises(
        EmbeddedEngineError, match=r"org\.example:thing:1\.0:classes: the repository does not offer it"
    ) as error:
        artifacts.jars(lock, cache)
    assert "127.0.0.1" not in one_line(error)


def test_no_network(lock, cache, monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise requests.ConnectionError("many\nlines")

    monkeypatch.setattr("jgo.util.http.request", unreachable)
    with pytest.raises(EmbeddedEngineError, match="no connection") as error:
        artifacts.jars(lock, cache)
    one_line(error)


def test_cache_that_cannot_be_written(lock, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedEngineError, match="set HOMEWARD_CACHE to a folder of yours"):
        artifacts.jars(lock, tmp_path / "file" / "cache")


@pytest.mark.parametrize("line", ["", "org.example:thing:1", LINE.upper(), LINE[:-1], f"../{LINE}"])
def test_bad_lock_line_is_named(tmp_path, cache, line):
    lock = tmp_path / "bad.lock"
    lock.write_text(f"{LINE}\n{line}\n")
    with pytest.raises(EmbeddedEngineError, match=r"bad\.lock:2: ") as error:
        artifacts.jars(lock, cache)
    one_line(error)


def test_missing_lock(tmp_path, cache):
    with pytest.raises(EmbeddedEngineError, match="restore it"):
        artifacts.jars(tmp_path / "none.lock", cache)


@pytest.mark.parametrize("product", ["camunda", "operaton"])
def test_locks_of_the_project_are_sound(product):
    found = artifacts.read_lock(launcher.ENGINE / f"{product}.lock")
    assert len({artifact.path(Path()) for artifact in found}) == len(found) > 100


# --- the ahead-of-time cache


def test_cache_that_changed_is_recorded_anew(tmp_path):
    java = tmp_path / "java"
    java.touch()
    cache = aot.AotCache(tmp_path, "camunda", 8080, java, [], [])
    assert cache.options() == [f"-XX:AOTCacheOutput={cache.draft}"]
    cache.draft.write_bytes(b"recorded")
    aot.keep(cache.draft)
    [kept] = tmp_path.glob("*.aot")
    assert cache.options() == [f"-XX:AOTCache={kept}"]
    kept.write_bytes(b"damaged")
    assert cache.options() == [f"-XX:AOTCacheOutput={cache.draft}"] and not kept.exists()
