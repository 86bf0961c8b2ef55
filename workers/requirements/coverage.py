"""How much of what is asked the models and topics carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from workers.requirements import LAW, Catalogue, Row
from workers.requirements.carriers import Carrier

Status = Literal["carried", "guidance", "missing"]


def status(row: Row, carried: Collection[str]) -> Status:
    """`guidance`: people do it, and no model has to."""
    if row["id"] in carried:
        return "carried"
    return "guidance" if row["automate"] == "manual-guidance" else "missing"


def counts(rows: Iterable[Row], carried: Collection[str]) -> list[dict[str, Any]]:
    """How many rows of each file's processes have which status."""
    counters: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        counter = counters.setdefault(
            (row["file"], row["process"]), Counter(carried=0, guidance=0, missing=0)
        )
        counter[status(row, carried)] += 1
    return [
        {"file": file, "process": process, **counter, "all": counter.total()}
        for (file, process), counter in counters.items()
    ]


def unknown(catalogue: Catalogue, carried: Mapping[str, list[Carrier]]) -> list[Carrier]:
    """What names an id that no row has. Rules of law are no rows."""
    strange = [those for name, those in carried.items() if name not in catalogue and not LAW.fullmatch(name)]
    return [carrier for those in strange for carrier in those]
