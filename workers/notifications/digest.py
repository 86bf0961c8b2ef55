"""The day's one mail: what waits for it, and until when. Which mails wait, engine/organisation.toml says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workers.calendar.holidays import holidays
from workers.words import LONDON


@dataclass(frozen=True)
class Digest:
    """`hour`: when it goes out on a working day, in London; None: every mail goes at once.

    `waits`: the templates that wait for it, of what goes to each of a group (`inbox`) and to one person
    (`named`).
    """

    hour: dt.time | None = None
    waits: Mapping[str, Sequence[str]] | None = None

    def until(self, template: str, inbox: bool, now: dt.datetime) -> dt.datetime | None:
        """When a mail of this template goes out with the others; None: at once."""
        if self.hour is None or template not in (self.waits or {}).get("inbox" if inbox else "named", ()):
            return None
        moment = dt.datetime.combine(now.astimezone(LONDON), self.hour, LONDON)
        while moment <= now or moment.weekday() >= 5 or moment.date() in holidays():
            moment += dt.timedelta(days=1)  # the same hour, also where the clock changes
        return moment
