"""The record on both databases, real ones: a test that takes `record` runs on SQLite and on PostgreSQL."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests import containers
from tests.environment import DOCKER, GIVEN
from tests.ports import free_port
from workers.embedded.postgresql import PostgreSQL
from workers.records import Record


@contextmanager
def own_server() -> Iterator[PostgreSQL]:
    """A PostgreSQL that runs, and is a test's to stop and start."""
    folder = Path(tempfile.mkdtemp(prefix="homeward-postgresql-"))
    folder.chmod(0o755)  # its account must get to it: pytest's own folders are for one user
    server = PostgreSQL(folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """One for all who want databases."""
    with containers.postgresql() if GIVEN == DOCKER else own_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    """A new, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'record.sqlite'}"
    server, name = request.getfixturevalue("postgresql"), f"record_{uuid4().hex}"
    server.create(name)
    return server.url(name)


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
