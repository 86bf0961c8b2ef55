"""The workers process: runtime, outbox, clean-up, custody, copies, health; started and stopped together."""

from __future__ import annotations

from contextlib import suppress

import structlog

from workers import notifications
from workers.custody import Custody
from workers.errors import WrongUse
from workers.health import Health
from workers.notifications.digest import Digest
from workers.notifications.outbox import OutboxThread
from workers.periodic import Periodic
from workers.records.record import Record
from workers.rest import organisation
from workers.rest.directory import Directory
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.runtime import report
from workers.runtime.metrics import Metrics
from workers.runtime.worker import Worker
from workers.settings import Settings
from workers.topics import catalogue
from workers.topics.copies import Copies
from workers.topics.services import Services

log = structlog.get_logger("homeward.service")

CLEAN_EVERY = 2.0  # seconds between looks for ended instances whose answers are still in the engine's history


class Cleaner(Periodic):
    """Deletes the variables of ended instances from the engine's history: the record has the answers then."""

    def __init__(self, session: EngineSession, record: Record):
        super().__init__("cleaner", CLEAN_EVERY)
        self.session, self.record = session, record

    def turn(self) -> int:
        return self.clean()

    def clean(self) -> int:
        """Clean what can be; how many instances. What is still open is put off."""
        cleaned = 0
        while not self.stopping.is_set() and (pending := self.record.pending_purges()):
            instances = self.session.call("/history/process-instance", {"processInstanceIds": pending})
            still_open = {row["id"] for row in instances if not row["endTime"]}
            ended = {instance for instance in pending if instance not in still_open and self._clean(instance)}
            with self.record.transaction() as tx:
                for instance in pending:
                    (tx.done_purge if instance in ended else tx.put_off_purge)(instance)
            cleaned += len(ended)
        return cleaned

    def _clean(self, instance: str) -> bool:
        try:
            return self._ended(instance)
        except EngineError as error:  # the others' turn comes all the same
            log.warning("clean_up_failed", instance=instance, error=report.text(error))
            return False

    def _ended(self, instance: str) -> bool:
        """Delete what an ended instance, and what it called, has left behind.

        Not sooner: a workstep that is closed early reads what was cut off.
        """
        for called in self.session.fetch("/history/process-instance", superProcessInstanceId=instance):
            self._ended(called["id"])
        try:
            self.session.call(f"/history/process-instance/{instance}/variable-instances", method="DELETE")
        except EngineError as error:
            if error.status != 404:  # 404: nothing there, or the history went before us
                raise
        return True


class Service:
    """Everything that runs in a workers process; with a `health_port` (0: none) it serves the health pages.

    WrongUse: a topic that does not exist; RecordError: no usable record; EngineError: refused; HealthError:
    the port is taken.
    """

    def __init__(
        self, settings: Settings, topics: set[str] | None = None, slots: int = 8, health_port: int = 0
    ):
        every_topic = catalogue()
        if unknown := (topics or set()) - every_topic.keys():
            raise WrongUse(f"no such topic: {', '.join(sorted(unknown))}; there are {', '.join(every_topic)}")
        if slots < 1:
            raise WrongUse("--concurrency must be 1 or more")
        self.record = Record(settings.record)
        self.record.upgrade()
        session = EngineSession.of(
            settings, settings.worker_user, settings.worker_password.get_secret_value()
        )
        with suppress(EngineUnreachable):  # it may come later; a refused password would not mend itself
            session.fetch("/version")
        self.outbox = OutboxThread(notifications.from_settings(self.record, settings), interval=2.0)
        self.cleaner, self.custody = Cleaner(session, self.record), Custody(session, self.record)
        metrics = Metrics()
        metrics.watch(session)
        digest = Digest(settings.digest, organisation.read(settings.models).get("digest"))
        services = Services(
            session, self.record, Directory(session), settings.channel, self.outbox.wake, digest
        )
        self.worker = Worker(
            session,
            {name: topic for name, topic in every_topic.items() if not topics or name in topics},
            services,
            slots,
            metrics=metrics,
        )
        self.copies = Copies(services)
        self.health = Health(settings, health_port, self.worker, self.outbox) if health_port else None

    def start(self) -> None:
        self.outbox.start()
        self.cleaner.start()
        self.custody.start()
        self.copies.start()
        self.worker.start()
        if self.health:
            self.health.start()
        log.info(
            "workers_started",
            worker=self.worker.engine.worker_id,
            topics=len(self.worker.topics),
            slots=self.worker.slots,
        )

    def stop(self) -> None:
        self.worker.stop()
        self.cleaner.stop(5)
        self.custody.stop(5)
        self.copies.stop(5)
        self.outbox.stop(10)
        if self.health:
            self.health.stop()
        self.record.close()
        log.info("workers_stopped", worker=self.worker.engine.worker_id)
