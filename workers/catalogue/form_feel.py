"""What a form says of its answers, as FEEL that decides it: each expression joins the labels of what is
wrong.

A submission may hold anything under a form's keys, a number, a file, 100,000 rows: so each kind is tested,
and lists are counted before they are walked, since FEEL takes four times as long for twice as many.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

LONGEST = 4000  # characters that the engine keeps of a text
ROWS = 200  # that a list may have
SHOWN = 20  # ticks that a form may show
LARGEST = 100_000  # of a number, where the form has no limit
OWN_RULES = ("decision", "nextActions")  # the rules ask for them in words of their own
CHOICES, TICKS = ("select", "radio"), ("checklist", "taglist")
TEXTS = ("textfield", "textarea")


@dataclass(frozen=True)
class Question:
    """`section`: heading of the outermost group. `rows`: the list whose rows ask it. `fixed`: only shown.

    `hidden`: when it is not asked, each by itself.
    """

    key: str
    label: str
    section: str
    kind: str
    part: Mapping[str, Any]
    rows: str | None
    fixed: bool
    hidden: tuple[str, ...] = ()

    @property
    def options(self) -> list[str]:
        return [option["value"] for option in self.part.get("values", [])]

    @property
    def open(self) -> bool:
        """Whether a person may answer it, and its options stand in the form; what is ticked may also be
        offered by a variable.
        """
        given = {"values", "valuesKey"} if self.kind in TICKS else {"values"}
        return not self.fixed and (self.kind not in (*CHOICES, *TICKS) or bool(given & self.part.keys()))

    @property
    def limits(self) -> Mapping[str, Any]:
        return self.part.get("validate") or {}

    @property
    def marks(self) -> Mapping[str, Any]:
        """The form's own properties: `required` = `to-authorise` or `to-return`, `holds` = `number`,
        `notBefore` and `notAfter`.
        """
        return self.part.get("properties") or {}


@dataclass(frozen=True)
class Form:
    """`next_actions`: the variable in which the rules find them."""

    id: str
    schema: Mapping[str, Any] = field(repr=False)
    next_actions: str = "nextActions"

    @cached_property
    def questions(self) -> list[Question]:
        """All that has a key, in order; a list comes before what its rows ask."""
        return list(_walk(self.schema.get("components", []), "", None, ()))

    def answers(self, question: Question) -> str:
        """All answers to a question, as a list: one, or one a row."""
        if question.rows:
            return f"sublist({question.rows}, 1, {ROWS}).{question.key}"
        return f"[{self.next_actions if question.key == 'nextActions' else question.key}]"


def _walk(
    parts: list[dict[str, Any]], section: str, rows: dict[str, Any] | None, hidden: tuple[str, ...]
) -> Iterator[Question]:
    for part in parts:
        hides = hidden + tuple(filter(None, [hide(part)]))
        kind, key = part["type"], part.get("key") or part.get("path")
        label = part.get("label") or part.get("dateLabel") or ""
        if kind == "group":
            yield from _walk(part["components"], section or label, rows, hides)
        elif key:
            full = f"{rows['label']}: {label}" if rows else label
            fixed = bool(part.get("disabled") or part.get("readonly"))
            yield Question(key, full, section, kind, part, rows["path"] if rows else None, fixed, hides)
            yield from _walk(part.get("components", []), section, part, hides)


def hide(part: Mapping[str, Any]) -> str:
    """When a component is not shown, '' if it always is."""
    return str((part.get("conditional") or {}).get("hide", "")).removeprefix("=").strip()


# what cannot be read ----------------------------------------------------------------------------------------


def unreadable(form: Form) -> str:
    """Answers that the form cannot have sent. What it only shows, or offers from a variable, is a text."""
    kinds = (_texts, _choices, _ticks, _numbers, _yes_or_no, _lists)
    groups = [group for kind in kinds if (group := kind(form))]
    if not groups:
        return ""
    if len(groups) == 1:
        return f'string join(\n{groups[0]}\n, ", ")'
    return "string join(concatenate(\n" + ",\n".join(groups) + '\n), ", ")'


def _group(says: str, rows: list[str], fault: str) -> str:
    """Rows of label and answers, of which those remain that have an answer which is wrong."""
    if not rows:
        return ""
    listed = ",\n    ".join(f"{{{row}}}" for row in rows)
    return f"  // {says}\n  [\n    {listed}\n  ][some answer in answers satisfies {fault}].label"


def _texts(form: Form) -> str:
    questions = [
        question
        for question in form.questions
        if question.kind in TEXTS or (question.kind in (*CHOICES, *TICKS, "datetime") and not question.open)
        if question.marks.get("holds") != "number"
    ]
    return _group(
        f"texts, of at most {LONGEST:,} characters",
        [f"{_label(question)}, answers: {_shown(form, question)}" for question in questions],
        f"answer != null and not(answer instance of string and string length(answer) <= {LONGEST})",
    )


def _shown(form: Form, question: Question) -> str:
    if question.kind in TICKS:
        return f"if count({question.key}) <= {SHOWN} then {question.key} else [{question.key}]"
    return form.answers(question)


def _choices(form: Form) -> str:
    return _group(
        "one of the options, or none",
        [_with_options(form, question) for question in _open(form, *CHOICES) if question.key != "decision"],
        'not(list contains(concatenate(options, [null, ""]), answer))',
    )


def _ticks(form: Form) -> str:
    return _group(
        "some of the options, each once",
        [_with_options(form, question) for question in _open(form, *TICKS)],
        "answer != null and not(count(answer) = count(options[list contains(answer, item)]))",
    )


def _numbers(form: Form) -> str:
    return _group(
        "numbers, from the least to the most",
        [
            f"{_label(question)}, answers: {form.answers(question)}, least: "
            f"{question.limits.get('min', -LARGEST)}, most: {question.limits.get('max', LARGEST)}"
            for question in form.questions
            if question.kind == "number"
        ],
        "answer != null and not(answer instance of number and answer >= least and answer <= most)",
    )


def _yes_or_no(form: Form) -> str:
    return _group(
        "yes or no",
        [
            f"{_label(question)}, answers: {form.answers(question)}"
            for question in form.questions
            if question.kind == "checkbox"
        ],
        "answer != null and not(answer instance of boolean)",
    )


def _lists(form: Form) -> str:
    return _group(
        f"lists, of at most {ROWS} rows",
        [
            f"{_label(question)}, answers: {form.answers(question)}"
            for question in form.questions
            if question.kind == "dynamiclist"
        ],
        f"answer != null and not(if count(answer) <= {ROWS} "
        "then every row in answer satisfies row instance of context else false)",
    )


def _with_options(form: Form, question: Question) -> str:
    given = question.part.get("valuesKey")
    options = f"{given}.value" if given else _list(question.options)
    return f"{_label(question)}, answers: {form.answers(question)}, options: {options}"


# what is missing, what is no date ---------------------------------------------------------------------------


def incomplete(form: Form) -> str:
    """The sections that lack a required answer, then the questions whose answer is required to authorise."""
    sections: dict[str, list[Question]] = {}
    for question in form.questions:
        if question.limits.get("required") and question.key not in OWN_RULES and not question.fixed:
            sections.setdefault(quoted(question.section), []).append(question)
        elif question.marks.get("required") == "to-authorise" and question.key not in OWN_RULES:
            sections[quoted(question.label)] = [question]
    if not sections:
        return ""
    rows = ",\n  ".join(
        f"{{label: {label}, answers: {_together(form, questions)}}}" for label, questions in sections.items()
    )
    listed = any(
        question.kind in (*TICKS, "dynamiclist") for questions in sections.values() for question in questions
    )
    blank = 'answer = null or trim(answer) = ""' + (" or count(answer) = 0" if listed else "")
    return f'string join([\n  {rows}\n][some answer in answers satisfies ({blank})].label, ", ")'


def _together(form: Form, questions: list[Question]) -> str:
    """The answers to several questions as one list."""
    single = [_asked(question, form.answers(question)[1:-1]) for question in questions if not question.rows]
    lists = [form.answers(question) for question in questions if question.rows]
    parts = [f"[{', '.join(single)}]"] * bool(single) + lists
    return parts[0] if len(parts) == 1 else f"concatenate({', '.join(parts)})"


def _asked(question: Question, answer: str) -> str:
    """An answer, or something where it is not asked for."""
    if not question.hidden:
        return answer
    hidden = " or ".join(f"({condition}) = true" for condition in question.hidden)
    return f'if {hidden} then "not asked" else {answer}'


def no_dates(form: Form) -> str:
    """The dates that are filled with something else; an empty one is not meant."""
    rows = ",\n  ".join(
        f"{_label(question)}, days: {form.answers(question)}".join("{}")
        for question in _open(form, "datetime")
    )
    if not rows:
        return ""
    right = (
        'list contains([null, ""], day) or (day instance of string and date(day).year in [1900..2100]) = true'
    )
    return f'string join([\n  {rows}\n][some day in days satisfies not({right})].label, ", ")'


# what cannot be ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Limit:
    """What a date must not be before or after: `today`, or the date under another key, in the same row if
    `beside`.
    """

    before: bool
    other: str
    beside: bool
    says: str


def limits(form: Form, question: Question) -> list[Limit]:
    """The limits of a date, from its properties `notBefore` and `notAfter` (keys, or today)."""
    known = {(other.rows, other.key): other for other in form.questions}
    found = []
    for mark, before in (("notBefore", True), ("notAfter", False)):
        for key in str(question.marks.get(mark, "")).split():
            other = known.get((question.rows, key)) or known.get((None, key))
            words = {"today": "today", "childBorn": "the child was born"}.get(key) or quoted(
                str(other.part.get("dateLabel")) if other else key
            ).replace('"', "“", 1).replace('"', "”")
            beside = bool(question.rows and other and other.rows == question.rows)
            found.append(Limit(before, key, beside, f"{'before' if before else 'after'} {words}"))
    return found


def implausible(form: Form) -> str:
    """Sentences on dates outside their limits, and the form's warnings that refuse, where they show."""
    rows = [
        f"{{says: {quoted(f'{question.label} is {limit.says}')}, wrong: {_outside(question, limit)}}}"
        for question in _open(form, "datetime")
        for limit in limits(form, question)
    ]
    rows += [
        f"{{says: {quoted(warning(part))}, wrong: ({hide(part)}) = false}}"
        for part in _parts(form.schema)
        if (part.get("properties") or {}).get("refuses") == "true"
    ]
    if not rows:
        return ""
    listed = ",\n  ".join(rows)
    return f'string join([\n  {listed}\n][wrong = true].says, "; ")'


def warning(part: Mapping[str, Any]) -> str:
    """The words of a warning, without its sign and full stop."""
    return str(part["text"]).removeprefix("⚠").strip().removesuffix(".")


def _outside(question: Question, limit: Limit) -> str:
    """ISO dates compare as texts; what is blank is before everything and means nothing."""
    day = f"row.{question.key}" if question.rows else question.key
    other = f"row.{limit.other}" if limit.beside else limit.other
    first, then = (day, other) if limit.before else (other, day)
    wrong = f'"" < {first} and {first} < {then}'
    if not question.rows:
        return wrong
    return f"some row in sublist({question.rows}, 1, {ROWS}) satisfies ({wrong}) = true"


def _parts(parent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for part in parent.get("components", []):
        yield part
        yield from _parts(part)


def _open(form: Form, *kinds: str) -> list[Question]:
    return [question for question in form.questions if question.kind in kinds and question.open]


def _label(question: Question) -> str:
    return f"label: {quoted(question.label)}"


def quoted(text: str) -> str:
    """A text as FEEL writes it."""
    return json.dumps(text, ensure_ascii=False)


def _list(texts: list[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"
