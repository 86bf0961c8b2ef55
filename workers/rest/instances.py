"""Process instances and those that called them, as the history has them."""

from __future__ import annotations

from collections.abc import Iterable

from workers.rest.answers import PastInstance
from workers.rest.session import EngineSession


def with_callers(session: EngineSession, instances: Iterable[str]) -> dict[str, PastInstance]:
    """The instances, their callers, and so on up to those that somebody started, by id."""
    known: dict[str, PastInstance] = {}
    wanted = set(instances)
    while wanted:
        rows = session.call("/history/process-instance", {"processInstanceIds": sorted(wanted)})
        known |= {row["id"]: row for row in rows}
        wanted = {row["superProcessInstanceId"] for row in rows} - known.keys() - {None}
    return known


def chain(known: dict[str, PastInstance], instance: str) -> list[PastInstance]:
    """The instance, its caller, and so on, of what `with_callers` gives."""
    rows: list[PastInstance] = []
    above: str | None = instance
    while above in known:
        rows.append(known[above])
        above = rows[-1]["superProcessInstanceId"]
    return rows
