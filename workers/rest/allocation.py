"""A child's work goes to another person: the variables that name them, their open tasks, their grants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.errors import Refused
from workers.rest import codec, organisation
from workers.rest.session import EngineError, EngineSession

TASK = 7  # the engine's resource type
ADDRESSED = {"user", "authoriser"}  # variables that name whom a notification, a request, a mail is for


class AllocationError(Refused):
    """The work cannot be handed over."""


@dataclass(frozen=True)
class Allocation:
    previous: list[str]
    instances: int
    tasks: int


@dataclass(frozen=True)
class Role:
    """Who is named for a child's case, as engine/organisation.toml has it under [people]."""

    name: str  # the variable that names them
    groups: frozenset[str]
    inbox: bool  # what is offered to the groups stays so

    def goes_along(self, offered: set[str]) -> bool:
        """Whether a task that is offered to these groups is the role's own work, whoever has it."""
        return not self.inbox and offered == self.groups


def roles(models: Path) -> dict[str, Role]:
    """By name, whom a case may name."""
    return {
        name: Role(name, frozenset(person["groups"]), person.get("inbox", False))
        for name, person in organisation.people(models).items()
    }


def allocate(session: EngineSession, child: str, role: Role, to: str) -> Allocation:
    """Name `to` in every open instance of the child and give them the open tasks of the role.

    The previous holder loses their grants on those.
    """
    if not session.fetch("/user", id=to):
        raise AllocationError(f"user {to} does not exist: create the user first")
    groups = {row["id"] for row in session.fetch("/group", member=to)}
    if not groups & role.groups:
        raise AllocationError(
            f"user {to} is no {role.name}: name a member of {', '.join(sorted(role.groups))}, or "
            "make them one"
        )
    instances = session.fetch("/process-instance", businessKey=child)
    if not instances:
        raise AllocationError(f"{child} has no open work in the engine: check the reference")
    holders = {holder for instance in instances for holder in _rename(session, instance["id"], role, to)}
    for instance in instances:
        _readdress(session, instance["id"], to, holders - {to})
    strays = {row["id"] for row in _nobodys(session)}
    moved = [
        task
        for task in session.fetch("/task", processInstanceBusinessKey=child)
        if _move(session, task, role, to, groups, holders, task["id"] in strays)
    ]
    return Allocation(sorted(holders - {to}), len(instances), len(moved))


def nobodys(session: EngineSession) -> list[dict[str, Any]]:
    """Open tasks that belong to who is no user of the engine, oldest first: they are in nobody's list."""
    tasks = sorted(_nobodys(session), key=lambda task: task["created"])
    instances = sorted({task["processInstanceId"] for task in tasks})
    cases = session.call("/history/process-instance", {"processInstanceIds": instances}) if instances else []
    child = {case["id"]: case["businessKey"] for case in cases}
    return [
        {
            "childId": child.get(task["processInstanceId"]),
            "task": task["name"],
            "assignee": task["assignee"],
            "since": task["created"],
        }
        for task in tasks
    ]


def _nobodys(session: EngineSession) -> list[dict[str, Any]]:
    users = [user["id"] for user in session.fetch("/user")]
    tasks: list[dict[str, Any]] = session.call("/task", {"assigned": True, "assigneeNotIn": users})
    return tasks


def _rename(session: EngineSession, instance: str, role: Role, to: str) -> set[str]:
    """Set the role's variable; a form that is out with an authoriser comes back to the new person too.

    Who held it.
    """
    variables = codec.decode(
        session.fetch(f"/process-instance/{instance}/variables", deserializeValues=False)
    )
    if role.name not in variables:
        return set()
    changed: dict[str, Any] = {role.name: to}
    holders = {variables[role.name]} if variables[role.name] else set()
    author = variables.get("author")
    if author and (author in holders or (not role.inbox and _works(session, author, role.groups))):
        changed["author"] = to
        holders.add(author)
    session.call(f"/process-instance/{instance}/variables", {"modifications": codec.encode(changed)})
    return holders


def _readdress(session: EngineSession, instance: str, to: str, holders: set[str]) -> None:
    """What a request's or a notification's process was to ask of the previous holder, and a mail that could
    not be written because they do not exist, is for the new person.
    """
    scopes = [
        instance,
        *(
            task["executionId"]
            for task in session.fetch("/external-task", processInstanceId=instance, noRetriesLeft=True)
        ),
    ]
    for scope in scopes:
        local = session.fetch(f"/execution/{scope}/localVariables", deserializeValues=False)
        for name in ADDRESSED & local.keys():
            if local[name]["value"] in holders:
                session.call(
                    f"/execution/{scope}/localVariables/{name}", {"value": to, "type": "String"}, "PUT"
                )


def _works(session: EngineSession, user: str, groups: frozenset[str]) -> bool:
    return any(session.fetch("/user", id=user, memberOfGroup=group) for group in groups)


def _move(
    session: EngineSession,
    task: dict[str, Any],
    role: Role,
    to: str,
    groups: set[str],
    holders: set[str],
    stray: bool,
) -> bool:
    """Give the task to the new person; one that they may not do goes back to its groups."""
    previous, path = task["assignee"], f"/task/{task['id']}"
    offered = {
        link["groupId"]
        for link in session.fetch(f"{path}/identity-links")
        if link["type"] == "candidate" and link["groupId"]
    }
    if not (previous in holders or role.goes_along(offered) or (stray and offered & role.groups)):
        return False
    if _asked(session, task) == to:  # nobody answers a request that they made
        return False
    if not offered:  # it was for the previous holder alone
        session.call(f"{path}/identity-links", {"userId": to, "type": "candidate"})
    session.call(f"{path}/assignee", {"userId": to if not offered or offered & groups else None})
    if previous and previous != to:
        for grant in session.fetch(
            "/authorization", userIdIn=previous, resourceType=TASK, resourceId=task["id"]
        ):
            session.call(f"/authorization/{grant['id']}", method="DELETE")
    return True


def _asked(session: EngineSession, task: dict[str, Any]) -> str | None:
    """Who made the request that this task answers; None for a form of one's own."""
    try:
        variables = codec.decode(session.fetch(f"/task/{task['id']}/form-variables", deserializeValues=False))
    except EngineError:
        return None
    return variables.get("requestedBy") or (variables.get("submittedBy") if "decision" in variables else None)
