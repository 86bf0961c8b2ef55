"""A restricted child's open work: of those who may do it the people named see it, and the super-users; nobody
else does, not even who reads all tasks of the process.

What comes later is made so by the models: `notify` gives each human step `restrictedGroup`, `restrictedUsers`
and `teamGroups`. Here is what is open already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from workers.errors import Refused
from workers.rest import codec, external_tasks
from workers.rest.allocation import ADDRESSED, TASK
from workers.rest.organisation import GLOBAL, GRANT
from workers.rest.session import EngineError, EngineSession
from workers.words import listed

PATIENCE = 60.0  # seconds for what the workers have in their hands
# variables that say to whom a step belongs, beside the people of the case
BELONGS = ADDRESSED | {"author", "answeredBy"}


class RestrictionError(Refused):
    """The work is not all closed, or open, as it should be."""


def restrict(
    session: EngineSession, child: str, people: Collection[str], super_users: str, persons: Iterable[str]
) -> int:
    """Close the child's open work to all but `people` and the group `super_users`; how many tasks there are.

    `persons`: the variables of the people of the case, who are nobody now where they are not among them.
    """
    may = {*people, *(user["id"] for user in session.fetch("/user", memberOfGroup=super_users))}
    names = {*persons, *BELONGS}
    for instance in _instances(session, child):
        held = codec.decode(session.fetch(f"/process-instance/{instance}/variables", deserializeValues=False))
        gone = {name: None for name in names & held.keys() if held[name] and held[name] not in may}
        _set(session, instance, {"restrictedGroup": super_users} | gone)
    tasks = session.fetch("/task", processInstanceBusinessKey=child)
    for task in tasks:
        team = _team(session, task)
        named = sorted(user for user in people if _belongs(session, user, team))
        _set(session, task["processInstanceId"], {"restrictedUsers": ",".join(named) or None})
        _offer(session, task["id"], users=named, groups=[super_users])
        if task["assignee"] and task["assignee"] not in may:
            session.call(f"/task/{task['id']}/assignee", {"userId": None})
        for grant in _grants(session, task["id"]):
            if grant["type"] == GRANT and grant["userId"] not in may and grant["groupId"] != super_users:
                session.call(f"/authorization/{grant['id']}", method="DELETE")
        _close(session, task["id"])
    _take_back(session, child)
    return len(tasks)


def _take_back(session: EngineSession, child: str) -> None:
    """Copies of the child's record that lie in the steps of brothers and sisters, where nobody has taken them
    over: workers/topics/copies.py.
    """
    for row in session.fetch("/variable-instance", variableName="offered", deserializeValues=False):
        if row["taskId"] and codec.decode({"offered": row})["offered"].get("child") == child:
            session.call(f"/task/{row['taskId']}/localVariables/offered", method="DELETE")


def lift(session: EngineSession, child: str, super_users: str) -> int:
    """Give the child's open work back to its teams; how many tasks there are."""
    for instance in _instances(session, child):
        _set(session, instance, {"restrictedGroup": None, "restrictedUsers": None})
    tasks = session.fetch("/task", processInstanceBusinessKey=child)
    for task in tasks:
        _offer(session, task["id"], users=[], groups=_team(session, task))
        for grant in _grants(session, task["id"]):
            kept = grant["userId"] == task["assignee"] if grant["userId"] else grant["groupId"] != super_users
            if grant["type"] == GLOBAL or not kept:
                session.call(f"/authorization/{grant['id']}", method="DELETE")
    return len(tasks)


def settle(session: EngineSession, child: str) -> None:
    """Wait until the workers have done what they had in their hands: it may be of before the restriction."""
    if not external_tasks.settled(session, child, PATIENCE):
        raise RestrictionError(
            f"the workers are at work on {child} still, and may make tasks as it was before: say it again"
        )


def _instances(session: EngineSession, child: str) -> list[str]:
    return [row["id"] for row in session.fetch("/process-instance", businessKey=child)]


def _set(session: EngineSession, instance: str, variables: dict[str, Any]) -> None:
    session.call(f"/process-instance/{instance}/variables", {"modifications": codec.encode(variables)})


def _team(session: EngineSession, task: dict[str, Any]) -> list[str]:
    """The groups that the step is for; kept with the task, for when it is offered to them no longer."""
    path = f"/task/{task['id']}"
    try:
        kept = session.fetch(f"{path}/variables/teamGroups")["value"]
    except EngineError as error:
        if error.status != 404:
            raise
        kept = None
    if kept is not None:
        return listed(kept)
    groups = [link["groupId"] for link in _offered(session, task["id"]) if link["groupId"]]
    session.call(f"{path}/localVariables/teamGroups", {"value": ",".join(groups), "type": "String"}, "PUT")
    return groups


def _belongs(session: EngineSession, user: str, groups: Iterable[str]) -> bool:
    return any(session.fetch("/user", id=user, memberOfGroup=group) for group in groups)


def _offered(session: EngineSession, task: str) -> list[dict[str, Any]]:
    links = session.fetch(f"/task/{task}/identity-links")
    return [link for link in links if link["type"] == "candidate"]


def _offer(session: EngineSession, task: str, users: Iterable[str], groups: Iterable[str]) -> None:
    """Offer the task to these and to no others; whoever is new gets the engine's grants by it."""
    wanted = {("userId", user) for user in users} | {("groupId", group) for group in groups}
    now = {
        (kind, link[kind]) for link in _offered(session, task) for kind in ("userId", "groupId") if link[kind]
    }
    for kind, who in sorted(wanted - now):
        session.call(f"/task/{task}/identity-links", {kind: who, "type": "candidate"})
    for kind, who in sorted(now - wanted):
        session.call(f"/task/{task}/identity-links/delete", {kind: who, "type": "candidate"})


def _grants(session: EngineSession, task: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = session.fetch("/authorization", resourceType=TASK, resourceId=task)
    return rows


def _close(session: EngineSession, task: str) -> None:
    """To everyone without a grant of their own: else a grant on all tasks of the process would do."""
    if not any(grant["type"] == GLOBAL for grant in _grants(session, task)):
        session.call(
            "/authorization/create",
            {
                "type": GLOBAL,
                "permissions": [],
                "userId": "*",
                "groupId": None,
                "resourceType": TASK,
                "resourceId": task,
            },
        )
