"""HTTP without a network: requests end here, at the double's engine, answered as `requests` does."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.adapters import BaseAdapter

from workers.testing import values
from workers.testing.engine import Engine
from workers.testing.refusal import Refusal, bad_request, null_value
from workers.testing.task import Task
from workers.testing.troubles import Trouble

BASE = "/engine-rest"
VERSION = "7.24.0"
# Of GET /external-task: the parameter -> whether a task fits its value now.
FILTERS: dict[str, Callable[[Task, str, float], bool]] = {
    "externalTaskId": lambda task, value, now: task.id == value,
    "topicName": lambda task, value, now: task.topic == value,
    "workerId": lambda task, value, now: task.worker == value,
    "processInstanceId": lambda task, value, now: task.instance == value,
    "processDefinitionKey": lambda task, value, now: task.process == value,
    "activityId": lambda task, value, now: task.activity == value,
    "locked": lambda task, value, now: value != "true" or task.locked(now),
    "notLocked": lambda task, value, now: value != "true" or not task.locked(now),
    "withRetriesLeft": lambda task, value, now: value != "true" or task.retries != 0,
    "noRetriesLeft": lambda task, value, now: value != "true" or task.retries == 0,
}
INCIDENT_FILTERS = {"processInstanceId", "incidentType", "configuration", "activityId"}
ARRANGED = {"sortBy", "sortOrder"}  # accepted and without effect: the order is that of creation


class Wire(BaseAdapter):
    """What stands in for the network, and the engine's REST behind it.

    `meet`: the trouble that a call, by its name, is to meet.
    """

    def __init__(self, engine: Engine, meet: Callable[[str], Trouble | None]):
        super().__init__()
        self.engine, self.meet = engine, meet

    def close(self) -> None:
        pass

    def send(
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, *_: Any, **__: Any
    ) -> requests.Response:
        url = urlsplit(request.url or "")
        parts = url.path.removeprefix(BASE).strip("/").split("/")
        trouble = self.meet(_call(parts))
        if trouble is None or trouble.acts:
            try:
                patience = timeout[1] if isinstance(timeout, tuple) else timeout
                answer = self._answer(
                    request.method or "", parts, dict(parse_qsl(url.query)), request.body, patience
                )
                response = _response(request, 204 if answer is None else 200, answer)
            except Refusal as refusal:
                response = _response(request, refusal.status, refusal.body)
            except TimeoutError:
                raise requests.ReadTimeout(
                    "the poll outlasts the client's patience", request=request
                ) from None
            if trouble is None:
                return response
        if trouble.cut:
            raise trouble.cut("the engine double was told to", request=request)
        return _response(
            request,
            trouble.status,
            {"type": trouble.kind, "message": trouble.message, "code": trouble.code}
            if trouble.kind
            else None,
        )

    def _answer(
        self, method: str, parts: list[str], query: dict[str, str], body: Any, patience: float | None
    ) -> Any:
        content = _json(body) if method in ("POST", "PUT") else {}
        with self.engine.changing():
            match method, parts:
                case "POST", ["external-task", "fetchAndLock"]:
                    return self.engine.fetch(content, patience)
                case "POST", [
                    "external-task",
                    id_,
                    ("complete" | "failure" | "bpmnError" | "extendLock" | "lock" | "unlock") as call,
                ]:
                    return getattr(
                        self.engine, {"bpmnError": "bpmn_error", "extendLock": "extend_lock"}.get(call, call)
                    )(id_, content)
                case "PUT", ["external-task", id_, "retries"]:
                    return self.engine.set_retries(id_, content)
                case "GET", ["external-task"]:
                    return [values.listed(task) for task in self._tasks(query)]
                case "GET", ["external-task", "count"]:
                    return {"count": len(self._tasks(query))}
                case "GET", ["external-task", id_, "errorDetails"]:
                    if id_ not in self.engine.tasks:
                        raise null_value(f"No external task found with id {id_}: externalTask is null")
                    return self.engine.tasks[id_].error_details
                case "GET", ["external-task", id_]:
                    if id_ not in self.engine.tasks:
                        raise Refusal(
                            404, "RestException", f"External task with id {id_} does not exist", None
                        )
                    return values.listed(self.engine.tasks[id_])
                case "GET", ["incident"]:
                    return self._incidents(query)
                case "GET", ["version"]:
                    return {"version": VERSION}
        raise _unknown(f"{method} /{'/'.join(parts)}")

    def _tasks(self, query: dict[str, str]) -> list[Task]:
        if unknown := query.keys() - FILTERS.keys() - ARRANGED:
            raise _unknown(f"the parameter {', '.join(sorted(unknown))} of GET /external-task")
        now = self.engine.now()
        return [
            task
            for task in self.engine.tasks.values()
            if all(FILTERS[name](task, value, now) for name, value in query.items() if name in FILTERS)
        ]

    def _incidents(self, query: dict[str, str]) -> list[dict[str, Any]]:
        if unknown := query.keys() - INCIDENT_FILTERS - ARRANGED:
            raise _unknown(f"the parameter {', '.join(sorted(unknown))} of GET /incident")
        rows = [task.incident for task in self.engine.tasks.values() if task.incident]
        return [
            row
            for row in rows
            if all(row[name] == value for name, value in query.items() if name in INCIDENT_FILTERS)
        ]


def _call(parts: list[str]) -> str:
    """The name by which tests count and trouble a call: complete, fetchAndLock …; else the resource."""
    return (
        parts[-1]
        if parts[0] == "external-task" and (len(parts) == 3 or parts[-1] in ("fetchAndLock", "count"))
        else parts[0]
    )


def _json(body: Any) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(body or "{}")
    except ValueError:
        raise bad_request("") from None
    return read


def _unknown(what: str) -> Refusal:
    return Refusal(
        501,
        "EngineDouble",
        f"the engine double does not know {what}: try this on a real engine, or give the handler "
        "services of the test's own",
        None,
    )


def _response(request: requests.PreparedRequest, status: int, body: Any) -> requests.Response:
    response = requests.Response()
    response.request = request
    response.url = request.url or ""
    response.status_code = status
    response.reason = HTTPStatus(status).phrase
    response.encoding = "utf-8"
    if isinstance(body, (dict, list)):
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(body).encode()
    else:  # error details are plain text; nothing else is
        response._content = (body or "").encode()
    return response
