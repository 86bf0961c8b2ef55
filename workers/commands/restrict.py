"""The command `homeward restrict`."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from workers import display
from workers.commands.cases import check_users
from workers.commands.shell import AsJson, Child, check_child, engine, record
from workers.errors import WrongUse
from workers.records.happening import Happening
from workers.rest import organisation, restriction
from workers.settings import settings
from workers.words import listed

app = typer.Typer(add_completion=False)


@app.command()
def restrict(
    child: Child,
    reason: Annotated[str, typer.Option(help="Why; goes on the record.")],
    to: Annotated[
        str | None,
        typer.Option(metavar="USER,USER…", help="Who sees the child's work, if it is theirs to do."),
    ] = None,
    lift: Annotated[bool, typer.Option("--lift", help="The work is its teams' again.")] = False,
    by: Annotated[str | None, typer.Option(help="User id of who decided it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Close a child's open and later work to all but the people named and the super-users, or lift that.

    Of the people named each sees what their role does. Say it again to name others.
    """
    people = sorted(set(listed(to)))
    if bool(people) == lift:
        raise WrongUse("name with --to who sees the child's work, or use --lift")
    if not reason.strip():
        raise WrongUse("--reason is empty: say why, it goes on the record")
    session, book, models = engine(), record(), settings().models
    check_users(session, by, *people)
    check_child(book, child, False)
    happening = Happening(str(uuid.uuid4()), child, by=by or settings().camunda_user)
    # the record first: what the workers take up from now on they take up as it says
    with book.transaction() as tx:
        if lift:
            tx.entry(happening, "restriction-lifted", {"reason": reason})
        else:
            tx.entry(happening, "restricted", {"to": people, "reason": reason})
    restriction.settle(session, child)
    group = organisation.super_users(models)
    if lift:
        tasks = restriction.lift(session, child, group)
    else:
        tasks = restriction.restrict(session, child, people, group, organisation.people(models))
    display.done(
        {"childId": child, "restrictedTo": people, "lifted": lift, "tasks": tasks},
        as_json,
        f"{child} is {'open to its teams again' if lift else 'restricted to ' + ', '.join(people)}; "
        f"{tasks} open tasks",
    )
