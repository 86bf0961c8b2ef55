"""A sampling profile of all threads: where they stand, every few milliseconds.

It costs a little: profiled runs are not measured.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path

EVERY = 0.004  # seconds
WAITING = {
    "readinto": "waiting for an answer",
    "recv_into": "waiting for an answer",
    "read": "waiting for an answer",
    "wait": "idle",
    "_recv_bytes": "idle",
    "accept": "idle",
    "select": "idle",
    "poll": "idle",
    "_wait_for_tstate_lock": "idle",
    "get": "idle",
    "_worker": "idle",
    "run": "idle",
}


class Sampler:
    """Counts from its making on."""

    def __init__(self) -> None:
        self.leaves: Counter[tuple[str, str]] = Counter()  # (thread's kind, where it stands)
        # the same, for each function of ours on the way there
        self.through: Counter[tuple[str, str]] = Counter()
        self.samples = 0
        threading.Thread(target=self._sample, name="sampler", daemon=True).start()

    def _sample(self) -> None:
        me = threading.get_ident()
        while True:
            time.sleep(EVERY)
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            self.samples += 1
            for ident, frame in sys._current_frames().items():
                if ident == me or names.get(ident) == "MainThread":
                    continue
                kind = re.sub(r"[-_ ]?(\d+|[0-9a-f-]{36}).*", "", names.get(ident, "?"))
                self.leaves[kind, WAITING.get(frame.f_code.co_name) or _where(frame)] += 1
                seen = set()
                while frame:
                    if "/bench/" in frame.f_code.co_filename or (
                        "/workers/" in frame.f_code.co_filename
                        and "site-packages" not in frame.f_code.co_filename
                    ):
                        seen.add((kind, _where(frame)))
                    frame = frame.f_back
                self.through.update(seen)

    def report(self) -> str:
        """Mean number of threads at each place, the most frequent first."""
        lines = [f"{self.samples} samples; mean number of threads that stand there", "", "where they stand"]
        lines += [
            f"{count / max(self.samples, 1):8.3f}  {kind:12} {where}"
            for (kind, where), count in self.leaves.most_common(30)
        ]
        lines += ["", "of our code, on the way there"]
        lines += [
            f"{count / max(self.samples, 1):8.3f}  {kind:12} {where}"
            for (kind, where), count in self.through.most_common(30)
        ]
        return "\n".join(lines) + "\n"


def _where(frame: object) -> str:
    code = frame.f_code
    file = "/".join(Path(code.co_filename).parts[-2:])
    return f"{file}:{code.co_qualname}"
