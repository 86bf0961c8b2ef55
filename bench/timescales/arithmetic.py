"""`add_working_days` beside numpy's business-day functions: the same pairs of date and amount, the same
holidays, the same process.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.timescales.population import FIRST, LAST
from workers.calendar.arithmetic import DAY, add_working_days
from workers.calendar.holidays import holidays, working_days

# working days forward or back; 0 is left out: there numpy moves to a working day, and a limit of ours does
# not move
MOST = 60
BUSINESS = np.busdaycalendar(weekmask="1111100", holidays=list(holidays()))
# What is counted from a day that is no working day: numpy has it roll to one first, against the direction of
# counting, or it would be counted itself.
BACKWARD, FORWARD = "backward", "forward"

Pairs = list[tuple[dt.date, int]]


@dataclass(frozen=True)
class Timing:
    """Nanoseconds a pair in each repetition, and that as a multiple of ours in the same repetition."""

    name: str
    nanoseconds: list[float]
    ratios: list[float]

    def spread(self, values: list[float], digits: int) -> str:
        return (
            f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to "
            f"{max(values):,.{digits}f})"
        )


def pairs(count: int, seed: int) -> Pairs:
    chance, span = random.Random(seed), (LAST - FIRST).days
    return [
        (FIRST + DAY * chance.randint(0, span), chance.choice((-1, 1)) * chance.randint(1, MOST))
        for _ in range(count)
    ]


def ours(given: Pairs) -> list[dt.date]:
    return [add_working_days(day, amount) for day, amount in given]


def scalar(given: Pairs) -> list[dt.date]:
    return [
        np.busday_offset(day, amount, roll=BACKWARD if amount > 0 else FORWARD, busdaycal=BUSINESS).item()
        for day, amount in given
    ]


def vector(days: np.ndarray, amounts: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """One call a direction: the roll is the same for a whole call."""
    found = np.empty_like(days)
    found[ahead] = np.busday_offset(days[ahead], amounts[ahead], roll=BACKWARD, busdaycal=BUSINESS)
    found[~ahead] = np.busday_offset(days[~ahead], amounts[~ahead], roll=FORWARD, busdaycal=BUSINESS)
    return found


def arrays(given: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    amounts = np.array([amount for _, amount in given])
    return np.array([day for day, _ in given], dtype="datetime64[D]"), amounts, amounts > 0


def run(given: Pairs, repetitions: int) -> list[Timing]:
    """Ours first in the result; the order of running is reversed from one repetition to the next.

    Raises RuntimeError where the results differ.
    """
    ready = arrays(given)
    contestants: dict[str, Callable[[], object]] = {
        "ours, a loop": lambda: ours(given),
        "numpy, a loop of scalar calls": lambda: scalar(given),
        "numpy, vectorised, dates in and out": lambda: vector(*arrays(given)).tolist(),
        "numpy, vectorised, arrays in and out": lambda: vector(*ready),
    }
    working_days()  # read once in a process: not part of any call
    check(given)
    spent: dict[str, list[float]] = {name: [] for name in contestants}
    for repetition in range(repetitions):
        for name in list(contestants)[:: -1 if repetition % 2 else 1]:
            begun = time.perf_counter_ns()
            contestants[name]()
            spent[name].append((time.perf_counter_ns() - begun) / len(given))
    base = spent["ours, a loop"]
    return [
        Timing(name, times, [other / own for other, own in zip(times, base, strict=True)])
        for name, times in spent.items()
    ]


def check(given: Pairs) -> None:
    """All give the same dates, and numpy's `busday_count` counts the amount back from them."""
    found, (days, amounts, ahead) = ours(given), arrays(given)
    due = np.array(found, dtype="datetime64[D]")
    # Counted are the days after the start up to the due one, or from the due one up to the start.
    counted = np.where(
        ahead,
        np.busday_count(days + 1, due + 1, busdaycal=BUSINESS),
        -np.busday_count(due, days, busdaycal=BUSINESS),
    )
    for other, same in (
        ("busday_offset, a loop", scalar(given) == found),
        ("busday_offset, vectorised", bool((vector(days, amounts, ahead) == due).all())),
        ("busday_count", bool((counted == amounts).all())),
    ):
        if not same:
            raise RuntimeError(f"add_working_days and numpy's {other} do not agree")
