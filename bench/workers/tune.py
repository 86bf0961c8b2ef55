"""`python -m bench.workers.tune`: finds each contestant's best setting by trying, so that peers compete at
their best. Empty handler.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.workers import contestants as field
from bench.workers.contestants import Result
from bench.workers.ground import Ground
from bench.workers.javascript import install

TRIES: dict[str, list[dict[str, Any]]] = {
    "ours": [{"slots": slots} for slots in (8, 16, 32)],
    "js": [
        {"slots": slots, "max_tasks": most, "interval": interval}
        for slots, most, interval in (  # slots 0: maxParallelExecutions not set
            (8, 8, 0),
            (16, 16, 0),
            (16, 50, 0),
            (32, 32, 10),
            (0, 10, 0),
            (0, 10, 50),
            (0, 50, 0),
            (0, 100, 300),
        )
    ],
    "py3": [{"max_tasks": most} for most in (10, 50, 100)],
    "py3x4": [{"max_tasks": 10, "workers": 4}, {"max_tasks": 10, "workers": 8}],
    "ceiling": [{"slots": slots} for slots in (4, 8, 16)],
}
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    tasks: int = 300,
    rounds: int = 3,
    only: Annotated[str, typer.Option(help="Contestants, comma list.")] = ",".join(TRIES),
) -> None:
    """Order reversed from round to round; the best rate of each contestant comes first."""
    tries = [(name, setting) for name in only.split(",") for setting in TRIES[name]]
    install()
    var, results = (
        Path(tempfile.mkdtemp(prefix="homeward-bench-")),
        defaultdict[tuple[str, str], list[Result]](list),
    )
    with Ground(var, real=False, https=False) as ground:
        field.warm(ground, var / "clients.log")
        for round_ in range(rounds):
            for name, setting in tries if round_ % 2 == 0 else reversed(tries):
                one = field.run(
                    ground,
                    field.with_setting(field.CONTESTANTS[name], **setting),
                    "empty",
                    tasks,
                    round_,
                    var / "clients.log",
                )
                results[name, str(setting)].append(one)
                print(
                    f"round {round_ + 1} {name} {setting}: {one.rate:.0f} tasks/s {one.problems}", flush=True
                )
    table = Table(
        "contestant",
        "setting",
        "tasks/s",
        "least to most",
        "requests a task",
        "client CPU ms a task",
        "engine CPU ms a task",
    )
    for (name, setting), runs in sorted(
        results.items(), key=lambda item: (item[0][0], -median(run.rate for run in item[1]))
    ):
        rates = [run.rate for run in runs]
        table.add_row(
            name,
            setting,
            f"{median(rates):.0f}",
            f"{min(rates):.0f} to {max(rates):.0f}",
            *(
                f"{median(getattr(run, value) for run in runs):.2f}"
                for value in ("requests", "cpu_ms", "engine_ms")
            ),
        )
    Console(width=150).print(table)
    shutil.rmtree(var, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that engine and database are stopped
    app()
