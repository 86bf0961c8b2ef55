"""The database under the record: added to only, upgraded once, and in trouble said in one line."""

import os
import socket
import sqlite3
import subprocess
import sys
import traceback
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event, text

from workers.records import Happening, Record, RecordError
from workers.records.database import open_engine
from workers.records.schema import APPEND_ONLY, metadata

CANARY = "Canary-Name"


def engine_of(url: str):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def fill(record: Record) -> None:
    with record.transaction() as tx:
        tx.register_child("CH-1", name=CANARY)
        tx.entry(Happening("a", "CH-1"), "workstep-opened", {"n": CANARY})
        tx.answers(
            key="a",
            child_id="CH-1",
            process="p",
            workstep_id="w",
            form="f",
            answers={"n": CANARY},
            questions={},
        )
        tx.episode(Happening("a", "CH-1"), "missing", None, date(2026, 1, 1), None, reason=CANARY)
        tx.notify(
            key="a",
            child_id="CH-1",
            to_user="iro",
            address=None,
            template="request",
            channel="maildir",
            details={},
        )


def one_line(error: pytest.ExceptionInfo) -> str:
    said = str(error.value)
    assert "\n" not in said and ";" in said and CANARY not in "".join(traceback.format_exception(error.value))
    return said


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {0} SET id = id",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "INSERT OR REPLACE INTO {0} SELECT * FROM {0}",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(record, url, table, change):
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    if {"TRUNCATE {0} CASCADE": "postgresql", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}": "sqlite"}.get(
        change, dialect
    ) != dialect:
        return
    fill(record)
    with pytest.raises(RecordError) as error, record.transaction() as tx:
        tx._connection.execute(text(change.format(table)))
    assert "refused" in one_line(error)
    assert all((record.chronology("CH-1"), record.answers_of("w"), record.notifications("CH-1")))
    assert record.child("CH-1").name == CANARY


def test_the_migrations_make_the_tables_that_the_program_knows(record, url):
    with engine_of(url).connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
            == []
        )


def test_upgrading_twice_keeps_everything(record):
    fill(record)
    record.upgrade()
    assert len(record.chronology("CH-1")) == 2


def test_processes_that_start_together_upgrade_once(url):
    program = (
        "import sys; from workers.records import Record; r = Record(sys.argv[1], timeout=60); "
        "r.upgrade(); r.chronology('CH-1')"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [(process.communicate()[1], process.returncode) for process in started] == [("", 0)] * 4


def test_without_tables_it_says_how_to_make_them(url, tmp_path):
    for _ in ("no folder", "no file or no tables"):
        with pytest.raises(RecordError) as error:
            Record(url).chronology("CH-1")
        assert "homeward record upgrade" in one_line(error)
        (tmp_path / "var").mkdir(exist_ok=True)
    Record(url).upgrade()
    assert all(oct(file.stat().st_mode)[-3:] == "600" for file in (tmp_path / "var").iterdir())


@pytest.mark.parametrize("do", ["upgrade", "children"])
def test_newer_tables_ask_for_a_newer_program(record, url, do):
    with engine_of(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError) as error:
        getattr(Record(url), do)()
    assert "run a newer Homeward" in one_line(error)


@pytest.mark.parametrize("wrong", ["", "nonsense", "mysql://host/database", "oracle://host", "sqlite"])
def test_a_wrong_url_says_what_a_right_one_is(wrong):
    with pytest.raises(RecordError, match=r"HOMEWARD_RECORD_URL.*sqlite:///"):
        Record(wrong)


@pytest.mark.parametrize(
    "given", ["homeward:secret@127.0.0.1:{}/record", "127.0.0.1:{}/record?user=homeward&password=secret"]
)
def test_a_server_that_does_not_answer_is_named_without_its_password(given):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        record = Record("postgresql://" + given.format(nobody.getsockname()[1]))
        with pytest.raises(RecordError) as error:
            record.chronology("CH-1")
    assert (
        "127.0.0.1" in one_line(error)
        and "start its database" in str(error.value)
        and "secret" not in str(error.value)
    )
    assert error.value.__cause__ is not None


def test_connections_that_the_server_dropped_are_replaced(record, url):
    fill(record)
    if url.startswith("postgresql"):
        with engine_of(url).connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
    assert len(record.chronology("CH-1")) == 2


def test_a_server_that_is_gone_without_a_word_is_noticed(postgresql):
    """Nothing here can pull a plug: what makes the kernel notice is asked for."""
    with open_engine(postgresql.url("postgres"), 10).connect() as connection:
        asked = connection.connection.driver_connection.info.get_parameters()
    assert (asked["keepalives_idle"], asked["tcp_user_timeout"]) == ("30", "60000")


# SQLite's own troubles


@pytest.fixture
def path(tmp_path):
    return tmp_path / "record.sqlite"


@pytest.fixture
def file(path):
    record = Record(f"sqlite:///{path}", timeout=0.1)
    record.upgrade()
    yield record
    record.close()


def test_the_file_is_for_its_owner_and_in_wal_mode(file, path):
    assert oct(path.stat().st_mode)[-3:] == "600"
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_locked_file_is_said_and_reading_goes_on(file, path):
    fill(file)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordError) as error, file.transaction():
        pass
    assert "locked" in one_line(error) and error.value.__cause__ is not None
    assert len(file.chronology("CH-1")) == 2
    other.execute("ROLLBACK")
    with file.transaction() as tx:
        assert tx.entry(Happening("b", "CH-1"), "withdrawn")


def test_a_writer_waits_for_another_within_the_timeout(path):
    record = Record(f"sqlite:///{path}", timeout=60)
    record.upgrade()
    with record.transaction() as tx:
        tx.ensure_child("CH-1")
        program = (
            "import sys; from workers.records import Record\n"
            "with Record(sys.argv[1], timeout=60).transaction() as tx: tx.ensure_child('CH-2')"
        )
        other = subprocess.Popen(
            [sys.executable, "-c", program, f"sqlite:///{path}"], stderr=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(2)
    assert other.communicate()[1] == ""
    assert [child.child_id for child in record.children()] == ["CH-1", "CH-2"]


def test_a_full_disk_is_said_and_leaves_what_was_written(file):
    fill(file)

    @event.listens_for(file._engine, "begin")
    def full(connection):
        # SQLite's own limit: as many pages as there are
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(RecordError) as error:
        for number in range(1000):
            with file.transaction() as tx:
                tx.entry(Happening(f"k{number}", "CH-1"), "form-submitted", {"text": CANARY * 100})
    assert (
        "full" in one_line(error) and "free space" in str(error.value) and error.value.__cause__ is not None
    )
    assert {"workstep-opened", "notification-failed"} <= {row["what"] for row in file.chronology("CH-1")}


@pytest.mark.parametrize("do", ["upgrade", "children"])
def test_a_file_that_is_no_database_is_said(path, do):
    path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(RecordError) as error:
        getattr(Record(f"sqlite:///{path}"), do)()
    assert str(path) in one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RecordError) as error:
        Record(f"sqlite:///{tmp_path / 'record.sqlite'}").upgrade()
    assert "right to write" in one_line(error)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "var").write_text("a file, no folder")
    with pytest.raises(RecordError) as error:
        Record(f"sqlite:///{tmp_path / 'var' / 'record.sqlite'}").upgrade()
    assert "var" in one_line(error)


def test_data_that_the_database_refuses_stays_out_of_the_error(record):
    with pytest.raises((RecordError, ValueError)) as error, record.transaction() as tx:
        tx._connection.execute(metadata.tables["entries"].insert().values(key=CANARY))
    one_line(error)
    if record._engine.dialect.name == "postgresql":  # a NUL is no text there
        with pytest.raises(RecordError) as error, record.transaction() as tx:
            tx.entry(Happening(f"{CANARY}\0", "CH-1"), "withdrawn")
        one_line(error)
