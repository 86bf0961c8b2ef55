"""What the engine's own access log says of a contestant: the same ruler for all, and nothing stands between
client and engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# Epoch milliseconds of begin and end, the client's port (= its connection), then what was asked and answered.
PATTERN = "%{begin:msec}t %{end:msec}t %{remote}p %m %s %U"


def settings(folder: Path) -> dict[str, object]:
    """Spring's properties that turn it on; written through at once, so that it may be read while a contestant
    runs.
    """
    return {
        "server.tomcat.accesslog.enabled": True,
        "server.tomcat.accesslog.directory": str(folder),
        "server.tomcat.accesslog.prefix": "access",
        "server.tomcat.accesslog.suffix": ".log",
        "server.tomcat.accesslog.rotate": False,
        "server.tomcat.accesslog.buffered": False,
        "server.tomcat.accesslog.pattern": PATTERN,
    }


@dataclass(frozen=True)
class Call:
    begin: int  # epoch milliseconds
    end: int
    port: str
    method: str
    status: int
    path: str

    @property
    def fetch(self) -> bool:
        return self.path.endswith("/fetchAndLock")

    @property
    def completed(self) -> str | None:
        """The external task that this call completed."""
        parts = self.path.split("/")
        return parts[-2] if parts[-1] == "complete" and self.status == 204 else None


class AccessLog:
    """Reads the log on from where it stood.

    `mine`: paths below it that the bench itself asks for, which are nobody's.
    """

    def __init__(self, file: Path):
        self.file, self.position = file, 0

    def new(self) -> list[Call]:
        """The calls that have ended since the last look."""
        with self.file.open("rb") as log:
            log.seek(self.position)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.position += len(whole)
        return [_call(line) for line in whole.decode().splitlines()]


def _call(line: str) -> Call:
    begin, end, port, method, status, path = line.split(" ", 5)
    return Call(int(begin), int(end), port, method, int(status), path)


@dataclass(frozen=True)
class Tally:
    """One contestant's run, from its first call on the tasks to the answer to the last `complete`."""

    begin: float  # epoch seconds
    end: float
    tasks: int
    requests: int
    fetches: int
    connections: int
    answers: Counter[int]

    @classmethod
    def of(cls, calls: Iterable[Call]) -> Tally:
        calls = list(calls)
        last = max(call.end for call in calls if call.completed)
        # an idle poll after the last task is no cost of a task
        calls = [call for call in calls if call.begin <= last]
        return cls(
            min(call.begin for call in calls) / 1000,
            last / 1000,
            len({call.completed for call in calls} - {None}),
            len(calls),
            sum(call.fetch for call in calls),
            len({call.port for call in calls}),
            Counter(call.status for call in calls),
        )
