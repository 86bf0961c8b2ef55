"""Brothers and sisters on the record."""

from __future__ import annotations

import datetime as dt

from workers.records.happening import Happening
from workers.records.record import Record
from workers.settings import settings
from workers.situation.noting import Note, note
from workers.situation.vocabulary import Vocabulary
from workers.topics.copies import KIND

SINCE = dt.date(2020, 1, 1)


def register(record: Record, *names: tuple[str, str]) -> None:
    """Children by reference and name."""
    with record.transaction() as tx:
        for child, name in names:
            tx.register_child(child, name=name, born=dt.date(2016, 5, 4), gender="not stated", by="demo")


def related(record: Record, child: str, *others: str, until: dt.date | None = None) -> None:
    """The child has these brothers and sisters, or has them no more since a day."""
    said = (None, until) if until else (SINCE, None)
    with record.transaction() as tx:
        for other in others:
            happening = Happening(f"{child}:{other}:{until}", child, by="demo")
            vocabulary = Vocabulary.read(settings().models)
            note(tx, vocabulary, happening, Note(KIND, other, *said), until or dt.date.today())
