"""The kinds of episode and the facts that they answer, as engine/situation.toml has them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workers.references import name_fault, reference_fault
from workers.situation import VocabularyError, WrongEpisode

FILE = Path("engine/situation.toml")
OVERLAPS = ("refused", "ends-the-last", "allowed")
HOLDS = ("user", "child")
BIRTH = "birth"  # not noted: the date of birth on the child's record
FLAGS = ("complete", "one_day", "ahead")
UNITS = ("days", "weeks", "months", "years")

# How a fact is answered: what else its line must have, what it may have, and how that is said.
ANSWERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "open": ((), ("codes", "at_age"), "whether one is open"),
    "ever": ((), ("codes", "from_age", "during"), "whether there has been one"),
    "state": (("is", "was", "never"), ("codes",), "whether one is open, was open before, or never was"),
    "code": ((), (), "what the open one says"),
    "first_open": ((), (), "of which of these one is open"),
    "months_since": ((), (), "whole months since the open one began"),
    "age_months_at": ((), (), "age in months when the latest began"),
    "began": (("within",), (), "whether one began no longer ago than"),
    "weeks_in": (("from_age",), (), "whole weeks of all of them together"),
    "form": (("key",), (), "a question of a form"),
    "table": ((), (), "the result of a decision"),
}
ASKED = ("form", "table", "asked")  # answered by no episode


@dataclass(frozen=True)
class Code:
    """`says`: by fact, what holds while an episode of this code is open. `ssda903`: the code of the national
    return.
    """

    title: str
    says: Mapping[str, Any]
    ssda903: str


@dataclass(frozen=True)
class Kind:
    id: str
    title: str
    overlap: str
    ends_with: str | None = None
    holds: str | None = None
    complete: bool = False
    one_day: bool = False
    ahead: bool = False
    codes: Mapping[str, Code] = field(default_factory=dict)

    def check(self, value: str | None) -> None:
        """Raises WrongEpisode where an episode of this kind cannot have the value; it is not quoted."""
        if self.codes and value not in self.codes:
            raise WrongEpisode(f"{self.id} has no such code", f"use {', '.join(self.codes)}")
        if self.holds and (fault := self._fault(value or "")):
            raise WrongEpisode(fault, f"name a {self.holds}")
        if not self.codes and not self.holds and value is not None:
            raise WrongEpisode(f"{self.id} has no codes", "leave the value out")

    def _fault(self, value: str) -> str | None:
        return reference_fault(value) if self.holds == "child" else name_fault(value)

    def words(self, value: str | None) -> str | None:
        """What the value means; of one that the vocabulary does not have (any more) the value itself."""
        if value is None or value not in self.codes:
            return value
        code = self.codes[value]
        return f"{code.title} ({code.ssda903})" if code.ssda903.isupper() else code.title


@dataclass(frozen=True)
class Answer:
    """Where a fact comes from: `how` is one of ANSWERS or `asked`, `of` the kind, form, table or event."""

    fact: str
    how: str
    of: Any
    more: Mapping[str, Any] = field(default_factory=dict)


class Vocabulary:
    """`kinds` by id, `answers` by the name of the fact. Raises VocabularyError with file, entry and mend."""

    def __init__(self, text: Mapping[str, Any]):
        for name in text.keys() - {"kinds", "facts", "asked"}:
            raise _fault(name, "is none of kinds, facts, asked", "correct its name")
        self.kinds = {id_: _kind(id_, about) for id_, about in text.get("kinds", {}).items()}
        for kind in self.kinds.values():
            self._check_ends(kind)
        self.answers = {fact: self._answer(fact, about) for fact, about in text.get("facts", {}).items()}
        for event, facts in text.get("asked", {}).items():
            if not isinstance(facts, list):
                raise _fault(f"asked.{event!r}", "is no list", "write its facts in brackets")
            for fact in facts:
                if fact in self.answers:
                    raise _fault(
                        f"asked.{event!r}", f"names {fact}, which is answered already", "keep one of both"
                    )
                self.answers[fact] = Answer(fact, "asked", event)
        self._check_codes()

    @classmethod
    def read(cls, models: Path) -> Vocabulary:
        """As it lies in the models' folder; an empty one where the file does not."""
        try:
            return cls(tomllib.loads((models / FILE).read_text()) if (models / FILE).exists() else {})
        except tomllib.TOMLDecodeError as error:
            raise VocabularyError(f"{FILE}: no TOML ({error}): take back the last change") from None

    def kind(self, id_: str) -> Kind:
        """Raises WrongEpisode."""
        if id_ not in self.kinds:
            raise WrongEpisode(
                "there is no such kind of episode", f"use {', '.join(self.kinds)}, or add it to {FILE}"
            )
        return self.kinds[id_]

    def source(self, fact: str) -> str | None:
        """Where a fact comes from, in words; None: the vocabulary does not know it."""
        answer = self.answers.get(fact)
        if answer is None:
            return None
        match answer.how:
            case "asked":
                return f"asked when the deadline is set, in {answer.of}"
            case "form":
                return f"asked by the form {answer.of} ({answer.more['key']})"
            case "table":
                return f"decided by {answer.of}"
            case "first_open":
                return (
                    f"of which one is open first: {', '.join(self.kinds[kind].title for kind in answer.of)}"
                )
        title = "date of birth" if answer.of == BIRTH else self.kinds[answer.of].title
        return f"{title}: {' '.join(self._said(answer))}"

    def _said(self, answer: Answer) -> Iterator[str]:
        yield "whole months since" if answer.of == BIRTH else ANSWERS[answer.how][2]
        for name, value in answer.more.items():
            match name:
                case "codes":
                    yield f"({', '.join(self.kinds[answer.of].codes[code].title for code in value)})"
                case "within":
                    yield " ".join(f"{number} {unit}" for unit, number in value.items())
                case "at_age":
                    yield f"on birthday {value}"
                case "from_age":
                    yield f"from birthday {value} on"
                case "during":
                    title = self.kinds[value].title
                    yield f"since the open {title[0].lower()}{title[1:]} began"

    def _answer(self, fact: str, about: Any) -> Answer:
        entry, about = f"facts.{fact}", dict(about) if isinstance(about, dict) else {}
        ways = [way for way in ANSWERS if way in about]
        if len(ways) != 1:
            raise _fault(entry, "has not one way to be answered", f"give one of {', '.join(ANSWERS)}")
        [how] = ways
        of, (needs, may, _) = about.pop(how), ANSWERS[how]
        if not isinstance(of, dict if how == "first_open" else str):
            raise _fault(entry, f"does not say whose {how}", "name it, in quotes")
        if lacking := [name for name in needs if name not in about]:
            raise _fault(entry, f"lacks {', '.join(lacking)}", f"give it beside {how}")
        if strange := about.keys() - {*needs, *may}:
            raise _fault(entry, f"has {', '.join(sorted(strange))}", f"leave out what {how} does not take")
        if how in ("form", "table"):
            return Answer(fact, how, of, about)
        for kind in (*(of if how == "first_open" else [of]), about.get("during")):
            if not (kind == BIRTH and how == "months_since"):
                self._known(entry, kind)
        for code in about.get("codes", ()):
            if code not in self.kinds[of].codes:
                raise _fault(
                    entry, f"names {code}, which is no code of {of}", "correct it, or add the code there"
                )
        for name in ("from_age", "at_age"):
            if not isinstance(about.get(name, 0), int):
                raise _fault(entry, f"has a {name} that is no number", "give full years")
        within = about.get("within", {})
        if not isinstance(within, dict) or within.keys() - {*UNITS}:
            raise _fault(
                entry, "has a within that cannot be counted", f"use {', '.join(UNITS)}: {{ weeks = 4 }}"
            )
        return Answer(fact, how, of, about)

    def _check_ends(self, kind: Kind) -> None:
        seen = [kind.id]
        while over := self.kinds[seen[-1]].ends_with:
            self._known(f"kinds.{seen[-1]}", over)
            if over in seen:
                raise _fault(f"kinds.{kind.id}", "ends with itself", "take out one ends_with of the circle")
            seen.append(over)

    def _known(self, entry: str, kind: str | None) -> None:
        if kind is not None and kind not in self.kinds:
            raise _fault(entry, f"names {kind}, which is no kind", "correct it, or add the kind")

    def _check_codes(self) -> None:
        """What a code says is asked for by a fact that reads it."""
        for kind in self.kinds.values():
            for id_, code in kind.codes.items():
                for fact in code.says:
                    answer = self.answers.get(fact)
                    if answer is None or (answer.how, answer.of) != ("code", kind.id):
                        raise _fault(
                            f"kinds.{kind.id}.codes.{id_}",
                            f"says {fact}, which no fact reads",
                            f'correct it, or add {fact} = {{ code = "{kind.id}" }} to facts',
                        )


def _kind(id_: str, about: Any) -> Kind:
    entry, about = f"kinds.{id_}", dict(about) if isinstance(about, dict) else {}
    codes = {
        code: _code(f"{entry}.codes.{code}", code, said) for code, said in about.pop("codes", {}).items()
    }
    known = {"title", "overlap", "ends_with", "holds", *FLAGS}
    if strange := about.keys() - known:
        raise _fault(entry, f"has {', '.join(sorted(strange))}", f"use {', '.join(sorted(known))}")
    if not isinstance(about.get("title"), str):
        raise _fault(entry, "has no title", "say what people call it")
    if about.get("overlap") not in OVERLAPS:
        raise _fault(
            entry, "does not say whether two may overlap", f"overlap is one of {', '.join(OVERLAPS)}"
        )
    if about.get("holds") not in (None, *HOLDS):
        raise _fault(entry, f"holds {about['holds']}", f"holds is one of {', '.join(HOLDS)}")
    for flag in FLAGS:
        if not isinstance(about.get(flag, False), bool):
            raise _fault(entry, f"has a {flag} that is neither true nor false", "use true, or leave it out")
    return Kind(id_, codes=codes, **about)


def _code(entry: str, code: str, about: Any) -> Code:
    about = dict(about) if isinstance(about, dict) else {}
    if not isinstance(title := about.pop("title", None), str):
        raise _fault(entry, "has no title", "say what people call it")
    return Code(title, ssda903=about.pop("ssda903", code), says=about)


def _fault(entry: str, what: str, mend: str) -> VocabularyError:
    return VocabularyError(f"{FILE}: {entry} {what}: {mend}")
