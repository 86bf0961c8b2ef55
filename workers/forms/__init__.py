"""The forms as an analyst wrote them: which keys they ask for, under which heading, in which words.

`deployed` says which form a task really had, `submissions` what a person wrote into it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workers.words import day

# The brothers and sisters for whom a form was written too, by reference, and the variable that offers them.
ALSO, SIBLINGS = "alsoWrittenFor", "siblings"

# What steers a step and belongs to one person's one submission: never carried into another form by its key.
STEERING = frozenset({"nextActions", "decision", "comments", "verdict", "message", ALSO})

# The list in which a text goes on that its question has no room for: rows of `question` (its key) and `text`.
FURTHER = "furtherParagraphs"

Questions = Mapping[str, "Question"]


@dataclass(frozen=True)
class Question:
    section: str | None
    label: str
    options: dict[str, str] = field(default_factory=dict)
    # of a list or an object: what each row or part asks
    rows: dict[str, Question] = field(default_factory=dict)
    disabled: bool = False  # shown only: Tasklist never submits it
    readonly: bool = False  # shown only, and sent along by Tasklist
    required: bool = False  # as Tasklist marks it; the engine does not look
    kind: str = ""  # the component's type
    offers: str | None = None  # the variable that lists its options
    marks: Mapping[str, str] = field(default_factory=dict)  # the form's own properties


def questions(form: Mapping[str, Any]) -> dict[str, Question]:
    """Key -> question, in the order of the form; keys of rows inside a list are that list's own business.

    A key that anything in the form writes is there, whatever its type; without words of its own, by its key.
    """
    by_key: dict[str, Question] = {}
    for key, question in _walk(form.get("components") or [], None):
        variable, _, part = key.partition(".")
        if part:  # `child.name` is a part of the variable `child`
            whole = by_key.get(variable, Question(question.section, variable))
            question = replace(whole, rows=whole.rows | {part: question})
        by_key[variable] = question
    return by_key


def components(parent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component below a form or a component, in reading order."""
    for part in parent.get("components") or []:
        yield part
        yield from components(part)


def _walk(parts: list[dict[str, Any]], section: str | None) -> Iterator[tuple[str, Question]]:
    for part in parts:
        inner = part.get("components") or []
        if key := part.get("key") or part.get("path"):
            options = {
                str(option.get("value")): option.get("label") or str(option.get("value"))
                for option in part.get("values") or []
            }
            label = part.get("label") or part.get("dateLabel") or key
            yield (
                key,
                Question(
                    section,
                    label,
                    options,
                    dict(_walk(inner, section)),
                    bool(part.get("disabled")),
                    bool(part.get("readonly")),
                    bool((part.get("validate") or {}).get("required")),
                    part.get("type", ""),
                    part.get("valuesKey"),
                    part.get("properties") or {},
                ),
            )
        else:
            yield from _walk(inner, part.get("label") or section)


def offered(questions: Questions) -> Iterator[str]:
    """The variables that list options, those of rows too."""
    for question in questions.values():
        if question.offers:
            yield question.offers
        yield from offered(question.rows)


def for_others(questions: Questions, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What of a form may go to a brother or sister: not what is the child's own (property `ownToChild`), is
    only shown, names somebody of the case, or steers a step.
    """
    left = {
        key: answers[key]
        for key, question in questions.items()
        if key not in STEERING and not unanswered(answers.get(key))
        if not (question.disabled or question.readonly or question.offers)
        if question.marks.get("ownToChild") != "true"
    }
    rows = left.pop(FURTHER, None)
    further = [row for row in rows if isinstance(row, dict) and row.get("question") in left] if rows else []
    return left | ({FURTHER: further} if further else {})


def in_words(
    questions: Questions, answers: Mapping[str, Any], without: Collection[str] = STEERING
) -> list[dict[str, str]]:
    """Answers as rows a person reads: section, question, answer. Not what is unanswered, nor what steers.

    Dates read as 2 May 2026; each row of a list has a line of its own. Further paragraphs follow their text.
    """
    further, answers = _further(questions, answers)
    return [
        {
            "section": question.section or "",
            "question": question.label,
            "answer": "\n".join([_words(question, answers[key]), *further.get(key, ())]),
        }
        for key, question in questions.items()
        if key not in without and not unanswered(answers.get(key))
    ]


def _further(
    questions: Questions, answers: Mapping[str, Any]
) -> tuple[dict[str, list[str]], Mapping[str, Any]]:
    """The paragraphs that go on where a text has no room, by its key, and the answers without them."""
    rows, left = answers.get(FURTHER), []
    found: dict[str, list[str]] = {}
    for row in rows if isinstance(rows, list) else ():
        key = str(row.get("question")) if isinstance(row, dict) else ""
        if key in questions and not unanswered(answers.get(key)) and row.get("text"):
            found.setdefault(key, []).append(str(row["text"]))
        else:
            left.append(row)  # nobody said where it belongs: it stands by itself
    return found, {**answers, FURTHER: left}


def unanswered(value: Any) -> bool:
    """Whether a form leaves this where nothing was answered."""
    return value is None or value == "" or value == []


def _words(question: Question, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ("\n" if question.rows else "; ").join(_words(question, item) for item in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{part.label}: {_words(part, value[key])}"
            for key, part in question.rows.items()
            if not unanswered(value.get(key))
        )
    if question.kind == "datetime" and isinstance(value, str):
        return day(value)
    return question.options.get(str(value), str(value))
