"""Roles, demo users, the workers' account, authorizations and shared Tasklist filters, as
engine/organisation.toml says. Running it again changes nothing.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pydantic import SecretStr

from workers.bpmn import read as read_models
from workers.rest import codec
from workers.rest.deploy import model_files
from workers.rest.session import EngineError, EngineSession
from workers.settings import PROJECT
from workers.words import listed

FILE = Path("engine/organisation.toml")
# the engine's resource types
APPLICATION = 0
USER = 1
GROUP = 2
FILTER = 5
PROCESS_DEFINITION = 6
PROCESS_INSTANCE = 8
DEPLOYMENT = 9
DECISION_DEFINITION = 10
GLOBAL, GRANT = 0, 1  # its authorization types
STAFF, MANAGER = "WORKFLOW", "MANAGER"  # types of groups; the models' user tasks ask for the second
# see whose task it is, and change that: who may get it, the models say
HAND_OVER = ["READ_TASK", "TASK_ASSIGN"]
# what the topics need of a process definition
WORK = ["READ", "READ_INSTANCE", "UPDATE_INSTANCE", "UPDATE_TASK_VARIABLE", "READ_HISTORY", "DELETE_HISTORY"]
# what users may do with their own account: another password, another address; never delete it, and
# engine/names.xml keeps their name
OWN = ["READ", "UPDATE"]
EVERY_KIND = "-aA1"  # what a random password has besides, for the engine's password policy
DECISION = "{*}decision"


def read(models: Path) -> dict[str, Any]:
    """The organisation file: `roles` by id, `people` by variable, `worker`, `filters`."""
    return tomllib.loads((models / FILE).read_text())


def roles(models: Path) -> dict[str, dict[str, Any]]:
    """The staff roles, by the id of their group; none where there is no organisation file."""
    named: dict[str, dict[str, Any]] = read(models)["roles"] if (models / FILE).exists() else {}
    return named


def people(models: Path) -> dict[str, dict[str, Any]]:
    """Who may be named for a case: variable -> `title`, and the `groups` of which one must be theirs.

    Nobody where there is no organisation file.
    """
    named: dict[str, dict[str, Any]] = read(models)["people"] if (models / FILE).exists() else {}
    return named


def above(models: Path, of: str) -> str:
    """Who hears that a role is late, or several are (comma lists): its `above`, else who manages all."""
    known = roles(models)
    manages = [id_ for id_, one in known.items() if one.get("hands_over") == ["*"]]
    told = [listed(known.get(role, {}).get("above")) or manages for role in listed(of)]
    return ",".join(dict.fromkeys(role for roles_ in told for role in roles_))


def groups_of(models: Path, variable: str) -> list[str]:
    """The groups whose members a form offers that lists its options in `people…`: `peopleTeamManager` those
    of the person `teamManager`, `people` all staff.

    KeyError: nobody of that name may be named for a case.
    """
    if variable == "people":
        return list(read(models)["roles"])
    groups: list[str] = people(models)[variable[6:7].lower() + variable[7:]]["groups"]
    return groups


def usual_pathway(models: Path) -> str:
    """The pathway that is meant where none is named."""
    return str(read(models)["usual_pathway"])


def usual_authority(models: Path) -> str:
    """Whose timescales hold where no authority is named."""
    return str(read(models)["usual_authority"])


def due(models: Path) -> dict[str, int]:
    """What is the same of everything that is due: `remind_hour` (in London) and `follow_up_days` (working
    days), which `DatedDeadline.dates` takes.
    """
    return dict(read(models)["due"])


def withdrawn(models: Path) -> list[str]:
    """Why a pathway may be withdrawn; nothing where there is no organisation file."""
    reasons: list[str] = read(models)["withdrawn"] if (models / FILE).exists() else []
    return reasons


def super_users(models: Path) -> str:
    """The group that sees the work of restricted children."""
    return str(read(models)["restricted"])


def mail_filter(session: EngineSession, models: Path, inbox: bool) -> str | None:
    """The id of the filter in which a mail opens Tasklist; None where there is none."""
    wanted = "inbox" if inbox else "named"
    names = [filter_["name"] for filter_ in read(models)["filters"] if filter_.get("mail") == wanted]
    return next((row["id"] for name in names for row in session.fetch("/filter", name=name)), None)


def startable(models: Path) -> set[str]:
    """The processes that some role may start; none where there is no organisation file."""
    return {pathway for role in roles(models).values() for pathway in role.get("starts", [])}


def set_up(session: EngineSession, models: Path, demo_users: bool) -> None:
    """Create what is missing. Demo users only where `demo_users`: their passwords are their ids."""
    organisation = read(models)
    processes = [file.stem for file in model_files(models) if file.suffix == ".bpmn"]
    if demo_users:
        make_demo_users(session, [user for role in organisation["roles"] for user in _demo_names(role)])
    for role, about in organisation["roles"].items():
        hands_over = about.get("hands_over", [])
        _group(session, role, about["name"], MANAGER if hands_over else STAFF)
        _correct(
            session,
            role,
            _staff_grants(
                processes, about.get("starts", []), processes if hands_over == ["*"] else hands_over
            ),
        )
        for user in _demo_names(role) if demo_users else ():
            if not session.fetch("/user", id=user, memberOfGroup=role):
                session.call(f"/group/{role}/members/{user}", method="PUT")
    _limit_own_accounts(session)
    _worker_group(session, models, organisation["worker"])
    managers = [role for role, about in organisation["roles"].items() if about.get("hands_over")]
    for filter_ in organisation["filters"]:
        _filter(session, filter_, organisation["list"], managers if filter_.get("managers") else [None])


def worker_account(session: EngineSession, models: Path) -> dict[str, Any]:
    """Make the workers' account anew, with a random password that only the caller gets to know; the settings
    that name it.
    """
    worker, password = read(models)["worker"], secrets.token_urlsafe(32) + EVERY_KIND
    account = worker["account"]
    if _exists(session, f"/user/{account}/profile"):
        session.call(f"/user/{account}", method="DELETE")
    session.call(
        "/user/create",
        {
            "profile": {"id": account, "firstName": "Homeward", "lastName": "(workers)"},
            "credentials": {"password": password},
        },
    )
    session.call(f"/group/{worker['group']}/members/{account}", method="PUT")
    # the engine lets everybody change themselves
    for own in session.fetch("/authorization", userIdIn=account):
        session.call(f"/authorization/{own['id']}", method="DELETE")
    return {"worker_user": account, "worker_password": SecretStr(password)}


def fit_password(session: EngineSession, password: str) -> bool:
    """Whether the engine's password policy, if it has one, lets a password through."""
    try:
        return bool(session.call("/identity/password-policy", {"password": password})["valid"])
    except EngineError as error:
        if error.status == 404:  # it has none
            return True
        raise


def _worker_group(session: EngineSession, models: Path, worker: dict[str, Any]) -> None:
    """The group and its grants, corrected where they differ.

    Those of a model that is gone stay: its cases may be open.
    """
    _group(session, worker["group"], "Homeward's workers", STAFF)
    started = {
        use.inputs["pathway"]
        for model in read_models(model_files(models))
        for use in model.uses
        if use.topic == "start-pathway" and "pathway" in use.inputs
    }
    _correct(session, worker["group"], _worker_grants(models, {*worker["starts"], *started}))


def _group(session: EngineSession, id_: str, name: str, type_: str) -> None:
    """Make the group; of one that is there, of a directory say, only whether it manages is changed."""
    if not (existing := session.fetch("/group", id=id_)):
        session.call("/group/create", {"id": id_, "name": name, "type": type_})
    elif (existing[0]["type"] == MANAGER) != (type_ == MANAGER):
        session.call(f"/group/{id_}", existing[0] | {"type": type_}, "PUT")


def _correct(session: EngineSession, group: str, wanted: dict[tuple[int, str], list[str]]) -> None:
    """Grant the group this, no more and no less; what is not named here stays as it is."""
    granted = {
        (row["resourceType"], row["resourceId"]): row
        for row in session.fetch("/authorization", groupIdIn=group, type=GRANT)
    }
    for (resource, resource_id), permissions in wanted.items():
        grant = {
            "permissions": permissions,
            "groupId": group,
            "userId": None,
            "resourceType": resource,
            "resourceId": resource_id,
        }
        existing = granted.get((resource, resource_id))
        if existing and not permissions:
            session.call(f"/authorization/{existing['id']}", method="DELETE")
        elif existing and set(existing["permissions"]) != set(permissions):
            session.call(f"/authorization/{existing['id']}", grant, method="PUT")
        elif not existing and permissions:
            session.call("/authorization/create", {"type": GRANT} | grant)


def _staff_grants(
    processes: list[str], starts: list[str], hands_over: list[str]
) -> dict[tuple[int, str], list[str]]:
    """(Resource type, resource id) -> permissions.

    Tasks and cases stay hidden, but those of the processes in which the role hands over.
    """
    return {
        (APPLICATION, "tasklist"): ["ACCESS"],
        (PROCESS_INSTANCE, "*"): ["CREATE"] if starts else [],
        # Tasklist takes no name that it cannot look up, and says whose a task is by the full name
        (USER, "*"): ["READ"],
        (GROUP, "*"): ["READ"],
        (PROCESS_DEFINITION, "*"): ["READ"],  # Tasklist names the workstep and draws its diagram
    } | {
        (PROCESS_DEFINITION, process): (["READ", "CREATE_INSTANCE"] if process in starts else [])
        + (HAND_OVER if process in hands_over else [])
        for process in {*processes, *starts, *hands_over}
    }


def _worker_grants(models: Path, starts: Collection[str]) -> dict[tuple[int, str], list[str]]:
    """(Resource type, resource id) -> permissions, of the models' processes and decisions and no others."""
    files = model_files(models)
    processes = [file.stem for file in files if file.suffix == ".bpmn"]
    decisions = [
        decision.get("id", "")
        for file in files
        if file.suffix == ".dmn"
        for decision in ElementTree.parse(file).getroot().iterfind(DECISION)
    ]
    return (
        {
            (PROCESS_DEFINITION, process): [*WORK, "CREATE_INSTANCE"] if process in starts else WORK
            for process in processes
        }
        | {(DECISION_DEFINITION, decision): ["READ", "CREATE_INSTANCE"] for decision in decisions}
        | {
            (USER, "*"): ["READ"],
            (GROUP, "*"): ["READ"],
            (DEPLOYMENT, "*"): ["READ"],  # forms have no address but their deployment's
            (PROCESS_INSTANCE, "*"): ["CREATE"],  # worth something only with CREATE_INSTANCE
        }
    )


def _exists(session: EngineSession, path: str) -> bool:
    try:
        session.fetch(path)
        return True
    except EngineError as error:
        if error.status == 404:
            return False
        raise


def _remove(session: EngineSession, path: str) -> None:
    """What may have gone meanwhile, as a grant does with its task."""
    try:
        session.call(path, method="DELETE")
    except EngineError as error:
        if error.status != 404:
            raise


def _demo_names(role: str) -> tuple[str, str]:
    return role, f"{role}-2"


def make_demo_users(session: EngineSession, users: Iterable[str]) -> None:
    """Those that are missing, with their ids as passwords: no password policy lets that through over REST, a
    model of an administrator's may do it.
    """
    missing = [user for user in users if not _exists(session, f"/user/{user}/profile")]
    if not missing:
        return
    file = PROJECT / "engine" / "demo-user.bpmn"
    deployment = session.post(
        "/deployment/create",
        files={file.name: (file.name, file.read_bytes())},
        data={"deployment-name": file.stem},
    ).json()["id"]
    try:
        for user in missing:
            profile = {
                "id": user,
                "firstName": user.replace("-", " ").title(),
                "lastName": "(demo)",
                "email": f"{user}@example.org",
            }
            session.call(f"/process-definition/key/{file.stem}/start", {"variables": codec.encode(profile)})
    finally:
        session.call(f"/deployment/{deployment}?cascade=true", method="DELETE")


def _limit_own_accounts(session: EngineSession) -> None:
    """Who was made before the engine saw to it (engine/security.xml), or by another, may not delete
    themselves; and whoever gets the id of a user who has gone does not get what was granted to that one.
    """
    granted = [row for row in session.fetch("/authorization", type=GRANT) if row["userId"]]
    gone = {
        user
        for user in {row["userId"] for row in granted}
        if not session.fetch("/user/count", id=user)["count"]
    }
    for row in granted:
        if row["userId"] in gone:
            _remove(session, f"/authorization/{row['id']}")
        elif (
            row["resourceType"] == USER
            and row["resourceId"] == row["userId"]
            and not set(row["permissions"]) <= set(OWN)
        ):
            session.call(f"/authorization/{row['id']}", row | {"permissions": OWN}, method="PUT")


def _grant(
    session: EngineSession, group: str | None, resource: int, resource_id: str, permissions: list[str]
) -> None:
    """Grant a group, or everyone (None), what it does not have yet."""
    who: dict[str, Any] = {"groupIdIn": group} if group else {"userIdIn": "*", "type": GLOBAL}
    if not session.fetch("/authorization", resourceType=resource, resourceId=resource_id, **who):
        session.call(
            "/authorization/create",
            {
                "type": GRANT if group else GLOBAL,
                "permissions": permissions,
                "groupId": group,
                "userId": None if group else "*",
                "resourceType": resource,
                "resourceId": resource_id,
            },
        )


def _filter(
    session: EngineSession, wanted: dict[str, Any], list_: dict[str, Any], groups: Iterable[str | None]
) -> None:
    """Make or correct a shared filter; these groups, or everyone (None), have it."""
    filter_ = {
        "resourceType": "Task",
        "name": wanted["name"],
        "query": wanted["query"] | {"sorting": list_["sorting"]},
        "properties": {
            "description": wanted["description"],
            "priority": 0,
            "refresh": True,
            "showUndefinedVariable": False,
            "variables": [{"name": name, "label": label} for name, label in list_["cards"]],
        },
    }
    if existing := session.fetch("/filter", name=wanted["name"]):
        filter_id = existing[0]["id"]
        session.call(f"/filter/{filter_id}", filter_, method="PUT")
    else:
        filter_id = session.call("/filter/create", filter_)["id"]
    for group in groups:
        _grant(session, group, FILTER, filter_id, ["READ"])
