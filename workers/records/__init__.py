"""The record: what happened to each child, kept apart from the engine and never overwritten.

record = Record(settings().record)
record.upgrade()
with record.transaction() as tx:
    tx.ensure_child("CH-1")
    tx.entry(key="external-task-id", child_id="CH-1", what="workstep-opened", process="family-finding")
record.chronology("CH-1")
"""

from workers.records.errors import RecordError
from workers.records.record import Record
from workers.records.transaction import Transaction
from workers.records.views import Child, Queued, Reads
from workers.records.vocabulary import WHAT

__all__ = ["WHAT", "Child", "Queued", "Reads", "Record", "RecordError", "Transaction"]
