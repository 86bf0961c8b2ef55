"""Disks that run full: a small file system of its own where one may be mounted, else a limit on what a
process may write.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class SmallDisk:
    """Megabytes of memory, mounted as a file system at `folder`."""

    def __init__(self, folder: Path):
        self.folder, self._ballast = folder, folder / "ballast"

    def fill(self, pid: int) -> None:
        """To the last byte."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                return

    def free(self, pid: int) -> None:
        self._ballast.unlink()


class Limit:
    """A process that may make no file longer than the longest is."""

    def __init__(self, folder: Path):
        self.folder = folder

    def fill(self, pid: int) -> None:
        self._set(
            pid, max(file.stat().st_size for file in self.folder.iterdir() if not file.name.endswith("-shm"))
        )

    def free(self, pid: int) -> None:
        self._set(pid, resource.RLIM_INFINITY)

    @staticmethod
    def _set(pid: int, size: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk | None]:
    """None where nothing may be mounted: most containers."""
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "homeward-test", folder],
        capture_output=True,
    ).returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
