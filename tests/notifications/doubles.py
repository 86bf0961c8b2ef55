"""What the tests of mail share: a message, a channel that obeys, and a few words."""

from datetime import UTC, datetime

from workers.notifications import Message, Outbox, details
from workers.notifications.channels import Channel
from workers.records import Record

ID = "0123456789abcdef0123456789abcdef"
MESSAGE = Message(
    id=ID,
    address="iro@example.org",
    subject="CH-1: Panel – record",
    body="First line.\n.a line with a dot\n",
    at=datetime(2026, 7, 1, 12, tzinfo=UTC),
)


class Fake(Channel):
    """A channel that does as it is told, and keeps what it sent."""

    def __init__(self, idempotent: bool = False, fault: Exception | None = None) -> None:
        self.idempotent, self.fault, self.sent = idempotent, fault, []

    def send(self, message):
        if self.fault:
            raise self.fault
        self.sent.append(message)


def queue(
    record: Record, key: str = "a", *, address: str | None = "iro@example.org", channel: str = "smtp", **more
) -> None:
    facts = details(reference="CH-1", step="Permanence Planning", request_key=more.pop("request_key", None))
    with record.transaction() as tx:
        assert tx.notify(
            key=key,
            address=address,
            channel=channel,
            process="p",
            workstep_id="w",
            **{"child_id": "CH-1", "to_user": "iro", "template": "task-opened", "details": facts} | more,
        )


def outbox(record: Record, channel, name: str = "smtp") -> Outbox:
    return Outbox(record, {name: channel}, tasklist="http://localhost:8080/camunda/app/tasklist/")


def statuses(record: Record) -> list[str]:
    return [row["status"] for row in record.notifications("CH-1")]
