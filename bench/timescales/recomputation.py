"""`workers.timescales.recompute.compare` over many deadlines on a real engine: how long, and how much of it
is the engine's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from bench.timescales.population import Population
from workers.rest.session import EngineSession
from workers.timescales import recompute


@dataclass(frozen=True)
class Recomputed:
    """Seconds of one call of `compare`; `engine`: inside `evaluate`, with HTTP and JSON; `questions` of them;
    `cpu`: of this thread outside it.
    """

    cases: int
    seconds: float
    engine: float
    cpu: float
    questions: int
    changed: int

    @property
    def microseconds(self) -> float:
        """A case, all in all."""
        return self.seconds / self.cases * 1e6

    @property
    def own_microseconds(self) -> float:
        """A case, without the engine."""
        return (self.seconds - self.engine) / self.cases * 1e6


def run(session: EngineSession, population: Population) -> Recomputed:
    """Raises RuntimeError where `compare` finds other changes than there are: a number for a wrong result is
    worth nothing.
    """
    spent: list[tuple[float, float]] = []
    evaluate = recompute.evaluate

    def timed(session: EngineSession, decision: str, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
        begun = _clocks()
        try:
            return evaluate(session, decision, variables)
        finally:
            spent.append(_since(begun))

    with patch.object(recompute, "evaluate", timed):
        begun = _clocks()
        found = recompute.compare(session, population.deadlines)
        seconds, cpu = _since(begun)
    if len(found) != population.changed or not all(change.now for change in found):
        raise RuntimeError(
            f"compare finds {len(found)} changes ({sum(not change.now for change in found)} "
            f"without a date), and there are {population.changed}"
        )
    engine, engine_cpu = (sum(times) for times in zip(*spent, strict=True))
    return Recomputed(len(population.deadlines), seconds, engine, cpu - engine_cpu, len(spent), len(found))


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()


def _since(begun: tuple[float, float]) -> tuple[float, float]:
    wall, cpu = _clocks()
    return wall - begun[0], cpu - begun[1]
