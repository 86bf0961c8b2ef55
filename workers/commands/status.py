"""The command `homeward status`."""

from __future__ import annotations

from itertools import groupby

import typer

from workers import display
from workers.commands.shell import AsJson, engine, names, record
from workers.reading import status as reading

SHOWN = 10  # children named of one problem

app = typer.Typer(add_completion=False)


@app.command()
def status(as_json: AsJson = False) -> None:
    """What is open, and what is wrong: failed, taken up by nobody, late, not sent, not registered."""
    found = reading.status(engine(), record())
    if as_json:
        return display.document(found)
    known = names()
    running = ", ".join(f"{known.process(process)} {count}" for process, count in found["pathways"].items())
    display.line(f"open pathways: {running or 'none'}")
    for row in found["older"]:
        display.line(
            f"{row['cases']} of {known.process(row['process'])} on version {row['version']}, the newest is "
            f"{row['newest']} (homeward migrate)"
        )
    problems = reading.problems(found, known)
    for kind, those in groupby(problems, lambda problem: problem.kind):
        display.heading(kind)
        for problem in those:
            more = len(problem.children) - SHOWN
            display.line(f"  {problem.count} × {problem.says}")
            display.line(f"      {', '.join(problem.children[:SHOWN])}" + (f" and {more} more" * (more > 0)))
    if not problems:
        display.line("nothing is wrong")
