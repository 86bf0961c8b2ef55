"""The real work of the topic `notify`, for contestants in Python: our own handler, record and outbox, as
`homeward workers` runs them.
"""

from __future__ import annotations

from types import SimpleNamespace

from workers.notifications import from_settings
from workers.notifications.outbox import OutboxThread
from workers.records import Record
from workers.rest.directory import Directory
from workers.rest.session import EngineSession
from workers.settings import Settings
from workers.topics.services import Services


def session_of(told: SimpleNamespace) -> EngineSession:
    session = EngineSession(told.url, (told.user, told.password))
    if told.certificate:
        session.verify = told.certificate
    return session


def services_of(told: SimpleNamespace, session: EngineSession) -> Services:
    """Services with a running outbox that sends by SMTP."""
    settings = Settings(
        _env_file=None,
        camunda_url=told.url,
        record_url=told.record_url,
        channel="smtp",
        smtp_host="127.0.0.1",
        smtp_port=told.smtp_port,
    )
    record = Record(settings.record)
    outbox = OutboxThread(from_settings(record, settings), interval=2.0)  # as workers/service.py has it
    outbox.start()
    return Services(session, record, Directory(session), settings.channel, outbox.wake)
