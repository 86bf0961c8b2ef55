"""Where something happens, as the engine and the record know it.

No variable is asked: whoever completes a task may write them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from workers.records.happening import Happening
from workers.records.record import Record
from workers.references import reference_fault
from workers.rest.answers import PastInstance
from workers.rest.session import EngineError, EngineSession
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError


@dataclass(frozen=True)
class Place:
    """A step of a child's case.

    `process` is the workstep's, or the pathway's own where no workstep is open.
    """

    child_id: str
    process: str
    definition_id: str
    pathway_id: str
    workstep_id: str | None

    def happening(self, key: str, by: str | None = None, at: dt.datetime | None = None) -> Happening:
        """Something that happened here, as the record's entries take it."""
        return Happening(key, self.child_id, self.process, self.pathway_id, self.workstep_id, by, at)


def child_of(work: Work) -> str:
    """The child's reference: the business key."""
    if not work.child_id:
        raise FatalError(
            f"process instance {work.instance_id} has no business key: start it with the child's "
            "reference as business key"
        )
    if fault := reference_fault(work.child_id):
        raise FatalError(
            f"process instance {work.instance_id} has a business key that is no child's reference: "
            f"{fault}; delete the instance, and start it with the child's reference as business key"
        )
    return work.child_id


def ancestry(engine: EngineSession, instance_id: str) -> list[PastInstance]:
    """The instance, its caller, and so on up to the one that somebody started: rows of the history."""
    rows: list[PastInstance] = []
    wanted: str | None = instance_id
    while wanted:
        rows.append(engine.fetch(f"/history/process-instance/{wanted}"))
        wanted = rows[-1]["superProcessInstanceId"]
    return rows


def locate(record: Record, child: str, chain: list[PastInstance], opens: bool = False) -> Place | None:
    """The place of the first instance of `chain` (as `ancestry` gives it), None where the record knows none
    of them as a pathway of the child.

    `opens`: the first instance is a workstep, whether or not the record knows that yet.
    """
    with record.reading() as view:
        opened = view.opened(child, [row["id"] for row in chain if row["businessKey"] == child])
    pathway = next((number for number, row in enumerate(chain) if row["id"] in opened.pathways), None)
    if pathway is None or (opens and pathway == 0):
        return None
    workstep = (
        chain[0] if opens else next((row for row in chain[:pathway] if row["id"] in opened.worksteps), None)
    )
    where = workstep or chain[pathway]
    return Place(
        child,
        where["processDefinitionKey"],
        where["processDefinitionId"],
        chain[pathway]["id"],
        workstep["id"] if workstep else None,
    )


def asked_in(engine: EngineSession, record: Record, request_key: str) -> Place | None:
    """Where a notification was sent that a process of its own acknowledged: the record has it by its key."""
    with record.reading() as view:
        request = view.entry_of(f"{request_key}:request-sent")
    if request is None:
        return None
    definition = engine.fetch(f"/history/process-instance/{request['workstepId'] or request['pathwayId']}")[
        "processDefinitionId"
    ]
    return Place(
        request["childId"], request["process"], definition, request["pathwayId"], request["workstepId"]
    )


def started_in_the_middle(work: Work) -> FatalError:
    return FatalError(
        f"{work.activity} of {work.process} belongs to no pathway that was opened for "
        f"{work.child_id}: it was started in the middle, and nothing was "
        "recorded; delete the instance in Cockpit and start the pathway"
    )


def runs(engine: EngineSession, instance_id: str) -> bool:
    """Whether the engine still runs the instance."""
    try:
        engine.fetch(f"/process-instance/{instance_id}")
        return True
    except EngineError as error:
        if error.status == 404:
            return False
        raise
