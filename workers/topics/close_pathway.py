from __future__ import annotations

from pydantic import Field

from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, child_of, happened


class In(Variables):
    withdraw_reason: str | None = Field(None, description="Why the pathway was withdrawn; null: it was not.")


@topic("close-pathway", input=In, requirements=("PERM-007", "PERM-135"))
def close_pathway(task: In, work: Work) -> None:
    """Note that the pathway is over and how: the last next action that was chosen in it, or the withdrawal."""
    services: Services = work.services
    child = child_of(work)
    with services.record.transaction() as tx:
        chosen = [entry["details"]["label"] for entry in tx.chronology(child) if entry["what"] == "next-action-chosen"]
        outcome = f"withdrawn: {task.withdraw_reason}" if task.withdraw_reason else chosen[-1] if chosen else "ended"
        tx.entry(key=f"{work.key}:pathway-ended", child_id=child, what="pathway-ended", process=work.process, pathway_id=work.instance_id, at=happened(work), details={"outcome": outcome})
        tx.release_pathway(work.instance_id)
        tx.add_purge(work.instance_id)
