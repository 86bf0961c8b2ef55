"""What the engine's REST answers, as far as it is read here."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class LockedTask(TypedDict):
    """An external task, as fetchAndLock gives it; engines before 7.20 do not say when it was made."""

    id: str
    topicName: str
    businessKey: str | None
    processDefinitionKey: str
    processDefinitionId: str
    processInstanceId: str
    activityId: str
    createTime: NotRequired[str | None]
    retries: int | None
    variables: dict[str, dict[str, Any]]


class PastTask(TypedDict):
    """A user task, open or over, as the history has it."""

    id: str
    taskDefinitionKey: str
    processDefinitionKey: str
    processDefinitionId: str
    processInstanceId: str
    activityInstanceId: str
    assignee: str | None
    startTime: str
    endTime: str | None
    deleteReason: str | None


class PastVariable(TypedDict):
    """A variable as it was last, of an instance or (`activityInstanceId`, `taskId`) of a step's own."""

    name: str
    type: str
    value: Any
    activityInstanceId: str
    taskId: str | None


class PastInstance(TypedDict):
    """A process instance, running or over, as the history has it."""

    id: str
    businessKey: str | None
    processDefinitionKey: str
    processDefinitionId: str
    superProcessInstanceId: str | None
    startUserId: str | None
