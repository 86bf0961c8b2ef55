"""What failed in the engine, or is never taken up, and waits for an operator."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workers.errors import Refused
from workers.rest import codec
from workers.rest.session import EngineSession

TASK, JOB = "failedExternalTask", "failedJob"
RETRIES = {TASK: "external-task", JOB: "job"}  # type of incident -> the REST resource whose retries end it


class IncidentError(Refused):
    """It cannot be retried."""


def incidents(session: EngineSession, child: str | None = None) -> list[dict[str, Any]]:
    """One row a failure, oldest first, of one child or of all; the engine repeats each in every process
    above, which is left out.
    """
    return [row for row in _rows(session, _every(session)) if child in (None, row["childId"])]


def chosen(session: EngineSession, ids: list[str]) -> list[dict[str, Any]]:
    """The failures with these ids, or those that they repeat.

    IncidentError unless there are all of them, and each can be retried.
    """
    every = _every(session)
    roots = {row["id"]: row["rootCauseIncidentId"] for row in every}
    if unknown := [id_ for id_ in ids if id_ not in roots]:
        raise IncidentError(
            f"there is no incident {', '.join(unknown)} (any more): see `homeward incidents`; "
            "nothing was retried"
        )
    wanted = {roots[id_] for id_ in ids}
    rows = [row for row in _rows(session, every) if row["id"] in wanted]
    if other := [row["id"] for row in rows if row["type"] not in RETRIES]:
        raise IncidentError(
            f"incident {', '.join(other)} is neither a task nor a job of the engine's: end it in "
            "Cockpit; nothing was retried"
        )
    return rows


def retry(session: EngineSession, row: dict[str, Any]) -> None:
    """Give what failed one more try; the incident is over. EngineError, 404 if it was gone before."""
    session.call(f"/{RETRIES[row['type']]}/{row['of']}/retries", {"retries": 1}, "PUT")


def untaken(session: EngineSession, minutes: int = 2) -> list[dict[str, Any]]:
    """Tasks that have waited for workers longer than that: of each topic how many, for whom, since when.

    Workers do not run, or do not know the topic.
    """
    waiting = session.fetch("/external-task", notLocked=True, withRetriesLeft=True, active=True)
    now = dt.datetime.now(dt.UTC)
    topics: dict[str, dict[str, Any]] = {}
    for row in sorted(waiting, key=lambda row: row["createTime"]):
        if now - codec.moment(row["createTime"]) > dt.timedelta(minutes=minutes):
            topic = topics.setdefault(
                row["topicName"],
                {"topic": row["topicName"], "since": row["createTime"], "tasks": 0, "children": []},
            )
            topic["tasks"] += 1
            topic["children"] += [row["businessKey"]] if row["businessKey"] not in topic["children"] else []
    return list(topics.values())


def _every(session: EngineSession) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = session.fetch("/incident", sortBy="incidentTimestamp", sortOrder="asc")
    return rows


def _rows(session: EngineSession, incidents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    incidents = [row for row in incidents if row["id"] == row["rootCauseIncidentId"]]
    # what never started has none
    instances = sorted({row["processInstanceId"] for row in incidents} - {None})
    cases = (
        {
            row["id"]: row
            for row in session.call("/history/process-instance", {"processInstanceIds": instances})
        }
        if instances
        else {}
    )
    return [
        _row(row, cases.get(row["processInstanceId"]) or _unstarted(session, row["processDefinitionId"]))
        for row in incidents
    ]


def _unstarted(session: EngineSession, definition: str | None) -> dict[str, Any]:
    return (
        {"processDefinitionKey": session.fetch(f"/process-definition/{definition}")["key"]}
        if definition
        else {}
    )


def _row(incident: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    row = {
        "id": incident["id"],
        "at": incident["incidentTimestamp"],
        "type": incident["incidentType"],
        "childId": case.get("businessKey"),
        "process": case.get("processDefinitionKey"),
        "activity": incident["failedActivityId"] or incident["activityId"],
        "instance": incident["processInstanceId"],
        "of": incident["configuration"],
        "message": incident["incidentMessage"],
    }
    return row | {"says": _says(row)}


def _says(row: dict[str, Any]) -> str:
    """What failed, for whom, what to do."""
    what = {TASK: "the workers could not do", JOB: "the engine could not execute"}.get(
        row["type"], f"{row['type']} at"
    )
    why = " ".join((row["message"] or "no reason given").split()).rstrip(".")
    then = (
        f"mend that, then `homeward incidents retry {row['id']} --reason …`"
        if row["type"] in RETRIES
        else "look at it in Cockpit, no retry ends it"
    )
    return (
        f"{row['childId'] or 'no child'}: {what} {row['activity'] or 'a step'} of "
        f"{row['process'] or 'no process'}: {why}; {then}"
    )
