"""The workers process: runtime, outbox and clean-up, started and stopped together."""
from __future__ import annotations

import threading

import structlog

from workers import notifications
from workers.notifications.outbox import OutboxThread
from workers.records.errors import RecordError
from workers.records.record import Record
from workers.rest.directory import Directory
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime.worker import Worker
from workers.settings import Settings
from workers.topics import catalogue
from workers.topics.services import Services

log = structlog.get_logger("homeward.service")

CLEAN_EVERY = 2.0                      # seconds between looks for ended instances whose answers are still in the engine's history


class Cleaner(threading.Thread):
    """Deletes the variables of ended instances from the engine's history: the answers are on the record by then."""

    def __init__(self, session: EngineSession, record: Record):
        super().__init__(name="cleaner", daemon=True)
        self.session, self.record, self.stopping = session, record, threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(CLEAN_EVERY):
            try:
                self.clean()
            except (EngineError, EngineUnreachable, RecordError) as error:
                log.warning("clean_up_failed", error=type(error).__name__)

    def clean(self) -> int:
        """Clean what can be; how many instances."""
        done = 0
        for instance in self.record.pending_purges():
            if self._ended(instance):
                with self.record.transaction() as tx:
                    tx.done_purge(instance)
                done += 1
        return done

    def _ended(self, instance: str) -> bool:
        try:
            if not self.session.fetch(f"/history/process-instance/{instance}").get("endTime"):
                return False
            self.session.call(f"/history/process-instance/{instance}/variable-instances", method="DELETE")
        except EngineError as error:
            if error.status != 404:                    # 404: the history went before us
                raise
        return True


class Service:
    """Everything that runs in a workers process."""

    def __init__(self, settings: Settings, topics: set[str] | None = None, slots: int = 8):
        self.record = Record(settings.record)
        self.record.upgrade()
        session = EngineSession.of(settings)
        self.outbox = OutboxThread(notifications.from_settings(self.record, settings), interval=2.0)
        self.cleaner = Cleaner(session, self.record)
        services = Services(session, self.record, Directory(session), settings.channel, self.outbox.wake)
        known = catalogue()
        if unknown := (topics or set()) - known.keys():
            raise ValueError(f"no such topic: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        self.worker = Worker(session, {name: topic for name, topic in known.items() if not topics or name in topics}, services, slots)

    def start(self) -> None:
        self.outbox.start()
        self.cleaner.start()
        self.worker.start()

    def stop(self) -> None:
        self.worker.stop()
        self.cleaner.stopping.set()
        self.outbox.stop(10)
        self.record.close()
