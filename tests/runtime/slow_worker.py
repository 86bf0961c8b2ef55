"""`homeward workers` with one topic that takes its time and writes down each run: `python -m
tests.runtime.slow_worker TOPIC SECONDS FILE`. SECONDS `inf`: until the process is told to end.
"""

import math
import sys
import threading
from pathlib import Path

from workers import cli
from workers.runtime.contract import Nothing, topic
from workers.runtime.execution import Work
from workers.runtime.pool import Pool

name, seconds, runs = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
told, close = threading.Event(), Pool.close


def closing(pool: Pool, grace: float) -> None:
    """The worker fetches no more, and waits for what runs."""
    told.set()
    close(pool, grace)


@topic(name)
def work_slowly(task: Nothing, work: Work) -> None:
    """Takes its time."""
    with runs.open("a") as file:
        file.write(f"{work.key}\n")
    told.wait(None if seconds == math.inf else seconds)


Pool.close = closing
sys.argv = ["homeward", "workers", "--topics", name, "--log-level", "DEBUG"]
cli.main()
