"""What was tried and held, and is cheap: it stays so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.case import Case
from tests.security.door import Door
from workers.rest.session import EngineSession

CODE = "${execution.getClass()}"
STAFF = ("social-worker", "team-manager", "qaag", "business-support")


@pytest.mark.parametrize(
    "query",
    [
        {"assigneeExpression": "${currentUser()}"},
        {"candidateGroupsExpression": CODE},
        {"dueBeforeExpression": "${now()}"},
        {"orQueries": [{"assigneeExpression": CODE}]},
        {"followUpBeforeExpression": CODE},
        {"processInstanceBusinessKeyExpression": CODE},
    ],
)
def test_no_expression_in_a_query(
    started: Case, door: Callable[[str], Door], engine: EngineSession, query: dict[str, Any]
):
    """Held: neither in a query of one's own, nor on top of a shared filter, nor in a filter of one's own."""
    shared = engine.fetch("/filter", name="My tasks")[0]["id"]
    for who in STAFF[:2]:
        door(who).refused("/task", query)
        door(who).refused(f"/filter/{shared}/list", query)
        door(who).refused("/filter/create", {"resourceType": "Task", "name": "Mine", "query": query})
        door(who).refused(
            f"/filter/{shared}", {"resourceType": "Task", "name": "My tasks", "query": query}, "PUT"
        )


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("POST", "/deployment/create", None),
        ("DELETE", "/process-definition/key/permanence", None),
        ("POST", "/user/create", {"profile": {"id": "mallory"}, "credentials": {"password": "x"}}),
        ("PUT", "/group/qaag/members/social-worker", None),
        (
            "POST",
            "/authorization/create",
            {
                "type": 1,
                "permissions": ["ALL"],
                "userId": "social-worker",
                "resourceType": 6,
                "resourceId": "*",
            },
        ),
        ("PUT", "/process-definition/key/permanence/suspended", {"suspended": True}),
        ("POST", "/user/social-worker-2/unlock", None),
        ("POST", "/history/cleanup", None),
        (
            "POST",
            "/external-task/fetchAndLock",
            {
                "workerId": "me",
                "maxTasks": 1,
                "topics": [{"topicName": "open-pathway", "lockDuration": 1000}],
            },
        ),
        ("POST", "/decision-definition/key/permanence-timescales/evaluate", {"variables": {}}),
        (
            "PUT",
            "/user/team-manager/credentials",
            {"password": "An9-invented.pass-word", "authenticatedUserPassword": "my own"},
        ),
        ("PUT", "/user/team-manager/profile", {"id": "team-manager", "email": "me@example.org"}),
        ("DELETE", "/user/team-manager", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_staff_manage_nothing(door: Callable[[str], Door], method: str, path: str, body: Any):
    """Held: what an administrator does. Work that is fetched may be answered with an empty list."""
    for who in STAFF:
        caller = door(who)
        if path.startswith(f"/user/{who}/"):
            continue  # their own password and profile
        if "fetchAndLock" in path:  # the web application has no long polls at all
            assert caller.tried(path, body) >= 400 or not caller.session.call(path, body)
        else:
            # a wrong one would delay the next login
            own = {"authenticatedUserPassword": who} if "authenticatedUserPassword" in (body or {}) else {}
            caller.refused(path, (body or {}) | own if body else body, method)


@pytest.mark.parametrize(
    "path",
    [
        "/history/variable-instance",
        "/history/detail",
        "/history/decision-instance",
        "/history/task",
        "/history/process-instance",
        "/history/user-operation",
        "/variable-instance",
        "/process-instance",
        "/execution",
        "/external-task",
        "/job",
        "/incident",
        "/user",
        "/authorization",
        "/batch",
        "/event-subscription",
    ],
)
def test_staff_read_nothing_of_the_engines_insides(started: Case, door: Callable[[str], Door], path: str):
    """Held: empty, refused, or about oneself and one's own task; of others their names and work addresses."""
    task = started.task("permanency-planning")
    for who in STAFF:
        caller = door(who)
        if caller.tried(path, None, "GET") < 400:
            rows = caller.session.fetch(path)
            assert (
                not [row for row in rows if started.child in str(row) and row.get("taskId") != task["id"]]
                or who == "social-worker"
            ), f"{who} reads {path}"
            assert path == "/user" or not [row for row in rows if row.get("id") == "team-manager"]
            assert not [row for row in rows if "password" in str(row)]
