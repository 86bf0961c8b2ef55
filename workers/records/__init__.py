"""The record: what happened to each child, kept apart from the engine and never overwritten.

How it is used:

    record = Record(settings().record)
    record.upgrade()
    with record.transaction() as tx:
        tx.ensure_child("CH-1")
        tx.entry(Happening("external-task-id", "CH-1", "family-finding-request"), "workstep-opened")
    record.chronology("CH-1")
"""

from workers.records.errors import RecordError
from workers.records.happening import Happening
from workers.records.record import Record
from workers.records.transaction import Ended, Transaction
from workers.records.views import Child, Queued, Reads
from workers.records.vocabulary import WHAT

__all__ = ["WHAT", "Child", "Ended", "Happening", "Queued", "Reads", "Record", "RecordError", "Transaction"]
