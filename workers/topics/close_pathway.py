from __future__ import annotations

from typing import Any

from workers.runtime.contract import Nothing, topic
from workers.runtime.execution import Work
from workers.topics.close_open_worksteps import NEEDLESS
from workers.topics.services import Services, happened


@topic("close-pathway", requirements=("PERM-007", "PERM-135"))
def close_pathway(task: Nothing, work: Work) -> None:
    """Note that the pathway is over and how: withdrawn, else by what came last, a next action that was
    chosen in it or a workstep that was closed early.
    """
    services: Services = work.services
    place = services.place(work)
    with services.record.transaction() as tx:
        own = [entry for entry in tx.chronology(place.child_id) if entry["pathwayId"] == place.pathway_id]
        ended = place.happening(place.pathway_id, at=happened(work))
        tx.entry(ended, "pathway-ended", {"outcome": _outcome(own)})
        tx.release_pathway(place.pathway_id)


def _outcome(own: list[dict[str, Any]]) -> str:
    """In words that a mail may hold: why a workstep was closed early stands on the record alone."""
    withdrawn = [entry["details"]["reason"] for entry in own if entry["what"] == "withdrawn"]
    if withdrawn:
        return f"withdrawn: {withdrawn[-1]}"
    for entry in reversed(own):
        details = entry["details"]
        if entry["what"] == "next-action-chosen":
            return str(details["label"])
        if details.get("outcome") == "closed-early" and details["reason"] != NEEDLESS:
            return "closed early"
    return "ended"
