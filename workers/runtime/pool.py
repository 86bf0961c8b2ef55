"""Threads that run locked tasks: so many at once, no more of a topic than its contract allows, and the answer
to how many more are wanted.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from workers.runtime.contract import Topic
from workers.runtime.execution import Work

AHEAD = 0.25  # seconds of work that may wait here, locked, so that no slot idles while the engine is asked
MOST_AHEAD = 3  # tasks a slot: what waits here is kept from other workers
UNKNOWN = 1.0  # seconds that a topic's first task is taken to last
SMOOTH = 0.1  # weight of the newest task in the mean time of one


@dataclass(frozen=True)
class Room:
    """How many tasks are wanted, of which topics. `idle`: a slot has nothing to do."""

    tasks: int
    topics: frozenset[str]
    idle: bool


class Pool:
    """`run(work)` is called in one of `slots` threads, and `forgotten(work)` when the same task may come
    again; exceptions from them are their own affair.
    """

    def __init__(
        self,
        topics: dict[str, Topic],
        slots: int,
        run: Callable[[Work], None],
        forgotten: Callable[[Work], None] = lambda work: None,
    ):
        self.topics = topics
        self.slots = slots
        self._run = run
        self._forgotten = forgotten
        self._lock = threading.RLock()  # guards all that follows
        # a task is done: for the fetcher, and for who waits for the end
        self.changed = threading.Condition(self._lock)
        self._startable = threading.Condition(self._lock)  # a task has come: for idle slots
        self.running: dict[str, Work] = {}
        self.waiting: dict[str, Work] = {}  # in order of arrival
        self._mean: dict[str, float] = {}  # seconds a task takes, by topic; "": any
        self._closed = False

    def start(self) -> None:
        for number in range(self.slots):
            threading.Thread(target=self._work, name=f"slot-{number}", daemon=True).start()

    def add(self, work: Work) -> Work | None:
        """Take a task; the work that is already here under the same id, if there is, now marked `again`."""
        with self._lock:
            if same := self.running.get(work.key) or self.waiting.get(work.key):
                same.again = True
                return same
            self.waiting[work.key] = work
            self._startable.notify()
            return None

    def close(self, grace: float) -> None:
        """Start nothing more, and wait up to `grace` seconds for what runs.

        What still runs then is marked lost.
        """
        with self._lock:
            self._closed = True
            self.waiting.clear()
            self._startable.notify_all()
            self.changed.wait_for(lambda: not self.running, grace)
            for work in self.running.values():
                work.lost.set()

    def all(self) -> list[Work]:
        with self._lock:
            return [*self.running.values(), *self.waiting.values()]

    def drop(self, unwanted: Callable[[Work], bool]) -> list[Work]:
        """Forget waiting tasks; which ones."""
        with self._lock:
            dropped = [work for work in self.waiting.values() if unwanted(work)]
            for work in dropped:
                del self.waiting[work.key]
            return dropped

    def room(self) -> Room:
        """What could start now, or within AHEAD seconds. Topics that have enough are left out."""
        with self._lock:
            running, waiting = _by_topic(self.running), _by_topic(self.waiting)
            limits = {
                name: topic.max_parallel + self._ahead(topic.max_parallel, name, running[name])
                for name, topic in self.topics.items()
            }
            soon = sum(min(limits[name] - len(running[name]), len(works)) for name, works in waiting.items())
            now = sum(
                max(min(self.topics[name].max_parallel - len(running[name]), len(works)), 0)
                for name, works in waiting.items()
            )
            ahead = self._ahead(self.slots, "", list(self.running.values()))
            free, idle = self.slots + ahead - len(self.running) - soon, len(self.running) + now < self.slots
            if not idle and free < ahead / 2:  # fetched one by one they would cost a request each
                free = 0
            return Room(
                max(free, 0),
                frozenset(
                    name for name, limit in limits.items() if limit > len(running[name]) + len(waiting[name])
                ),
                idle,
            )

    def _ahead(self, places: int, topic: str, running: list[Work]) -> int:
        """How many tasks may wait for so many places: a few where tasks are quick; where they are slow,
        another worker shall have them.
        """
        now = time.monotonic()
        ages = [now - work.started for work in running]
        pace = max(self._mean.get(topic, UNKNOWN), sum(ages) / len(ages) if ages else 0)
        return min(int(places * AHEAD / max(pace, 0.001)), places * MOST_AHEAD)

    def _work(self) -> None:
        while True:
            with self._lock:
                while not (work := self._next()) and not self._closed:
                    self._startable.wait()
                if not work or self._closed:
                    return
                del self.waiting[work.key]
                self.running[work.key] = work
                work.started = time.monotonic()
            try:
                self._run(work)
            finally:
                with self._lock:
                    del self.running[work.key]
                    for topic in ("", work.topic):
                        seconds = time.monotonic() - work.started
                        self._mean[topic] = self._mean.get(topic, seconds) * (1 - SMOOTH) + seconds * SMOOTH
                    self.changed.notify_all()
                self._forgotten(work)

    def _next(self) -> Work | None:
        """The first that waits whose topic is not full."""
        if not self.waiting:
            return None
        running = Counter(work.topic for work in self.running.values())
        return next(
            (
                work
                for work in self.waiting.values()
                if running[work.topic] < self.topics[work.topic].max_parallel
            ),
            None,
        )


def _by_topic(works: dict[str, Work]) -> defaultdict[str, list[Work]]:
    sorted_: defaultdict[str, list[Work]] = defaultdict(list)
    for work in works.values():
        sorted_[work.topic].append(work)
    return sorted_
