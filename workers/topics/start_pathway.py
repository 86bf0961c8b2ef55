from __future__ import annotations

from pydantic import Field

from workers.rest import codec
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.place import runs
from workers.topics.services import Services, happened

ASKED = "askedBy"  # the variable with the key of the task that asked for the pathway


class StartPathwayIn(Variables):
    pathway: str = Field(description="Process id of the pathway.", examples=["permanence"])


class StartPathwayOut(Variables):
    already_open: bool = Field(description="Whether the child has a pathway of this kind open already.")
    open_pathway: str = Field(
        description="The process instance that was started, or the one that is open already."
    )


@topic("start-pathway", input=StartPathwayIn, output=StartPathwayOut)
def start_pathway(task: StartPathwayIn, work: Work) -> StartPathwayOut:
    """Start another pathway for the same child, once, and note on the record of this one which it is. That
    one of its kind is open already is an answer, and no error.

    It runs by the timescales of this pathway's authority; whom it names is its own matter. Its instance
    carries the task's key, by which a worker that takes over from a killed one finds it.
    """
    services: Services = work.services
    place = services.place(work)
    with services.record.reading() as view:
        noted = view.entry_of(f"{work.key}:pathway-asked")
        by = view.sender(place.child_id, place.pathway_id, place.workstep_id)
        authority = view.authority(place.child_id, place.pathway_id)
    if noted:
        already, opened = noted["details"]["alreadyOpen"], noted["details"]["openPathway"]
        return StartPathwayOut(already_open=already, open_pathway=opened)
    already, opened = start(services, place.child_id, task.pathway, authority, work.key)
    with services.record.transaction() as tx:
        tx.entry(
            place.happening(work.key, by, happened(work)),
            "pathway-asked",
            {"pathway": task.pathway, "openPathway": opened, "alreadyOpen": already},
        )
    return StartPathwayOut(already_open=already, open_pathway=opened)


def start(services: Services, child: str, pathway: str, authority: str | None, key: str) -> tuple[bool, str]:
    """Start a child's pathway once for a key: whether one was open already, and which is open now."""
    if mine := _started(services, child, pathway, key):
        return False, mine
    other = services.record.open_pathway(child, pathway)
    if other and runs(services.engine, other):
        return True, other
    variables = {"childId": child, "authority": authority, ASKED: key}
    started = services.engine.call(
        f"/process-definition/key/{pathway}/start",
        {"businessKey": child, "variables": codec.encode(variables)},
    )
    return False, started["id"]


def _started(services: Services, child: str, pathway: str, key: str) -> str | None:
    """What a worker has started for this child that was killed before it could say so."""
    rows = services.engine.fetch(
        "/history/process-instance",
        processDefinitionKey=pathway,
        processInstanceBusinessKey=child,
        variables=f"{ASKED}_eq_{key}",
    )
    return rows[0]["id"] if rows else None
