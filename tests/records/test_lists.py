"""What lists are read from: kept beside the record, made from it by an upgrade, and never looked for in all
that was ever recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, event, insert, select

from workers.records import Ended, Happening, Queued, Reads, Record, Transaction, figures, schema
from workers.records.database import _config, open_engine

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(record: Record) -> None:
    """Children with and without a name; deadlines of every kind; mail that waits, was sent, was given up, and
    was sent at the second try or after it was given up.
    """
    with record.transaction() as tx:
        tx.ensure_child("CH-1")
        tx.ensure_child("CH-2")
        tx.register_child("CH-2", name="Robin Example")
        tx.register_child("CH-3")
        tx.answers(key="a", child_id="CH-1", process="p", workstep_id="w", form="f", answers={}, questions={})
        for child in ("CH-1", "CH-2"):
            for rule, pathway, step in (
                ("OPEN", "p", None),
                ("MET", "p", None),
                ("OVER", "q", None),
                ("STEP", "p", "w"),
                ("MOVED", "p", None),
                ("ENDED", "p", None),
            ):
                tx.deadline_set(
                    Happening(
                        f"{child}{rule}", child, pathway_id=child + pathway, workstep_id=step and child + step
                    ),
                    rule=rule,
                    from_="2026-05-01",
                    statutory_due="2026-06-01",
                    local_target=None,
                    last_working_day=None,
                    source="s",
                    kind="statutory",
                )
            tx.deadline_met(
                Happening(f"{child}met", child, pathway_id=f"{child}p"), rule="MET", met_on="2026-06-02"
            )
            tx.deadline_set(
                Happening(f"{child}moved", child, pathway_id=f"{child}p"),
                rule="MOVED",
                from_="2026-05-02",
                replaces="2026-05-01",
                statutory_due=None,
                local_target=None,
                last_working_day=None,
                source="s",
                kind="statutory",
            )
            for what, where, details in (
                ("pathway-ended", {"pathway_id": f"{child}q"}, {}),
                ("workstep-closed", {"pathway_id": f"{child}p", "workstep_id": f"{child}w"}, {}),
                ("deadline-ended", {"pathway_id": f"{child}p"}, {"rule": "ENDED"}),
            ):
                tx.entry(Happening(child, child, at=NOON, **where), what, details)
        for name in ("waits", "sent", "lost", "unknown", "again", "late", "after"):
            tx.notify(
                key=name,
                child_id="CH-1",
                to_user=name,
                address="iro@example.org",
                template="request",
                channel="smtp",
                details={},
                at=NOON,
            )
        tx.notify(
            key="nowhere",
            child_id="CH-1",
            to_user="nowhere",
            address=None,
            template="request",
            channel="smtp",
            details={},
        )
    for name, *states in (
        ("sent", "sent"),
        ("lost", "failed"),
        ("unknown", "unknown"),
        ("again", "failed", "sent"),
        ("late", "retry", "sent"),
        ("after", "unknown", "late"),
    ):
        for state in states:
            attempt(record, name, state)


def attempt(record: Record, name: str, state: str) -> None:
    """Try one mail.

    `retry`: it fails and is tried again; `late`: the process that was given up on ends after all, and had
    sent it.
    """
    with record.transaction() as tx:
        lost = [row["notificationId"] for row in tx.given_up() if row["to"] == name]
        if lost and state != "late":
            tx.requeue(lost)
        waiting = [queued for queued in tx.due_notifications(tx.now(), 50) if queued.to_user == name]
        if state == "late":
            note(tx, lost[0], 2, "sent")
            return
        [taken] = tx.claim(waiting, tx.now() + HOUR)
        why = "why" if state != "sent" else None
        pause = -HOUR if state == "retry" else None
        tx.ended(Ended(taken, "failed" if state == "retry" else state, why, pause))


def note(tx: Transaction, id_: str, number: int, state: str) -> None:
    """How an attempt ended, and nothing else."""
    [row] = tx._rows(select(schema.notifications).where(schema.notifications.c.id == id_))
    facts = {name: value for name, value in row._mapping.items() if name != "key"}
    tx._attempts([Ended(Queued(**facts, due_at=NOON, attempt=number, state=None), state)])


def lists(record: Record) -> dict[str, Any]:
    with record.reading() as view:
        return {
            "every": view.every_deadline(),
            "open": view.open_deadlines(),
            "stubs": [child.child_id for child in view.children(stubs_only=True)],
            "lost": [(row["to"], row["attempts"], row["unknown"]) for row in view.given_up()],
            "mail": figures.mail(view),
        }


def test_the_lists_are_what_was_recorded(record: Record) -> None:
    fill(record)
    found = lists(record)
    assert found["stubs"] == ["CH-1"]
    assert sorted(found["lost"]) == [("lost", 1, False), ("nowhere", 0, False), ("unknown", 1, True)]
    assert found["mail"] == figures.Mail(queued=1, sent=4, failed=6)
    assert [(one.child_id, one.details["rule"]) for one in found["open"]] == [
        ("CH-1", "OPEN"),
        ("CH-2", "OPEN"),
        ("CH-1", "MOVED"),
        ("CH-2", "MOVED"),
    ]
    assert len(found["every"]) == 12


def test_an_attempt_that_is_written_twice_or_rolled_back_counts_once(record: Record) -> None:
    fill(record)
    for _ in range(2):
        with record.transaction() as tx:
            note(tx, tx.given_up()[0]["notificationId"], 9, "failed")
    with pytest.raises(ZeroDivisionError), record.transaction() as tx:
        note(tx, tx.given_up()[0]["notificationId"], 10, "failed")
        raise ZeroDivisionError
    assert lists(record)["mail"].failed == 7


def test_an_upgrade_makes_the_lists_of_a_record_that_has_none(url: str, tmp_path: Path) -> None:
    """A record of the first version, with all that `fill` writes."""
    source = Record(f"sqlite:///{tmp_path / 'source.sqlite'}")
    source.upgrade()
    fill(source)
    engine = open_engine(url, 60)
    (tmp_path / "var").mkdir()
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        command.upgrade(_config(connection), "0001")
    with (
        source._engine.connect() as old,
        engine.connect().execution_options(write=True) as connection,
        connection.begin(),
    ):
        for table in (*schema.APPEND_ONLY, schema.queue):
            if rows := [row._asdict() for row in old.execute(select(table))]:  # of the later ones none
                connection.execute(insert(table), rows)
    engine.dispose()
    record = Record(url, timeout=60)
    record.upgrade()
    try:
        assert lists(record) == lists(source)
    finally:
        record.close()
        source.close()


# what it costs ----------------------------------------------------------------------------------------------

READS: dict[str, Callable[[Reads], Any]] = {
    "status, --overdue, --within": lambda view: view.open_deadlines(before=view.now()),
    "the calendar": lambda view: view.open_deadlines(),
    "--recompute of a child": lambda view: view.open_deadlines("CH-1"),
    "deadlines of a child": lambda view: view.deadlines("CH-1"),
    "chronology": lambda view: view.chronology("CH-1"),
    "stubs": lambda view: view.children(stubs_only=True),
    "child": lambda view: view.child("CH-1"),
    "mail that was given up": lambda view: view.given_up(),
    "notifications": lambda view: view.notifications("CH-1"),
    "the outbox": lambda view: view.due_notifications(view.now(), 50),
    "the mail's figures": figures.mail,
    "answers": lambda view: view.latest_answers("CH-1", form="f"),
    "answers of a workstep": lambda view: view.answers_of("w"),
    "a printed form": lambda view: view.submissions_of("CH-1", "f"),
    "where every case stands": lambda view: view.standings(),
    "where a case stands": lambda view: view.standings("CH-1"),
    "steps of tasks": lambda view: view.step_names(["w", "p"]),
    "purges": lambda view: view.pending_purges(),
    "open pathway": lambda view: view.open_pathway("CH-1", "p"),
    "the situation": lambda view: view.episodes("CH-1"),
    "what was noted": lambda view: view.episode_noted("k"),
}
GROW = {"entries", "children", "answers", "notifications", "deliveries", "deadlines", "purges", "episodes"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("read", READS)
def test_no_list_looks_through_all_that_was_ever_recorded(record: Record, read: str) -> None:
    """What SQLite plans for each: into what only grows it goes by an index.

    (Of the index of open deadlines all may be read: it holds nothing else.)
    """
    fill(record)
    asked: list[tuple[str, Any]] = []

    def note(
        connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        asked.append((statement, parameters))

    event.listen(record._engine, "before_cursor_execute", note)
    with record.reading() as view:
        READS[read](view)
    event.remove(record._engine, "before_cursor_execute", note)
    with record._engine.connect() as connection:
        plans = [
            row[3]
            for statement, parameters in asked
            if statement.lstrip().startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    scanned = [
        plan
        for plan in plans
        if plan.startswith("SCAN")
        and plan.split()[1] in GROW
        and "ix_deadlines_open" not in plan
        and "ix_purges" not in plan
    ]
    assert plans and not scanned, "\n".join(plans)
