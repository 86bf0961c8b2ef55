"""The targets, and whether they are met: medians over the rounds, ratios paired within a round, with their
spread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from bench.workers.contestants import Result


@dataclass(frozen=True)
class Spread:
    """Median, least and most of what the rounds gave."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(median(values), min(values), max(values))

    def text(self, digits: int = 3) -> str:
        return f"{self.middle:.{digits}f} ({self.least:.{digits}f} to {self.most:.{digits}f})"


def of(
    results: list[Result], contestant: str, variant: str, value: Callable[[Result], float]
) -> Spread | None:
    """None if it did not compete."""
    values = [value(one) for one in results if (one.contestant, one.variant) == (contestant, variant)]
    return Spread.of(values) if values else None


def ratio(results: list[Result], peer: str, variant: str, value: Callable[[Result], float]) -> Spread | None:
    """Ours by the peer's, round by round: what slows one round slows both."""
    mine = {one.round: value(one) for one in results if (one.contestant, one.variant) == ("ours", variant)}
    theirs = {one.round: value(one) for one in results if (one.contestant, one.variant) == (peer, variant)}
    values = [mine[round_] / theirs[round_] for round_ in mine.keys() & theirs.keys()]
    return Spread.of(values) if values else None


@dataclass(frozen=True)
class Verdict:
    says: str
    target: str
    seen: Spread | None
    met: bool | None  # None: not measured

    @property
    def word(self) -> str:
        return {True: "met", False: "**missed**", None: "not measured"}[self.met]


def _least(says: str, target: float, seen: Spread | None) -> Verdict:
    return Verdict(says, f"at least {target}", seen, None if seen is None else seen.middle >= target)


def _most(says: str, target: float, seen: Spread | None) -> Verdict:
    return Verdict(says, f"at most {target}", seen, None if seen is None else seen.middle <= target)


def verdicts(results: list[Result]) -> list[Verdict]:
    def rate(one: Result) -> float:
        return one.rate

    def effects(one: Result) -> float:
        return one.effects_rate

    def requests(one: Result) -> float:
        return one.requests

    def cpu(one: Result) -> float:
        return one.cpu_ms

    return [
        _least(
            "tasks a second, ours by the ceiling, empty handler",
            0.9,
            ratio(results, "ceiling", "empty", rate),
        ),
        _least(
            "tasks a second, ours by the JavaScript client, empty handler",
            1.0,
            ratio(results, "js", "empty", rate),
        ),
        # this one decides
        _least(
            "tasks a second to the last mail, ours by the JavaScript client, real handler",
            1.2,
            ratio(results, "js", "real", effects),
        ),
        _least(
            "tasks a second to the last `complete`, ours by the JavaScript client, real handler",
            1.2,
            ratio(results, "js", "real", rate),
        ),
        _least(
            "tasks a second, ours by the Python client, empty handler",
            2.0,
            ratio(results, "py3", "empty", rate),
        ),
        _most("HTTP requests a task, ours, empty handler", 1.1, of(results, "ours", "empty", requests)),
        _most("HTTP requests a task, ours, real handler", 1.1, of(results, "ours", "real", requests)),
        _most("HTTP requests a task, ours, HTTPS", 1.1, of(results, "ours", "https", requests)),
        _most("client CPU in ms a task, ours, empty handler", 3.0, of(results, "ours", "empty", cpu)),
        _most("client CPU in ms a task, ours, HTTPS", 3.0, of(results, "ours", "https", cpu)),
    ]
