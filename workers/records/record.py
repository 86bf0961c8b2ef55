"""The record: transactions to write, views to read. Threads may share one, processes its URL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from workers.records import database
from workers.records.errors import in_one_line
from workers.records.transaction import Transaction
from workers.records.views import Child, Reads


class Record:
    """`url`: SQLite or PostgreSQL, as SQLAlchemy writes it. `timeout` in seconds: for a lock, or a server's
    answer. `clock`: the time of what is written.

    Everything raises RecordError when the database is down, locked, full, or of another version.
    """

    def __init__(
        self, url: str, *, timeout: float = 10.0, clock: Callable[[Connection], datetime] = database.clock
    ) -> None:
        self._engine = database.open_engine(url, timeout)
        self._where = database.where(self._engine)
        self._checked, self._clock = False, clock

    def upgrade(self) -> None:
        """Create the tables or bring them up to date.

        Called at every start; harmless when nothing is to be done.
        """
        with in_one_line(self._where):
            database.upgrade(self._engine)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: committed when the block ends, rolled back when it raises.

        Keep it short: SQLite has one writer.
        """
        with (
            in_one_line(self._where),
            self._engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            self._check(connection)
            transaction = Transaction(connection, self._clock)
            yield transaction
            transaction.finish()

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """Several reads of one state."""
        options = {"isolation_level": "REPEATABLE READ"} if self._engine.dialect.name == "postgresql" else {}
        with (
            in_one_line(self._where),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            self._check(connection)
            yield Reads(connection, self._clock)

    def _check(self, connection: Any) -> None:
        if not self._checked:
            database.check(connection)
            self._checked = True

    # One read at a time; what each gives stands at `Reads`.

    def child(self, child_id: str) -> Child | None:
        with self.reading() as view:
            return view.child(child_id)

    def children(self, stubs_only: bool = False) -> list[Child]:
        with self.reading() as view:
            return view.children(stubs_only)

    def chronology(self, child_id: str) -> list[dict[str, Any]]:
        with self.reading() as view:
            return view.chronology(child_id)

    def deadlines(self, child_id: str | None = None) -> list[dict[str, Any]]:
        with self.reading() as view:
            return view.deadlines(child_id)

    def notifications(self, child_id: str) -> list[dict[str, Any]]:
        with self.reading() as view:
            return view.notifications(child_id)

    def given_up(self) -> list[dict[str, Any]]:
        with self.reading() as view:
            return view.given_up()

    def latest_answers(
        self,
        child_id: str,
        form: str | None = None,
        process: str | None = None,
        workstep_id: str | None = None,
    ) -> dict[str, Any] | None:
        with self.reading() as view:
            return view.latest_answers(child_id, form, process, workstep_id)

    def answers_of(self, workstep_id: str) -> list[dict[str, Any]]:
        with self.reading() as view:
            return view.answers_of(workstep_id)

    def open_pathway(self, child_id: str, process: str) -> str | None:
        with self.reading() as view:
            return view.open_pathway(child_id, process)

    def pending_purges(self, limit: int = 1000) -> list[str]:
        with self.reading() as view:
            return view.pending_purges(limit)
