"""Deadlines as the chronology tells them: earlier due, lateness, met, moved, recurring."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine

from workers.records import Happening
from workers.runtime.execution import Work
from workers.topics import deadline_news, set_deadlines
from workers.topics.place import Place

JULY = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(JULY, tick=False):
        yield


def put(
    tx,
    key,
    *,
    rule="CAM-069",
    child="CH-1",
    from_="2026-06-15",
    statutory="2026-07-06",
    local=None,
    last=None,
    pathway="p",
    workstep="w",
    **more,
):
    assert tx.deadline_set(
        Happening(key, child, "panel-and-matching-decision", pathway, workstep),
        rule=rule,
        from_=from_,
        statutory_due=statutory,
        local_target=local,
        last_working_day=last or local or statutory,
        source="the source",
        kind="statutory",
        **more,
    )


def meet(tx, key, on, *, rule="CAM-069", child="CH-1", pathway="p", workstep="w", **more):
    happening = Happening(key, child, pathway_id=pathway, workstep_id=workstep)
    assert tx.deadline_met(happening, rule=rule, met_on=on, **more)


def late(record, child="CH-1"):
    return [(row["metOn"], row["lateDays"]) for row in record.deadlines(child)]


def test_a_row_has_exactly_the_contracts_keys(record):
    with record.transaction() as tx:
        put(tx, "a", statutory=date(2026, 7, 13), local=date(2026, 7, 11), last=date(2026, 7, 10))
    row = {
        "rule": "CAM-069",
        "what": "CAM-069",
        "process": "panel-and-matching-decision",
        "workstepId": "w",
        "statutoryDue": "2026-07-13",
        "localTarget": "2026-07-11",
        "lastWorkingDay": "2026-07-10",
        "metOn": None,
        "lateDays": 0,
    }
    assert record.deadlines("CH-1") == [row]
    assert record.deadlines() == [{"childId": "CH-1", **row}]
    (entry,) = record.chronology("CH-1")
    assert entry["details"] == {
        "rule": "CAM-069",
        "statutoryDue": "2026-07-13",
        "localTarget": "2026-07-11",
        "lastWorkingDay": "2026-07-10",
        "from": "2026-06-15",
        "source": "the source",
        "kind": "statutory",
    }


@pytest.mark.parametrize(
    "statutory, local, days",
    [
        ("2026-07-10", None, 0),
        ("2026-07-09", None, 1),
        (None, "2026-07-09", 1),
        ("2026-07-09", "2026-07-01", 9),
        ("2026-07-01", "2026-07-09", 9),
        (None, None, 0),
        ("2026-07-09T23:30:00+00:00", None, 0),
        ("2026-07-09T22:30:00+00:00", None, 1),
    ],
)
def test_late_days_count_from_the_earlier_due_to_today_in_london(record, statutory, local, days):
    with record.transaction() as tx:
        put(tx, "a", statutory=statutory, local=local)
    assert late(record) == [(None, days)]


@pytest.mark.parametrize("now, days", [("2026-07-09T22:59:59+00:00", 0), ("2026-07-09T23:00:00+00:00", 1)])
def test_the_day_turns_at_midnight_in_london(record, now, days):
    with record.transaction() as tx:
        put(tx, "a", statutory="2026-07-09")
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        assert late(record) == [(None, days)]


@pytest.mark.parametrize(
    "on, days", [("2026-07-05", 0), ("2026-07-06", 0), ("2026-07-08", 2), ("2026-07-08T23:30:00+00:00", 3)]
)
def test_what_was_met_is_as_late_as_it_was_then(record, on, days):
    with record.transaction() as tx:
        put(tx, "a")
        meet(tx, "b", on)
    assert late(record) == [(on, days)]


def test_setting_it_again_moves_it(record):
    with record.transaction() as tx:
        put(tx, "a", statutory="2026-07-01")
        put(tx, "b", statutory="2026-07-09")
    assert late(record) == [(None, 1)]


def test_a_corrected_start_date_replaces_the_deadline_and_keeps_that_it_was_met(record):
    with record.transaction() as tx:
        put(tx, "a", from_="2026-06-15", statutory="2026-07-06")
        meet(tx, "m", "2026-07-08")
        put(tx, "b", from_="2026-06-17", statutory="2026-07-08", replaces="2026-06-15")
    assert late(record) == [("2026-07-08", 0)]


def test_a_recurring_rule_is_met_one_cycle_at_a_time(record):
    with record.transaction() as tx:
        put(tx, "b", from_="2026-06-02", statutory="2026-07-02", workstep=None)
        put(tx, "a", from_="2026-06-01", statutory="2026-07-01", workstep=None)
        meet(tx, "m1", "2026-07-01", workstep="w1")
        assert [row["metOn"] for row in tx.deadlines("CH-1")] == ["2026-07-01", None]
        meet(tx, "m2", "2026-07-03", workstep="w2")
        meet(tx, "m3", "2026-07-09", workstep="w3")  # nothing is open: nothing changes
    assert late(record) == [("2026-07-01", 0), ("2026-07-03", 1)]


def test_naming_its_start_meets_or_corrects_that_one(record):
    with record.transaction() as tx:
        put(tx, "a", from_="2026-06-01", statutory="2026-07-01")
        put(tx, "b", from_="2026-06-02", statutory="2026-07-02")
        meet(tx, "m1", "2026-07-05", from_="2026-06-02")
        meet(tx, "m2", "2026-07-04", from_="2026-06-02")
    assert late(record) == [(None, 9), ("2026-07-04", 2)]


def test_each_parallel_workstep_meets_its_own(record):
    with record.transaction() as tx:
        put(tx, "a", workstep="w1")
        put(tx, "b", workstep="w2")
        meet(tx, "m", "2026-07-06", workstep="w2")
        meet(tx, "again", "2026-07-07", workstep="w2")
    assert {row["workstepId"]: row["metOn"] for row in record.deadlines("CH-1")} == {
        "w1": None,
        "w2": "2026-07-06",
    }


def test_children_rules_and_pathways_are_kept_apart(record):
    with record.transaction() as tx:
        put(tx, "a")
        put(tx, "b", child="CH-2")
        put(tx, "c", rule="ENG-01")
        put(tx, "d", pathway="p2", workstep="w2")
        meet(tx, "m", "2026-07-06")
    assert sorted((row["childId"], row["rule"], row["metOn"] or "") for row in record.deadlines()) == [
        ("CH-1", "CAM-069", ""),
        ("CH-1", "CAM-069", "2026-07-06"),
        ("CH-1", "ENG-01", ""),
        ("CH-2", "CAM-069", ""),
    ]


@pytest.mark.parametrize("end", ["pathway-ended", "withdrawn"])
def test_lateness_stops_when_the_pathway_ends(record, end):
    with record.transaction() as tx:
        put(tx, "a")
        tx.entry(Happening("end", "CH-1", pathway_id="p", at=datetime(2026, 7, 8, 9, 0, tzinfo=UTC)), end)
    assert late(record) == [(None, 2)]


def test_soonest_due_comes_first_and_without_a_date_last(record):
    with record.transaction() as tx:
        for key, due in (
            ("a", None),
            ("b", "2026-07-02T08:00:00+01:00"),
            ("c", "2026-07-02"),
            ("d", "2026-07-01"),
        ):
            put(tx, key, rule=key, statutory=due)
    assert [row["rule"] for row in record.deadlines("CH-1")] == ["d", "b", "c", "a"]


@pytest.mark.parametrize("due", ["14/01/2026", "2026-02-30", "2026-07-01T10:00:00"])
def test_what_is_no_date_is_refused_when_it_is_written(record, due):
    with pytest.raises(ValueError), record.transaction() as tx:
        put(tx, "a", statutory=due)
    assert record.deadlines("CH-1") == []


def made(at, record=None):
    """A task that the engine made then, by its own clock; this process's says 10 July, 12:00 UTC."""
    place = Place("CH-1", "p", "p:1", "i", None)
    services = SimpleNamespace(
        record=record,
        place=lambda _: place,
        recipients=lambda *_: [],
        of_those_who_may=lambda *_: [],
        mail=lambda *_, **__: None,
        wake_outbox=lambda: None,
    )
    raw = {
        "id": "t",
        "businessKey": "CH-1",
        "processDefinitionKey": "p",
        "processInstanceId": "i",
        "activityId": "a",
        "createTime": at,
    }
    return Work(raw, services, 0.0)


@pytest.mark.parametrize(
    "at, day",
    [
        ("2026-07-08T22:59:59.000+0000", date(2026, 7, 8)),
        ("2026-07-08T23:00:00.000+0000", date(2026, 7, 9)),
        (None, date(2026, 7, 10)),
    ],
)
def test_today_is_when_the_engine_came_to_the_step_whenever_it_is_tried(at, day):
    assert set_deadlines.counted_from(None, made(at)) == day


@pytest.mark.parametrize(
    "at, breached",
    [("2026-07-10T13:00:01.000+0000", True), ("2026-07-10T11:00:00.000+0000", False), (None, False)],
)
def test_a_breach_is_told_by_the_engines_clock(record, at, breached):
    deadline_news.escalate(
        deadline_news.EscalateIn(rule="R", due="2026-07-10T13:00:00+00:00", step_name="Review"),
        made(at, record),
    )
    assert {row["what"] for row in record.chronology("CH-1")} == {"escalated"} | (
        {"deadline-breached"} if breached else set()
    )
