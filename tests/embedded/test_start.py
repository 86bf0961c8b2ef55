"""A start that fails and a process that will not end say so in one line.

Java is a shell script; processes are real.
"""

import json
import os
import socket

import pytest

from tests.embedded.jars import one_line
from workers.embedded import EmbeddedEngine, EmbeddedEngineError, aot, artifacts, checks, launcher
from workers.settings import Settings


@pytest.mark.parametrize("url", ["http://engine.example.org:8080/engine-rest", "http://localhost:8080/rest"])
def test_engine_elsewhere_cannot_be_started(tmp_path, url):
    with pytest.raises(EmbeddedEngineError, match="which no embedded engine can serve"):
        EmbeddedEngine(Settings(_env_file=None, camunda_url=url, var=tmp_path)).start()


def test_taken_port(settings, java):
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.port))
        other.listen()
        with pytest.raises(
            EmbeddedEngineError, match=f"port {settings.port} is taken: set CAMUNDA_URL"
        ) as error:
            EmbeddedEngine(settings, java("exit 1")).start()
    one_line(error)


def test_too_little_memory(settings, java, tmp_path, monkeypatch):
    (tmp_path / "meminfo").write_text("MemTotal: 8000000 kB\nMemAvailable:     512000 kB\n")
    monkeypatch.setattr(checks, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(checks, "CGROUP", tmp_path)
    with pytest.raises(EmbeddedEngineError, match="500 MiB are free and the engine needs about 1024 MiB"):
        EmbeddedEngine(settings, java("exit 1")).start()


def test_memory_limit_of_a_container_counts(tmp_path, monkeypatch):
    mib = 2**20
    (tmp_path / "meminfo").write_text("MemAvailable: 8192000 kB\n")
    (tmp_path / "memory.max").write_text(f"{900 * mib}\n")
    (tmp_path / "memory.current").write_text(f"{500 * mib}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {100 * mib}\n")
    monkeypatch.setattr(checks, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(checks, "CGROUP", tmp_path)
    assert checks.available_mib() == 500
    (tmp_path / "memory.max").write_text("max\n")
    assert checks.available_mib() == 8000


@pytest.mark.parametrize(
    "script, says",
    [  # a failed start says its own last trouble, not the log's older ones
        (
            "echo '10:00 ERROR o.s.b.SpringApplication : it broke'; echo '    at org.example.Thing'; exit 1",
            "it broke",
        ),
        ("echo 'Unrecognized VM option'; exit 1", "Unrecognized VM option"),
        (
            "echo 'Caused by: Database may be already in use: \"h2.mv.db\"'; exit 1",
            "another engine has this database open",
        ),
        (
            "echo 'Caused by: org.postgresql.util.PSQLException: Connection to db refused'; exit 1",
            "does not answer",
        ),
        ("exit 3", "exit code 3"),
        ("kill -9 $$", "want of memory"),
    ],
)
def test_java_that_dies_says_why(settings, java, script, says):
    engine = EmbeddedEngine(settings, java(script))
    engine.home.mkdir(parents=True)
    engine.log.write_text("ERROR of an earlier start\n")
    with pytest.raises(EmbeddedEngineError, match=says) as error:
        engine.start()
    assert "earlier" not in one_line(error) and engine.running() is None


@pytest.mark.parametrize("crash, second_start, kept", [("kill -SEGV $$", True, 0), ("exit 1", False, 1)])
def test_only_a_crash_is_blamed_on_the_cache(settings, java, crash, second_start, kept):
    path = java(f'case "$*" in *AOTCache=*) echo ERROR first; {crash};; esac; echo ERROR second; exit 1')
    class_path = artifacts.jars(launcher.ENGINE / "camunda.lock", settings.cache)
    cache = aot.AotCache(settings.cache, "camunda", settings.port, path, launcher.OPTIONS, class_path)
    cache.draft.write_bytes(b"recorded")
    aot.keep(cache.draft)
    with pytest.raises(EmbeddedEngineError, match="ERROR second" if second_start else "ERROR first"):
        EmbeddedEngine(settings, path).start()
    assert len(list(settings.cache.glob("*.aot"))) == kept


def test_java_that_never_answers_is_not_left_behind(settings, java, monkeypatch):
    monkeypatch.setattr(launcher, "START_SECONDS", 1)
    engine = EmbeddedEngine(settings, java("exec sleep 60"))
    with pytest.raises(EmbeddedEngineError, match="did not answer within 1 s"):
        engine.start()
    assert engine.running() is None


def test_what_the_engine_writes_is_its_owners_alone(settings, java):
    """A folder and a database from before, open to all, too."""
    engine = EmbeddedEngine(settings, java("mkdir new; touch new/file later; exit 1"))
    (engine.home / "old").mkdir(parents=True)
    for path in (engine.home / "h2.mv.db", engine.home / "old/file", engine.log):
        path.touch()
        path.chmod(0o644)
    for path in (engine.home.parent, engine.home, engine.home / "old"):
        path.chmod(0o755)
    with pytest.raises(EmbeddedEngineError):
        engine.start()
    parts = [engine.home.parent, *engine.home.parent.rglob("*")]
    assert {"later", "h2.mv.db", "engine.log", "engine.pid", "new", "file"} < {path.name for path in parts}
    assert [
        (path.name, oct(path.stat().st_mode & 0o777)) for path in parts if path.stat().st_mode & 0o077
    ] == []


# --- the process that runs


def test_number_of_a_dead_process_is_not_taken_for_the_engine(settings):
    engine = EmbeddedEngine(settings)
    engine.home.mkdir(parents=True)
    engine.pid_file.write_text(json.dumps({"pid": os.getpid(), "port": settings.port, "draft": "none"}))
    assert engine.running() is None
    engine.stop()  # must not end this very process


def test_running_engine_is_seen_by_another_process_object_and_stops(sleeping, settings):
    sleeping()
    other = EmbeddedEngine(settings)
    assert other.running()["port"] == settings.port
    other.stop()
    assert other.running() is None


def test_engine_that_does_not_stop_is_killed(sleeping, monkeypatch):
    monkeypatch.setattr(launcher, "STOP_SECONDS", 1)
    engine = sleeping("trap '' TERM; touch deaf; while :; do sleep 0.1; done")
    assert launcher._within(60, (engine.home / "deaf").exists)
    with pytest.raises(EmbeddedEngineError, match="did not stop within 1 s and was killed"):
        engine.stop()


def test_engine_on_another_port_is_not_started_twice(sleeping, settings):
    sleeping()
    there = settings.port
    elsewhere = Settings(
        _env_file=None, camunda_url="http://localhost:1/engine-rest", engine="camunda", var=settings.var
    )
    with pytest.raises(EmbeddedEngineError, match=f"runs on port {there}: stop it first"):
        EmbeddedEngine(elsewhere).start()
