"""Numbers about the record, for monitoring."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from workers.records.schema import queue, tallies
from workers.records.views import Reads


@dataclass(frozen=True)
class Mail:
    """Notifications that wait, and attempts by how they ended, whoever made them, since the record began."""

    queued: int
    sent: int
    failed: int  # those whose fate is not known among them


def mail(view: Reads) -> Mail:
    """How the outbox stands."""
    [(queued,)] = view._rows(select(func.count()).select_from(queue))
    ended = {row.state: row.number for row in view._rows(select(tallies))}
    return Mail(queued, ended["sent"], ended["failed"] + ended["unknown"])


def next_mail(view: Reads) -> datetime | None:
    """When a notification is tried next; None: none waits."""
    due: datetime | None = view._connection.scalar(select(func.min(queue.c.due_at)))
    return due
