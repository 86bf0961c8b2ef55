from __future__ import annotations

from workers.runtime.contract import Nothing, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, happened


@topic("close-pathway", requirements=("PERM-007", "PERM-135"))
def close_pathway(task: Nothing, work: Work) -> None:
    """Note that the pathway is over and how: the last next action chosen in it, or the withdrawal."""
    services: Services = work.services
    place = services.place(work)
    with services.record.transaction() as tx:
        own = [entry for entry in tx.chronology(place.child_id) if entry["pathwayId"] == place.pathway_id]
        withdrawn = [
            f"withdrawn: {entry['details']['reason']}" for entry in own if entry["what"] == "withdrawn"
        ]
        chosen = [entry["details"]["label"] for entry in own if entry["what"] == "next-action-chosen"]
        outcome = (withdrawn or chosen or ["ended"])[-1]
        ended = place.happening(place.pathway_id, at=happened(work))
        tx.entry(ended, "pathway-ended", {"outcome": outcome})
        tx.release_pathway(place.pathway_id)
