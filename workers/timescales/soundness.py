"""What the cells of one row must say together, so that no clock is lost without a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.calendar.arithmetic import RELATIVES, UNITS
from workers.timescales import TableError

TERMS = "school-terms"  # a term is no fixed time: a row may have a number of them, and gives no date
KINDS = ("statutory", "statutory-unverified", "local-target")


def has_date(row: Mapping[str, Any], table: str = "") -> bool:
    """Whether a row gives a date; what its amount lacks is an error, never no deadline. Raises TableError."""
    if row.get("amount") is None:
        return False
    if problems := amount_faults(row):
        raise TableError(f"{f'table {table}: ' if table else ''}{row['rule']}: {problems[0]}")
    return bool(row["unit"] != TERMS)


def amount_faults(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with the number and its unit."""
    amount, unit = row.get("amount"), row.get("unit")
    if amount is None:
        return [
            f"{name} {row[name]} without an amount: fill in both or neither"
            for name in ("unit", "relative")
            if row.get(name) is not None
        ]
    problems = []
    if not _whole(amount):
        problems.append(f"amount {amount} is no whole number from 0: correct the cell")
    elif not amount and unit in UNITS and unit != "same-day":
        # "before the review", "immediately": a date would be invented
        problems.append(
            f"0 {unit} is no timescale: use same-day, or leave amount, unit and relative empty "
            "where the source has no number"
        )
    if unit is None:
        problems.append(f"amount {amount} has no unit: fill in both or neither")
    elif unit not in (*UNITS, TERMS):
        problems.append(f"unit {unit} is not known: use {', '.join((*UNITS, TERMS))}")
    return problems


def faults(row: Mapping[str, Any]) -> list[str]:
    """What is wrong with a row of a timescale, beside cells that are empty and must not be."""
    problems = amount_faults(row)
    relative, kind, remind = row.get("relative"), row.get("kind"), row.get("remindBefore")
    if row.get("amount") is not None and relative is None:
        problems.append(f"amount {row['amount']} has no relative: use {', '.join(RELATIVES)}")
    if relative is not None and relative not in RELATIVES:
        problems.append(f"relative {relative} is not known: use {', '.join(RELATIVES)}")
    if kind is not None and kind not in KINDS:
        problems.append(f"kind {kind} is not known: use {', '.join(KINDS)}")
    if remind is not None and not _whole(remind):
        problems.append(f"remindBefore {remind} is no whole number from 0: correct the cell")
    return problems


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
