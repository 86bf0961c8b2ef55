"""Connections to SQLite or PostgreSQL, and the version of the tables."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from workers.records.errors import RecordError, advice

MIGRATIONS = Path(__file__).parent / "migrations"
# A server that is gone without a word is noticed in a minute, not when TCP gives up. In the units of libpq:
# seconds, and milliseconds.
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
# "home": a PostgreSQL advisory lock, so that two workers that start together upgrade once
UPGRADE_LOCK = 0x686F6D65
# "dea": the same of children, whose deadlines or episodes one transaction at a time may change
CHILD_LOCK = 0x646561


def open_engine(url: str, timeout: float) -> Engine:
    """An engine; nothing is connected yet.

    `timeout` in seconds: for a lock (SQLite) or for the server to answer.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        sqlite = parsed.get_backend_name() == "sqlite"
        if not sqlite and parsed.get_backend_name() != "postgresql":
            raise ArgumentError(parsed.get_backend_name())
        engine = create_engine(
            parsed,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=20,
            hide_parameters=True,
            connect_args={"timeout": timeout}
            if sqlite
            else {"connect_timeout": max(2, int(timeout)), **ALIVE},
        )
    except (ArgumentError, NoSuchModuleError, TypeError):
        raise RecordError(
            "HOMEWARD_RECORD_URL is no URL of SQLite or PostgreSQL: "
            "write sqlite:///folder/record.sqlite or postgresql://user:password@host/database"
        ) from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def where(engine: Engine) -> str:
    """The database's address for messages: without user and password, which may stand in the query too."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ""
    place = {name: value for name, value in engine.url.query.items() if name in ("host", "port")}
    return URL.create(
        engine.url.drivername,
        host=engine.url.host,
        port=engine.url.port,
        database=engine.url.database,
        query=place,
    ).render_as_string()


def clock(connection: Connection) -> datetime:
    """Now, by the clock that all processes on this database share: the server's own.

    A SQLite file has none but this machine's.
    """
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return now.astimezone(UTC)


def lock_child(connection: Connection, child_id: str) -> None:
    """Until the transaction ends no other one writes of this child's deadlines or episodes: it would not see
    what this one has done. SQLite has one writer anyway.

    Before what is written is read or numbered: rows that tell of one child then have the order in which they
    are told.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(CHILD_LOCK, func.hashtext(child_id))))


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # `_begin_sqlite` begins, not the driver: it would do so too late
    connection.execute("PRAGMA foreign_keys = ON")
    # KiB at most: what one child's reads touch lies all over a large file
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE deletes past the triggers


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once and waits for it; a reader that turned writer could only fail.
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("write") else "BEGIN"
    )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _age(connection: Connection) -> str:
    """Of the tables, seen from this program: `same`, `older` (or none yet) or `newer`."""
    script, revision = (
        ScriptDirectory.from_config(_config()),
        MigrationContext.configure(connection).get_current_revision(),
    )
    if revision == script.get_current_head():
        return "same"
    return (
        "older"
        if revision is None or revision in {step.revision for step in script.walk_revisions()}
        else "newer"
    )


def check(connection: Connection) -> None:
    """RecordError unless the tables are of the version that this program knows."""
    match _age(connection):
        case "older":
            raise RecordError(
                f"record at {where(connection.engine)}: its tables are older than this program; "
                "run `homeward record upgrade`"
            )
        case "newer":
            raise RecordError(
                f"record at {where(connection.engine)}: its tables are newer than this program; "
                "run a newer Homeward"
            )


def upgrade(engine: Engine) -> None:
    """Create the tables or bring them up to date; harmless when they are, or when several do so at once."""
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        _prepare_file(engine)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if not sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})"))
        if _age(connection) == "older":
            command.upgrade(_config(connection), "head")
        check(connection)


def _prepare_file(engine: Engine) -> None:
    """The file, for this user's eyes, and in WAL mode, which stays: readers do not wait for writers."""
    path = Path(engine.url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        if not path.stat().st_size:
            path.chmod(0o600)
        with engine.connect() as connection:
            connection.connection.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as exc:
        reason = getattr(exc, "strerror", None) or str(exc)
        raise RecordError(f"record at {path}: {reason}; {advice(reason)}") from exc
