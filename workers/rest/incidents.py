"""What failed in the engine and waits for an operator."""
from __future__ import annotations

from typing import Any

from workers.rest.session import EngineSession


def incidents(session: EngineSession) -> list[dict[str, Any]]:
    """One row a failure, oldest first; the engine repeats each in every process above, which is left out."""
    found = [row for row in session.fetch("/incident", sortBy="incidentTimestamp", sortOrder="asc") if row["id"] == row["rootCauseIncidentId"]]
    cases = {row["id"]: row for row in session.call("/history/process-instance", {"processInstanceIds": [row["processInstanceId"] for row in found]})} if found else {}
    return [{"childId": case["businessKey"], "process": case["processDefinitionKey"], "activity": row["activityId"], "instance": row["processInstanceId"],
             "message": row["incidentMessage"]} for row in found if (case := cases.get(row["processInstanceId"]))]
