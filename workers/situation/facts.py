"""What holds of a child on a day: its episodes, and the facts that follow from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from dateutil.relativedelta import relativedelta

from workers.records.episodes import Episode
from workers.situation.vocabulary import ASKED, BIRTH, Answer, Vocabulary


class Situation:
    """A child's episodes (the versions that count) as they are known now, seen on a day.

    `born`: None where nobody has registered it; what is counted from it is then not known.
    """

    def __init__(
        self, vocabulary: Vocabulary, episodes: Iterable[Episode], born: dt.date | None, on: dt.date
    ):
        self._vocabulary, self._noted, self._born, self._on = vocabulary, list(episodes), born, on

    @cached_property
    def episodes(self) -> list[Episode]:
        """What had begun by then, each with its end where another one ended it."""
        return [self._with_end(one) for one in self._noted if one.began <= self._on]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """By name; what is not known is not among them."""
        answers = (answer for answer in self._vocabulary.answers.values() if answer.how not in ASKED)
        known = ((answer.fact, getattr(self, f"_{answer.how}")(answer)) for answer in answers)
        return {fact: value for fact, value in known if value is not None}

    def _with_end(self, episode: Episode) -> Episode:
        """Over at the latest when that is over in which it began."""
        kind = self._vocabulary.kinds.get(episode.kind)
        for one in self._noted if kind and kind.ends_with else ():
            if kind and one.kind == kind.ends_with and (host := self._with_end(one)).open(episode.began):
                return replace(episode, ended=min(filter(None, (episode.ended, host.ended)), default=None))
        return episode

    # how each fact is answered: a method for each way of the vocabulary

    def _open(self, answer: Answer) -> bool | None:
        on = self._birthday(answer.more["at_age"]) if "at_age" in answer.more else self._on
        if on is None or self._on < on:
            return None if on is None else False
        state = self._stood(answer, on)
        return None if state is None else state == "is"

    def _state(self, answer: Answer) -> Any:
        state = self._stood(answer, self._on)
        return None if state is None else answer.more[state]

    def _stood(self, answer: Answer, on: dt.date) -> str | None:
        begun = [one for one in self._of(answer.of) if one.began <= on]
        counting = self._counting(answer, begun)
        if any(one.open(on) for one in counting):
            return "is"
        if counting:
            return "was"
        return "never" if self._none_known(answer, begun) else None

    def _ever(self, answer: Answer) -> bool | None:
        begun = self._of(answer.of)
        counting = self._counting(answer, begun)
        if "from_age" in answer.more:
            since = self._birthday(answer.more["from_age"])
            if since is None or self._on < since:
                return None if since is None else False
            counting = [one for one in counting if one.began >= since or not one.over(since)]
        if during := answer.more.get("during"):
            if not (host := self._open_one(during)):
                return None
            counting = [one for one in counting if one.began >= host.began]
        return True if counting else False if self._none_known(answer, begun) else None

    def _began(self, answer: Answer) -> bool | None:
        begun, within = self._of(answer.of), relativedelta(**answer.more["within"])
        if any(self._on <= one.began + within for one in begun):
            return True
        return False if self._none_known(answer, begun) else None

    def _code(self, answer: Answer) -> Any:
        codes, said = self._vocabulary.kinds[answer.of].codes, []
        for one in self._of(answer.of):
            if one.value in codes and one.value and one.open(self._on):
                says = codes[one.value].says
                said.append(says.get(answer.fact) if says else one.value)
        return said[0] if said and all(one == said[0] for one in said) else None

    def _first_open(self, answer: Answer) -> Any:
        return next((word for kind, word in answer.of.items() if self._open_one(kind)), None)

    def _months_since(self, answer: Answer) -> int | None:
        if answer.of == BIRTH:
            return months(self._born, self._on)
        one = self._open_one(answer.of)
        return months(one.began, self._on) if one else None

    def _age_months_at(self, answer: Answer) -> int | None:
        begun = self._of(answer.of)
        return months(self._born, begun[-1].began) if begun else None

    def _weeks_in(self, answer: Answer) -> int | None:
        begun, since = self._of(answer.of), self._birthday(answer.more["from_age"])
        if since is None or not self._none_known(answer, begun):
            return None
        spent = ((min(one.ended or self._on, self._on) - max(one.began, since)).days for one in begun)
        return sum(days for days in spent if days > 0) // 7

    def _of(self, kind: str) -> list[Episode]:
        return [one for one in self.episodes if one.kind == kind]

    def _open_one(self, kind: str) -> Episode | None:
        """The one that began last, where several are open."""
        return next((one for one in reversed(self._of(kind)) if one.open(self._on)), None)

    @staticmethod
    def _counting(answer: Answer, episodes: list[Episode]) -> list[Episode]:
        codes = answer.more.get("codes")
        return [one for one in episodes if codes is None or one.value in codes]

    def _none_known(self, answer: Answer, begun: list[Episode]) -> bool:
        """Whether none that counts means that there is none: the record has all of the kind, or others."""
        return bool(begun) or self._vocabulary.kinds[answer.of].complete

    def _birthday(self, age: int) -> dt.date | None:
        """Who was born on 29 February has it on 28 February in a common year, as timescales count."""
        return self._born + relativedelta(years=age) if self._born else None


def months(since: dt.date | None, on: dt.date) -> int | None:
    """Whole months, as timescales count them: 31 January to 28 February is one."""
    if since is None or on < since:
        return None
    passed = relativedelta(on, since)
    return passed.years * 12 + passed.months
