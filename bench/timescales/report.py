"""The results as tables on the screen, and as Markdown."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.timescales.arithmetic import Timing
from bench.timescales.recomputation import Recomputed

Rows = list[tuple[str, ...]]


def tables(recomputed: list[Recomputed], timings: list[Timing]) -> Iterator[tuple[str, Rows]]:
    """Title and rows, the first of them the head."""
    if recomputed:
        yield (
            f"Dates of {recomputed[0].cases:,} cases recomputed",
            [
                (
                    "run",
                    "seconds",
                    "µs a case",
                    "distinct questions",
                    "engine's share",
                    "ms a question",
                    "µs a case without the engine",
                    "of it CPU",
                    "dates that differ",
                ),
                *(
                    (
                        str(number),
                        f"{one.seconds:.1f}",
                        f"{one.microseconds:.0f}",
                        f"{one.questions:,}",
                        f"{one.engine / one.seconds:.0%}",
                        f"{one.engine / one.questions * 1e3:.2f}",
                        f"{one.own_microseconds:.1f}",
                        f"{one.cpu / one.cases * 1e6:.1f}",
                        f"{one.changed:,}",
                    )
                    for number, one in enumerate(recomputed, 1)
                ),
            ],
        )
    if timings:
        yield (
            f"Working days added, {len(timings[0].nanoseconds)} repetitions: median (least to most)",
            [
                ("contestant", "ns a date", "times ours"),
                *((one.name, one.spread(one.nanoseconds, 0), one.spread(one.ratios, 2)) for one in timings),
            ],
        )


def show(found: list[tuple[str, Rows]]) -> None:
    console = Console(width=160)
    for title, (head, *rows) in found:
        table = Table(*head, title=title)
        for row in rows:
            table.add_row(*row)
        console.print(table)


def markdown(found: list[tuple[str, Rows]], command: str) -> str:
    lines = [
        f"Measured {dt.date.today():%d %B %Y} with `{command}` on {os.cpu_count()} cores "
        f"({platform.machine()}), Python {platform.python_version()}, "
        f"numpy {np.__version__}; load average {os.getloadavg()[0]:.1f} at the end."
    ]
    for title, (head, *rows) in found:
        lines += [
            "",
            f"### {title}",
            "",
            *(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)),
        ]
    return "\n".join(lines) + "\n"
