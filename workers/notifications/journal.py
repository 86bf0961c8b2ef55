"""How far a batch of mails is, beside the record: a line a mail as it leaves and as its end is known, in a
file that outlives the process.

The record hears of a batch at its beginning and at its end. Of a process that is killed in between, the next
one on the same machine reads here which mails had not begun, which had ended, and which one was on its way;
where the file is gone too, nobody knows of any.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from workers.records import Queued

Attempt = tuple[str, int]  # a notification's id and the number of the attempt


class Journal:
    """Of one outbox; `folder` holds those of all the machine's. Whose file is locked is alive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None

    def begin(self, attempts: list[Queued]) -> None:
        """A new batch, before the record has it: what stood here is on the record."""
        if self._file is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            mine, draft = self.folder / f"{uuid4().hex}.jsonl", self.folder / f"{uuid4().hex}.new"
            self._file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            draft.rename(mine)  # nobody finds it before it is locked
        os.ftruncate(self._file, 0)
        self.note(attempts, "claimed")

    def note(self, attempts: list[Queued], state: str) -> None:
        """`claimed`, `started`, or how it ended."""
        if self._file is not None:
            line = json.dumps([state, [(queued.id, queued.attempt) for queued in attempts]])
            os.write(self._file, line.encode() + b"\n")

    def left(self) -> Iterator[dict[Attempt, str]]:
        """How the attempts of each process that is no more stood; then its file goes."""
        for path in self.folder.glob("*.jsonl"):
            with suppress(FileNotFoundError), path.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue  # its process is alive
                yield _states(file.read())
                path.unlink()


def _states(text: str) -> dict[Attempt, str]:
    states: dict[Attempt, str] = {}
    for line in text.splitlines():
        with suppress(ValueError):  # cut off
            state, attempts = json.loads(line)
            states |= dict.fromkeys(map(tuple, attempts), state)
    return states
