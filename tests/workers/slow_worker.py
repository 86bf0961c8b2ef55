"""`homeward workers` with one topic that takes its time and writes down each run: `python -m tests.workers.slow_worker TOPIC SECONDS FILE`."""
import sys
import time
from pathlib import Path

from workers import cli
from workers.runtime.contract import Nothing, topic
from workers.runtime.execution import Work

name, seconds, runs = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])


@topic(name)
def work_slowly(task: Nothing, work: Work) -> None:
    """Takes its time."""
    with runs.open("a") as file:
        file.write(f"{work.key}\n")
    time.sleep(seconds)


sys.argv = ["homeward", "workers", "--topics", name, "--log-level", "DEBUG"]
cli.main()
