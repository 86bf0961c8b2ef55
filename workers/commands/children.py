"""The commands `homeward child`: register a child, list them, show where one's case stands."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from dateutil.relativedelta import relativedelta

from workers import display
from workers.commands.reading import show_work
from workers.commands.shell import AsJson, Child, check_child, engine, names, record
from workers.errors import WrongUse
from workers.reading import cases
from workers.records.deadlines import iso, today
from workers.references import name_fault
from workers.settings import settings
from workers.timescales.explanation import date
from workers.words import day as in_words

OLDEST = 25  # years; who is younger may be a care leaver of the service

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Children on the record.")


@app.command()
def add(
    child: Child,
    name: Annotated[str | None, typer.Option(help="What is not given stays as it was.")] = None,
    born: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    gender: Annotated[str | None, typer.Option(help="As the child says.")] = None,
    as_json: AsJson = False,
) -> None:
    """Register a child, or correct what is known."""
    try:
        day = date(born) if born is not None else None
    except ValueError:
        raise WrongUse(f"--born {born} is no date: use YYYY-MM-DD") from None
    if day and day > today():
        raise WrongUse(f"--born {born} is in the future: correct the date")
    if day and day <= today() - relativedelta(years=OLDEST):
        raise WrongUse(
            f"--born {born} makes the child {OLDEST} or older, and leaving care ends before: correct the date"
        )
    for option, text in (("--name", name), ("--gender", gender)):
        if text is not None and (fault := name_fault(text)):
            raise WrongUse(f"{option}: {fault.replace('a name', 'it', 1)}")
    book = record()
    book.upgrade()
    with book.transaction() as tx:
        row = tx.register_child(child, name=name, born=day, gender=gender, by=settings().camunda_user)
    answer = {"childId": child, "name": row.name, "born": iso(row.born), "gender": row.gender}
    display.done(answer, as_json, f"{child} is registered")


@app.command("list")
def every(as_json: AsJson = False) -> None:
    """Every child: where each pathway stands, what is due next, what is late."""
    rows = cases.children(record(), names())
    if as_json:
        return display.document([row.document() for row in rows])
    display.rows(
        [_line(row) for row in rows],
        False,
        {
            "childId": "Child",
            "name": "Name",
            "born": "Born",
            "stands": "Where it stands",
            "nextDue": "Next due",
            "late": "Late",
        },
        "no child is on the record",
    )


def _line(row: cases.Listed) -> dict[str, Any]:
    child = row.child.document()
    steps = [step.step for pathway in row.pathways for step in pathway.steps]
    return child | {
        "name": child["name"] or ("" if row.child.registered else "not registered"),
        "stands": steps or [pathway.name for pathway in row.pathways] or "no open pathway",
        "nextDue": row.next_due,
        "late": row.late or None,
    }


@app.command()
def show(child: Child, as_json: AsJson = False) -> None:
    """Where a child's case stands: pathways, open work and with whom, what is due, people, forms."""
    book = record()
    check_child(book, child, as_json)
    case = cases.case(engine(), book, names(), child)
    if as_json:
        return display.document(case.document() if case else None)
    if case:
        _print(case)


def _print(case: cases.Case) -> None:
    child = case.child
    about = [
        f"born {in_words(child.born)}, {child.age} years old" if child.born else "",
        child.gender or "",
        "" if child.registered else "not registered yet: see `homeward child add`",
    ]
    display.heading(", ".join(filter(None, (f"{child.name or 'No name'} ({child.child_id})", *about))))
    for pathway in case.pathways:
        words = (pathway.name, (pathway.authority or "").capitalize(), f"opened {in_words(pathway.since)}")
        since = ", ".join(filter(None, words))
        if pathway.until:
            display.line(f"{since}, over since {in_words(pathway.until)}: {pathway.outcome}")
            continue
        display.line(since)
        for step in pathway.steps:
            display.line(f"  {step.step}, open since {in_words(step.since)}")
    display.heading("Open work")
    show_work(case.work, "nothing waits for anybody")
    display.heading("Timescales")
    display.rows(
        [due.document() for due in case.due],
        False,
        {"what": "What", "due": "Due", "lateDays": "Days late", "holders": "With"},
        "none runs",
    )
    display.heading("People")
    display.rows(
        [{"title": person.title, "name": person.user.name} for person in case.people],
        False,
        {"title": "As", "name": "Name"},
        "nobody is named",
    )
    display.heading("Submitted (homeward print)")
    display.rows(
        [
            submitted.document() | {"by": submitted.by.name if submitted.by else None}
            for submitted in case.submitted
        ],
        False,
        {"at": "When", "form": "Form", "title": "Title", "by": "By"},
        "no form was submitted",
    )
