from __future__ import annotations

from pydantic import Field

from workers.rest import codec
from workers.rest.answers import PastInstance
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.place import Place
from workers.topics.services import Services, happened


class AnnounceIn(Variables):
    event: str = Field(
        description="What has happened to the child: the name of the message that others wait for.",
        examples=["child-moved"],
    )


class AnnounceOut(Variables):
    heard: int = Field(description="How many of the child's process instances heard it; 0: nobody waits.")


@topic("announce", input=AnnounceIn, output=AnnounceOut)
def announce(task: AnnounceIn, work: Work) -> AnnounceOut:
    """Tell every running instance of this child that waits for a message of the event's name, and note on the
    record which processes heard it. That nobody waits for it is noted too, and is no error.

    All of them hear it in one transaction of the engine, or none does. It leaves a mark in each, the task's
    key, by which a worker that takes over from a killed one sees that it is done: nobody hears it twice. The
    event brings no other variable.
    """
    services: Services = work.services
    place = services.place(work)
    heard = _marked(services, place, work.key) or _correlate(services, place, task.event, work.key)
    with services.record.transaction() as tx:
        tx.entry(
            place.happening(
                work.key, tx.sender(place.child_id, place.pathway_id, place.workstep_id), happened(work)
            ),
            "event-announced",
            {
                "event": task.event,
                "heardBy": sorted({row["processDefinitionKey"] for row in heard}),
                "instances": sorted(row["id"] for row in heard),
            },
        )
    return AnnounceOut(heard=len(heard))


def _mark(key: str) -> str:
    return f"heard-{key}"  # a name of its own: what is announced next must not cover it


def _marked(services: Services, place: Place, key: str) -> list[PastInstance]:
    """Who of this child's heard it from a worker that was killed before it could say so."""
    rows: list[PastInstance] = services.engine.fetch(
        "/history/process-instance",
        processInstanceBusinessKey=place.child_id,
        variables=f"{_mark(key)}_eq_{key}",
    )
    return rows


def _correlate(services: Services, place: Place, event: str, key: str) -> list[PastInstance]:
    results = services.engine.call(
        "/message",
        {
            "messageName": event,
            "businessKey": place.child_id,
            "all": True,
            "processVariables": codec.encode({_mark(key): key}),
            "resultEnabled": True,
        },
    )
    heard = {result["execution"]["processInstanceId"] for result in results if result["execution"]}
    rows: list[PastInstance] = (
        services.engine.fetch("/history/process-instance", processInstanceIds=heard) if heard else []
    )
    return rows
