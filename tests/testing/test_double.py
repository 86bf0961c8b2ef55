"""Fetching, polling and locking, told to the real engine and to its double: what holds for one holds for the
other.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.case import eventually
from tests.testing.worlds import (
    CALLS,
    GONE,
    LOCK,
    PROPERTIES,
    SHORT,
    STEERING,
    World,
    moment,
    some_topic,
)
from workers.rest.session import EngineUnreachable

# fetching ---------------------------------------------------------------------------------------------------


def test_a_fetched_task_says_all_that_a_worker_reads(world: World):
    task = world.add({"name": "Robin"}, priority=7)
    before = world.task(task)
    [got] = world.fetch(task.topic, lock=60)
    assert set(got) - set(before) == {"variables", "errorDetails", "extensionProperties"} and set(
        before
    ) <= set(got)
    known = {
        "id": task.id,
        "topicName": task.topic,
        "processInstanceId": task.instance,
        "workerId": "one",
        "retries": None,
        "priority": 7,
        "businessKey": "child-1",
        "processDefinitionKey": "lab-double",
        "processDefinitionVersionTag": None,
        "activityId": "Task",
        "errorMessage": None,
        "errorDetails": None,
        "suspended": False,
        "tenantId": None,
        "extensionProperties": {},
    }
    assert {name: got[name] for name in known} == known
    assert (
        got["activityInstanceId"].startswith("Task:")
        and got["executionId"]
        and got["processDefinitionId"].startswith("lab-double:")
    )
    assert (
        before["workerId"] is None and before["lockExpirationTime"] is None and moment(before["createTime"])
    )
    ends = moment(got["lockExpirationTime"])
    assert 0 <= (ends - moment(got["createTime"])).total_seconds() - 60 < 50


VARIABLES = {
    "text": "Robin",
    "flag": True,
    "number": 7,
    "big": 2**40,
    "ratio": 0.5,
    "nothing": None,
    "rows": [{"value": 1}],
    "winter": dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC),
    "summer": dt.datetime(2026, 7, 1, 10, 30, 0, 250_000, dt.UTC),
}


@pytest.mark.parametrize(
    "asked", [..., [], ["text", "rows", "absent"]], ids=["no list", "empty list", "some"]
)
def test_variables_come_typed_and_only_those_asked_for(world: World, asked):
    task = world.add(VARIABLES)
    [got] = world.fetch(task.topic, of={} if asked is ... else {"variables": asked})
    whole = {
        "text": ("String", "Robin"),
        "flag": ("Boolean", True),
        "number": ("Integer", 7),
        "big": ("Long", 2**40),
        "ratio": ("Double", 0.5),
        "nothing": ("Null", None),
        "rows": ("Json", '[{"value": 1}]'),
        "winter": ("Date", "2026-01-01T10:00:00.000+0000"),
        "summer": ("Date", "2026-07-01T11:30:00.250+0100"),
    }
    found = {
        name: (row["type"], row["value"]) for name, row in got["variables"].items() if name not in STEERING
    }
    assert found == {name: pair for name, pair in whole.items() if asked is ... or name in asked}
    assert all(row["valueInfo"] == {} for row in got["variables"].values())


@pytest.mark.parametrize(
    "priority, direction, order",
    [(True, "asc", "bcad"), (True, "desc", "cbad"), (False, "asc", "abcd"), (False, "desc", "dcba")],
)
def test_tasks_come_in_the_order_asked_for(world: World, priority, direction, order):
    asked = {"usePriority": priority, "sorting": [{"sortBy": "createTime", "sortOrder": direction}]}
    topic = some_topic()
    names = {
        world.add(topic=topic, priority=priority).id: name
        for name, priority in (("a", 1), ("b", 5), ("c", 5), ("d", 0))
    }
    assert "".join(names[row["id"]] for row in world.fetch(topic, most=3, **asked)) == order[:3]
    assert "".join(names[row["id"]] for row in world.fetch(topic, "two", **asked)) == order[3:]


def test_extension_properties_come_where_they_are_asked_for(world: World):
    task = world.add()
    assert (
        world.fetch(task.topic, of={"includeExtensionProperties": True})[0]["extensionProperties"]
        == PROPERTIES
    )


def test_a_fetch_may_be_narrowed_to_a_child_or_a_process(world: World):
    task = world.add()
    assert not world.fetch(task.topic, of={"businessKey": "child-2"}) and not world.fetch(
        task.topic, of={"processDefinitionKey": "other"}
    )
    assert world.fetch(task.topic, of={"businessKey": "child-1", "processDefinitionKey": "lab-double"})


@pytest.mark.parametrize(
    "change, answer",
    [
        ({"workerId": ...}, (500, ("NullValueException", 0, "workerId is null"))),
        ({"maxTasks": 0}, (200, [])),
        ({"topics": []}, (200, [])),
        (
            {"topics": [{"topicName": "lab"}]},
            (500, ("ProcessEngineException", 0, "lockTime is not greater than 0")),
        ),
        ({"topics": [{"lockDuration": 5}]}, (500, ("NullValueException", 0, "topicName is null"))),
        (
            {"sorting": [{"sortBy": "name", "sortOrder": "asc"}]},
            (400, ("InvalidRequestException", None, "Cannot set query sortBy parameter to value name")),
        ),
        (
            {"sorting": [{"sortBy": "createTime"}]},
            (
                400,
                (
                    "NotValidException",
                    0,
                    "Invalid query: call asc() or desc() after using orderByXX(): direction is null",
                ),
            ),
        ),
        (
            {"asyncResponseTimeout": 1_800_001},
            (
                400,
                (
                    "InvalidRequestException",
                    None,
                    "The asynchronous response timeout cannot be set to a value greater than … milliseconds",
                ),
            ),
        ),
        ({"asyncResponseTimeout": 0}, (200, [])),
    ],
    ids=str,
)
def test_an_unfit_fetch_is_refused(world: World, change, answer):
    body = {
        "workerId": "one",
        "maxTasks": 1,
        "topics": [{"topicName": "lab-nobody", "lockDuration": 1000}],
    } | change
    status, said = world.ask(
        "POST",
        "/external-task/fetchAndLock",
        {name: value for name, value in body.items() if value is not ...},
    )
    assert (
        status,
        (*said[:2], said[2].replace("1800000", "…")) if isinstance(said, tuple) else said,
    ) == answer


# long polls -------------------------------------------------------------------------------------------------


def test_a_new_task_wakes_an_open_poll(world: World):
    poll = world.poll(topic := some_topic(), wait=20)
    task = world.add(topic=topic)
    [got], seconds = poll.result(60)
    assert got["id"] == task.id and seconds < 19


def test_of_two_open_polls_the_first_gets_the_task(world: World):
    polls = [world.poll(topic := some_topic(), "one"), world.poll(topic, "two")]
    for poll in polls:  # the second gets the next one
        task = world.add(topic=topic)
        assert [row["id"] for row in poll.result(60)[0]] == [task.id]


def test_an_unlocked_task_wakes_an_open_poll(world: World):
    task = world.add()
    world.fetch(task.topic)
    poll = world.poll(task.topic, "two", wait=20)
    world.on(task, "unlock")
    found, seconds = poll.result(60)
    assert found and seconds < 19


@pytest.mark.parametrize("what", ["a lock's end", "a pause's end", "an operator's retry"])
def test_an_open_poll_sleeps_through(world: World, what):
    """It brings the task when its own time is over, not before. Whatever happens to others on the engine
    wakes a poll, too (`test_anothers_poll_or_task_makes_the_engine_look_again`), so one that is left in peace
    is told from the longest of several.
    """
    longest = 0.0
    for _ in range(5):
        task = world.add()
        world.fetch(task.topic, lock=SHORT)
        if what == "a pause's end":
            world.on(task, "failure", retries=1, retryTimeout=int(SHORT * 1000))
        if what == "an operator's retry":
            world.on(task, "failure", retries=0)
        poll = world.poll(task.topic, "two", wait=2)
        if what == "an operator's retry":
            world.ask("PUT", f"/external-task/{task.id}/retries", {"retries": 1})
        found, seconds = poll.result(60)
        assert [row["workerId"] for row in found] == [
            "two"
        ] or what == "an operator's retry"  # which may come after the poll's end
        if found and (longest := max(longest, seconds)) > 1.6:  # the lock or pause was over long before
            return
    raise AssertionError(f"the longest of five polls came back after {longest:.2f} s")


def test_a_poll_that_finds_nothing_ends_empty_in_its_time(world: World):
    found, seconds = world.poll(some_topic(), wait=1).result(60)
    assert found == [] and 0.9 < seconds < 30


@pytest.mark.parametrize("other", ["poll", "task"])
def test_anothers_poll_or_task_makes_the_engine_look_again(world: World, other):
    task = world.add()
    world.fetch(task.topic, lock=LOCK)
    poll = world.poll(task.topic, "two", wait=20)
    world.expired(task)
    world.poll(some_topic(), "three", wait=8) if other == "poll" else world.add()
    found, seconds = poll.result(60)
    assert found and seconds < 19


def test_a_poll_whose_client_has_gone_still_locks_a_task(world: World):
    topic = some_topic()
    with pytest.raises(EngineUnreachable):
        world.session.request(
            "POST",
            "/external-task/fetchAndLock",
            timeout=(30, 0.5),
            json={
                "workerId": "dead",
                "maxTasks": 1,
                "asyncResponseTimeout": 60_000,
                "topics": [{"topicName": topic, "lockDuration": 60_000}],
            },
        )
    task = world.add(topic=topic)
    eventually(lambda: world.task(task)["workerId"] == "dead", lambda: f"not locked: {world.task(task)}")


# locks ------------------------------------------------------------------------------------------------------


def test_a_locked_task_is_nobody_elses_until_the_lock_is_over(world: World):
    task = world.add()
    assert world.fetch(task.topic, lock=LOCK)
    assert world.listed(externalTaskId=task.id, workerId="one", locked="true") == [task.id]
    assert not world.listed(externalTaskId=task.id, notLocked="true")
    world.expired(task)
    assert world.listed(externalTaskId=task.id, workerId="one") == [task.id] and not world.listed(
        externalTaskId=task.id, locked="true"
    )
    assert [row["workerId"] for row in world.fetch(task.topic, "two")] == ["two"]
    assert world.on(task, "complete") == (
        400,
        (
            "RestException",
            0,
            "External Task … cannot be completed by worker 'one'. It is locked by worker 'two'.",
        ),
    )
    assert world.session.fetch("/external-task/count", externalTaskId=task.id) == {"count": 1}


def test_what_is_locked_cannot_be_fetched(world: World):
    task = world.add()
    assert world.fetch(task.topic) and not world.fetch(task.topic) and not world.fetch(task.topic, "two")


SAID = {
    "complete": "External Task … cannot be completed by worker 'one'.",
    "failure": "Failure of External Task … cannot be reported by worker 'one'.",
    "bpmnError": "Bpmn error of External Task … cannot be reported by worker 'one'.",
    "extendLock": "The lock of the External Task … cannot be extended by worker 'one''.",
}


@pytest.mark.parametrize("call", CALLS)
def test_a_task_is_the_last_lockers_alone(world: World, call):
    task = world.add()
    assert world.on(task, call, **CALLS[call]) == (
        400,
        ("RestException", 0, f"{SAID[call]} It is locked by worker 'null'."),
    )
    world.fetch(task.topic, "two")
    assert world.on(task, call, **CALLS[call]) == (
        400,
        ("RestException", 0, f"{SAID[call]} It is locked by worker 'two'."),
    )
    assert world.on(task, call, **CALLS[call] | {"workerId": ...}) == (
        500,
        ("NullValueException", 0, "workerId is null"),
    )
    assert world.on(task, call, **CALLS[call] | {"workerId": "two"}) == (204, "")


@pytest.mark.parametrize("call", [*CALLS, "unlock", "lock"])
def test_a_task_that_is_gone_is_gone_for_every_call(world: World, call):
    task = world.add()
    world.fetch(task.topic)
    world.cancel(task)
    assert world.on(task, call, **CALLS.get(call, {"lockDuration": 1000})) == GONE
    assert world.ask("PUT", f"/external-task/{task.id}/retries", {"retries": 1}) == GONE
    assert world.ask("GET", f"/external-task/{task.id}") == (404, ("RestException", None, GONE[1][2]))
    assert world.ask("GET", f"/external-task/{task.id}/errorDetails") == (
        500,
        ("NullValueException", 0, "No external task found with id …: externalTask is null"),
    )


@pytest.mark.parametrize("call", ["complete", "failure", "bpmnError"])
def test_a_report_is_taken_after_the_lock_is_over(world: World, call):
    task = world.add()
    world.fetch(task.topic, lock=LOCK)
    world.expired(task)
    assert world.on(task, call, **CALLS[call]) == (204, "")


def test_a_lock_is_extended_from_now_and_never_once_it_is_over(world: World):
    task = world.add()
    world.fetch(task.topic, lock=40)
    before = moment(world.task(task)["lockExpirationTime"])
    assert world.on(task, "extendLock", newDuration=60_000) == (204, "")
    assert 15 < (moment(world.task(task)["lockExpirationTime"]) - before).total_seconds() < 55
    assert (
        world.on(task, "extendLock", newDuration=0)
        == world.on(task, "extendLock")
        == (400, ("RestException", 0, "lockTime is not greater than 0"))
    )
    world.on(task, "extendLock", newDuration=int(LOCK * 1000))
    world.expired(task)
    assert world.on(task, "extendLock", newDuration=1000) == (
        400,
        (
            "RestException",
            0,
            "Cannot extend a lock that expired: lockExpirationTime is not greater than or equal to …",
        ),
    )


def test_a_task_may_be_locked_by_name_unless_another_holds_it(world: World):
    task = world.add()
    assert world.on(task, "lock", lockDuration=int(LOCK * 1000)) == (204, "")
    assert world.on(task, "lock", workerId="two", lockDuration=1000) == (
        400,
        (
            "RestException",
            0,
            "External Task … cannot be locked by worker 'two'. It is locked by worker 'one'.",
        ),
    )
    assert world.on(task, "lock", lockDuration=0) == (
        400,
        ("RestException", 0, "lockDuration is not greater than 0"),
    )
    world.expired(task)
    assert (
        world.on(task, "lock", workerId="two", lockDuration=1000) == (204, "")
        and world.task(task)["workerId"] == "two"
    )


def test_an_unlocked_task_is_free_and_keeps_its_retries(world: World):
    task = world.add()
    world.fetch(task.topic)
    assert world.on(task, "unlock", workerId=...) == world.on(task, "unlock", workerId=...) == (204, "")
    assert [world.task(task)[name] for name in ("workerId", "lockExpirationTime", "retries")] == [
        None,
        None,
        None,
    ] and world.fetch(task.topic, "two")
