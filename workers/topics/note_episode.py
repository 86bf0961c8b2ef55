"""Topic `note-episode`: an episode of the child's situation, for whatever asks for its facts later."""

from __future__ import annotations

import datetime as dt

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.settings import settings
from workers.situation import EpisodeError
from workers.situation.noting import Note, note
from workers.situation.vocabulary import Vocabulary
from workers.timescales.explanation import date
from workers.topics.services import Services, day_of, happened


class NoteEpisodeIn(Variables):
    kind: str = Field(
        description="A kind of episode of `engine/situation.toml`.", examples=["placement", "care-review"]
    )
    value: str | None = Field(
        None, description="One of the kind's codes, or what it holds.", examples=["${placementType}"]
    )
    from_: str | None = Field(
        None,
        description="Its first day (YYYY-MM-DD); null: the open one is ended, or one is corrected.",
        examples=["${placementStart}"],
    )
    to: str | None = Field(
        None, description="The day on which it was over (YYYY-MM-DD); null: it is not, as far as is known."
    )
    correction: str | None = Field(
        None,
        description="The first day, as it stands on the record, of the episode that is corrected; what is "
        "not given then stays. Null: none is.",
        examples=["${placementStartBefore}"],
    )


@topic("note-episode", input=NoteEpisodeIn)
def note_episode(task: NoteEpisodeIn, work: Work) -> None:
    """Note on the record that an episode of the child's situation began, was over, or was other than it
    stands there; what stood there stays readable.

    What a kind means, its codes, and whether two may overlap: `engine/situation.toml`. The same said twice is
    noted once; the end of what is over already leaves it as it is, and the record says so. Who said it is who
    submitted the form before.
    """
    services: Services = work.services
    place, vocabulary = services.place(work), Vocabulary.read(settings().models)
    try:
        said = Note(
            task.kind,
            task.value,
            read_day(task.from_, "from", work),
            read_day(task.to, "to", work),
            read_day(task.correction, "correction", work),
        )
        with services.record.transaction() as tx:
            by = tx.sender(place.child_id, place.pathway_id, place.workstep_id)
            note(
                tx, vocabulary, place.happening(work.key, by, happened(work)), said, day_of(work), leaves=True
            )
    except EpisodeError as error:
        raise FatalError(f"{work.activity}: {error.plain}; then retry") from None


def read_day(text: str | None, variable: str, work: Work) -> dt.date | None:
    """A day as a form has it; the text is not quoted. Raises FatalError."""
    try:
        return date(text) if text else None
    except ValueError:
        raise FatalError(
            f"{work.activity}: the day is no date: correct the variable mapped to `{variable}` (YYYY-MM-DD), "
            "then retry"
        ) from None
