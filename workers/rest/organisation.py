"""Roles, demo users, the workers' account, authorizations and shared Tasklist filters, as engine/organisation.toml says. Running it again changes nothing."""
from __future__ import annotations

import secrets
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import SecretStr

from workers.rest.deploy import model_files
from workers.rest.session import EngineError, EngineSession

APPLICATION, USER, GROUP, FILTER, PROCESS_DEFINITION, PROCESS_INSTANCE, DECISION_DEFINITION = 0, 1, 2, 5, 6, 8, 10   # the engine's resource types
GLOBAL, GRANT = 0, 1                                                          # its authorization types
WORK = ["READ", "READ_INSTANCE", "UPDATE_INSTANCE", "READ_HISTORY", "DELETE_HISTORY"]      # what the topics need of a process definition
DECISION = "{*}decision"


def read(models: Path) -> dict[str, Any]:
    """The organisation file: `roles` by id, `worker`, `filters`."""
    return tomllib.loads((models / "engine" / "organisation.toml").read_text())


def set_up(session: EngineSession, models: Path, demo_users: bool) -> None:
    """Create what is missing. Demo users only where `demo_users`: their passwords are their ids."""
    organisation = read(models)
    for role, facts in organisation["roles"].items():
        if not _exists(session, f"/group/{role}"):
            session.call("/group/create", {"id": role, "name": facts["name"], "type": "WORKFLOW"})
        _grant(session, role, APPLICATION, "tasklist", ["ACCESS"])
        _grant(session, role, PROCESS_DEFINITION, "*", ["READ"])   # Tasklist names the workstep and draws its diagram; tasks and cases stay hidden
        for pathway in facts.get("starts", []):
            _grant(session, role, PROCESS_DEFINITION, pathway, ["READ", "CREATE_INSTANCE"])
            _grant(session, role, PROCESS_INSTANCE, "*", ["CREATE"])
        for user in (role, f"{role}-2") if demo_users else ():
            _demo_user(session, user, role)
    _worker_group(session, models, organisation["worker"])
    for filter_ in organisation["filters"]:
        _filter(session, filter_)


def worker_account(session: EngineSession, models: Path) -> dict[str, Any]:
    """Make the workers' account anew, with a random password that only the caller gets to know; the settings that name it."""
    worker, password = read(models)["worker"], secrets.token_urlsafe(32)
    account = worker["account"]
    if _exists(session, f"/user/{account}/profile"):
        session.call(f"/user/{account}", method="DELETE")
    session.call("/user/create", {"profile": {"id": account, "firstName": "Homeward", "lastName": "(workers)"}, "credentials": {"password": password}})
    session.call(f"/group/{worker['group']}/members/{account}", method="PUT")
    for own in session.fetch("/authorization", userIdIn=account):           # the engine lets everybody change themselves
        session.call(f"/authorization/{own['id']}", method="DELETE")
    return {"worker_user": account, "worker_password": SecretStr(password)}


def _worker_group(session: EngineSession, models: Path, worker: dict[str, Any]) -> None:
    """The group and its grants, corrected where they differ. Those of a model that is gone stay: its cases may be open."""
    group = worker["group"]
    if not _exists(session, f"/group/{group}"):
        session.call("/group/create", {"id": group, "name": "Homeward's workers", "type": "WORKFLOW"})
    granted = {(row["resourceType"], row["resourceId"]): row for row in session.fetch("/authorization", groupIdIn=group)}
    for (resource, resource_id), permissions in _worker_grants(models, worker["starts"]).items():
        grant = {"permissions": permissions, "groupId": group, "userId": None, "resourceType": resource, "resourceId": resource_id}
        if not (found := granted.get((resource, resource_id))):
            session.call("/authorization/create", {"type": GRANT} | grant)
        elif set(found["permissions"]) != set(permissions):
            session.call(f"/authorization/{found['id']}", grant, method="PUT")


def _worker_grants(models: Path, starts: list[str]) -> dict[tuple[int, str], list[str]]:
    """(Resource type, resource id) -> permissions: of each process and decision of the models, and nothing of any other."""
    files = model_files(models)
    processes = [file.stem for file in files if file.suffix == ".bpmn"]
    decisions = [decision.get("id", "") for file in files if file.suffix == ".dmn" for decision in ElementTree.parse(file).getroot().iterfind(DECISION)]
    return ({(PROCESS_DEFINITION, process): [*WORK, "CREATE_INSTANCE"] if process in starts else WORK for process in processes}
            | {(DECISION_DEFINITION, decision): ["READ", "CREATE_INSTANCE"] for decision in decisions}
            | {(USER, "*"): ["READ"], (GROUP, "*"): ["READ"], (PROCESS_INSTANCE, "*"): ["CREATE"]})    # the last is worth something only with CREATE_INSTANCE


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
