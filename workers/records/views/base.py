"""What every view of the record starts from: its connection and its time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row


class View:
    def __init__(self, connection: Connection, clock: Callable[[Connection], datetime]) -> None:
        self._connection, self._clock = connection, clock
        self._now: datetime | None = None

    def now(self) -> datetime:
        """The record's time: one for all processes, whose clocks may differ, and for all of a transaction."""
        self._now = self._now or self._clock(self._connection)
        return self._now

    def _rows(self, statement: Any) -> list[Row[Any]]:
        return list(self._connection.execute(statement))
