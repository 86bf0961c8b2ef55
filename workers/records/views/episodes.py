"""A child's episodes."""

from datetime import date
from typing import Any

from sqlalchemy import select

from workers.records.episodes import Episode, standing
from workers.records.schema import episodes
from workers.records.views.base import View

# what is read of a row
COLUMNS = tuple(column for column in episodes.c if column.name not in ("key", "child_id"))


class Episodes(View):
    def episode_versions(self, child_id: str, kind: str | None = None) -> list[Episode]:
        """Every version of every episode, or of those of a kind, in the order in which they were noted."""
        return self._episodes(
            episodes.c.child_id == child_id, *([episodes.c.kind == kind] if kind is not None else [])
        )

    def episodes(self, child_id: str, kind: str | None = None) -> list[Episode]:
        """The versions that count, by their first day."""
        return standing(self.episode_versions(child_id, kind))

    def episode_noted(self, key: str) -> Episode | None:
        """What was noted under a key."""
        return next(iter(self._episodes(episodes.c.key == key)), None)

    def _episodes(self, *where: Any) -> list[Episode]:
        rows = self._rows(select(*COLUMNS).where(*where).order_by(episodes.c.id))
        return [
            Episode(
                **row._asdict()
                | {
                    "began": date.fromisoformat(row.began),
                    "ended": row.ended and date.fromisoformat(row.ended),
                }
            )
            for row in rows
        ]
