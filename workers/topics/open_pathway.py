from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, create_model

from workers.records.happening import Happening
from workers.rest import organisation
from workers.rest.answers import PastInstance
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.runtime.outcome import BpmnError, FatalError
from workers.settings import settings
from workers.timescales.tables import LOCAL
from workers.topics.place import Place, child_of, runs, started_in_the_middle
from workers.topics.request_acknowledgement import send
from workers.topics.services import Services, happened

NOT_REGISTERED = "child-not-registered"
AGAIN = (
    "Start it again with the reference as it stands on the record, or tick that the child is not on it yet."
)


class OpenPathwayIn(Variables):
    authority: str | None = Field(
        None, description="Whose timescales hold: camden, wokingham or york; null: the usual one."
    )
    unregistered: bool | None = Field(
        None,
        description="false: a child whom nobody has registered comes back to who started it, who may have "
        "mistyped the reference; true or null: begins as a stub.",
    )


# Who may be named besides, as engine/organisation.toml has it.
_named: dict[str, Any] = {
    name: (str | None, Field(None, description=f"{person['title']}: user id, or null for nobody."))
    for name, person in organisation.people(settings().models).items()
}
OpenPathwayInput = create_model("OpenPathwayInput", __base__=OpenPathwayIn, **_named)


class OpenPathwayOut(Variables):
    spread: ClassVar[str] = "case"
    already_open: bool = Field(description="Whether a pathway of this kind is open for the child already.")
    case: dict[str, Any] = Field(
        default_factory=dict,
        description=(
            "childId, authority and the people named in engine/organisation.toml, each a variable of the "
            "pathway; empty if refused."
        ),
    )


@topic(
    "open-pathway",
    input=OpenPathwayInput,
    output=OpenPathwayOut,
    errors=frozenset({NOT_REGISTERED}),
    around=True,
)
def open_pathway(task: OpenPathwayIn, work: Work) -> OpenPathwayOut:
    """Open the child's pathway with what its start brought, or say that one of its kind is open already.

    Sets the defaults (the usual authority of engine/organisation.toml, nobody named) and checks who is named.
    """
    services: Services = work.services
    child, authority = child_of(work), task.authority or organisation.usual_authority(settings().models)
    _started_alone(services, work)
    if authority not in LOCAL:
        raise FatalError(
            f"authority {authority} is not known: set the variable authority to {', '.join(LOCAL)}, "
            "then retry"
        )
    if task.unregistered is False:
        _registered(services, child, work)
    people = {
        name: value or None
        for name, value in task.model_dump(by_alias=True, exclude={"authority", "unregistered"}).items()
    }
    for name, user in people.items():
        _fits(services, name, user)
    opened = _claim(services, child, work)
    with services.record.transaction() as tx:
        tx.ensure_child(child)
        by = _starter(services, work)
        start = Happening(work.key, child, work.process, work.instance_id, by=by, at=happened(work))
        if opened != work.instance_id:
            tx.add_purge(work.instance_id)
            tx.entry(start, "start-refused", {"openPathway": opened})
            return OpenPathwayOut(already_open=True)
        tx.add_purge(work.instance_id)
        tx.entry(start, "pathway-started", {"authority": authority, **people})
    return OpenPathwayOut(already_open=False, case={"childId": child, "authority": authority, **people})


def _claim(services: Services, child: str, work: Work) -> str:
    """The id of the pathway that is open: this one, unless the record names another that still runs."""
    with services.record.transaction() as tx:
        opened = tx.claim_pathway(child, work.process, work.instance_id)
    # between two transactions: no other writer waits for the engine
    if opened == work.instance_id or runs(services.engine, opened):
        return opened
    with services.record.transaction() as tx:
        tx.release_pathway(opened)  # ended behind our back, deleted in Cockpit for instance
        return tx.claim_pathway(child, work.process, work.instance_id)


def _registered(services: Services, child: str, work: Work) -> None:
    """A reference is mistyped more often than new: who typed it gets a task that says so, and starts anew."""
    with services.record.reading() as view:
        fault = view.unregistered(child)
    if fault:
        starter = _starter(services, work)
        place = Place(child, work.process, work.definition_id, work.instance_id, None)
        with services.record.transaction() as tx:
            tx.add_purge(work.instance_id)
            tx.entry(place.happening(work.key, starter, happened(work)), "start-refused", {"reason": fault})
        send(services, work, place, {"label": f"Nothing was started: {fault}", "user": starter}, None, AGAIN)
        raise BpmnError(NOT_REGISTERED, fault)


def _started_alone(services: Services, work: Work) -> None:
    """Nothing else is open in the instance: a start may name any element of the process, and several."""
    tree = services.engine.fetch(f"/process-instance/{work.instance_id}/activity-instances")
    if len(tree["childActivityInstances"]) + len(tree["childTransitionInstances"]) != 1:
        raise started_in_the_middle(work)


def _fits(services: Services, name: str, user: str | None) -> None:
    """Who is named belongs to a group that may answer."""
    if not user:
        return
    if not services.directory.user(user):
        raise FatalError(
            f"user {user}, named as {name}, does not exist: create the user or correct the variable "
            f"{name}, then retry"
        )
    groups = organisation.people(settings().models)[name]["groups"]
    if not services.belongs(user, groups):
        raise FatalError(
            f"user {user}, named as {name}, belongs to none of the groups {', '.join(groups)}: "
            f"correct the variable {name}, or make the user a member, then retry"
        )


def _starter(services: Services, work: Work) -> str | None:
    started: PastInstance = services.engine.fetch(f"/history/process-instance/{work.instance_id}")
    return started["startUserId"]
