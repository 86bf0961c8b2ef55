"""The forms as an analyst wrote them: which keys they ask for, under which heading, in which words."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator

from workers.settings import settings

# What steers a step and belongs to one person's one submission: never carried into another form by its key.
STEERING = frozenset({"nextActions", "decision", "comments", "verdict", "message"})


@dataclass(frozen=True)
class Question:
    section: str | None
    label: str
    options: dict[str, str]
    rows: dict[str, Question] = field(default_factory=dict)      # of a list: what each row asks


@lru_cache
def questions(form_id: str) -> dict[str, Question]:
    """Key -> question, in the order of the form; keys of rows inside a list are its own business and left out."""
    return dict(_walk(json.loads(_path(form_id).read_text())["components"], None))


def _path(form_id: str) -> Path:
    found = sorted(settings().models.glob(f"forms/*/{form_id}.form"))
    if not found:
        raise LookupError(f"form {form_id} is not in {settings().models / 'forms'}: correct the model's input, or add forms/<area>/{form_id}.form")
    return found[0]


def _walk(components: list[dict[str, Any]], section: str | None) -> Iterator[tuple[str, Question]]:
    for part in components:
        if part["type"] == "group":
            yield from _walk(part["components"], part.get("label") or section)
        elif key := part.get("key") or part.get("path"):
            options = {str(option["value"]): option["label"] for option in part.get("values", [])}
            yield key, Question(section, part.get("label") or part.get("dateLabel") or key, options, dict(_walk(part.get("components", []), section)))


def in_words(form_id: str, answers: dict[str, Any]) -> list[dict[str, str]]:
    """Answers as rows a person reads: section, question, answer; unanswered ones and what steers are left out."""
    asked = questions(form_id)
    return [{"section": question.section or "", "question": question.label, "answer": _words(question, answers[key])}
            for key, question in asked.items() if key not in STEERING and answers.get(key) not in (None, "", [])]


def _words(question: Question, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(_words(question, item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{asked.label}: {_words(asked, value[key])}" for key, asked in question.rows.items() if value.get(key) not in (None, "", []))
    return question.options.get(str(value), str(value))
