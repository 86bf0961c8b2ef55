"""The results as Markdown."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
import statistics
from dataclasses import dataclass, field

from bench.record.population import Size
from bench.record.questions import EVERYBODY

MOST = 1.5  # times, from the smallest record to the largest


@dataclass
class Database:
    """What was seen on one: seconds by question and size, a value a round; of the upgrade and of the
    derivation by size.
    """

    name: str
    version: str
    seconds: dict[str, dict[Size, list[float]]] = field(default_factory=dict)
    upgrade: dict[Size, float] = field(default_factory=dict)
    derived: dict[Size, float] = field(default_factory=dict)

    def sizes(self, open_: int) -> list[Size]:
        """Of so many open deadlines, the smallest first."""
        return sorted((size for size in self.upgrade if size.open == open_), key=lambda size: size.entries)


def markdown(found: list[Database], command: str) -> str:
    lines = [
        f"Measured {dt.date.today().day} {dt.date.today():%B %Y} with `{command}` on "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"{', '.join(f'{one.name} {one.version}' for one in found)}; load average "
        f"{os.getloadavg()[0]:.1f} at the end. Times are medians; a ratio pairs the two times of "
        "one round: median (least to most)."
    ]
    for one in found:
        lines += ["", *_history(one), "", *_council(one), "", *_before(one)]
    return "\n".join(lines) + "\n"


def _history(one: Database) -> list[str]:
    few = min(size.open for size in one.upgrade)
    sizes = one.sizes(few)
    rows = []
    for name, by_size in one.seconds.items():
        ratios = [last / first for first, last in zip(by_size[sizes[0]], by_size[sizes[-1]], strict=True)]
        ratio = statistics.median(ratios)
        word = "grows with what it lists" if name == EVERYBODY else "met" if ratio <= MOST else "**missed**"
        rows.append(
            [
                name,
                *(_ms(by_size[size]) for size in sizes),
                f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
                word,
            ]
        )
    return [
        f"### {one.name}: the same questions to {len(sizes)} records, {few:,} deadlines open in each",
        "",
        *_table(
            [
                "milliseconds",
                *(f"{size.entries:,} entries" for size in sizes),
                "largest by smallest",
                f"at most {MOST}",
            ],
            rows,
        ),
    ]


def _council(one: Database) -> list[str]:
    many = max(one.upgrade, key=lambda size: (size.entries, size.open))
    few = one.sizes(min(size.open for size in one.upgrade))[-1]
    if many == few:
        return []
    rows = [
        [
            name,
            _ms(by_size[few]),
            _ms(by_size[many]),
            f"{statistics.median(by_size[many]) / statistics.median(by_size[few]):.1f}",
        ]
        for name, by_size in one.seconds.items()
        if name != EVERYBODY
    ]
    return [
        f"{one.name}, {many.entries:,} entries, {many.entries // 10:,} deadlines: what is open is "
        "what a list costs",
        "",
        *_table(["milliseconds", f"{few.open:,} open", f"{many.open:,} open", "times"], rows),
    ]


def _before(one: Database) -> list[str]:
    late = one.seconds["`status`: what is late"]
    rows = [
        [
            str(size),
            f"{size.entries // 10:,}",
            f"{one.derived[size]:.2f}" if size in one.derived else "not tried",
            f"{statistics.median(late[size]):.3f}",
            f"{one.upgrade[size]:.1f}",
        ]
        for size in one.upgrade
    ]
    return [
        f"{one.name}, before and after: all open deadlines derived from the entries, `status`'s "
        "late ones read from the table, and the upgrade that makes it",
        "",
        *_table(["record", "deadlines", "seconds before", "seconds after", "seconds of the upgrade"], rows),
    ]


def _ms(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:,.2f}"


def _table(head: list[str], body: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *body)]


def sqlite() -> Database:
    return Database("SQLite", sqlite3.sqlite_version)
