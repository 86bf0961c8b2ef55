"""The commands that show what waits and what happened: `homeward work`, `chronology`, `print`,
`notifications`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from workers import display
from workers.commands.shell import AsJson, Child, check_child, engine, names, record
from workers.errors import Refused, WrongUse
from workers.reading import printed
from workers.reading.chronology import told as chronology_of
from workers.reading.pdf import pdf
from workers.reading.work import Work, open_work
from workers.records.vocabulary import MAIL
from workers.settings import settings
from workers.words import LONDON

app = typer.Typer(add_completion=False)


@app.command()
def work(
    team: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Only what this role is offered, or one of it holds.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Only what this user holds.")] = None,
    late: Annotated[bool, typer.Option("--late", help="Only what is past its due date.")] = False,
    as_json: AsJson = False,
) -> None:
    """The open work: of which child, with whom, since when, due when, how late; soonest due first."""
    session, known = engine(), names()
    if team and team not in known.groups:
        raise WrongUse(f"role {team} is not known: use {', '.join(known.groups)}")
    if user and user not in known.users:
        raise Refused(f"user {user} does not exist: correct the name")
    rows = open_work(session, record(), known, team=team, user=user)
    rows = [row for row in rows if row.late or not late]
    if as_json:
        return display.document([row.document() for row in rows])
    show_work(rows, f"nothing {'is late' if late else 'waits for anybody'}", whose=True)


def show_work(rows: list[Work], nothing: str, whose: bool = False) -> None:
    """As a table; `whose`: of which child too."""
    shown = [
        row.document()
        | {
            "with": row.with_whom,
            "lateDays": (row.late_days or "today") if row.late else None,
        }
        for row in rows
    ]
    columns = {"task": "Task", "step": "Step", "with": "With", "since": "Since", "due": "Due"}
    columns = ({"childId": "Child"} if whose else {}) | columns | {"lateDays": "Days late"}
    display.rows(shown, False, columns, nothing)


@app.command()
def chronology(child: Child, as_json: AsJson = False) -> None:
    """Everything that happened to a child's case, in order."""
    book = record()
    check_child(book, child, as_json)
    entries = book.chronology(child)
    display.document(entries) if as_json else show_chronology(entries)


def show_chronology(entries: list[dict[str, Any]]) -> None:
    """A sentence a line, in London's time; the workstep stands above what happened in it."""
    step = None
    for told in chronology_of(entries, names()):
        if told.step != step:
            step = told.step
            display.heading(step or "The case")
        display.line(f"  {told.at.astimezone(LONDON):%d %b %Y %H:%M}  {told.says}")


@app.command("print")
def print_(
    child: Child,
    form: Annotated[str, typer.Argument(help="The form's id, as `homeward child show` lists it.")],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="A file that ends in .html or .pdf (made by Chromium); HTML to the screen if left out.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A form as it was submitted, each time, with who and when, as one page to read or to print."""
    if to and to.suffix not in (".html", ".pdf"):
        raise WrongUse(f"--to {to}: name a file that ends in .html or .pdf")
    book = record()
    check_child(book, child, False)
    what = printed.printed(engine(), book, names(), child, form)
    page = printed.html(what)
    if to:
        _write(to, pdf(page, settings().chromium) if to.suffix == ".pdf" else page.encode())
    if as_json:
        display.document(what.document())
    else:
        typer.echo(f"{to}: {len(what.submissions)} submissions of {form}" if to else page)


def _write(file: Path, content: bytes) -> None:
    """For nobody else to read: it is about a child."""
    try:
        file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        raise Refused(f"{file} cannot be written ({error.strerror})") from None


@app.command()
def notifications(child: Child, as_json: AsJson = False) -> None:
    """Every mail about a child: to whom, whether it was sent, whether it was acknowledged."""
    book = record()
    check_child(book, child, as_json)
    rows = book.notifications(child)
    if as_json:
        return display.document(rows)
    display.rows(
        [row | {"template": MAIL.get(row["template"], row["template"])} for row in rows],
        False,
        {
            "to": "To",
            "template": "Because",
            "status": "Status",
            "sentAt": "Sent",
            "acknowledgedBy": "Acknowledged by",
            "acknowledgedAt": "At",
        },
        "no mail",
    )
