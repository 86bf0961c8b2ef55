"""The health pages of a workers process, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.notifications.doubles import Fake, outbox
from workers import health
from workers.health import Health
from workers.notifications import OutboxThread
from workers.records import Record
from workers.rest.session import EngineSession
from workers.runtime.worker import Worker
from workers.settings import Settings, settings


class Pages:
    """The pages as a browser sees them."""

    def __init__(self, port: int):
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, timeout=60)

    def says(self, path: str) -> tuple[int, str]:
        answer = self.get(path)
        return answer.status_code, answer.text.rstrip()

    def status(self, path: str) -> int:
        return self.get(path).status_code

    def number(self, name: str, **labels: str) -> float:
        """Sum of the samples of a name with these labels; 0 without any."""
        families = text_string_to_metric_families(self.get("/metrics").text)
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@pytest.fixture
def serve(book: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Pages]]:
    """`serve(worker)`: its pages, and those of an outbox that sends nothing unless one is given.

    A probe waits longer than the machine stands still.
    """
    monkeypatch.setattr(health, "PROBE", 30.0)
    served: list[Health] = []

    def pages(worker: Worker, box: OutboxThread | None = None, **changed: Any) -> Pages:
        chosen = Settings(
            _env_file=None, **{"record_url": f"sqlite:///{tmp_path / 'record.sqlite'}"} | changed
        )
        served.append(Health(chosen, 0, worker, box or OutboxThread(outbox(book, Fake()))))
        served[-1].start()
        return Pages(served[-1]._server.server_address[1])

    yield pages
    for page in served:
        page.stop()


def idle(session: EngineSession | None = None) -> Worker:
    """A worker that is never started."""
    return Worker(session or EngineSession.of(settings()), {})
