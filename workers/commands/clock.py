"""The command `homeward clock`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

import typer
from rich.console import Console

from workers import display
from workers.calendar.arithmetic import start_of
from workers.clock import Passage, now
from workers.commands.shell import AsJson, engine, record
from workers.embedded import faketime
from workers.embedded.launcher import EmbeddedEngine
from workers.errors import Refused, WrongUse
from workers.reading.names import Names
from workers.settings import settings
from workers.timescales import QuestionError
from workers.timescales.explanation import start
from workers.words import LONDON, day

app = typer.Typer(add_completion=False)

FURTHER = re.compile(r"\+(\d{1,4})([dh])")


@app.command()
def clock(
    to: Annotated[
        str | None,
        typer.Argument(
            metavar="[+30d | +3h | 2027-03-01 | 2027-03-01T09:00]",
            help="How far, in days or hours, or to when; a date: its first moment. Left out: say the time.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move the clock of `homeward run --clock` forward, and tell which timers fire.

    It waits until nothing is in work, and stops at each moment at which something is due until that is done.
    """
    if not settings().clock.exists():
        raise Refused(
            f"{settings().var} goes by this machine's clock, which is not moved: `homeward run --clock` "
            "begins a home with a clock of its own, in a new folder HOMEWARD_VAR"
        )
    if to is None:
        return _tell([], as_json)
    end = _moment(to)
    if not EmbeddedEngine(settings()).serves():
        raise Refused(f"the engine of {settings().var} does not run: start it with `homeward run`")
    console = Console(quiet=True) if as_json else display.console
    names, fired = Names(settings().models, {}), []
    with console.status("") as status:

        def waiting(what: str) -> None:
            status.update(f"{day(now())}: {what or 'nothing in work'}")

        for timer in Passage(settings(), engine(), record(), waiting).until(end):
            fired.append(timer | {"says": _says(timer, names)})
            console.print(fired[-1]["says"], markup=False, soft_wrap=True)
    _tell(fired, as_json)


def _moment(text: str) -> dt.datetime:
    """Where to; days are counted as London's clocks show them, hours as they pass."""
    if further := FURTHER.fullmatch(text):
        amount = int(further[1])
        if further[2] == "d":
            return now() + dt.timedelta(days=amount)
        return (now().astimezone(dt.UTC) + dt.timedelta(hours=amount)).astimezone(LONDON)
    try:
        given = start(text)
    except QuestionError:
        raise WrongUse(f"{text} is no time: use +30d, +3h, 2027-03-01 or 2027-03-01T09:00") from None
    return given if isinstance(given, dt.datetime) else start_of(given)


def _says(timer: dict[str, Any], names: Names) -> str:
    """When, whose, what."""
    activity, process = names.element(timer["process"], timer["activity"]), names.process(timer["process"])
    return f"{day(timer['due'])}  {timer['childId'] or 'no child'}: {activity}, {process}"


def _tell(fired: list[dict[str, Any]], as_json: bool) -> None:
    moment, ahead = now(), faketime.ahead(settings().clock)
    display.done(
        {"now": moment.isoformat(timespec="seconds"), "ahead": ahead, "fired": fired},
        as_json,
        f"It is {moment:%A} {day(moment)}, {round(ahead / 86400)} days ahead of this machine's clock",
    )
