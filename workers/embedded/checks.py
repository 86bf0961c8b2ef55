"""What can be known to go wrong before Java starts, and what Java's log says when it went wrong after all."""

import re
import signal
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from workers.embedded.errors import EmbeddedEngineError
from workers.settings import Settings

NEEDED_MIB = 1024
MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
TROUBLE = re.compile(r"Caused by:|\bERROR\b|\w(Error|Exception)\b|^Error")
KNOWN = {
    'already in use: "': "another engine has this database open: stop it first",
    "Locked by another process": "another engine has this database open: stop it first",
    "PSQLException: Connection to": (
        "the database of HOMEWARD_ENGINE_DB_URL does not answer: start it or correct it"
    ),
    "Permission denied": "ports below 1024 need special rights: set CAMUNDA_URL to a higher port",
    "OutOfMemoryError": "a request, or what it did, was too big for its memory",
    "Wrong user name or password": "check HOMEWARD_ENGINE_DB_USER and HOMEWARD_ENGINE_DB_PASSWORD",
}


def local(settings: Settings) -> None:
    """The embedded engine serves this machine only, at the path that clients expect."""
    url = urlsplit(settings.camunda_url)
    if url.hostname not in ("localhost", "127.0.0.1") or url.path.rstrip("/") != "/engine-rest":
        raise EmbeddedEngineError(
            f"CAMUNDA_URL is {settings.camunda_url}, which no embedded engine can serve: "
            "unset it, or use the engine that runs there"
        )


def folder(path: Path, setting: str) -> None:
    """Make `path`, which the environment variable `setting` chose."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedEngineError(
            f"cannot write to {path}: {error.strerror}: set {setting} to a folder of yours"
        ) from None


def private(path: Path) -> None:
    """Make the folder `path` and what lies in it the owner's alone, also what an earlier start left open."""
    try:
        path.chmod(0o700)
        for part in path.rglob("*"):
            with suppress(FileNotFoundError):  # a database makes files and removes them
                part.chmod(0o700 if part.is_dir() else 0o600)
    except OSError as error:
        raise EmbeddedEngineError(
            f"cannot keep {error.filename} from others: {error.strerror}: make it yours, or set "
            "HOMEWARD_VAR to a folder of yours"
        ) from None


def port_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.settimeout(2)
        if probe.connect_ex(("127.0.0.1", settings.port)) == 0:
            raise EmbeddedEngineError(
                f"port {settings.port} is taken: set CAMUNDA_URL to another port or stop what listens there"
            )


def memory() -> None:
    free = available_mib()
    if free is not None and free < NEEDED_MIB:
        raise EmbeddedEngineError(
            f"too little memory: {free} MiB are free and the engine needs about {NEEDED_MIB} MiB: "
            "close other programs"
        )


def available_mib() -> int | None:
    """Memory that a new process may take, within the container's limit; None where the system is silent."""
    try:
        free = _number(r"MemAvailable:\s+(\d+)", MEMINFO) // 1024
    except (OSError, ValueError):
        return None
    try:
        limit, used = ((CGROUP / name).read_text().strip() for name in ("memory.max", "memory.current"))
        cache = _number(r"^inactive_file (\d+)", CGROUP / "memory.stat")
        return min(free, (int(limit) - int(used) + cache) // 2**20)
    except (OSError, ValueError):  # no container, or no limit ("max")
        return free


def _number(pattern: str, file: Path) -> int:
    """A number from a file of the system. ValueError: it does not say."""
    if match := re.search(pattern, file.read_text(), re.MULTILINE):
        return int(match[1])
    raise ValueError(pattern)


def death(log: Path, offset: int, code: int, ran: bool = False) -> str:
    """Why Java ended with `code`, from what it wrote to `log` after `offset`, and what to do.

    Of one that `ran` no line of the log is quoted that is not known.
    """
    what = "has died" if ran else "did not start"
    if code == -signal.SIGKILL:
        return (
            f"the engine {what}: Java was killed, most likely for want of memory: free about {NEEDED_MIB} MiB"
        )
    if ran and code in (-signal.SIGTERM, 128 + signal.SIGTERM):
        return f"the engine {what}: another program told it to end (log: {log})"
    with log.open("rb") as file:
        file.seek(offset)
        text = file.read().decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip() and "JAVA_TOOL_OPTIONS" not in line]
    for sign, advice in KNOWN.items():
        if any(sign in line for line in lines):
            return f"the engine {what}: {advice} (log: {log})"
    if ran:
        return f"the engine {what}: Java ended with {code}: see {log}"
    line = next(
        (line for line in reversed(lines) if TROUBLE.search(line)),
        lines[-1] if lines else f"exit code {code}",
    )
    return f"the engine {what}: {line[:300]}: see {log}"
