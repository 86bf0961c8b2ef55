"""The clock of a home that can be moved, for trials and training: `homeward run --clock`, `homeward clock`.

The engine and every `homeward` of such a home go by its clock (`embedded/faketime.py`), which is a file in
the home's folder. It only ever moves forward, and for good: the home's databases are full of that time.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from itertools import count
from math import ceil
from typing import Any

from workers.embedded import checks, faketime
from workers.embedded.launcher import EmbeddedEngine
from workers.errors import Refused
from workers.records import figures
from workers.records.record import Record
from workers.rest import codec
from workers.rest.instances import with_callers
from workers.rest.session import EngineSession
from workers.settings import Settings
from workers.words import LONDON, day

LOOK = 0.25  # seconds between two looks whether something is in work
PATIENCE = 120.0  # seconds for what is in work to change at all
FOLLOWED = 15.0  # seconds for the engine to say the new time
# A mail that is tried within so long counts as in work: one that is being sent is put off by less.
SOON = dt.timedelta(minutes=5)
PAGE = 200  # rows of the engine's log at a time


def make(settings: Settings) -> None:
    """Give a new home a clock that can be moved, and go on under it. Raises Refused."""
    if not settings.clock.exists():
        _ours_alone(settings)
        faketime.library()
        checks.folder(settings.var, "HOMEWARD_VAR")
        if any(settings.var.iterdir()):
            raise Refused(
                f"{settings.var} holds what was done by this machine's clock, and one that was moved never "
                "moves back: set HOMEWARD_VAR to a new folder for the trial"
            )
        faketime.put(settings.clock, 0)
    enter(settings)


def enter(settings: Settings) -> None:
    """Go on under the clock of this home: the process begins anew, with the library. Raises Refused.

    The engine gets it from its launcher; what else is started goes by the machine's clock.
    """
    _ours_alone(settings)
    if faketime.preloaded():
        os.environ.pop("LD_PRELOAD", None)
        return
    environment = os.environ | faketime.environment(settings.clock, patient=False)
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _ours_alone(settings: Settings) -> None:
    """Refused unless engine and record are the home's own: nobody else's clock moves."""
    checks.local(settings)
    database = os.environ.get("HOMEWARD_ENGINE_DB_URL", "jdbc:h2:")
    if settings.record_url or not database.startswith("jdbc:h2:"):
        raise Refused(
            f"the clock of {settings.var} is for the databases in that folder only: unset "
            "HOMEWARD_RECORD_URL and HOMEWARD_ENGINE_DB_URL, or set HOMEWARD_VAR to another folder"
        )
    if not EmbeddedEngine(settings).serves():
        checks.port_free(settings)


def now() -> dt.datetime:
    """By the clock of this process, in London."""
    return dt.datetime.now(LONDON)


class Passage:
    """Lets time pass in a home. `waiting` is told, again and again, what is waited for."""

    def __init__(
        self, settings: Settings, session: EngineSession, record: Record, waiting: Callable[[str], None]
    ):
        self.clock, self.session, self.record, self.waiting = settings.clock, session, record, waiting

    def until(self, end: dt.datetime) -> Iterator[dict[str, Any]]:
        """Move to `end`; each timer that fires on the way: at, due, childId, process, activity.

        The clock stops at each moment at which something is due, until that is done: what was due in March is
        done in March, and what comes of it is counted from there. Raises Refused.
        """
        if end <= now():
            raise Refused(f"it is {day(now())} already, and the clock moves forward only")
        self._settle()
        while (stop := self._next(end)) < end:
            yield from self._move(stop)
        yield from self._move(end)

    def _move(self, moment: dt.datetime) -> Iterator[dict[str, Any]]:
        before = now()
        further = max(0, ceil((moment - before).total_seconds()))
        faketime.put(self.clock, faketime.ahead(self.clock) + further)
        self._follow(moment)
        self._settle()
        yield from self._fired(before)

    def _follow(self, moment: dt.datetime) -> None:
        """Wait until the engine says the new time."""
        end = time.monotonic() + FOLLOWED
        while self._engine_time() < moment.replace(microsecond=0):
            if time.monotonic() > end:
                raise Refused(
                    "the engine does not go by the clock that was moved: end `homeward run`, and start it "
                    "again"
                )
            self.waiting("the engine")
            time.sleep(LOOK)

    def _engine_time(self) -> dt.datetime:
        """To the second; every answer says it.

        On a connection of its own: by a clock that was moved, an open one has been idle for long, and the
        engine closes it at any moment.
        """
        self.session.close()
        answer = self.session.get("/version", headers={"Connection": "close"})
        return parsedate_to_datetime(answer.headers["Date"])

    def _settle(self) -> None:
        """Wait until nothing is in work. It is looked twice: what passes from engine to workers meanwhile may
        be seen with neither.
        """
        calm, last, end = 0, "", 0.0
        while calm < 2:
            if (work := self._in_work()) != last:
                last, end = work, time.monotonic() + PATIENCE
            calm = 0 if work else calm + 1
            if work and time.monotonic() > end:
                raise Refused(
                    f"still in work: {work}: the clock moves when nothing is; do workers run, did something "
                    "fail? See `homeward status`"
                )
            self.waiting(work)
            time.sleep(LOOK)

    def _in_work(self) -> str:
        """What engine, workers and outbox have to do now, in words."""
        jobs = self.session.fetch("/job", executable=True, active=True)
        jobs = sum(bool(job["processDefinitionId"]) for job in jobs)  # not the engine's house-keeping
        tasks = self.session.fetch("/external-task/count", active=True, withRetriesLeft=True)["count"]
        mail = self._next_mail()
        return ", ".join(
            [f"{jobs} of the engine's jobs"] * bool(jobs)
            + [f"{tasks} of the workers' tasks"] * bool(tasks)
            + ["mail"] * bool(mail and mail < now() + SOON)
        )

    def _next(self, end: dt.datetime) -> dt.datetime:
        """When the next timer or mail is due; `end`, where nothing is before it."""
        timers = self.session.fetch(
            "/job",
            timers=True,
            active=True,
            withRetriesLeft=True,
            sortBy="jobDueDate",
            sortOrder="asc",
            maxResults=1,
        )
        return min([codec.moment(timer["dueDate"]) for timer in timers] + [self._next_mail() or end, end])

    def _next_mail(self) -> dt.datetime | None:
        with self.record.reading() as view:
            return figures.next_mail(view)

    def _fired(self, since: dt.datetime) -> list[dict[str, Any]]:
        """What the engine's log says of its timers, in the order in which they fired."""
        rows = [row for row in self._done(since) if (row["jobDefinitionType"] or "").startswith("timer")]
        known = with_callers(self.session, {row["processInstanceId"] for row in rows} - {None})
        return [
            {
                "at": row["timestamp"],
                "due": row["jobDueDate"],
                "childId": known[row["processInstanceId"]]["businessKey"]
                if row["processInstanceId"]
                else None,
                "process": row["processDefinitionKey"],
                "activity": row["activityId"],
            }
            for row in reversed(rows)
        ]

    def _done(self, since: dt.datetime) -> Iterator[dict[str, Any]]:
        """The jobs that went well, newest first."""
        for page in count():
            rows = self.session.fetch(
                "/history/job-log",
                successLog=True,
                sortBy="timestamp",
                sortOrder="desc",
                firstResult=page * PAGE,
                maxResults=PAGE,
            )
            for row in rows:
                if codec.moment(row["timestamp"]) < since:
                    return
                yield row
            if len(rows) < PAGE:
                return
