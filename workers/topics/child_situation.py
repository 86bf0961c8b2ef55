"""Topic `child-situation`: the facts of the child that timescales and eligibility ask for."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from workers.records.episodes import Episode
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.settings import settings
from workers.situation.facts import Situation
from workers.situation.vocabulary import Vocabulary
from workers.topics.note_episode import read_day
from workers.topics.services import Services, day_of


class ChildSituationIn(Variables):
    on: str | None = Field(
        None, description="The day (YYYY-MM-DD); null: today in London.", examples=["${meetingDate}"]
    )


class ChildSituationOut(Variables):
    situation: dict[str, Any] = Field(
        description="The facts by name, as JSON; what is not known is not in it. For an input `facts`."
    )
    episodes: dict[str, dict[str, Any]] = Field(
        description="Of each kind of which there has been one the latest: `value`, `from` (its first day) "
        "and `to` (the day on which it was over; null: it is not)."
    )
    born: str | None = Field(None, description="Date of birth (YYYY-MM-DD); null: nobody has registered it.")


@topic("child-situation", input=ChildSituationIn, output=ChildSituationOut)
def child_situation(task: ChildSituationIn, work: Work) -> ChildSituationOut:
    """Say what is known of the child on a day, as the facts that `dmn/timescales` and `dmn/eligibility` ask
    for: from its episodes on the record and its date of birth.

    Which fact comes from where: `homeward deadline --list`. What people learnt later of that day counts.
    """
    services: Services = work.services
    child = services.place(work).child_id
    with services.record.reading() as view:
        known, episodes = view.child(child), view.episodes(child)
    on = read_day(task.on, "on", work) or day_of(work)
    born = known.born if known else None
    found = Situation(Vocabulary.read(settings().models), episodes, born, on)
    return ChildSituationOut(
        situation=found.facts,
        episodes={one.kind: _days(one) for one in found.episodes},
        born=born.isoformat() if born else None,
    )


def _days(one: Episode) -> dict[str, Any]:
    ended = one.ended.isoformat() if one.ended else None
    return {"value": one.value, "from": one.began.isoformat(), "to": ended}
