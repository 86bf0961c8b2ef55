"""The working table of deadlines says what the entries tell: whatever is written, in whatever order, by
however many at once, and after an upgrade.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, select

from tests.case import eventually
from workers.embedded.postgresql import PostgreSQL
from workers.records import Happening, Record, Transaction, deadline_rows
from workers.records.deadlines import Deadline, derive
from workers.records.schema import entries

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DUES = (
    None,
    "2026-06-30",
    "2026-07-02",
    "2026-07-02T08:00:00+01:00",
    "2026-07-02T07:00:00+00:00",
    "2026-08-01",
)
DAYS = (None, "2026-05-01", "2026-05-02", "2026-05-03")

of = st.fixed_dictionaries(
    {
        "child": st.sampled_from("AB"),
        "pathway": st.sampled_from((None, "p1", "p2")),
        "workstep": st.sampled_from((None, "w1", "w2")),
        "at": st.integers(0, 20),
    }
)
rule = st.sampled_from(("R1", "R2"))
an_entry = st.one_of(
    st.tuples(
        st.just("set"),
        of,
        rule,
        st.sampled_from(DAYS),
        st.sampled_from(DAYS),
        st.sampled_from(DUES),
        st.sampled_from(DUES),
    ),
    st.tuples(st.just("met"), of, rule, st.sampled_from(DAYS)),
    st.tuples(st.just("deadline-ended"), of, rule),
    st.tuples(st.sampled_from(("pathway-ended", "withdrawn", "workstep-closed", "form-submitted")), of),
)


def write(tx: Transaction, run: str, key: str, kind: str, where: dict[str, Any], *told: Any) -> bool:
    """One entry as a topic writes it; children and instances are this run's own."""
    child = f"{run}{where['child']}"
    pathway, workstep = (where[name] and f"{child}{where[name]}" for name in ("pathway", "workstep"))
    at = NOON + timedelta(days=where["at"])
    happening = Happening(f"{run}{key}", child, "p", pathway, workstep, at=at)
    match kind, told:
        case "set", (name, counted, replaces, statutory, local):
            return tx.deadline_set(
                happening,
                rule=name,
                from_=counted,
                replaces=replaces,
                statutory_due=statutory,
                local_target=local,
                last_working_day=None,
                source="s",
                kind="statutory",
            )
        case "met", (name, counted):
            return tx.deadline_met(happening, rule=name, met_on="2026-07-03", from_=counted)
        case _, names:
            return tx.entry(happening, kind, {"rule": names[0]} if names else {})


def told(view: Any, run: str) -> list[Deadline]:
    """What the entries tell of this run's children, over all of them and one by one."""
    rows = view._rows(select(entries).where(entries.c.child_id.startswith(run)).order_by(entries.c.id))
    found = derive(row for row in rows if row.what in deadline_rows.KINDS)
    for child in (f"{run}A", f"{run}B"):
        assert derive(row for row in rows if row.what in deadline_rows.KINDS and row.child_id == child) == [
            one for one in found if one.child_id == child
        ]
    return found


def agree(record: Record, run: str) -> list[Deadline]:
    """Every list gives what the entries tell, in the same order; that."""
    with record.reading() as view:
        expected = told(view, run)
        mine = [one for one in view.every_deadline() if one.child_id.startswith(run)]
        assert mine == expected
        still_open = [one for one in expected if one.open]
        assert [one for one in view.open_deadlines() if one.child_id.startswith(run)] == still_open
        assert [
            one for one in view.open_deadlines(before=NOON + timedelta(1)) if one.child_id.startswith(run)
        ] == [one for one in still_open if one.due_at and one.due_at < NOON + timedelta(1)]
        for child in (f"{run}A", f"{run}B"):
            assert view.every_deadline(child) == [one for one in expected if one.child_id == child]
            assert view.open_deadlines(child) == [one for one in still_open if one.child_id == child]
    return expected


def try_all(record: Record, steps: list[list[tuple[Any, ...]]]) -> None:
    run = f"{uuid4().hex}-"
    for number, step in enumerate(steps):
        with record.transaction() as tx:
            for place, one in enumerate(step):
                assert write(tx, run, f"{number}.{place}", *one)
                assert not write(tx, run, f"{number}.{place}", *one), (
                    "repeated after a crash: it must change nothing"
                )
        agree(record, run)
    with record.transaction() as tx:
        deadline_rows.rebuild(tx._connection)
    agree(record, run)


steps = st.lists(st.lists(an_entry, min_size=1, max_size=3), min_size=1, max_size=12)


@settings(max_examples=100)
@given(steps)
def test_on_sqlite_the_table_is_what_the_entries_tell(
    empty_book: Path, steps: list[list[tuple[Any, ...]]]
) -> None:
    copy = shutil.copy(empty_book, empty_book.with_name("one.sqlite"))
    with closing(Record(f"sqlite:///{copy}")) as record:
        try_all(record, steps)


@settings(max_examples=25)
@given(steps)
def test_on_postgresql_the_table_is_what_the_entries_tell(
    postgresql: PostgreSQL, steps: list[list[tuple[Any, ...]]]
) -> None:
    with closing(Record(postgresql.url("postgres"), timeout=60)) as record:
        record.upgrade()
        try_all(record, steps)


# what is meant ----------------------------------------------------------------------------------------------

W1, W2 = ({"child": "A", "pathway": "p1", "workstep": step, "at": 0} for step in ("w1", "w2"))
PATHWAY = {"child": "A", "pathway": "p1", "workstep": None, "at": 0}
LATE = ("R1", "2026-05-01", None, "2026-06-30", None)
LATER = ("R1", "2026-05-02", None, "2026-07-30", None)


def after(record: Record, *said: tuple[Any, ...]) -> list[tuple[str | None, str | None, bool]]:
    """Workstep, day it was met, and whether it is open, of each deadline, soonest first."""
    with record.transaction() as tx:
        for one in said:
            write(tx, "", f"{uuid4()}", *one)
    return [(one.workstep_id and one.workstep_id[-2:], one.met_on, one.open) for one in agree(record, "")]


def test_a_deadline_of_a_workstep_ends_with_it_and_no_other_does(record: Record) -> None:
    assert after(
        record,
        ("set", W1, *LATE),
        ("set", W2, *LATE),
        ("set", PATHWAY, *LATE),
        ("workstep-closed", W1 | {"at": 1}),
    ) == [("w1", None, False), ("w2", None, True), (None, None, True)]
    with record.reading() as view:
        assert [one.late_days(NOON.date() + timedelta(5)) for one in view.every_deadline("A")] == [2, 6, 6]


def test_it_was_met_all_the_same_if_that_is_told_after_the_workstep_has_closed(record: Record) -> None:
    assert after(record, ("set", W1, *LATE), ("workstep-closed", W1), ("met", W1, "R1", None)) == [
        ("w1", "2026-07-03", False)
    ]


def test_what_is_set_after_the_end_is_over_too(record: Record) -> None:
    assert after(record, ("workstep-closed", W1), ("set", W1, *LATE), ("set", W2, *LATER)) == [
        ("w1", None, False),
        ("w2", None, True),
    ]
    assert after(record, ("pathway-ended", PATHWAY), ("set", W2, *LATER)) == [
        ("w1", None, False),
        ("w2", None, False),
    ]


def test_a_pathway_that_ends_ends_those_of_its_worksteps(record: Record) -> None:
    assert after(record, ("set", W1, *LATE), ("set", PATHWAY, *LATER), ("withdrawn", PATHWAY)) == [
        ("w1", None, False),
        (None, None, False),
    ]


def test_of_parallel_worksteps_each_ends_its_own(record: Record) -> None:
    assert after(record, ("set", W1, *LATE), ("set", W2, *LATE), ("deadline-ended", W2, "R1")) == [
        ("w1", None, True),
        ("w2", None, False),
    ]


def test_what_was_ended_is_not_what_was_met(record: Record) -> None:
    """Family finding ended and began again: the review that is held now meets the new deadline, not the old
    one.
    """
    assert after(
        record,
        ("set", PATHWAY, *LATE),
        ("deadline-ended", PATHWAY, "R1"),
        ("set", PATHWAY, *LATER),
        ("met", PATHWAY, "R1", None),
    ) == [(None, None, False), (None, "2026-07-03", False)]


# several at once --------------------------------------------------------------------------------------------


def test_a_transaction_waits_for_another_that_tells_of_the_same_child(record: Record) -> None:
    """Else it would not see the deadline that the other one is about to set, and what was met would stay
    open.
    """
    with ThreadPoolExecutor(1) as pool:
        with record.transaction() as tx:
            write(tx, "", "1", "set", PATHWAY, *LATE)
            meeting = pool.submit(after, record, ("met", PATHWAY, "R1", None))
            if record._engine.dialect.name == "postgresql":
                with record._engine.connect() as other:
                    eventually(
                        lambda: (
                            meeting.done()
                            or other.exec_driver_sql(
                                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                            ).first()
                        ),
                        lambda: "nobody waits",
                    )
            assert not meeting.done()
        assert meeting.result(60) == [(None, "2026-07-03", False)]


def test_many_at_once_leave_what_the_entries_tell(record: Record) -> None:
    together = threading.Barrier(6)

    def work(number: int) -> None:
        together.wait()
        for turn in range(8):
            with record.transaction() as tx:
                key = f"{number}.{turn}."
                write(
                    tx,
                    "",
                    key + "s",
                    "set",
                    PATHWAY,
                    "R1",
                    f"2026-05-{1 + (number + turn) % 9:02}",
                    f"2026-05-{1 + number:02}",
                    f"2026-07-{1 + turn:02}",
                    None,
                )
                write(tx, "", key + "m", "met", PATHWAY, "R1", None)
                write(tx, "", key + "e", "deadline-ended" if turn % 2 else "workstep-closed", W1, "R1")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert agree(record, "")


# what it costs ----------------------------------------------------------------------------------------------


@contextmanager
def statements(record: Record) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(
        connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        seen.append(statement)

    event.listen(record._engine, "before_cursor_execute", note)
    yield seen
    event.remove(record._engine, "before_cursor_execute", note)


def test_what_an_entry_changes_is_not_looked_for_among_the_others(record: Record) -> None:
    """However many the child has: as many statements, and as many rows read, as the first time."""

    def rows_read() -> tuple[int, int]:
        read = 0

        def counted(connection: Connection, *where: Any, **by: Any) -> list[Deadline]:
            nonlocal read
            found = original(connection, *where, **by)
            read += len(found)
            return found

        original, deadline_rows.read = deadline_rows.read, counted
        try:
            with statements(record) as seen, record.transaction() as tx:
                write(tx, "", uuid4().hex, "met", PATHWAY, "R1", "2026-05-01")
            return len(seen), read
        finally:
            deadline_rows.read = original

    after(record, ("set", PATHWAY, *LATE))
    first = rows_read()
    with record.transaction() as tx:
        for number in range(50):
            elsewhere = {"child": "AB"[number % 2], "pathway": f"q{number}", "workstep": None, "at": 0}
            write(tx, "", f"more{number}", "set", elsewhere, *LATE)
            write(
                tx,
                "",
                f"other{number}",
                "set",
                PATHWAY,
                "R2",
                f"2026-05-01T10:00:00+00:{number:02}",
                None,
                "2026-07-01",
                None,
            )
    assert rows_read() == first and first[1] == 1
