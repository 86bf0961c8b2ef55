"""Where something happened, by whom and when: what every entry of the chronology says besides what it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Happening:
    """Something that happened to a child. `key`: the same however often it is noted, so it is noted once.

    `by`: a user id, "homeward" or None. `at`: aware; None: when it is noted.
    """

    key: str
    child_id: str
    process: str | None = None
    pathway_id: str | None = None
    workstep_id: str | None = None
    by: str | None = None
    at: datetime | None = None
