"""`python -m bench.workers.load`: 20 topics, 5 replicas, 10,000 tasks that arrive steadily; how long each
waits for its start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from bench.workers import load_report
from bench.workers.accesslog import Call
from bench.workers.ground import Ground, wait_for
from workers.rest.session import EngineSession
from workers.settings import PROJECT

CREATORS = 8  # threads that start instances
CALIBRATION = 600  # tasks as fast as they come: what engine and replicas can do together
PATIENCE = 600.0  # seconds after the last arrival


class Replicas:
    """Processes of clients/replica.py; `stop` gives what each has seen and the CPU time it took."""

    def __init__(self, ground: Ground, topics: list[str], number: int, slots: int, work: float):
        self.files = [ground.var / f"replica-{n}.json" for n in range(number)]
        known = ground.settings
        told = {
            "url": known.camunda_url,
            "user": known.camunda_user,
            "password": known.camunda_password.get_secret_value(),
            "certificate": "",
            "topics": topics,
            "slots": slots,
            "work": work,
            "profile": "",
            "warm_topic": "",
            "warm_tasks": 0,
            "topic": "",
        }
        with (ground.var / "clients.log").open("ab") as log:
            self.processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "bench.workers.clients.replica"],
                    cwd=PROJECT,
                    env=os.environ | {"BENCH_CLIENT": json.dumps(told | {"out": str(file)})},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
                for file in self.files
            ]

    def go(self) -> None:
        for process in self.processes:
            if "ready" not in process.stdout.readline():
                raise RuntimeError("a replica did not start: see clients.log")
            process.stdin.write("go\n")
            process.stdin.flush()

    def stop(self) -> tuple[list[list[tuple[str, str, float]]], float]:
        for process in self.processes:
            process.stdin.write("stop\n")
            process.stdin.flush()
        cpu = sum(json.loads(process.stdout.readline())["cpu"] for process in self.processes)
        for process in self.processes:
            process.wait(60)
        return [json.loads(file.read_text()) for file in self.files], cpu

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def arrive(ground: Ground, key: str, topics: list[str], tasks: int, rate: float, hot: float) -> float:
    """Start `tasks` instances, `rate` a second (0: at once); the share `hot` goes to the first topic.

    Seconds that it took.
    """
    numbers, lock, began = count(), threading.Lock(), time.monotonic()

    def start() -> None:
        session = EngineSession.of(ground.settings)
        while True:
            with lock:
                n = next(numbers)
            if n >= tasks:
                return
            if rate:
                time.sleep(max(0.0, began + n / rate - time.monotonic()))
            before = int(n * hot)  # how many of the earlier ones were the hot topic's
            topic = topics[0] if int((n + 1) * hot) > before else topics[(n - before) % len(topics)]
            session.call(
                "/process-definition/key/bench-empty/start",
                {"businessKey": f"{key}-{n}", "variables": {"topic": {"value": topic, "type": "String"}}},
            )

    threads = [threading.Thread(target=start) for _ in range(CREATORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def drained(ground: Ground, tasks: int) -> list[Call]:
    """The calls until so many tasks are completed."""
    calls: list[Call] = []
    done: set[str] = set()

    def all_done() -> bool:
        fresh = ground.log.new()
        calls.extend(fresh)
        done.update(call.completed for call in fresh if call.completed)
        return len(done) >= tasks

    wait_for(all_done, PATIENCE, f"the completion of {tasks} tasks")
    return calls


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    tasks: int = 10_000,
    topics: int = 20,
    replicas: int = 5,
    slots: int = 8,
    rate: Annotated[float, typer.Option(help="Tasks a second; 0: 60 % of what was just measured.")] = 0.0,
    hot: Annotated[
        float,
        typer.Option(
            help="Share of the tasks that one topic has beside its equal part of the rest; 0: all alike."
        ),
    ] = 0.25,
    work: Annotated[float, typer.Option(help="Seconds that a handler waits.")] = 0.0,
    json_: Annotated[Path | None, typer.Option("--json")] = None,
    markdown: Path | None = None,
) -> None:
    """Exit code 0 even where a target is missed: the report says so."""
    var, key = Path(tempfile.mkdtemp(prefix="homeward-bench-")), f"child-load-{uuid.uuid4().hex[:8]}"
    names = [f"{key}-topic-{n:02}" for n in range(topics)]
    with ExitStack() as stack:
        ground = stack.enter_context(Ground(var, real=False, https=False))
        fleet = Replicas(ground, names, replicas, slots, work)
        stack.callback(fleet.kill)
        fleet.go()
        began = time.monotonic()
        for part in range(2):  # the first is the warm-up
            began = time.monotonic()
            arrive(ground, f"{key}w{part}", names, CALIBRATION, 0, 0)
            drained(ground, CALIBRATION)
        capacity = CALIBRATION / (time.monotonic() - began)
        rate = rate or 0.6 * capacity
        print(f"{capacity:.0f} tasks/s created and done together; now {tasks} at {rate:.0f}/s", flush=True)
        watcher = _Watcher(ground, tasks)
        took = arrive(ground, key, names, tasks, rate, hot)
        calls = watcher.calls()
        seen, cpu = fleet.stop()
        ended = ground.finished(key)
    found = load_report.facts(
        [[row for row in rows if row[1].startswith(f"{key}-")] for rows in seen], calls, tasks, ended, took
    ) | {
        "topics": topics,
        "replicas": replicas,
        "slots": slots,
        "capacity": round(capacity, 1),
        "rate": round(rate, 1),
        "hot": hot,
        "work": work,
        "cpuMs": round(1000 * cpu / (tasks + 2 * CALIBRATION), 2),
    }
    print(text := load_report.text(found), flush=True)
    if json_:
        json_.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if markdown:
        markdown.write_text(text, encoding="utf-8")
    if ended == tasks:
        shutil.rmtree(var, ignore_errors=True)
    else:
        print(f"the logs of engine and replicas stay in {var}")


class _Watcher(threading.Thread):
    """Reads the access log while tasks arrive."""

    def __init__(self, ground: Ground, tasks: int):
        super().__init__(daemon=True)
        self._ground, self._tasks, self._found, self._error = ground, tasks, [], None
        self.start()

    def run(self) -> None:
        try:
            self._found = drained(self._ground, self._tasks)
        except TimeoutError as error:
            self._error = error

    def calls(self) -> list[Call]:
        self.join()
        if self._error:
            print(f"not all was done: {self._error}", flush=True)
        return self._found


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that engine and database are stopped
    app()
