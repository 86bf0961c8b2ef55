"""A child's work goes to another person: the variables that name them, their open tasks, and what they were granted."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workers.rest import codec
from workers.rest.session import EngineError, EngineSession

# Role variable -> the groups whose tasks go with it. Team inboxes stay offered to their groups.
GROUPS = {"socialWorker": {"social-worker"}, "teamManager": {"team-manager", "practice-supervisor"}, "iro": {"iro"},
          "familyFinder": set(), "familyFindingManager": {"family-finding-manager"}}
TASK = 7                               # the engine's resource type


class AllocationError(Exception):
    """The work cannot be handed over; one line, what and why."""


@dataclass(frozen=True)
class Allocation:
    previous: list[str]
    instances: int
    tasks: int


def allocate(session: EngineSession, child: str, role: str, to: str) -> Allocation:
    """Name `to` in every open instance of the child and give them the open tasks of the role. The previous holder loses their grants on those."""
    if not session.fetch("/user", id=to):
        raise AllocationError(f"user {to} does not exist: create the user first")
    instances = session.fetch("/process-instance", businessKey=child)
    if not instances:
        raise AllocationError(f"{child} has no open work in the engine: check the reference")
    holders = {holder for instance in instances for holder in _rename(session, instance["id"], role, to)}
    for instance in instances:
        _readdress(session, instance["id"], to, holders - {to})
    moved = [task for task in session.fetch("/task", processInstanceBusinessKey=child) if _move(session, task, role, to, holders)]
    return Allocation(sorted(holders - {to}), len(instances), len(moved))


def _rename(session: EngineSession, instance: str, role: str, to: str) -> set[str]:
    """Set the role's variable; a form that is out with an authoriser comes back to the new person too. Who held it."""
    variables = codec.decode(session.fetch(f"/process-instance/{instance}/variables", deserializeValues=False))
    if role not in variables:
        return set()
    changed: dict[str, Any] = {role: to}
    holders = {variables[role]} if variables[role] else set()
    author = variables.get("author")
    if author and (author in holders or _works(session, author, GROUPS[role])):
        changed["author"] = to
        holders.add(author)
    session.call(f"/process-instance/{instance}/variables", {"modifications": codec.encode(changed)})
    return holders


def _readdress(session: EngineSession, instance: str, to: str, holders: set[str]) -> None:
    """A mail that could not be written, because the user it was meant for does not exist, is for the new person."""
    for task in session.fetch("/external-task", processInstanceId=instance, noRetriesLeft=True):
        local = session.fetch(f"/execution/{task['executionId']}/localVariables", deserializeValues=False)
        if "user" in local and local["user"]["value"] in holders:
            session.call(f"/execution/{task['executionId']}/localVariables/user", {"value": to, "type": "String"}, "PUT")


def _works(session: EngineSession, user: str, groups: set[str]) -> bool:
    return any(session.fetch("/user", id=user, memberOfGroup=group) for group in groups)


def _move(session: EngineSession, task: dict[str, Any], role: str, to: str, holders: set[str]) -> bool:
    offered = {link["groupId"] for link in session.fetch(f"/task/{task['id']}/identity-links") if link["type"] == "candidate"}
    if not offered & GROUPS[role] and task["assignee"] not in holders:
        return False
    if _asked(session, task) == to:                                  # nobody answers a request that they made
        return False
    previous = task["assignee"]
    session.call(f"/task/{task['id']}/assignee", {"userId": to})
    if previous and previous != to:
        for grant in session.fetch("/authorization", userIdIn=previous, resourceType=TASK, resourceId=task["id"]):
            session.call(f"/authorization/{grant['id']}", method="DELETE")
    return True


def _asked(session: EngineSession, task: dict[str, Any]) -> str | None:
    """Who made the request that this task answers; None for a form of one's own."""
    try:
        variables = codec.decode(session.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False))
    except EngineError:
        return None
    return variables.get("requestedBy") or (variables.get("submittedBy") if "decision" in variables else None)
