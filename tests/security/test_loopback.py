"""What listens, listens to this machine alone unless told otherwise.

127.0.0.2 stands for another machine: loopback is a net, and whoever listens everywhere answers there.
"""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from tests.notifications.doubles import Fake, outbox
from tests.ports import free_port
from workers.health import Health
from workers.notifications import OutboxThread
from workers.records import Record
from workers.rest.session import EngineSession
from workers.runtime.worker import Worker
from workers.settings import Settings, settings


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=20).close()
        return True
    except OSError:
        return False


def test_the_embedded_engine_answers_this_machine_alone(engine):
    if not (settings().var / "engine").exists():
        pytest.skip("the engine is not the embedded one")
    assert answers("127.0.0.1", settings().port) and not answers("127.0.0.2", settings().port)


@pytest.mark.parametrize(
    "given, elsewhere", [({}, False), ({"health_host": "0.0.0.0"}, True)], ids=["by default", "when told"]
)
def test_the_workers_pages_answer_this_machine_alone_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], elsewhere: bool
):
    monkeypatch.delenv("HOMEWARD_HEALTH_HOST", raising=False)
    chosen = Settings(_env_file=None, record_url=f"sqlite:///{tmp_path / 'record.sqlite'}", **given)
    with closing(Record(chosen.record)) as record:
        pages = Health(
            chosen,
            port := free_port(),
            Worker(EngineSession.of(chosen), {}),
            OutboxThread(outbox(record, Fake())),
        )
        pages.start()
        try:
            assert answers("127.0.0.1", port) and answers("127.0.0.2", port) is elsewhere
        finally:
            pages.stop()


def test_the_record_is_a_file_by_default():
    """Nothing listens for it, and records/test_database.py shows that the file is its owner's alone."""
    assert Settings(_env_file=None, record_url="").record.startswith("sqlite:///")
