"""Two engine nodes and two workers processes on a PostgreSQL of their own, which also holds the record:
docker-compose.yml's layout without Docker.

All of it lies under `var/cluster`: `postgresql/`, `node-1/`, `node-2/` (log and process of an engine each),
`worker-1.log`, `worker-2.log` and `mail/`. Each worker talks to its own node: what one node starts, the
other's worker finds by the database.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import IO

import requests

from workers import models
from workers.embedded import checks
from workers.embedded.errors import EmbeddedEngineError
from workers.embedded.launcher import EmbeddedEngine
from workers.embedded.postgresql import PostgreSQL
from workers.rest import deploy, organisation
from workers.rest.session import EngineSession
from workers.settings import Settings

NODES = 2
RECORD = "record"  # the record's database; the engine's is named as the product
START_SECONDS = 60  # for a worker to be ready
STOP_SECONDS = 60  # for it to finish what it is doing
WATCH_SECONDS = 5  # between two looks at what has ended


class ClusterError(EmbeddedEngineError):
    """The cluster cannot do what was asked."""


class WorkerProcess:
    """`homeward workers` as a process of its own.

    Its id stands in a locked file, so that one left behind by a killed cluster is found.
    """

    def __init__(self, name: str, settings: Settings):
        self.name, self.settings = name, settings
        self.log, self.pid_file = settings.var / f"{name}.log", settings.var / f"{name}.pid"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def page(self) -> str:
        """Where its /readyz, /healthz and /metrics are."""
        return f"http://127.0.0.1:{self.settings.health_port}"

    def start(self, *arguments: str) -> None:
        """Start it; it is ready later (`ready`)."""
        self.end_leftover()
        chosen = self.settings
        environment = os.environ | {
            "CAMUNDA_URL": chosen.camunda_url,
            "ENGINE": chosen.engine,
            "HOMEWARD_VAR": str(chosen.var),
            "HOMEWARD_RECORD_URL": chosen.record,
            "HOMEWARD_WORKER_USER": chosen.worker_user,
            "HOMEWARD_WORKER_PASSWORD": chosen.worker_password.get_secret_value(),
            "HOMEWARD_HEALTH_HOST": "127.0.0.1",
            "HOMEWARD_HEALTH_PORT": str(chosen.health_port),
        }
        with self.log.open("ab") as log, self.pid_file.open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock.truncate(0)  # a process that is no more: its id may be anybody's by now
            self.process = subprocess.Popen(
                [sys.executable, "-m", "workers.cli", "workers", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=0o077,
                start_new_session=True,  # Ctrl-C is for the cluster, which stops things in order
                pass_fds=[lock.fileno()],
            )
            lock.write(str(self.process.pid))

    def ready(self) -> bool:
        """Whether engine and record answer it. Raises ClusterError if it has ended."""
        if self.process and (code := self.process.poll()) is not None:
            last = self.log.read_text().strip().splitlines()[-1:]
            raise ClusterError(f"{self.name} ended with {code}: {''.join(last)[:300]}: see {self.log}")
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(f"{self.page}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """Let it finish what it does, and end; nothing happens if it does not run."""
        self.terminate()
        if self.process:
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    def terminate(self) -> None:
        """Tell it to stop, and do not wait."""
        if self.process:
            self.process.terminate()  # harmless once it has ended

    def kill(self) -> None:
        """As a power cut would end it."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def end_leftover(self) -> None:
        """End the process that a killed cluster has left behind, if there is one."""
        with self.pid_file.open("a+") as lock:
            if _lock(lock):
                return
            lock.seek(0)
            if not (written := lock.read()):
                raise ClusterError(
                    f"{self.name} of a cluster that was killed still runs, and {self.pid_file} does "
                    "not say its process id: end it, then start again"
                )
            pid = int(written)
            end = time.monotonic() + STOP_SECONDS
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, signal.SIGTERM)
                while not _lock(lock):
                    if time.monotonic() > end:
                        os.kill(pid, signal.SIGKILL)
                    time.sleep(0.2)


class Cluster:
    """What `homeward cluster` runs; as a context manager it is started and stopped. `settings` names node 1
    and its port; node 2 has the next one.

    `ports` and `health_ports`, one a node and worker, replace that. A node is an EmbeddedEngine:
    `nodes[1].running()["pid"]`, `.stop()`, `.start()`. Raises EmbeddedEngineError.
    """

    def __init__(
        self,
        settings: Settings,
        ports: Sequence[int] = (),
        health_ports: Sequence[int] = (),
        postgresql_port: int = 0,
    ):
        checks.local(settings)
        self.folder = settings.var.absolute() / "cluster"
        self._given = settings
        self._ports = list(ports) or [settings.port + number for number in range(NODES)]
        self._health = list(health_ports) or [
            (settings.health_port or 9464) + number for number in range(NODES)
        ]
        self.postgresql = PostgreSQL(self.folder / "postgresql", postgresql_port)
        self.nodes: list[EmbeddedEngine] = []
        self.workers: list[WorkerProcess] = []
        self._lock: IO[str] | None = None

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def settings(self) -> Settings:
        """Of whoever works with the cluster from outside: node 1, and the record. Once it has started."""
        return self.settings_of(0)

    def settings_of(self, number: int, **others: object) -> Settings:
        """Of node and worker `number`, from 0."""
        return Settings.model_validate(
            self._given.model_dump()
            | {
                "camunda_url": f"http://localhost:{self._ports[number]}/engine-rest",
                "var": self.folder,
                "record_url": self.postgresql.url(RECORD),
                "health_port": self._health[number],
            }
            | others
        )

    def start(self) -> None:
        """Start everything, deploy, make organisation and accounts, and return once both workers are ready.

        What was begun is stopped if that fails.
        """
        checks.folder(self.folder, "HOMEWARD_VAR")
        lock = (self.folder / "cluster.lock").open("a+")
        if not _lock(lock):
            raise ClusterError(
                f"a cluster runs in {self.folder} already: use it, or set HOMEWARD_VAR to another folder"
            )
        self._lock = lock
        try:
            self.start_nodes()
            self.start_workers()
        except BaseException:  # Ctrl-C included
            self.stop()
            raise

    def start_nodes(self) -> None:
        """PostgreSQL, node 1, which makes the tables, then node 2; models and organisation."""
        self.postgresql.start()
        self.postgresql.create(RECORD)
        self.postgresql.create(self._given.engine)
        database = self.postgresql.jdbc(self._given.engine)
        self.nodes = [
            EmbeddedEngine(
                self.settings_of(number, var=self.folder / f"node-{number + 1}"), database=database
            )
            for number in range(NODES)
        ]
        for node in self.nodes:
            node.start()
        session = EngineSession.of(self.settings)
        deploy.deploy(session, self.settings.models, models.findings)
        organisation.set_up(session, self.settings.models, demo_users=True)

    def start_workers(self) -> None:
        """Both, with an account made anew, and wait until they are ready."""
        names = [f"worker-{number + 1}" for number in range(NODES)]
        # first: with a password that is no more, they would get the account locked
        for number, name in enumerate(names):
            WorkerProcess(name, self.settings_of(number)).end_leftover()
        account = organisation.worker_account(EngineSession.of(self.settings), self.settings.models)
        self.workers = [
            WorkerProcess(name, self.settings_of(number, **account)) for number, name in enumerate(names)
        ]
        for worker in self.workers:
            worker.start()
        end = time.monotonic() + START_SECONDS
        while False in [
            worker.ready() for worker in self.workers
        ]:  # all are asked: one that has ended raises
            if time.monotonic() > end:
                raise ClusterError(
                    f"the workers are not ready after {START_SECONDS} s: see {self.workers[0].log} "
                    f"and {self.workers[1].log}"
                )
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop workers, nodes and PostgreSQL, in that order, whatever still runs of them; the data stay."""
        with ExitStack() as last_first:  # one that will not stop keeps none of the others running
            if self._lock:
                last_first.callback(self._lock.close)
            last_first.callback(self.postgresql.stop)
            parts: list[EmbeddedEngine | WorkerProcess] = [*self.nodes, *self.workers]
            for part in parts:
                last_first.callback(part.stop)
            for worker in self.workers:  # all are told before the first is waited for
                worker.terminate()

    def watch(self) -> Iterator[str]:
        """Waits for ever; says once of each part that it has ended."""
        reported: set[str] = set()
        while True:
            new = set(self.ended()) - reported
            yield from sorted(new)
            reported |= new
            time.sleep(WATCH_SECONDS)

    def ended(self) -> list[str]:
        """What runs no more though nobody stopped it, a line each."""
        gone = [
            f"{worker.name} has ended with {worker.process.returncode}: see {worker.log}"
            for worker in self.workers
            if worker.process and worker.process.poll() is not None
        ]
        gone += [
            f"node {number} has ended: see {node.log}"
            for number, node in enumerate(self.nodes, 1)
            if not node.running()
        ]
        return (
            gone if self.postgresql.running() else [*gone, f"PostgreSQL has ended: see {self.postgresql.log}"]
        )


def _lock(file: IO[str]) -> bool:
    """Take the lock on a file, until it is closed here and in the processes that inherited it; False if
    another has it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
