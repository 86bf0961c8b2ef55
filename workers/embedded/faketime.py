"""A clock of one's own for the engine's Java and for Python, by PyPI's libfaketime (extra `clock`): a library
that goes before the system's when a program is loaded, and says another time.

A file holds by how many seconds the clock is ahead, `+7776000`. It is read again and again: who runs follows.
Only what people call the time is moved: pauses and timeouts last as long as ever.
"""

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path

from workers.embedded.errors import EmbeddedEngineError

MAPS = Path("/proc/self/maps")


def library() -> Path:
    """What is loaded first. Raises EmbeddedEngineError where there is none."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise EmbeddedEngineError(
            "a clock can be moved on Linux on an x86-64 processor only: libfaketime is built for nothing else"
        )
    if not (package := find_spec("libfaketime")) or not package.origin:
        raise EmbeddedEngineError(
            "libfaketime, which moves a clock, is not installed: run `make trial`, or "
            "pip install -e '.[clock]'"
        )
    return Path(package.origin).parent / "vendor/libfaketime/src/libfaketime.so.1"


def environment(clock: Path, patient: bool) -> dict[str, str]:
    """What makes a program that is started with it go by `clock`; nothing if there is no such file.

    `patient`: it looks at the file once a second, not each time it asks for the time.
    """
    if not clock.exists():
        return {}
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(clock.absolute()),
        "FAKETIME_NO_CACHE": str(int(not patient)),
        "FAKETIME_CACHE_DURATION": "0",  # until the second is over
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else Java's pauses end at once, and it does nothing but wait
        "NO_FAKE_STAT": "1",  # the times of files stay, or Java would refuse its ahead-of-time cache
    }


def preloaded() -> bool:
    """Whether this process goes by such a clock.

    EmbeddedEngineError: it was started to, and the system did not let it.
    """
    if "libfaketime" in MAPS.read_text():
        return True
    if "libfaketime" in os.environ.get("LD_PRELOAD", ""):
        raise EmbeddedEngineError(
            "libfaketime cannot be loaded: this system's C library is none that it knows"
        )
    return False


def ahead(clock: Path) -> int:
    """By how many seconds."""
    return int(clock.read_text())


def put(clock: Path, seconds: int) -> None:
    """Let it be so many seconds ahead, for whoever reads it at any moment."""
    draft = clock.with_suffix(".draft")
    draft.write_text(f"+{seconds}\n")
    draft.replace(clock)
