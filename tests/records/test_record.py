"""What is written to the record, once, and what it answers. On SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from types import SimpleNamespace

import pytest
import time_machine

from workers.records import Happening, Record
from workers.rest.session import EngineError
from workers.service import Cleaner
from workers.topics import open_pathway

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def what(record: Record, child: str = "CH-1") -> list[str]:
    return [row["what"] for row in record.chronology(child)]


def test_a_chronology_row_has_exactly_the_contracts_keys(record):
    with time_machine.travel(NOON, tick=False), record.transaction() as tx:
        assert tx.entry(
            Happening(
                "t1",
                "CH-1",
                process="permanence-placement",
                pathway_id="p",
                workstep_id="w",
                by="social-worker",
                at=datetime.fromisoformat("2026-07-01T09:30:00+01:00"),
            ),
            "form-submitted",
            {"on": date(2026, 7, 1)},
        )
    assert record.chronology("CH-1") == [
        {
            "at": "2026-07-01T08:30:00+00:00",
            "recordedAt": "2026-07-01T12:00:00+00:00",
            "what": "form-submitted",
            "process": "permanence-placement",
            "pathwayId": "p",
            "workstepId": "w",
            "by": "social-worker",
            "details": {"on": "2026-07-01"},
        }
    ]
    assert record.chronology("CH-2") == []


def test_the_chronology_is_in_the_order_in_which_things_happened(record):
    with record.transaction() as tx:
        for minute, kind in (
            (2, "workstep-closed"),
            (1, "form-submitted"),
            (0, "workstep-opened"),
            (2, "pathway-ended"),
        ):
            tx.entry(Happening(kind, "CH-1", at=NOON.replace(minute=minute, microsecond=minute)), kind)
    assert what(record) == ["workstep-opened", "form-submitted", "workstep-closed", "pathway-ended"]


def test_a_key_is_written_once(record):
    for expected in (True, False):
        with record.transaction() as tx:
            assert tx.entry(Happening("task-1", "CH-1"), "workstep-opened") is expected
            assert (
                tx.answers(
                    key="task-1",
                    child_id="CH-1",
                    process="p",
                    workstep_id="w",
                    form="f",
                    answers={},
                    questions={},
                )
                is expected
            )
            assert (
                tx.notify(
                    key="task-1",
                    child_id="CH-1",
                    to_user="iro",
                    address="iro@example.org",
                    template="request",
                    channel="maildir",
                    details={},
                )
                is expected
            )
    assert what(record) == ["workstep-opened"]
    assert len(record.answers_of("w")) == len(record.notifications("CH-1")) == 1


def test_all_of_a_transaction_is_written_or_nothing(record):
    with pytest.raises(ZeroDivisionError), record.transaction() as tx:
        tx.ensure_child("CH-1")
        tx.entry(Happening("a", "CH-1"), "workstep-opened")
        raise ZeroDivisionError
    assert record.child("CH-1") is None and what(record) == []


def test_the_same_key_from_many_threads_is_written_once(record):
    together = Barrier(8)

    def write(_: int) -> bool:
        together.wait()
        with record.transaction() as tx:
            return tx.entry(Happening("same", "CH-1"), "workstep-opened")

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(8))) == [False] * 7 + [True]


@pytest.mark.parametrize("kind", ["", "Workstep-Opened", "something-else"])
def test_an_unknown_kind_of_entry_is_refused(record, kind):
    with pytest.raises(ValueError, match="no kind of entry"), record.transaction() as tx:
        tx.entry(Happening("a", "CH-1"), kind)


def test_a_time_without_a_time_zone_is_refused(record):
    with pytest.raises(ValueError, match="time zone"), record.transaction() as tx:
        tx.entry(Happening("a", "CH-1", at=datetime(2026, 7, 1)), "withdrawn")
    assert what(record) == []


# Children


def test_an_unknown_child_is_registered_as_a_stub_once(record):
    with record.transaction() as tx:
        assert tx.ensure_child("CH-1") is True
        assert tx.ensure_child("CH-1") is False
    child = record.child("CH-1")
    assert (child.stub, child.name, child.recorded_by) == (True, None, "homeward")
    assert record.child("CH-2") is None


def test_registering_replaces_the_stub_and_a_correction_keeps_the_rest(record):
    with record.transaction() as tx:
        tx.ensure_child("CH-1")
        tx.ensure_child("CH-2")
        tx.register_child("CH-1", name="A Child", born=date(2019, 5, 4), by="business-support")
        tx.register_child("CH-1", gender="F", by="social-worker")
    child = record.child("CH-1")
    assert (child.name, child.born, child.gender, child.stub, child.recorded_by) == (
        "A Child",
        date(2019, 5, 4),
        "F",
        False,
        "social-worker",
    )
    assert child.recorded_at.tzinfo is not None
    assert [child.child_id for child in record.children()] == ["CH-1", "CH-2"]
    assert [child.child_id for child in record.children(stubs_only=True)] == ["CH-2"]


# Answers


def keep(tx, key: str, at: int, **answers) -> None:
    tx.answers(
        key=key,
        child_id="CH-1",
        process="family-finding-request",
        workstep_id=f"w-{key}",
        form="family-finding-request",
        by="social-worker",
        at=NOON.replace(minute=at),
        answers=answers,
        questions={"plan": ["Plan", "What is the plan?"]},
    )


def test_the_latest_answers_are_found_by_what_is_asked(record):
    with record.transaction() as tx:
        keep(tx, "b", 2, plan="new", ticks=["x", "y"])
        keep(tx, "a", 1, plan="old")
    assert record.latest_answers("CH-1", form="family-finding-request") == {
        "plan": "new",
        "ticks": ["x", "y"],
    }
    assert record.latest_answers("CH-1", workstep_id="w-a") == {"plan": "old"}
    assert record.latest_answers("CH-1", process="family-finding-request", workstep_id="w-a") == {
        "plan": "old"
    }
    assert record.latest_answers("CH-1", process="another") is None
    assert record.latest_answers("CH-2") is None


def test_answers_are_shown_with_the_questions_as_they_were_asked(record):
    with record.transaction() as tx:
        keep(tx, "a", 1, plan="Größe – 子 😀\n" * 500)
    (row,) = record.answers_of("w-a")
    assert row["questions"] == {"plan": ["Plan", "What is the plan?"]}
    assert row["answers"] == {"plan": "Größe – 子 😀\n" * 500}
    assert (row["form"], row["by"], row["at"]) == (
        "family-finding-request",
        "social-worker",
        "2026-07-01T12:01:00+00:00",
    )


# Working tables


def test_a_child_has_one_open_pathway_of_a_kind(record):
    with record.transaction() as tx:
        assert tx.claim_pathway("CH-1", "permanence", "p1") == "p1"
        assert tx.claim_pathway("CH-1", "permanence", "p1") == "p1"  # the same task again
        assert tx.claim_pathway("CH-1", "permanence", "p2") == "p1"
        assert tx.claim_pathway("CH-2", "permanence", "p3") == "p3"
    assert record.open_pathway("CH-1", "permanence") == "p1"
    with record.transaction() as tx:
        tx.release_pathway("p2")
        tx.release_pathway("p1")
        tx.release_pathway("p1")
        assert tx.claim_pathway("CH-1", "permanence", "p4") == "p4"


def test_only_one_of_many_at_once_opens_the_pathway(record):
    together = Barrier(8)

    def claim(number: int) -> str:
        together.wait()
        with record.transaction() as tx:
            return tx.claim_pathway("CH-1", "permanence", f"p{number}")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(claim, range(8))) == {record.open_pathway("CH-1", "permanence")}


def test_instances_to_purge_are_listed_until_done(record):
    with record.transaction() as tx:
        for instance in ("i1", "i2", "i1"):
            tx.add_purge(instance)
    assert record.pending_purges() == ["i1", "i2"] and record.pending_purges(limit=1) == ["i1"]
    with record.transaction() as tx:
        tx.done_purge("i1")
        tx.done_purge("i1")
    assert record.pending_purges() == ["i2"]


def test_instances_that_stay_open_hold_up_no_purge_behind_them(record):
    class Engine:
        def fetch(self, path, **query):
            return []  # it has called nothing

        def call(self, path, body=None, method="POST"):
            if method == "POST":
                return [
                    {"id": name, "endTime": None if name.startswith("open") else "2026"}
                    for name in body["processInstanceIds"]
                ]

    with record.transaction() as tx:
        for number in range(1001):
            tx.add_purge(f"open-{number:04}")
    with record.transaction() as tx:
        tx.add_purge("zz-ended")
    cleaner = Cleaner(Engine(), record)
    assert cleaner.clean() == 1 and cleaner.clean() == 0


def test_an_instance_that_stays_open_is_looked_at_later_each_time(record):
    def seconds(clock: time_machine.Traveller) -> int:
        """How long it is not looked at, once it is put off."""
        with record.transaction() as tx:
            tx.put_off_purge("i")
        passed = 0
        while not record.pending_purges():
            clock.shift(1)
            passed += 1
        return passed

    with time_machine.travel(NOON, tick=False) as clock:
        with record.transaction() as tx:
            tx.add_purge("i")
        assert seconds(clock) == 2  # it ends in a moment, mostly
        clock.shift(598)
        assert seconds(clock) == 60
        clock.shift(30 * 24 * 3600)
        assert seconds(clock) == 600
        with record.transaction() as tx:  # closed: asked for anew
            tx.put_off_purge("i")
            tx.add_purge("i")
        assert record.pending_purges() == ["i"] and seconds(clock) == 2


def test_nobody_waits_for_the_record_while_a_pathway_is_looked_up(record):
    def looks(path):
        with record.transaction() as tx:  # another task's: it would wait for ours
            tx.add_purge("i")
        raise EngineError(404, "InvalidRequestException", "no such instance")

    with record.transaction() as tx:
        tx.claim_pathway("CH-1", "permanence", "gone")
    services = SimpleNamespace(record=record, engine=SimpleNamespace(fetch=looks))
    assert (
        open_pathway._claim(services, "CH-1", SimpleNamespace(process="permanence", instance_id="new"))
        == "new"
    )
    assert record.open_pathway("CH-1", "permanence") == "new"
