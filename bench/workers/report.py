"""The results as a table on the screen and as Markdown for docs/benchmarks.md."""

from __future__ import annotations

import datetime as dt
import os
import platform

from rich.console import Console
from rich.table import Table

from bench.workers import verdict
from bench.workers.contestants import Contestant, Result

VARIANTS = {
    "empty": "empty handler",
    "real": "real handler: record written, mail sent",
    "https": "empty handler over HTTPS",
}
COLUMNS = (
    "contestant",
    "tasks/s to the last complete",
    "tasks/s to the last mail",
    "requests a task",
    "connections",
    "client CPU ms a task",
    "engine CPU ms a task",
)


def rows(results: list[Result], variant: str, names: list[str]) -> list[list[str]]:
    """A row a contestant: median (least to most) over the rounds."""

    def cell(name: str, value: str, digits: int) -> str:
        return verdict.of(results, name, variant, lambda one: getattr(one, value)).text(digits)

    return [
        [
            name,
            cell(name, "rate", 0),
            cell(name, "effects_rate", 0) if variant == "real" else "-",
            cell(name, "requests", 2),
            cell(name, "connections", 0),
            cell(name, "cpu_ms", 2),
            cell(name, "engine_ms", 1),
        ]
        for name in names
        if any((one.contestant, one.variant) == (name, variant) for one in results)
    ]


def show(results: list[Result], contestants: list[Contestant]) -> None:
    console, names = Console(width=160), [one.name for one in contestants]
    for variant in sorted({one.variant for one in results}, key=list(VARIANTS).index):
        table = Table(*COLUMNS, title=VARIANTS[variant])
        for row in rows(results, variant, names):
            table.add_row(*row)
        console.print(table)
    table = Table("target", "", "seen: median (least to most)", "", title="targets")
    for one in verdict.verdicts(results):
        table.add_row(one.says, one.target, one.seen.text() if one.seen else "-", one.word.strip("*"))
    console.print(table)
    for one in results:
        if one.problems:
            console.print(f"[red]{one.contestant}, {one.variant}, round {one.round}: {one.problems}")


def markdown(results: list[Result], contestants: list[Contestant], tasks: int, rounds: int) -> str:
    names = [one.name for one in contestants]
    lines = [
        f"Measured {dt.date.today():%d %B %Y} with `python -m bench.workers --tasks {tasks} "
        f"--rounds {rounds}` on {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}; load average {os.getloadavg()[0]:.1f} at the end. {tasks} "
        f"tasks a run, {rounds} rounds, order reversed from round to round; "
        "each cell is the median (least to most). A ratio pairs the two runs of one round.",
        "",
        "Contestants",
        "",
    ]
    lines += [f"* `{one.name}`: {one.says}" for one in contestants]
    lines += [
        "",
        *_table(
            ("target", "", "seen", ""),
            [
                [one.says, one.target, one.seen.text() if one.seen else "-", one.word]
                for one in verdict.verdicts(results)
            ],
        ),
    ]
    for variant in sorted({one.variant for one in results}, key=list(VARIANTS).index):
        lines += [
            "",
            f"### {VARIANTS[variant][0].upper()}{VARIANTS[variant][1:]}",
            "",
            *_table(COLUMNS, rows(results, variant, names)),
        ]
    if problems := [
        f"* {one.contestant}, {one.variant}, round {one.round}: {one.problems}"
        for one in results
        if one.problems
    ]:
        lines += ["", "What went wrong", "", *problems]
    return "\n".join(lines) + "\n"


def _table(head: tuple[str, ...], body: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]
