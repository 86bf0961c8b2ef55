"""Every call of REST that changes whose task it is, or who may work on it."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from tests.case import ANSWER
from workers.rest.session import EngineError, EngineSession

OTHER, OUTSIDER = "social-worker-2", "lac-health-team"

# What it is called: the path behind /task/{id}, the body, the method.
CALLS: dict[str, tuple[str, Any, str]] = {
    "variables": (
        "/variables",
        {"modifications": {"purpose": {"value": "Forged", "type": "String"}}},
        "POST",
    ),
    "local variables": (
        "/localVariables",
        {"modifications": {"childId": {"value": "forged", "type": "String"}}},
        "POST",
    ),
    "name and dates": ("", {"name": "Forged", "priority": 1, "assignee": "social-worker"}, "PUT"),
    "candidate user": ("/identity-links", {"userId": "cp-chair", "type": "candidate"}, "POST"),
    "candidate group": ("/identity-links", {"groupId": "business-support", "type": "candidate"}, "POST"),
    "another kind of link": ("/identity-links", {"userId": "cp-chair", "type": "reviewer"}, "POST"),
    "owner": ("/identity-links", {"userId": "cp-chair", "type": "owner"}, "POST"),
    "assignee by link": ("/identity-links", {"userId": OUTSIDER, "type": "assignee"}, "POST"),
    "delegate": ("/delegate", {"userId": OTHER}, "POST"),
    "resolve": ("/resolve", {}, "POST"),
    "assign to an outsider": ("/assignee", {"userId": OUTSIDER}, "POST"),
    "assign to a colleague": ("/assignee", {"userId": OTHER}, "POST"),
    "unclaim": ("/unclaim", None, "POST"),
    "claim for nobody": ("/claim", {"userId": None}, "POST"),
    "claim for a colleague": ("/claim", {"userId": OTHER}, "POST"),
    "claim for an outsider": ("/claim", {"userId": OUTSIDER}, "POST"),
    "complete": ("/complete", {"variables": {}}, "POST"),
    "submit": ("/submit-form", {"variables": {}}, "POST"),
}


def status(session: EngineSession, task: str, call: str) -> int:
    """What the engine answers."""
    path, body, method = CALLS[call]
    try:
        session.call(f"/task/{task}{path}", body, method)
        return 204
    except EngineError as error:
        return error.status


def web_session(web_url: str, user: str) -> EngineSession:
    """The interface that Tasklist itself uses: its address, its login, its token against forged requests."""
    session = EngineSession(f"{web_url}/camunda/api/engine/engine/default", timeout=ANSWER)
    session.cookies.set_policy(DefaultCookiePolicy())  # unlike ours at REST, it remembers who logged in
    requests.Session.get(session, f"{web_url}/camunda/app/tasklist/default/", timeout=ANSWER)
    token = {"X-XSRF-TOKEN": session.cookies["XSRF-TOKEN"]}
    login = requests.Session.post(
        session,
        f"{web_url}/camunda/api/admin/auth/user/default/login/tasklist",
        data={"username": user, "password": user},
        headers=token,
    )
    assert login.ok
    session.fetch("/task/count")  # logging in made a new session, with a token of its own
    session.headers.update({"X-XSRF-TOKEN": session.cookies["XSRF-TOKEN"]})
    return session
