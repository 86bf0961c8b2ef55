"""An episode is noted, ended or corrected: one way for topics and commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workers.records.episodes import Episode
from workers.records.happening import Happening
from workers.records.transaction import Transaction
from workers.situation import EpisodeRefused, WrongEpisode
from workers.situation.vocabulary import Kind, Vocabulary
from workers.words import day

LOOK = "look with `homeward situation CHILD --history`"


@dataclass(frozen=True)
class Note:
    """What somebody says of an episode. `began`: its first day; None: it began before, and is ended or
    corrected. `ended`: the day on which it was over. `corrects`: the first day of the one that is corrected,
    as it stands on the record; what is not said then stays. `strike`: it never was.
    """

    kind: str
    value: str | None = None
    began: dt.date | None = None
    ended: dt.date | None = None
    corrects: dt.date | None = None
    strike: bool = False
    reason: str | None = None


def note(
    tx: Transaction,
    vocabulary: Vocabulary,
    happening: Happening,
    said: Note,
    today: dt.date,
    *,
    leaves: bool = False,
) -> Episode:
    """Add a version of an episode; it as it stands then. The same said twice, or by one happening, is noted
    once. `leaves`: what is over already is left as it is, and the record says so; else its end is refused.

    Raises WrongEpisode (there is no such kind, code or date) and EpisodeRefused (it does not go with what
    stands on the record).
    """
    kind = vocabulary.kind(said.kind)
    tx.lock_episodes(happening.child_id)
    if done := tx.episode_noted(happening.key):
        return done
    standing = tx.episodes(happening.child_id, kind.id)
    if leaves and (over := _over(kind, said, standing)):
        if over.ended != said.ended:
            tx.entry(happening, "episode-left", _named(kind, over), key=happening.key)
        return over
    before = _before(kind, said, standing)
    if before and not said.corrects and said.ended in (None, before.ended):
        return before
    new = _new(kind, said, before)
    others = [one for one in standing if one is not before]
    if not said.strike:
        _check(kind, new, today)
        for one in _ended_by(kind, new, others):
            ends = replace(happening, key=f"{happening.key}:ends:{one.id}")
            tx.episode(ends, kind.id, one.value, one.began, new.began, corrects=one)
    tx.episode(
        happening,
        kind.id,
        new.value,
        new.began,
        new.ended,
        corrects=before,
        struck=said.strike,
        reason=said.reason,
    )
    tx.entry(happening, "episode-noted", _details(kind, said, new))
    noted = tx.episode_noted(happening.key)
    assert noted
    return noted


def _over(kind: Kind, said: Note, standing: Iterable[Episode]) -> Episode | None:
    """The last that would be ended, where it is over already and none is open."""
    if kind.one_day or said.began or said.corrects or not said.ended:
        return None
    meant = [one for one in standing if said.value in (None, one.value)]
    is_open = any(one.ended is None for one in meant)
    return None if is_open else max(meant, key=lambda one: one.began, default=None)


def _before(kind: Kind, said: Note, standing: Iterable[Episode]) -> Episode | None:
    """The version whose place is taken."""
    if said.strike and not said.corrects:
        raise WrongEpisode(
            "nothing says which one never was", "name its first day, as it stands on the record"
        )
    if said.corrects:
        meant = [one for one in standing if one.began == said.corrects]
    elif said.began:
        return next((one for one in standing if (one.value, one.began) == (said.value, said.began)), None)
    elif said.ended:
        meant = [one for one in standing if one.ended is None and said.value in (None, one.value)]
    else:
        raise WrongEpisode("neither first nor last day is given", "say when it began, or when it was over")
    if len(meant) > 1:
        meant = [one for one in meant if one.value == said.value]
    if len(meant) == 1:
        return meant[0]
    if said.corrects:
        raise EpisodeRefused(
            f"not one {kind.id} stands on the record from the day that is corrected",
            f"give its first day, {LOOK}",
        )
    raise EpisodeRefused(
        f"not one {kind.id} is open that could be ended", f"say when it began too, or {LOOK}"
    )


def _new(kind: Kind, said: Note, before: Episode | None) -> Episode:
    """As it stands then; its id comes with the row."""
    if said.strike and before:
        return before
    began = said.began or (before.began if before else None)
    assert began
    ended = said.ended or (before.ended if before else None)
    value = said.value if said.value is not None else before.value if before else None
    if kind.one_day and not said.ended:
        ended = began
    return Episode(0, kind.id, value, began, ended)


def _check(kind: Kind, new: Episode, today: dt.date) -> None:
    kind.check(new.value)
    if new.ended and new.ended < new.began:
        raise WrongEpisode(f"{kind.id} would end before it began", "correct the dates")
    if kind.one_day and new.ended != new.began:
        raise WrongEpisode(f"{kind.id} happens on one day", "leave the last day out")
    if not kind.ahead and max(new.began, new.ended or new.began) > today:
        raise WrongEpisode(f"{kind.id} has a date in the future", "note it when it has happened")


def _ended_by(kind: Kind, new: Episode, others: Iterable[Episode]) -> list[Episode]:
    """The open ones that end where the new one begins. Raises EpisodeRefused."""
    rivals = [one for one in others if kind.overlap != "allowed" or one.value == new.value]
    last = [
        one
        for one in rivals
        if kind.overlap == "ends-the-last" and one.ended is None and one.began <= new.began
    ]
    for one in rivals:
        if one not in last and one.overlaps(new):
            raise EpisodeRefused(
                f"it would overlap another {kind.id} of the child",
                "give the day on which this one was over, or end or correct the other one first",
                f" (from {day(one.began)}{f' to {day(one.ended)}' if one.ended else ''})",
            )
    return last


def _details(kind: Kind, said: Note, new: Episode) -> dict[str, object]:
    return _named(kind, new) | {"corrects": said.corrects, "struck": said.strike, "reason": said.reason}


def _named(kind: Kind, episode: Episode) -> dict[str, object]:
    """In words of the day on which it is noted: the vocabulary may change."""
    return {
        "kind": kind.id,
        "value": episode.value,
        "title": kind.title,
        "words": kind.words(episode.value),
        "from": episode.began,
        "to": episode.ended,
    }
