"""`python -m bench.timescales`: dates of many cases recomputed, and working days beside numpy.

See bench/timescales/README.md.
"""

from __future__ import annotations

import socket
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

try:
    import numpy  # noqa: F401 -- only to see whether it is there
except ModuleNotFoundError:
    sys.exit(
        "error: numpy is missing, which only this benchmark needs: .venv/bin/python -m pip install "
        "-c constraints.txt -e .[bench]"
    )

from bench.timescales import arithmetic, population, recomputation, report
from workers.embedded.launcher import EmbeddedEngine
from workers.rest import deploy
from workers.rest.session import EngineSession
from workers.settings import Settings
from workers.timescales.tables import Tables

SEED = 20260101


def main(
    cases: Annotated[
        int, typer.Option(min=1, help="Deadlines to recompute, and pairs of date and amount.")
    ] = 100_000,
    rounds: Annotated[
        int, typer.Option(min=0, help="How often the deadlines are recomputed; 0: no engine.")
    ] = 3,
    repetitions: Annotated[int, typer.Option(min=1, help="How often the working days are added.")] = 5,
    seed: Annotated[int, typer.Option(help="The chance's beginning: the same gives the same cases.")] = SEED,
    markdown: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
) -> None:
    """Exit code 1 where results are wrong, whatever the speed."""
    timings = arithmetic.run(arithmetic.pairs(cases, seed), repetitions)
    recomputed, undated = _recomputed(cases, rounds, seed) if rounds else ([], 0)
    found = list(report.tables(recomputed, timings))
    report.show(found)
    if undated:
        print(
            f"{undated} draws were left out: no row with a number applies to their facts, or their "
            "date lies beyond the bank holidays"
        )
    if markdown:
        markdown.write_text(
            report.markdown(
                found,
                f"python -m bench.timescales --cases {cases} --rounds {rounds} --repetitions {repetitions}",
            ),
            encoding="utf-8",
        )


def _recomputed(cases: int, rounds: int, seed: int) -> tuple[list[recomputation.Recomputed], int]:
    """On a fresh engine with the models deployed.

    Drawing the cases asks each question once, so the engine is warm.
    """
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as var:
        settings = Settings(
            _env_file=None,
            camunda_url=f"http://localhost:{_free_port()}/engine-rest",
            engine="camunda",
            var=Path(var),
        )
        with EmbeddedEngine(settings):
            session = EngineSession.of(settings)
            deploy.deploy(session, settings.models)
            drawn = population.draw(session, Tables.of_engine(session, settings.models), cases, seed)
            return [recomputation.run(session, drawn) for _ in range(rounds)], drawn.undated


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    typer.run(main)
