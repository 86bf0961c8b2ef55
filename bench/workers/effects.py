"""Whether the real work was done, counted from the mail that arrived and the rows that were written, not from
what a client says.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg

from bench.workers.ground import Ground, wait_for

ROWS = """SELECT (SELECT count(*) FROM entries WHERE child_id LIKE %(key)s AND what = 'request-sent'),
                 (SELECT count(*) FROM entries WHERE child_id LIKE %(key)s AND what = 'notification-sent'),
                 (SELECT count(*) FROM notifications WHERE child_id LIKE %(key)s),
                 (SELECT count(*) FROM deliveries JOIN notifications ON notifications.id = notification_id
                  WHERE child_id LIKE %(key)s AND state = 'sent'),
                 (SELECT count(*) FROM queue JOIN notifications ON notifications.id = notification_id
                  WHERE child_id LIKE %(key)s)"""
NAMES = "entries request-sent", "entries notification-sent", "notifications", "deliveries sent"


def _rows(connection: psycopg.Connection[Any], key: str) -> tuple[Any, ...]:
    return connection.execute(ROWS, {"key": f"{key}-%"}).fetchone()


def settle(ground: Ground, key: str) -> None:
    """Wait until every mail is noted as sent, which is after it has arrived: a client that is stopped in
    between would leave it in doubt.
    """
    with psycopg.connect(ground.record_url, autocommit=True) as connection, suppress(TimeoutError):
        wait_for(lambda: _rows(connection, key)[-1] == 0, 10, "the end of the queue")


def missing(ground: Ground, key: str, tasks: int) -> list[str]:
    """What there is too little or too much of, in words."""
    with psycopg.connect(ground.record_url, autocommit=True) as connection:
        found = _rows(connection, key)
    problems = [
        f"{count} {name} for {tasks} tasks"
        for name, count in zip(NAMES, found[:-1], strict=True)
        if count != tasks
    ]
    if found[-1]:
        problems.append(f"{found[-1]} still queued")
    if len(mails := ground.mail.arrived) != tasks or len({id_ for _, id_ in mails}) != tasks:
        problems.append(
            f"{len(mails)} mails, {len({id_ for _, id_ in mails})} of them different, for {tasks} tasks"
        )
    return problems
