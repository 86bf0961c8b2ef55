"""Episodes of a child: what holds from a day to another, in versions, of which the last one counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Episode:
    """A version of an episode. `began`: its first day. `ended`: the day on which it was over and the next may
    begin; None: it is not over. `corrects`: the id of the version whose place it takes; `struck`: it never
    was. `by`, `at`: who said so and when.
    """

    id: int
    kind: str
    value: str | None
    began: date
    ended: date | None = None
    struck: bool = False
    corrects: int | None = None
    reason: str | None = None
    process: str | None = None
    pathway_id: str | None = None
    workstep_id: str | None = None
    by: str | None = None
    at: datetime | None = None
    recorded_at: datetime | None = None

    def open(self, on: date) -> bool:
        return self.began <= on and not self.over(on)

    def over(self, on: date) -> bool:
        return self.ended is not None and self.ended <= on

    def overlaps(self, other: "Episode") -> bool:
        """Some day lies in both. One that began and ended on a day lies within what goes on around that."""
        return (self.ended is None or other.began < self.ended) and (
            other.ended is None or self.began < other.ended
        )


def standing(versions: Iterable[Episode]) -> list[Episode]:
    """The versions that count: nothing takes their place, and they were. By their first day."""
    versions = list(versions)
    corrected = {version.corrects for version in versions}
    counting = (version for version in versions if version.id not in corrected and not version.struck)
    return sorted(counting, key=lambda episode: (episode.began, episode.id))
