"""Words as people write them: days and times, in London, and lists with commas."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = dt.time(23, 59, 59)


def listed(names: str | None) -> list[str]:
    """The names of a comma list; null: none."""
    return [name.strip() for name in (names or "").split(",") if name.strip()]


def weekday(value: dt.date | str) -> str:
    """Wednesday 14 January 2026; of a text in ISO form its first ten characters count."""
    date = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{date:%A} {day(date)}"


def day(value: dt.date | str) -> str:
    """14 January 2026, with the time where one is given that is not a day's last second.

    A text is read as ISO; what is none is left as it is.
    """
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value) if len(value) == 10 else dt.datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, dt.datetime):
        value = value.astimezone(LONDON) if value.tzinfo else value
        if value.time().replace(microsecond=0) != END_OF_DAY:
            return f"{value.day} {value:%B %Y, %H:%M}"
    return f"{value.day} {value:%B %Y}"
