"""The command `homeward new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workers import scaffold
from workers.settings import settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Write a workstep, a pathway or a table of duties of your own.",
)

Name = Annotated[
    str, typer.Argument(help="Process id, file and form: small letters, hyphens.", show_default=False)
]
Title = Annotated[str, typer.Option(help="What people call it.", show_default=False)]
Role = Annotated[str, typer.Option(help="Group that fills in the form.", show_default=False)]
Form = Annotated[str, typer.Option("--form", help="Title of the form.", show_default=False)]


@app.command()
def workstep(
    name: Name,
    title: Title,
    role: Role,
    form: Form,
    pathway: Annotated[str, typer.Option(help="Pathway that it belongs to.", show_default=False)],
) -> None:
    """Write a workstep with one form: BPMN with its diagram, DMN, form, decision cases, scenario, play."""
    step = scaffold.Workstep(name, title, role, form)
    _say(scaffold.new_workstep(settings().models, step, pathway))
    typer.echo(
        f"Now draw its call in the pathway {pathway}: a call activity of {name}, with the template "
        "“Homeward: workstep”."
    )


@app.command()
def pathway(
    name: Name,
    title: Title,
    workstep: Annotated[str, typer.Option(help="Name of its first workstep.", show_default=False)],
    workstep_title: Annotated[str, typer.Option(help="What people call that.", show_default=False)],
    role: Role,
    form: Form,
) -> None:
    """Write a pathway with its first workstep."""
    step = scaffold.Workstep(workstep, workstep_title, role, form)
    _say(scaffold.new_pathway(settings().models, name, title, step))
    typer.echo(f"Who may start it in Tasklist: add {name} to `starts` of a role in engine/organisation.toml.")


@app.command()
def duties(
    name: Annotated[
        str, typer.Argument(help="Decision and file: small letters, hyphens.", show_default=False)
    ],
    title: Title,
    event: Annotated[str, typer.Option(help="Event or phase: before-the-review.", show_default=False)],
    duty: Annotated[str, typer.Option(help="What Tasklist calls the first one.", show_default=False)],
    role: Annotated[str, typer.Option(help="Group that does it.", show_default=False)],
    into: Annotated[str, typer.Option(help="Process in which they are due.", show_default=False)] = "",
    behind: Annotated[
        str, typer.Option(help="Id of the element there behind which they are due.", show_default=False)
    ] = "",
) -> None:
    """Write a table of duties with its first row, and the two boxes that have them done."""
    if bool(into) != bool(behind):
        raise typer.BadParameter("say both where they are due, --into, and --behind which element")
    where = scaffold.Where(into, behind) if into else None
    _say(scaffold.new_duties(settings().models, name, title, event, duty, role, where))
    if where:
        typer.echo(
            f"In {into} stand two boxes behind {behind}. How the days are counted: give the first one "
            "`timescales`, and `from`, the day of the event (without it: the day on which it gets there)."
        )
        return
    typer.echo(
        "Now draw where they are due: a service task with the template “Homeward: set-duties” (decision "
        f"{name}, event {event}), and behind it a call activity with “Homeward: duty”."
    )


def _say(files: list[Path]) -> None:
    for file in files:
        typer.echo(f"wrote {file.relative_to(settings().models)}")
    typer.echo(
        "Bring what is generated up to date with `homeward topics --write` and `homeward worksteps --write`, "
        "look at the drawings with `make render`, check with `make test`, try with `homeward deploy`."
    )
