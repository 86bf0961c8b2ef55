"""`homeward run` keeps its engine up: killed, it is started again and cases go on.

What dies again and again is given up with a word.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.case import eventually
from tests.embedded.run import PATIENCE, Run
from workers.embedded import EmbeddedEngine, checks
from workers.embedded.keeper import Keeper
from workers.records.record import Record
from workers.settings import Settings


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    run = Run(tmp_path_factory.mktemp("run"), "--child", "child-run")
    try:
        yield run
    finally:
        run.end()


def test_an_engine_that_is_killed_comes_back_and_the_case_goes_on(run: Run):
    run.says("Authorise the report")  # in the middle of the case that it plays
    first = run.engine()
    os.kill(first, signal.SIGKILL)
    run.says("Java was killed, most likely for want of memory")
    run.says("it is started again")
    run.says("the engine runs again")
    run.says("run until you press Ctrl-C")
    assert run.engine() != first
    ends = [
        entry
        for entry in Record(run.settings.record).chronology("child-run")
        if entry["what"] == "pathway-ended"
    ]
    assert len(ends) == 1 and "Child Placed" in ends[0]["details"]["outcome"]


def test_it_serves_the_health_pages(run: Run):
    run.says("run until you press Ctrl-C")
    for page in ("healthz", "readyz", "metrics"):
        assert requests.get(f"http://127.0.0.1:{run.health}/{page}", timeout=60).status_code == 200


def test_what_is_up_and_idle_is_watched_too_and_a_stop_is_a_stop(run: Run):
    run.says("run until you press Ctrl-C")
    said, first = len(run.lines), run.engine()
    os.kill(first, signal.SIGTERM)
    run.says("another program told it to end", said)
    run.says("the engine runs again", said)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(PATIENCE) == 0 and not EmbeddedEngine(run.settings).running(), run.lines[-5:]
    assert "Traceback" not in "".join(run.lines)


# without Java -----------------------------------------------------------------------------------------------


def test_an_engine_that_dies_again_and_again_is_given_up(settings: Settings, java):
    said: list[str] = []
    keeper = Keeper(
        EmbeddedEngine(
            settings, java("echo 'Terminating due to java.lang.OutOfMemoryError: Java heap space'; exit 3")
        ),
        said.append,
        pauses=(0, 0),
    )
    keeper.engine.home.mkdir(parents=True)
    keeper.start()
    assert keeper.over.wait(PATIENCE) and not keeper.wait_up()
    assert (
        "too big for its memory" in keeper.reason
        and "died 3 times in a row" in keeper.reason
        and len(said) == 2
    )
    keeper.stop()


def test_an_engine_that_was_stopped_is_left_alone(sleeping):
    said: list[str] = []
    engine = sleeping()
    keeper = Keeper(engine, said.append)
    keeper.start()
    EmbeddedEngine(engine.settings).stop()  # as `python -m workers.embedded stop` does
    assert keeper.over.wait(PATIENCE) and "stopped by another program" in keeper.reason and not said
    keeper.stop()


def test_stopping_breaks_off_a_start(settings: Settings, java):
    said: list[str] = []
    engine = EmbeddedEngine(settings, java("exec sleep 600"))
    engine.home.mkdir(parents=True)
    keeper = Keeper(engine, said.append)
    keeper.start()
    eventually(engine.running, lambda: f"it is not started: {said}")
    keeper.stop()
    assert not keeper.is_alive() and not engine.running()


@pytest.mark.parametrize(
    "code, log, says",
    [
        (-9, "", "want of memory"),
        (143, "", "another program told it to end"),
        (3, "Terminating due to java.lang.OutOfMemoryError: Java heap space", "too big for its memory"),
        (1, "ERROR Robin Example cannot be read", "Java ended with 1"),
    ],
)
def test_a_death_is_told_in_one_line_without_what_the_log_quotes(
    tmp_path: Path, code: int, log: str, says: str
):
    (tmp_path / "engine.log").write_text(f"earlier\n{log}\n")
    told = checks.death(tmp_path / "engine.log", 8, code, ran=True)
    (tmp_path / "engine.log").unlink()  # or the search for planted texts finds it
    assert (
        says in told and told.startswith("the engine has died: ") and "\n" not in told and "Robin" not in told
    )


def test_a_taken_port_costs_the_health_pages_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from workers.commands import running

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        service = running._service(
            Settings(
                _env_file=None,
                camunda_url="http://localhost:9/engine-rest",
                health_port=port,
                record_url=f"sqlite:///{tmp_path / 'record.sqlite'}",
            )
        )
    said = capsys.readouterr().out
    assert service.health is None and f"127.0.0.1:{port}" in said and "No health pages" in said
    service.record.close()
