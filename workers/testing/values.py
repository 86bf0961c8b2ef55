"""Tasks, incidents, dates and variables as the engine's REST writes them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from workers.rest.codec import MAX_TEXT
from workers.testing.refusal import Refusal, bad_request
from workers.testing.task import Task
from workers.testing.troubles import PERSISTENCE
from workers.words import LONDON

MOMENT = "%Y-%m-%dT%H:%M:%S.%f%z"
WHOLE = {"Short": 16, "Integer": 32, "Long": 64}  # bits
JAVA = {
    "Boolean": "java.lang.Boolean",
    "Short": "java.lang.Short",
    "Integer": "java.lang.Integer",
    "Long": "java.lang.Long",
    "Double": "java.lang.Double",
    "String": "java.lang.String",
    "Date": "java.util.Date",
}
PLAIN: dict[type, str] = {type(None): "Null", bool: "Boolean", float: "Double", str: "String"}
OBJECTS: dict[type, str] = {dict: "java.util.LinkedHashMap", list: "java.util.ArrayList"}


def moment(seconds: float | dt.datetime | None) -> str | None:
    """As the engine writes it: milliseconds, offset without a colon, in the time zone of its Java."""
    if seconds is None:
        return None
    at = (
        seconds.astimezone(LONDON)
        if isinstance(seconds, dt.datetime)
        else dt.datetime.fromtimestamp(seconds, LONDON)
    )
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}{at:%z}"


def listed(task: Task) -> dict[str, Any]:
    """A task in a list."""
    return {
        "id": task.id,
        "topicName": task.topic,
        "activityId": task.activity,
        "activityInstanceId": f"{task.activity}:{task.execution}",
        "executionId": task.execution,
        "processInstanceId": task.instance,
        "processDefinitionId": f"{task.process}:1:double",
        "processDefinitionKey": task.process,
        "processDefinitionVersionTag": None,
        "businessKey": task.business_key,
        "priority": task.priority,
        "workerId": task.worker,
        "lockExpirationTime": moment(task.expires),
        "createTime": moment(task.created),
        "retries": task.retries,
        "errorMessage": task.error_message,
        "suspended": False,
        "tenantId": None,
    }


def fetched(task: Task, topic: dict[str, Any]) -> dict[str, Any]:
    """A task as a poll gets it, with the variables asked for: all of them unless a list says which."""
    wanted = topic.get("variables")
    given = {name: value for name, value in task.variables.items() if wanted is None or name in wanted}
    return listed(task) | {
        "variables": given,
        "errorDetails": task.error_details,
        "extensionProperties": dict(task.properties) if topic.get("includeExtensionProperties") else {},
    }


def incident(task: Task, now: float) -> dict[str, Any]:
    id_ = str(uuid.uuid4())
    return {
        "id": id_,
        "causeIncidentId": id_,
        "rootCauseIncidentId": id_,
        "incidentType": "failedExternalTask",
        "incidentTimestamp": moment(now),
        "incidentMessage": task.error_message,
        "configuration": task.id,
        "activityId": task.activity,
        "failedActivityId": None,
        "executionId": task.execution,
        "processInstanceId": task.instance,
        "processDefinitionId": f"{task.process}:1:double",
        "tenantId": None,
        "jobDefinitionId": None,
        "annotation": None,
    }


def stored(variables: dict[str, dict[str, Any]] | None) -> dict[str, dict[str, Any]]:
    """Variables as they were sent, typed. Refused where a value is not of its type."""
    return {name: _stored(variable) for name, variable in (variables or {}).items()}


def fits(variables: dict[str, dict[str, Any]]) -> None:
    """Refused by the database, not by REST: a text that is too long for its column."""
    if any(
        variable["type"] == "String" and len(variable["value"] or "") > MAX_TEXT
        for variable in variables.values()
    ):
        raise Refusal(500, "ProcessEnginePersistenceException", PERSISTENCE, 10002)


def _stored(variable: dict[str, Any]) -> dict[str, Any]:
    value = variable.get("value")
    kind = variable.get("type") or _kind(value)
    if kind not in JAVA and kind not in ("Null", "Json", "Object", "Bytes", "File", "Xml"):
        raise Refusal(400, "RestException", f"Unsupported value type '{kind}'", None)
    if value is not None and kind in JAVA and not _is(kind, value):
        raise bad_request(f"Cannot convert value '{value}' of type '{kind}' to java type {JAVA[kind]}")
    if kind == "Date" and value is not None:
        value = moment(dt.datetime.strptime(value, MOMENT))
    info = (
        {
            "objectTypeName": OBJECTS[type(value)],
            "serializationDataFormat": "application/x-java-serialized-object",
        }
        if type(value) in OBJECTS
        else {}
    )
    return {"type": kind, "value": value, "valueInfo": variable.get("valueInfo") or info}


def _kind(value: Any) -> str:
    """Of what came without a type.

    A dict or a list becomes a serialised Java object: nobody wants that, and the engine does it.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return "Integer" if _is("Integer", value) else "Long"
    return PLAIN.get(type(value), "Object")


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "Boolean":
            return isinstance(value, bool)
        case "String":
            return isinstance(value, str)
        case "Double":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "Date":
            try:
                return ":" not in value[-5:] and bool(dt.datetime.strptime(value, MOMENT))
            except (TypeError, ValueError):
                return False
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and -(2 ** (WHOLE[kind] - 1)) <= value < 2 ** (WHOLE[kind] - 1)
    )
