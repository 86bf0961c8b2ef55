"""What the scenarios' words mean: forms by their business names, questions and options by their labels."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from pytest_bdd import parsers

from tests.case import PLAY, TODAY
from workers import forms
from workers.settings import settings

NAME = "Robin Invented"
FORMS = {name: form for form, part in PLAY.items() for name in part.teams}
GROUPS = {name: team for part in PLAY.values() for name, team in part.teams.items() if team}
DAYS = {
    "today": TODAY,
    "ten days ago": TODAY - dt.timedelta(days=10),
    "in two weeks": TODAY + dt.timedelta(days=14),
    "in two months": TODAY + dt.timedelta(days=60),
    "in four months": TODAY + dt.timedelta(days=120),
    "in thirty years": TODAY + dt.timedelta(days=30 * 365),
}
TIMERS = {
    "three months are over": "Timer_ThreeMonthReviewDue",
    "the reminder of the three-month review is due": "Timer_ThreeMonthReviewReminder",
    "the reminder of the stage is due": "Timer_StageReminder",
    "the time of the stage is over": "Timer_StageOver",
    "the reminder of the dispute is due": "Timer_DisputeReminder",
    "the time of the dispute is over": "Timer_DisputeOver",
    "the young person turns 18": "StartEvent_Turns18",
    "the young adult turns 21": "StartEvent_Turns21",
    "the young adult turns 25": "StartEvent_Turns25",
}
Table = list[list[str]]


def words(pattern: str) -> parsers.parse:
    """A step in which `{user:User}` is a user id and `{form:Form}` one of FORMS."""
    return parsers.parse(
        pattern,
        extra_types={
            "User": _type(r"[a-z0-9-]+", str),
            "Form": _type("|".join(map(re.escape, FORMS)), str),
            "Number": _type(r"\d+|no", lambda text: 0 if text == "no" else int(text)),
        },
    )


def _type(pattern: str, convert: Any) -> Any:
    def converter(text: str) -> Any:
        return convert(text)

    converter.pattern = pattern
    return converter


def answers(form: str, table: Table) -> dict[str, Any]:
    """Rows of question and answer as the form's keys and values."""
    asked = {question.label: (key, question) for key, question in questions(form).items()}
    return {asked[label][0]: _value(*asked[label], text) for label, text in table}


def questions(form: str) -> dict[str, forms.Question]:
    """As the form's file has them."""
    return forms.questions(json.loads(next(settings().models.glob(f"forms/*/{form}.form")).read_text()))


def _value(key: str, question: forms.Question, text: str) -> Any:
    options = {label: value for value, label in question.options.items()}
    if question.kind == "checklist":
        return [options[label] for label in text.split("; ") if label]
    if text in ("yes", "no") and not options:
        return text == "yes"
    return options.get(text) or (DAYS[text].isoformat() if text in DAYS else text or None)
