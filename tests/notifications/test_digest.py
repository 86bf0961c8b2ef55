"""The day's one mail: what waits for it, until when, and that nothing is lost or sent twice."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, time

import pytest
import time_machine

from tests.notifications.doubles import Fake, outbox, queue
from workers.notifications import details
from workers.notifications.digest import Digest
from workers.records import Record
from workers.rest import organisation
from workers.settings import PROJECT

MORNING = Digest(time(8), {"inbox": ["task-opened"], "named": []})
TUESDAY_NOON, WEDNESDAY = datetime(2026, 7, 14, 12, tzinfo=UTC), datetime(2026, 7, 15, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "now, until",
    [
        ("2026-07-14T11:00+01:00", "2026-07-15T08:00+01:00"),  # the next morning
        ("2026-07-15T07:59+01:00", "2026-07-15T08:00+01:00"),  # before the hour, this one
        ("2026-07-15T08:00+01:00", "2026-07-16T08:00+01:00"),  # at the hour it has gone
        ("2026-07-17T11:00+01:00", "2026-07-20T08:00+01:00"),  # over the weekend
        ("2026-04-02T11:00+01:00", "2026-04-07T08:00+01:00"),  # over Good Friday and Easter Monday
        (
            "2026-10-23T11:00+01:00",
            "2026-10-26T08:00+00:00",
        ),  # over the change of the clock, at the same hour
        ("2040-07-12T11:00+01:00", "2040-07-13T08:00+01:00"),  # a year whose bank holidays nobody knows yet
    ],
)
def test_it_goes_out_at_its_hour_on_the_next_working_day(now, until):
    moment = MORNING.until("task-opened", True, datetime.fromisoformat(now))
    assert moment.isoformat(timespec="minutes") == until


@pytest.mark.parametrize(
    "digest, template, inbox",
    [
        (MORNING, "returned", True),
        (MORNING, "task-opened", False),
        (Digest(None, {"inbox": ["task-opened"]}), "task-opened", True),
        (Digest(time(8)), "task-opened", True),
    ],
    ids=["another template", "somebody named", "no hour", "no table"],
)
def test_all_else_goes_at_once(digest, template, inbox):
    assert digest.until(template, inbox, TUESDAY_NOON) is None


def test_the_house_lets_a_groups_work_wait_and_never_what_came_back():
    waits = organisation.read(PROJECT)["digest"]
    assert "task-opened" in waits["inbox"] and "task-opened" not in waits["named"]
    assert "returned" not in waits["inbox"] + waits["named"]


@pytest.fixture
def waiting(record: Record) -> Record:
    """Three pieces of work for the same person, queued at noon; one more that waits for nobody else."""
    with time_machine.travel(TUESDAY_NOON, tick=False):
        for number, due in ((1, "2026-07-20"), (2, None), (3, None)):
            child = f"CH-{number}"
            queue(record, f"d{number}", child_id=child, details=_facts(child, due), at=WEDNESDAY)
        queue(record, "other", child_id="CH-9", details=_facts("CH-9"), at=WEDNESDAY, to_user="iro-2")
    return record


def _facts(reference: str, due: str | None = None) -> dict:
    facts = details(reference=reference, step="Permanence Planning", request="Write the report", due=due)
    return facts | {"digest": True}


def test_what_waits_for_one_person_is_one_mail_that_names_each(waiting: Record):
    channel = Fake()
    with time_machine.travel(TUESDAY_NOON, tick=False):
        assert outbox(waiting, channel).deliver() == 0
    with time_machine.travel(
        datetime(2026, 7, 17, 9, tzinfo=UTC), tick=False
    ):  # the worker was away meanwhile
        assert outbox(waiting, channel).deliver() == 2
        assert outbox(waiting, channel).deliver() == 0
    one, other = sorted(channel.sent, key=lambda message: message.subject)
    assert one.subject == "3 pieces of work wait for your team"
    assert "- CH-1: Write the report, due 20 July 2026\n- CH-2: Write the report\n- CH-3: " in one.body
    assert other.subject == "CH-9: Write the report", "what is alone says it in its own words"
    assert [row["status"] for n in (1, 2, 3) for row in waiting.notifications(f"CH-{n}")] == ["sent"] * 3


def test_a_mail_that_could_not_be_sent_is_tried_again_as_it_was(waiting: Record):
    broken, channel = Fake(True, smtplib.SMTPServerDisconnected()), Fake(True)
    with time_machine.travel(WEDNESDAY, tick=False):
        assert outbox(waiting, broken).deliver() == 0
        assert [row["status"] for row in waiting.notifications("CH-2")] == ["failed"]
        queue(waiting, "late", details=_facts("CH-4"), at=datetime(2026, 7, 16, 7, tzinfo=UTC))
    with time_machine.travel(WEDNESDAY.replace(minute=5), tick=False):
        assert outbox(waiting, channel).deliver() == 2
    assert sorted(message.body.count("- CH-") for message in channel.sent) == [0, 3]


def test_a_large_digest_is_still_one_mail(waiting: Record):
    channel = Fake()
    with time_machine.travel(WEDNESDAY, tick=False):
        outbox(waiting, channel).deliver(limit=1)
    assert [message.body.count("- CH-") for message in channel.sent] == [3]
