"""A request that is made again after a return: by whom and why it was returned, what has changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workers.forms import STEERING
from workers.words import LONDON, day

COMMENTS, LISTED = 2500, 10  # characters, and questions, that are told: the engine keeps 4,000 characters


@dataclass(frozen=True)
class Return:
    """The answer that a request got before. `changed`: the questions whose answers differ from then."""

    by: str
    on: dt.date
    comments: str
    changed: list[str]

    def says(self, name: str) -> str:
        """In the words that stand on top of the form; `name`: of who returned it."""
        more = len(self.changed) - LISTED
        changed = "; ".join(self.changed[:LISTED]) + (f"; and {more} more" if more > 0 else "")
        why = f": {self.comments[:COMMENTS]}" if self.comments else "."
        return f"{name} returned it on {day(self.on)}{why}\n\nChanged since: {changed or 'nothing'}."


def returned(rows: Sequence[dict[str, Any]], form: str) -> Return | None:
    """Of a workstep's submissions, oldest first: its return, if the last answer in this form is one."""
    answer = next((row for row in reversed(rows) if row["form"] == form), None)
    if answer is None or answer["answers"].get("decision") != "returned":
        return None
    place = rows.index(answer)
    before = {row["form"]: row for row in rows[:place]}
    after = {row["form"]: row for row in rows[place + 1 :]}
    changed = [
        label
        for name in before.keys() & after.keys()
        for key, (_, label) in after[name]["questions"].items()
        if key not in STEERING and after[name]["answers"].get(key) != before[name]["answers"].get(key)
    ]
    at = dt.datetime.fromisoformat(answer["at"]).astimezone(LONDON).date()
    return Return(answer["by"], at, answer["answers"].get("comments") or "", changed)
