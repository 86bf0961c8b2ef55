"""Whose task it was: what is given back, and what is handed over, goes on the child's record, from the
engine's own log of who did what.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from workers.periodic import Periodic
from workers.records.record import Record
from workers.rest import codec
from workers.rest.session import EngineError, EngineSession
from workers.topics.place import Place, ancestry, asked_in, locate

NOTIFICATION = "acknowledge-notification"
EVERY = 2.0  # seconds between looks
PAGE = 500
# A change is dated before it is committed. So long after its date it may still turn up in the log, behind
# others that are dated later.
LATE = dt.timedelta(minutes=1)


class Custody(Periodic):
    """Reads the engine's log from where the record ends."""

    def __init__(self, session: EngineSession, record: Record):
        super().__init__("custody", EVERY)
        self.session, self.record = session, record
        self.since: dt.datetime | None = None
        self.seen: dict[str, dt.datetime] = {}  # operations that were looked at and may come up again

    def turn(self) -> int:
        """Note what has happened since the last turn; how many changes were looked at."""
        if self.since is None:  # a start: whatever came after the last one on the record, however long ago
            with self.record.reading() as view:
                last = view.last_of("task-given-back", "task-handed-over")
            self.since = last and last - LATE
        new = 0
        for page in self._log():
            rows = [row for row in page if row["operationId"] not in self.seen]
            self._note([row for row in rows if _news(row)])
            self.seen |= {row["operationId"]: codec.moment(row["timestamp"]) for row in rows}
            new += len(rows)
        if self.seen:
            self.since = max(self.seen.values()) - LATE
            self.seen = {key: at for key, at in self.seen.items() if at >= self.since}
        return new

    def _log(self) -> Iterator[list[dict[str, Any]]]:
        after = {"afterTimestamp": codec.timestamp(self.since)} if self.since else {}
        for first in itertools.count(step=PAGE):
            page = self.session.fetch(
                "/history/user-operation",
                entityType="Task",
                property="assignee",
                sortBy="timestamp",
                sortOrder="asc",
                firstResult=first,
                maxResults=PAGE,
                **after,
            )
            yield page
            if len(page) < PAGE or self.stopping.is_set():
                return

    def _note(self, news: list[dict[str, Any]]) -> None:
        """Nothing of what is no child's, or was started in the middle."""
        if not news:
            return
        places, names = (
            self._places({row["processInstanceId"] for row in news}),
            self._names({row["taskId"] for row in news}),
        )
        with self.record.transaction() as tx:
            for row in news:
                if place := places.get(row["processInstanceId"]):
                    key = f"custody:{row['operationId']}"
                    tx.entry(
                        place.happening(key, row["userId"], codec.moment(row["timestamp"])),
                        "task-given-back" if _given_back(row) else "task-handed-over",
                        {
                            "task": names.get(row["taskId"]),
                            "from": row["orgValue"] or None,
                            "to": row["newValue"] or None,
                        },
                        key=key,
                    )

    def _names(self, tasks: set[str]) -> dict[str, str]:
        return {
            row["id"]: row["name"]
            for task in tasks
            for row in self.session.fetch("/history/task", taskId=task)
        }

    def _places(self, instances: set[str]) -> dict[str, Place]:
        """Where each instance stands, if it does."""
        places = {}
        for instance in instances:
            try:
                places[instance] = self._place(instance)
            except EngineError as error:
                if error.status != 404:  # else: the engine has forgotten it
                    raise
        return {instance: place for instance, place in places.items() if place}

    def _place(self, instance: str) -> Place | None:
        chain = ancestry(self.session, instance)
        if chain[0]["processDefinitionKey"] != NOTIFICATION:
            child = chain[0]["businessKey"]
            return locate(self.record, child, chain) if child else None
        # nobody has called it
        keys = self.session.fetch(
            "/history/variable-instance",
            processInstanceId=instance,
            variableName="requestKey",
            deserializeValues=False,
        )
        return asked_in(self.session, self.record, keys[0]["value"]) if keys else None


def _news(row: dict[str, Any]) -> bool:
    """Not: who claims what was nobody's, or what was theirs already."""
    before, after = row["orgValue"] or None, row["newValue"] or None
    return before != after and not (before is None and after == row["userId"])


def _given_back(row: dict[str, Any]) -> bool:
    return not row["newValue"] and row["orgValue"] == row["userId"]
