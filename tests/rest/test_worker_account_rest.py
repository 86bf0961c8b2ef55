"""Further rights that the workers' account does not have, tried on the engine; test_worker_account.py has the
nearer ones.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.case import Case
from tests.rest.rights import ACCOUNT, hidden, refused
from workers.rest.session import EngineSession


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("PUT", "/process-definition/key/permanence/history-time-to-live", {"historyTimeToLive": 0}),
        (
            "PUT",
            "/decision-definition/key/permanence-timescales/history-time-to-live",
            {"historyTimeToLive": 0},
        ),
        ("POST", "/history/cleanup?immediatelyDue=true", None),
        ("POST", "/tenant/create", {"id": "elsewhere", "name": "Elsewhere"}),
        ("PUT", "/job-definition/suspended", {"processDefinitionKey": "permanence", "suspended": True}),
        ("PUT", "/group/qaag", {"id": "qaag", "name": "Elsewhere"}),
        ("DELETE", "/group/qaag/members/qaag", None),
        ("POST", "/user/social-worker/unlock", None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_changes_nothing_of_the_house(worker: EngineSession, method: str, path: str, body: Any):
    refused(worker, path, body, method)


def test_changes_nobodys_password(worker: EngineSession):
    # the engine wants it from whoever changes another's; a wrong one would lock the account for a while
    own = getattr(worker.auth, "password", None) or worker.auth[1]
    refused(
        worker,
        "/user/social-worker/credentials",
        {"password": "Elsewhere-in-1", "authenticatedUserPassword": own},
        "PUT",
    )
    refused(
        worker,
        f"/user/{ACCOUNT}/credentials",
        {"password": "Elsewhere-in-1", "authenticatedUserPassword": own},
        "PUT",
    )


def test_migrates_nothing(case: Case, worker: EngineSession):
    case.start()
    case.task("permanency-planning")
    definition = case.engine.fetch(f"/process-instance/{case.pathway}")["definitionId"]
    plan = {
        "sourceProcessDefinitionId": definition,
        "targetProcessDefinitionId": definition,
        "instructions": [],
    }
    refused(worker, "/migration/execute", {"migrationPlan": plan, "processInstanceIds": [case.pathway]})
    refused(worker, "/migration/executeAsync", {"migrationPlan": plan, "processInstanceIds": [case.pathway]})


def test_starts_no_batch(case: Case, worker: EngineSession):
    case.start()
    case.task("permanency-planning")
    for path, body in (
        ("/process-instance/delete", {"processInstanceIds": [case.pathway]}),
        ("/process-instance/suspended-async", {"processInstanceIds": [case.pathway], "suspended": True}),
        (
            "/history/process-instance/delete",
            {"historicProcessInstanceIds": [case.pathway], "deleteReason": "tried"},
        ),
    ):
        refused(worker, path, body)
    hidden(worker, "/batch")
    assert case.open_steps()
