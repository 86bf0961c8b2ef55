"""Java's ahead-of-time cache, which halves the time to start; an engine without it merely starts more slowly.

The first run records into a draft, written when Java ends in order; the draft becomes the cache that later
runs read. A cache fits one Java, one set of jars (Java compares their times and sizes) and one set of
options: its name holds a digest of all three, and one of its content: Java maps the file as it is, and a
damaged one may crash it or worse.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path


class AotCache:
    """The cache of `product` in `folder`; `port` keeps the drafts of two first runs at once apart."""

    def __init__(
        self, folder: Path, product: str, port: int, java: Path, options: Sequence[str], jars: Sequence[Path]
    ):
        parts = [
            *options,
            *(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in (java, *jars)),
        ]
        self.folder = folder
        self.name = f"{product}-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"
        self.draft = folder / f"{self.name}.{port}.draft"

    def options(self) -> list[str]:
        """What Java is told: to read the cache if there is a sound one, else to record a draft."""
        for file in self.folder.glob(f"{self.name}.*.aot"):
            if file.suffixes[0] == f".{_digest(file)}":
                return [f"-XX:AOTCache={file}"]
            file.unlink()
        self.draft.unlink(missing_ok=True)
        return [f"-XX:AOTCacheOutput={self.draft}"]

    def discard(self) -> bool:
        """Remove the cache; True if there was one, so that a start without it is worth a try."""
        files = list(self.folder.glob(f"{self.name}.*.aot"))
        for file in files:
            file.unlink()
        return bool(files)


def keep(draft: Path) -> None:
    """Make the draft of a run that ended in order the cache, in place of the product's older ones."""
    if draft.exists():
        name = draft.name.split(".")[0]
        for old in draft.parent.glob(f"{name.split('-')[0]}-*.aot"):
            old.unlink(missing_ok=True)
        draft.replace(draft.with_name(f"{name}.{_digest(draft)}.aot"))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()[:16]
