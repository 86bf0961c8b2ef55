"""Who competes, and one run of one of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.workers import effects
from bench.workers.accesslog import Call, Tally
from bench.workers.ground import HERE, NODE, Ground, wait_for
from workers.settings import PROJECT

WARM_TASKS = 60
POLL = 5.0  # seconds a peer's long poll lasts: what a killed one may lock after its death
PATIENCE = 300.0  # seconds for a run


@dataclass(frozen=True)
class Contestant:
    """`setting` goes to the client: slots (parallel tasks), max_tasks (a fetch), workers, interval (ms
    between fetches).
    """

    name: str
    says: str
    command: tuple[str, ...]
    setting: dict[str, Any] = field(default_factory=dict)


def _python(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"bench.workers.clients.{module}"


_JS = (str(NODE), str(HERE / "js" / "client.mjs"))
CONTESTANTS = {
    one.name: one
    for one in (
        Contestant("ours", "workers.runtime, 16 slots", _python("ours"), {"slots": 16}),
        Contestant(
            "js",
            "camunda-external-task-client-js 3.1.0, maxTasks 16, 16 parallel, interval 0",
            _JS,
            {"slots": 16, "max_tasks": 16, "interval": 0, "mail": {"pool": True}},
        ),
        Contestant(
            "py3",
            "camunda-external-task-client-python3 4.5.0, sync, maxTasks 50",
            _python("py3"),
            {"max_tasks": 50, "workers": 1},
        ),
        Contestant("ceiling", "bare loop of complete, 8 threads", _python("ceiling"), {"slots": 8}),
        # Not run unless asked for with --only.
        Contestant(
            "py3x4",
            "the same, four workers in one process, maxTasks 10",
            _python("py3"),
            {"max_tasks": 10, "workers": 4},
        ),
        Contestant("ceiling16", "bare loop of complete, 16 threads", _python("ceiling"), {"slots": 16}),
    )
}
DEFAULT = "ours", "js", "py3", "ceiling"


def with_setting(contestant: Contestant, **setting: Any) -> Contestant:
    return replace(contestant, setting=contestant.setting | setting)


@dataclass(frozen=True)
class Result:
    contestant: str
    variant: str
    round: int
    tasks: int
    seconds: float  # first call on the tasks to the answer to the last `complete`
    effects_seconds: float  # the same to the last mail's arrival, where that is later
    requests: float  # a task
    connections: int
    cpu_ms: float  # of the client's process, a task
    engine_ms: float  # of the engine's process, a task
    problems: str  # what went wrong; "" is what is wanted

    @property
    def rate(self) -> float:
        return self.tasks / self.seconds

    @property
    def effects_rate(self) -> float:
        return self.tasks / self.effects_seconds

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"rate": round(self.rate, 1), "effects_rate": round(self.effects_rate, 1)}


def run(
    ground: Ground,
    contestant: Contestant,
    variant: str,
    tasks: int,
    round_: int,
    log: Path,
    profile: str = "",
) -> Result:
    """One contestant on tasks of its own, from warm-up to the end of its last poll.

    `variant`: empty, real or https; `profile`: a file for ours.
    """
    real, key = variant == "real", f"child-bench-{uuid.uuid4().hex[:8]}"
    topic, warm_topic, process = f"{key}-topic", f"{key}-warm", f"bench-{'real' if real else 'empty'}"
    ground.create(process, warm_topic, (f"{key}w-{n}" for n in range(WARM_TASKS)))
    ground.create(process, topic, (f"{key}-{n}" for n in range(tasks)))
    told = {
        "url": ground.tls_url if variant == "https" else ground.settings.camunda_url,
        "user": ground.settings.camunda_user,
        "password": ground.settings.camunda_password.get_secret_value(),
        "certificate": str(ground.certificate) if variant == "https" else "",
        "real": real,
        "record_url": ground.record_url,
        "postgresql": ground.postgresql,
        "mail": {},
        "profile": profile,
        "smtp_port": ground.mail.port if ground.mail else 0,
        "poll": POLL,
        "topic": topic,
        "warm_topic": warm_topic,
        "warm_tasks": WARM_TASKS,
        "slots": 0,
        "max_tasks": 1,
        "workers": 1,
        "interval": 300,
        **contestant.setting,
    }
    environment = os.environ | {"BENCH_CLIENT": json.dumps(told), "PYTHONWARNINGS": "ignore"}
    if variant == "https":
        environment |= {
            "REQUESTS_CA_BUNDLE": str(ground.certificate),
            "NODE_EXTRA_CA_CERTS": str(ground.certificate),
        }
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            contestant.command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as client,
    ):
        try:
            _heard(client, "ready", contestant, log)
            if real:
                wait_for(lambda: len(ground.mail.arrived) >= WARM_TASKS, PATIENCE, "the warm-up's last mail")
                ground.mail.clear()
            ground.log.new()
            engine_before = ground.engine_cpu()
            calls = _work(ground, client, tasks)
            if real:
                wait_for(lambda: len(ground.mail.arrived) >= tasks, PATIENCE, "the last mail")
                effects.settle(ground, key)
            engine = ground.engine_cpu() - engine_before
            _tell(client, "stop")
            cpu = _heard(client, "cpu", contestant, log)
            client.wait(60)
        finally:
            client.kill()
    if contestant.name != "ours":  # ours has awaited its own
        # the open poll of a dead client locks tasks and costs the engine until it ends
        time.sleep(POLL + 0.5)
    return _result(ground, contestant, variant, round_, tasks, key, calls, cpu, engine)


def warm(ground: Ground, log: Path) -> None:
    """The engine's own warm-up: its first runs after its start are slower than all others."""
    for name in ("ceiling", "js"):
        run(ground, CONTESTANTS[name], "empty", 900, 0, log)


def _result(
    ground: Ground,
    contestant: Contestant,
    variant: str,
    round_: int,
    tasks: int,
    key: str,
    calls: list[Call],
    cpu: float,
    engine: float,
) -> Result:
    tally, problems = Tally.of(calls), []
    last_mail = tally.end
    if (finished := ground.finished(key)) != tasks:
        problems.append(f"{finished} of {tasks} instances ended")
    if refused := {status: count for status, count in tally.answers.items() if status >= 400}:
        problems.append(f"HTTP {refused}")
    if variant == "real":
        last_mail = max(at for at, _ in ground.mail.arrived)
        problems += effects.missing(ground, key, tasks)
        ground.mail.clear()
    return Result(
        contestant.name,
        variant,
        round_,
        tasks,
        tally.end - tally.begin,
        max(tally.end, last_mail) - tally.begin,
        round(tally.requests / tasks, 3),
        tally.connections,
        round(1000 * cpu / tasks, 2),
        round(1000 * engine / tasks, 2),
        "; ".join(problems),
    )


def _work(ground: Ground, client: subprocess.Popen[str], tasks: int) -> list[Call]:
    calls: list[Call] = []
    done: set[str] = set()
    go = time.time() * 1000
    _tell(client, "go")

    def all_done() -> bool:
        if client.poll() is not None:
            raise RuntimeError("the client died in the middle of it")
        # not the warm-up's last
        fresh = [call for call in ground.log.new() if "/engine-rest/" in call.path and call.begin >= go]
        calls.extend(fresh)
        done.update(call.completed for call in fresh if call.completed)
        return len(done) >= tasks

    wait_for(all_done, PATIENCE, "the last complete")
    return calls


def _tell(client: subprocess.Popen[str], word: str) -> None:
    client.stdin.write(word + "\n")
    client.stdin.flush()


def _heard(client: subprocess.Popen[str], name: str, contestant: Contestant, log: Path) -> Any:
    while line := client.stdout.readline():
        if line.startswith("{") and name in (facts := json.loads(line)):
            return facts[name]
    raise RuntimeError(f"{contestant.name} ended before it said {name}: see {log}")
