"""The outbox: what was queued is sent once, whatever breaks in between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.notifications.doubles import Fake, outbox, queue, statuses
from workers.notifications.channels import Unknown
from workers.notifications.outbox import ATTEMPTS
from workers.records import Happening, Record, RecordError

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


class Died(BaseException):
    """The process ends here."""


def test_a_notification_is_queued_sent_and_on_the_record(record):
    channel = Fake()
    with time_machine.travel(NOON, tick=False):
        queue(record)
        row = {
            "to": "iro",
            "address": "iro@example.org",
            "template": "task-opened",
            "channel": "smtp",
            "status": "queued",
            "sentAt": None,
            "acknowledgedBy": None,
            "acknowledgedAt": None,
        }
        assert record.notifications("CH-1") == [row]
        assert outbox(record, channel).deliver() == 1
        assert outbox(record, channel).deliver() == 0
    assert record.notifications("CH-1") == [row | {"status": "sent", "sentAt": "2026-07-01T12:00:00+00:00"}]
    (message,) = channel.sent
    (entry,) = record.chronology("CH-1")
    assert (entry["what"], entry["by"], entry["process"], entry["workstepId"]) == (
        "notification-sent",
        "homeward",
        "p",
        "w",
    )
    assert entry["details"] == {
        "to": "iro",
        "template": "task-opened",
        "channel": "smtp",
        "notificationId": message.id,
    }
    assert (message.address, message.attempt) == ("iro@example.org", 1) and "tasklist" in message.body


@pytest.mark.parametrize("by", ["requestKey", "notificationId"])
def test_an_acknowledgement_is_shown_with_who_and_when(record, by):
    channel = Fake()
    queue(record, request_key="task-7")
    queue(record, "b", request_key="task-8")
    outbox(record, channel).deliver()
    known = {"requestKey": "task-7", "notificationId": channel.sent[0].id}[by]
    with record.transaction() as tx:
        for user, minute in (("team-manager", 5), ("iro", 6)):
            tx.entry(
                Happening(user, "CH-1", by=user, at=NOON.replace(minute=minute)),
                "notification-acknowledged",
                {by: known},
            )
    assert [(row["acknowledgedBy"], row["acknowledgedAt"]) for row in record.notifications("CH-1")] == [
        ("team-manager", "2026-07-01T12:05:00+00:00"),
        (None, None),
    ]


def test_a_user_without_an_address_is_a_failure_that_is_seen(record):
    queue(record, address=None)
    queue(record, "b", address="")
    assert outbox(record, Fake()).deliver() == 0 and statuses(record) == ["failed", "failed"]
    assert {row["reason"] for row in record.given_up()} == {"no address"}
    assert [(row["what"], row["details"]["reason"]) for row in record.chronology("CH-1")] == [
        ("notification-failed", "no address")
    ] * 2
    assert outbox(record, Fake()).requeue() == 0


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(record):
    channel, attempts = Fake(fault=ConnectionRefusedError(111, "Connection refused")), []
    with time_machine.travel(NOON, tick=False) as clock:
        queue(record)
        channel.send = lambda message: (
            attempts.append((datetime.now(UTC) - NOON) // timedelta(minutes=1)) or Fake.send(channel, message)
        )
        for _ in range(60 * 8):
            outbox(record, channel).deliver()
            clock.shift(timedelta(minutes=1))
    assert attempts == [0, 1, 6, 21, 81, 141, 201, 261] and len(attempts) == ATTEMPTS
    assert statuses(record) == ["failed"]
    (lost,) = record.given_up()
    assert (lost["attempts"], lost["reason"], lost["childId"], lost["to"]) == (
        8,
        "ConnectionRefusedError: Connection refused",
        "CH-1",
        "iro",
    )
    assert [row["what"] for row in record.chronology("CH-1")] == ["notification-failed"]


def test_mail_goes_out_once_the_server_is_back(record):
    channel = Fake(fault=OSError(111, "Connection refused"))
    with time_machine.travel(NOON, tick=False) as clock:
        queue(record)
        assert (
            outbox(record, channel).deliver() == 0
            and statuses(record) == ["failed"]
            and record.given_up() == []
        )
        channel.fault = None
        clock.shift(timedelta(seconds=59))
        assert outbox(record, channel).deliver() == 0
        clock.shift(timedelta(seconds=1))
        assert outbox(record, channel).deliver() == 1 and statuses(record) == ["sent"]
    assert [row["what"] for row in record.chronology("CH-1")] == ["notification-sent"]


def test_what_was_given_up_can_be_tried_again(record):
    channel = Fake(fault=Unknown())
    queue(record)
    outbox(record, channel).deliver()
    assert statuses(record) == ["failed"] and record.given_up()[0]["reason"].startswith(
        "ended without an answer"
    )
    channel.fault = None
    assert outbox(record, channel).deliver() == 0
    assert outbox(record, channel).requeue() == 1 and outbox(record, channel).requeue() == 0
    assert outbox(record, channel).deliver() == 1 and statuses(record) == ["sent"]
    assert channel.sent[0].attempt == 2 and record.given_up() == []


@pytest.mark.parametrize(
    "broken", [{"template": "nonsense"}, {"details": {"reference": "CH-1"}}, {"channel": "pigeon"}]
)
def test_what_cannot_be_written_is_given_up_at_once_and_holds_up_nothing(record, broken):
    queue(record, **broken)
    queue(record, "b")
    channel = Fake()
    assert (
        outbox(record, channel).deliver() == 1
        and sorted(statuses(record)) == ["failed", "sent"]
        and not outbox(record, channel).deliver()
    )
    assert record.given_up()[0]["reason"].startswith("cannot be written or has no channel")


def die(record: Record, channel) -> None:
    """An attempt whose process ends in the middle of it."""
    channel.fault = Died()
    with pytest.raises(Died):
        outbox(record, channel).deliver()
    channel.fault = None


@pytest.mark.parametrize("idempotent, status", [(True, "sent"), (False, "failed")])
def test_an_attempt_that_broke_off_is_repeated_only_where_it_does_no_harm(record, idempotent, status):
    channel = Fake(idempotent)
    with time_machine.travel(NOON, tick=False) as clock:
        queue(record)
        die(record, channel)
        clock.shift(timedelta(seconds=119))
        # it may be running still
        assert outbox(record, channel).deliver() == 0 and statuses(record) == ["queued"]
        clock.shift(timedelta(seconds=2))
        assert outbox(record, channel).deliver() == idempotent and statuses(record) == [status]
        assert [message.attempt for message in channel.sent] == ([2] if idempotent else [])
        clock.shift(timedelta(days=2))
        assert outbox(record, channel).deliver() == 0
    if not idempotent:
        assert record.given_up()[0]["reason"] == "ended without an answer: not sent again"


@pytest.mark.parametrize(
    "fault, status", [(None, "sent"), (ConnectionRefusedError(111, "Connection refused"), "failed")]
)
def test_a_result_is_kept_while_the_record_is_away(record, monkeypatch, fault, status):
    channel, transaction = Fake(fault=fault), record.transaction
    box = outbox(record, channel)

    def away():
        raise RecordError("away")

    def send(message):
        monkeypatch.setattr(record, "transaction", away)
        Fake.send(channel, message)

    with time_machine.travel(NOON, tick=False) as clock:
        queue(record)
        channel.send = send
        for _ in range(2):  # it stays away for a turn
            with pytest.raises(RecordError, match="away"):
                box.deliver()
        monkeypatch.setattr(record, "transaction", transaction)
        assert box.deliver() == 0 and statuses(record) == [status]
        channel.fault = None
        channel.send = lambda message: Fake.send(channel, message)
        clock.shift(timedelta(minutes=3))
        assert box.deliver() == (status == "failed") and statuses(record) == ["sent"]
    assert len(channel.sent) == 1 and record.given_up() == []


def test_many_processes_at_once_send_each_once(record):
    for number in range(12):
        queue(record, f"k{number}")
    channel = Fake()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: outbox(record, channel).deliver(), range(4))) == 12
    assert (
        len({message.id for message in channel.sent}) == len(channel.sent) == 12
        and statuses(record) == ["sent"] * 12
    )


def test_a_rolled_back_transaction_sends_nothing(record):
    with pytest.raises(ZeroDivisionError), record.transaction() as tx:
        tx.notify(
            key="a",
            child_id="CH-1",
            to_user="iro",
            address="iro@example.org",
            template="request",
            channel="smtp",
            details={},
        )
        raise ZeroDivisionError
    assert outbox(record, Fake()).deliver() == 0 and record.notifications("CH-1") == []


def test_longest_waiting_first_no_more_than_the_limit_and_none_after_stop(record):
    for number in range(3):
        queue(record, f"k{number}", at=NOON.replace(minute=3 - number))
    channel = Fake()
    assert outbox(record, channel).deliver(stop=lambda: True) == 0
    assert outbox(record, channel).deliver(limit=2) == 2
    assert [message.at.minute for message in channel.sent] == [1, 2]
