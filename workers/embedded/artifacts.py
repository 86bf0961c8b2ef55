"""From a lock file to verified jars in the cache.

A lock line is `group:artifact:version[:classifier] sha256`. A cached jar is checked at every start; what is
missing or damaged is fetched anew, eight at a time. With everything in the cache there is no network call.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import requests
from jgo.maven import MavenContext
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from workers.embedded import checks
from workers.embedded.errors import EmbeddedEngineError

LINE = re.compile(
    r"(?P<group>[\w.-]+):(?P<name>[\w.-]+):(?P<version>[\w.-]+)(:(?P<classifier>[\w.-]+))?"
    r" (?P<sha256>[0-9a-f]{64})"
)
THREADS = 8
ATTEMPTS = 2  # a download that arrives damaged is fetched once more
TIMEOUT = 30  # seconds without a byte


@dataclass(frozen=True)
class Artifact:
    group: str
    name: str
    version: str
    classifier: str
    sha256: str

    def __str__(self) -> str:
        return ":".join(filter(None, (self.group, self.name, self.version, self.classifier)))

    def path(self, cache: Path) -> Path:
        """Where the jar lies in `cache`, which is laid out like a Maven repository."""
        stem = "-".join(filter(None, (self.name, self.version, self.classifier)))
        return cache.joinpath(*self.group.split("."), self.name, self.version, f"{stem}.jar")

    def intact(self, jar: Path) -> bool:
        try:
            with jar.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def read_lock(lock: Path) -> list[Artifact]:
    """The artifacts in class path order.

    Raises EmbeddedEngineError for a missing file or a line that is no lock line.
    """
    try:
        lines = lock.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EmbeddedEngineError(
            f"cannot read {lock}: {error.strerror}: restore it from the repository"
        ) from None
    artifacts = []
    for number, line in enumerate(lines, 1):
        if not (match := LINE.fullmatch(line.strip())):
            raise EmbeddedEngineError(
                f"{lock}:{number}: not `group:artifact:version[:classifier] sha256`: "
                "restore it from the repository"
            )
        artifacts.append(Artifact(**{key: value or "" for key, value in match.groupdict().items()}))
    return artifacts


def fetch(artifact: Artifact, cache: Path) -> None:
    """Download into a folder of its own, verify, then move into place: the cache never holds half a jar."""
    target = artifact.path(cache)
    checks.folder(target.parent, "HOMEWARD_CACHE")
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as folder:
            context = MavenContext(repo_cache=Path(folder), timeout=TIMEOUT)
            component = context.project(artifact.group, artifact.name).at_version(artifact.version)
            try:
                jar = component.artifact(artifact.classifier).resolve()
            except requests.RequestException as error:
                problem = (
                    f"no connection ({type(error).__name__}): check the network and HTTPS_PROXY, then "
                    "start again"
                )
                continue
            except OSError as error:
                raise EmbeddedEngineError(
                    f"cannot store {artifact} in {cache}: {error.strerror}: make room, or set HOMEWARD_CACHE"
                ) from None
            except RuntimeError:  # jgo's answer to any status but 200
                problem = (
                    "the repository does not offer it: check the line in the lock file, then start again"
                )
                continue
            if artifact.intact(jar):
                os.replace(jar, target)
                return
            problem = (
                "what arrives differs from its sha256 in the lock file: ask whoever runs the network's proxy"
            )
    raise EmbeddedEngineError(f"cannot fetch {artifact}: {problem}")


def jars(lock: Path, cache: Path) -> Sequence[Path]:
    """The verified jars of `lock`, in its order; fetches what is missing with a progress bar.

    Raises EmbeddedEngineError when an artifact cannot be had, naming it and what to do.
    """
    artifacts = read_lock(lock)
    checks.folder(cache, "HOMEWARD_CACHE")
    paths = [artifact.path(cache) for artifact in artifacts]
    with ThreadPoolExecutor(THREADS) as pool:
        intact = pool.map(Artifact.intact, artifacts, paths)
        missing = [artifact for artifact, good in zip(artifacts, intact, strict=True) if not good]
        if missing:
            columns = (
                TextColumn("fetching the engine"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            with Progress(*columns) as progress:
                task = progress.add_task("", total=len(missing))
                futures = [pool.submit(fetch, artifact, cache) for artifact in missing]
                try:
                    for future in as_completed(futures):
                        future.result()
                        progress.advance(task)
                except BaseException:  # a failure or Ctrl-C: what has not begun need not begin
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
    return paths
