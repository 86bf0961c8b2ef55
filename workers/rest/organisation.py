"""Roles, demo users, authorizations and shared Tasklist filters, as engine/organisation.toml says. Running it again changes nothing."""
from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from workers.rest.session import EngineError, EngineSession

APPLICATION, FILTER, PROCESS_DEFINITION, PROCESS_INSTANCE = 0, 5, 6, 8       # the engine's resource types
GLOBAL, GRANT = 0, 1                                                          # its authorization types


def read(models: Path) -> dict[str, Any]:
    """The organisation file: `roles` by id, `filters`."""
    return tomllib.loads((models / "engine" / "organisation.toml").read_text())


def set_up(session: EngineSession, models: Path, demo_users: bool) -> None:
    """Create what is missing. Demo users only where `demo_users`: their passwords are their ids."""
    organisation = read(models)
    for role, facts in organisation["roles"].items():
        if not _exists(session, f"/group/{role}"):
            session.call("/group/create", {"id": role, "name": facts["name"], "type": "WORKFLOW"})
        _grant(session, role, APPLICATION, "tasklist", ["ACCESS"])
        for pathway in facts.get("starts", []):
            _grant(session, role, PROCESS_DEFINITION, pathway, ["READ", "CREATE_INSTANCE"])
            _grant(session, role, PROCESS_INSTANCE, "*", ["CREATE"])
        for user in (role, f"{role}-2") if demo_users else ():
            _demo_user(session, user, role)
    _grant(session, None, PROCESS_DEFINITION, "*", ["READ"])       # Tasklist names the workstep and draws its diagram; tasks and cases stay hidden
    for filter_ in organisation["filters"]:
        _filter(session, filter_)


def _exists(session: EngineSession, path: str) -> bool:
    try:
        session.fetch(path)
        return True
    except EngineError as error:
        if error.status == 404:
            return False
        raise


def _demo_user(session: EngineSession, user: str, role: str) -> None:
    if not _exists(session, f"/user/{user}/profile"):
        session.call("/user/create", {"profile": {"id": user, "firstName": user.replace("-", " ").title(), "lastName": "(demo)", "email": f"{user}@example.org"},
                                      "credentials": {"password": user}})
    if not session.fetch("/user", id=user, memberOfGroup=role):
        session.call(f"/group/{role}/members/{user}", method="PUT")


def _grant(session: EngineSession, group: str | None, resource: int, resource_id: str, permissions: list[str]) -> None:
    """Grant a group, or everyone (None), what it does not have yet."""
    who: dict[str, Any] = {"groupIdIn": group} if group else {"userIdIn": "*", "type": GLOBAL}
    if not session.fetch("/authorization", resourceType=resource, resourceId=resource_id, **who):
        session.call("/authorization/create", {"type": GRANT if group else GLOBAL, "permissions": permissions, "groupId": group, "userId": None if group else "*",
                                               "resourceType": resource, "resourceId": resource_id})


def _filter(session: EngineSession, wanted: dict[str, Any]) -> None:
    found = session.fetch("/filter", name=wanted["name"])
    shown = [{"name": "childId", "label": "Child"}]
    filter_id = found[0]["id"] if found else session.call("/filter/create", {
        "resourceType": "Task", "name": wanted["name"], "query": wanted["query"],
        "properties": {"description": wanted["description"], "priority": 0, "refresh": True, "showUndefinedVariable": False, "variables": shown}})["id"]
    _grant(session, None, FILTER, filter_id, ["READ"])
