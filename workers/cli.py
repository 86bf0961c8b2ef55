"""The command `homeward`. `--json` prints one JSON document; exit 0, 1 = a finding or a refusal, 2 = wrong use; an error is one line."""
from __future__ import annotations

import sys

import typer
from pydantic import ValidationError
from typer._click.exceptions import ClickException, NoArgsIsHelpError      # it names them nowhere else

from workers.commands import cases, deadlines, incidents, mail, operating, running, timescales, topics
from workers.embedded.errors import EmbeddedEngineError
from workers.health import HealthError
from workers.records.errors import RecordError
from workers.rest.deploy import DeployError
from workers.rest.session import EngineError, EngineUnreachable

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Homeward: children's social care as models that run.")
for command in (running.run, running.cluster, running.play, operating.deploy, operating.setup, operating.workers, cases.start, cases.withdraw, cases.allocate,
                cases.chronology, cases.notifications, cases.status, deadlines.deadlines, timescales.deadline, timescales.timescales, topics.topics):
    app.command()(command)
app.command("check-timescales")(timescales.check_timescales)
for name, group in (("child", cases.child_app), ("record", operating.record_app), ("incidents", incidents.app), ("mail", mail.app)):
    app.add_typer(group, name=name)


def main() -> None:
    """Entry point: known errors are one line."""
    try:
        code = app(prog_name="homeward", standalone_mode=False)        # alone it would print wrong use as a box of many lines
    except NoArgsIsHelpError as help_:                         # has been printed
        sys.exit(help_.exit_code)
    except ClickException as error:
        typer.echo(f"error: {_wrong_use(error)}", err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo("Aborted.", err=True)
        sys.exit(1)
    except (EngineError, EngineUnreachable, EmbeddedEngineError, HealthError, RecordError, DeployError) as error:
        typer.echo(f"error: {' '.join(str(error).split())}", err=True)
        sys.exit(1)
    except ValidationError as error:                           # of the settings: what else validates catches its own
        typer.echo("error: " + "; ".join(f"setting{''.join(f' {name}' for name in item['loc'][:1])}: {item['msg']}" for item in error.errors()), err=True)
        sys.exit(2)
    if isinstance(code, int):                                  # of typer.Exit
        sys.exit(code)


def _wrong_use(error: ClickException) -> str:
    """What, and where to read how it is used."""
    what = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{what[:1].lower()}{what[1:]}: see {context.command_path if context else 'homeward'} --help"


if __name__ == "__main__":
    main()
