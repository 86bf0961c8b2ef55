"""The record's disk is full for a while, under load.

Work waits and says why; once there is space again, everything is done once.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.case import eventually
from tests.faults.disks import Limit, SmallDisk, small_disk
from tests.faults.load import Load
from workers.embedded.postgresql import PostgreSQL
from workers.records import Happening, Record, RecordError

TASKS = 40
TIMES = {"lock": 10, "poll": 1, "quick": 3}
AFTERWARDS = 240.0  # seconds: what has failed often waits for long


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="homeward-disk-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def use_up(record: Record) -> None:
    """Fill the room that lies free inside the record's files: the next entry needs the disk for certain."""
    with pytest.raises(RecordError, match="free space on its disk"):
        for number in itertools.count():
            with record.transaction() as tx:
                tx.entry(Happening(f"filler-{number}", "filler"), "request-sent")


def run(load: Load, disk: SmallDisk | Limit, url: str) -> None:
    load.record.upgrade()
    load.let(TASKS // 2)
    load.start(TASKS)
    with load.house.working(
        linger=0.2, HOMEWARD_RECORD_URL=url, quiet=isinstance(disk, Limit), **TIMES
    ) as worker:
        load.over(0.1)
        disk.fill(worker.pid)
        if isinstance(disk, SmallDisk):  # the other way limits the worker alone
            use_up(load.record)
        load.let(TASKS)  # of twice as many
        eventually(load.burnt, lambda: f"nothing failed: {load.picture()}")
        assert load.open(), "it was full too late: this has tested nothing"
        disk.free(worker.pid)
        load.let()
        load.ended(AFTERWARDS)
        load.worked_once()
        eventually(lambda: load.mails().keys() <= {"sent", "unknown"}, load.mails)
    came, unknown = load.post.letters(load.batch), load.mails().get("unknown", 0)
    assert (
        set(came.values()) == {1} and came.total() + unknown >= 2 * TASKS and len(load.given_up()) == unknown
    )


def test_sqlite_on_a_full_disk(load: Load, folder: Path):
    with small_disk(folder, 12) as disk:
        url = f"sqlite:///{folder / 'record.sqlite'}"
        record = Record(url)
        try:
            full = Load(load.house, load.post, record)
            run(full, disk or Limit(folder), url)
            assert all("free space on its disk" in why or not disk for why in full.burnt()), full.burnt()
        finally:
            record.close()


def test_postgresql_on_a_full_disk(load: Load, folder: Path, postgresql: PostgreSQL):
    with small_disk(folder, 24) as disk:
        if not disk:
            pytest.skip("no file system may be mounted here")
        (folder / "space").mkdir()
        owner = postgresql.data.stat()  # PostgreSQL takes no other's folder
        os.chown(folder / "space", owner.st_uid, owner.st_gid)
        with psycopg.connect(postgresql.url("postgres"), autocommit=True) as server:
            server.execute(f"CREATE TABLESPACE small LOCATION '{folder / 'space'}'")
            server.execute("CREATE DATABASE small TABLESPACE small")
            record = Record(postgresql.url("small"))
            try:
                full = Load(load.house, load.post, record)
                run(full, disk, postgresql.url("small"))
                assert all("free space on its disk" in why for why in full.burnt()), full.burnt()
            finally:
                record.close()
                server.execute("DROP DATABASE small WITH (FORCE)")
                server.execute("DROP TABLESPACE small")
