"""The command `homeward`.

`--json` prints one JSON document; exit 0, 1 = a finding or a refusal, 2 = wrong use; an error is one line.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from workers.errors import HomewardError, WrongUse
from workers.settings import settings

# Each command is in `app` of its module below workers/commands, which is imported when it is asked for: a
# date needs no database.
WHERE = {
    "run": "running",
    "cluster": "running",
    "play": "running",
    "clock": "clock",
    "deploy": "operating",
    "migrate": "migrate",
    "setup": "operating",
    "workers": "operating",
    "record": "operating",
    "start": "cases",
    "withdraw": "cases",
    "allocate": "cases",
    "restrict": "restrict",
    "child": "children",
    "situation": "situation",
    "episode": "situation",
    "work": "reading",
    "chronology": "reading",
    "print": "reading",
    "notifications": "reading",
    "status": "status",
    "incidents": "incidents",
    "mail": "mail",
    "deadlines": "deadlines",
    "deadline": "timescales",
    "timescales": "timescales",
    "check-timescales": "timescales",
    "topics": "topics",
    "new": "new",
    "forms": "forms",
    "worksteps": "worksteps",
    "requirement": "requirements",
    "requirements": "requirements",
}


class Commands(TyperGroup):
    """The commands by their names, in the order in which `homeward --help` lists them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(WHERE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in WHERE:
            return None
        command: Any = typer.main.get_command(import_module(f"workers.commands.{WHERE[cmd_name]}").app)
        # an app of its own has its group's commands
        command = getattr(command, "commands", {}).get(cmd_name, command)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def homeward() -> None:
    """Homeward: children's social care as models that run."""
    with suppress(WrongUse):  # of a setting: the command itself says so
        if settings().clock.exists():
            import_module("workers.clock").enter(settings())


def main() -> None:
    """Entry point: an error is one line, whatever went wrong."""
    try:
        # alone it would print wrong use as a box of many lines
        code = app(prog_name="homeward", standalone_mode=False)
    except typer.TyperException as error:  # of wrong use; without a word: the help has been printed
        if error.format_message():
            typer.echo(f"error: {_wrong_use(error)}", err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo("Aborted.", err=True)
        sys.exit(1)
    except HomewardError as error:
        typer.echo(f"error: {' '.join(str(error).split())}", err=True)
        sys.exit(error.exit_code)
    if isinstance(code, int):  # of typer.Exit
        sys.exit(code)


def _wrong_use(error: typer.TyperException) -> str:
    """What, and where to read how it is used."""
    what = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{what[:1].lower()}{what[1:]}: see {context.command_path if context else 'homeward'} --help"


if __name__ == "__main__":
    main()
