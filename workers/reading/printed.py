"""A form as it was submitted, each time: headings and paragraphs on one page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workers.errors import Refused
from workers.forms import Question, in_words
from workers.forms.deployed import Deployed, NotDeployed
from workers.reading.cases import Who, who
from workers.reading.names import Names
from workers.reading.shown import Moment, Named, Shown
from workers.records.deadlines import now
from workers.records.record import Record
from workers.rest.session import EngineSession
from workers.words import day

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
)
_environment.filters["day"] = day


class Answer(Shown):
    question: str
    answer: str


class Section(Shown):
    title: str
    answers: list[Answer]


class Submission(Shown):
    """`step`: the workstep's name."""

    at: Moment
    by: Named | None
    step: str
    sections: list[Section]


class Printed(Shown):
    """Every submission of a form for a child, oldest first."""

    child: Who
    form: str
    title: str
    submissions: list[Submission]


def printed(session: EngineSession, book: Record, names: Names, child: str, form: str) -> Printed:
    """The questions and options are those that were asked then. Refused: the form was never submitted."""
    with book.reading() as view:
        known, rows = view.child(child), view.submissions_of(child, form)
        forms = {
            entry["details"]["form"] for entry in view.chronology(child) if entry["what"] == "form-submitted"
        }
    if not known or not rows:
        raise Refused(
            f"{form} was never submitted for {child}: "
            + (f"there is {', '.join(sorted(forms))}" if forms else "no form was")
        )
    deployed = Deployed(session)
    return Printed(
        child=who(known),
        form=form,
        title=names.form(form),
        submissions=[_submission(row, deployed, names) for row in rows],
    )


def html(what: Printed) -> str:
    """One page, without anything that it would have to fetch."""
    return _environment.get_template("printed.html").render(printed=what, now=now())


def _submission(row: dict[str, Any], deployed: Deployed, names: Names) -> Submission:
    at = dt.datetime.fromisoformat(row["at"])
    words = in_words(_asked(row, deployed, names, at), row["answers"], without={"message"})
    return Submission(
        at=at,
        by=names.named(row["by"]),
        step=names.process(row["process"]),
        sections=[
            Section(
                title=title,
                answers=[Answer(question=line["question"], answer=line["answer"]) for line in lines],
            )
            for title, lines in groupby(words, itemgetter("section"))
        ],
    )


def _asked(row: dict[str, Any], deployed: Deployed, names: Names, at: dt.datetime) -> dict[str, Question]:
    """The questions as they were asked: their words as recorded, their options from the form of then."""
    try:
        form = deployed.form(row["form"], at)
    except NotDeployed:
        form = {}
    recorded = row["questions"]
    return {
        key: _with_people(
            replace(form.get(key, Question(None, key)), section=recorded[key][0], label=recorded[key][1])
            if key in recorded
            else form[key],
            names,
        )
        for key in {**form, **recorded}
    }


def _with_people(question: Question, names: Names) -> Question:
    """Who was picked is told by their full name."""
    picked = (question.offers or "").startswith("people")
    return replace(question, options=dict(names.users)) if picked else question
