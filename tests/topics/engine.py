"""An engine as far as topics read it, beside the external tasks that `EngineDouble` has: instances, people,
submitted forms. Models and forms are the project's own.

What nobody said is there is not: what no topic has read so far is answered 501.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import requests
from requests.adapters import BaseAdapter

from workers.rest import codec
from workers.rest.session import EngineSession
from workers.settings import PROJECT
from workers.testing.values import moment

BASE = "/engine-rest"
PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"
Row = dict[str, Any]
TARGET = {
    "rule": "HOUSE-01",
    "deadline": "task-done",
    "amount": 10,
    "unit": "working-days",
    "relative": "within",
    "kind": "local-target",
    "authority": "unnamed",
}


class Refused(Exception):
    def __init__(self, status: int, kind: str):
        self.status, self.kind = status, kind


class Engine(BaseAdapter):
    """What a test says of it, and what topics have sent to it."""

    def __init__(self) -> None:
        super().__init__()
        self.instances: dict[str, Row] = {}
        self.tasks: list[Row] = []
        self.local: dict[str, Row] = {}  # variables of tasks
        self.values: list[Row] = []  # of variables, in the order in which they were written
        self.groups: dict[str, set[str]] = {}  # of each user
        self.names: dict[str, tuple[str, str]] = {}  # first and last, where a user has one
        # what a decision answers, whatever it is asked
        self.tables: dict[str, list[Row]] = {"task-timescales": [TARGET]}
        self.asked: list[tuple[str, Row]] = []  # decisions and what they were asked
        self.messages: list[Row] = []  # that were correlated
        self.waiting: list[
            tuple[str, str]
        ] = []  # instances, and the messages that they wait for again and again
        self.in_work: list[str] = []  # another external task, at each look

    def session(self) -> EngineSession:
        session = EngineSession(f"http://engine.invalid{BASE}")
        session.mount("http://", self)
        return session

    # what a test says ---------------------------------------------------------------------------------------

    def start(
        self, process: str, child: str, above: str | None = None, by: str | None = None, **variables: Any
    ) -> str:
        """A process instance, started by somebody or called by another one."""
        id_ = str(uuid.uuid4())
        self.instances[id_] = {
            "id": id_,
            "businessKey": child,
            "processDefinitionKey": process,
            "processDefinitionId": f"{process}:1:double",
            "superProcessInstanceId": above,
            "startUserId": by,
            "ended": False,
        }
        self.write(id_, variables)
        return id_

    def submit(self, instance: str, step: str, by: str, **answers: Any) -> None:
        """Somebody completes a human step."""
        activity, now = f"{step}:{uuid.uuid4()}", moment(time.time())
        self.tasks.append(
            {
                "id": str(uuid.uuid4()),
                "processInstanceId": instance,
                "processDefinitionKey": self.instances[instance]["processDefinitionKey"],
                "processDefinitionId": self.instances[instance]["processDefinitionId"],
                "taskDefinitionKey": step,
                "activityInstanceId": activity,
                "assignee": by,
                "startTime": now,
                "endTime": now,
                "deleteReason": "completed",
            }
        )
        self.write(instance, answers, activity)

    def ask(self, instance: str, step: str) -> str:
        """A human step opens; its task."""
        self.submit(instance, step, "")
        self.tasks[-1] |= {"assignee": None, "endTime": None, "deleteReason": None}
        return str(self.tasks[-1]["id"])

    def write(self, instance: str, variables: Row, activity: str | None = None) -> None:
        """Set an instance's variables, from an activity of it."""
        for name, variable in codec.encode(variables).items():
            about = {"name": name, "instance": instance, "written": activity}
            self.values.append(variable | about | {"activityInstanceId": instance, "taskId": None})

    # what topics ask ----------------------------------------------------------------------------------------

    def close(self) -> None:
        pass

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        url, response = urlsplit(request.url or ""), requests.Response()
        path, query = url.path.removeprefix(f"{BASE}/").split("/"), dict(parse_qsl(url.query))
        response.request, response.url, response.status_code = request, request.url or "", 200
        try:
            read = self._get(path, query) if request.method == "GET" else self._sent(path, request)
        except Refused as refused:
            response.status_code, read = refused.status, {"type": refused.kind, "message": refused.kind}
        response._content = read if isinstance(read, bytes) else json.dumps(read).encode()
        return response

    def _get(self, path: list[str], query: dict[str, str]) -> Any:
        match path:
            case ["user"]:
                wanted = query.get("id"), query.get("memberOfGroup")
                return [
                    {"id": user, "email": f"{user}@example.org"} | self._name(user)
                    for user in self._users(*wanted)
                ]
            case ["filter"]:
                return [{"id": f"filter of {query['name']}"}]
            case ["process-definition", id_]:
                return {"name": ElementTree.fromstring(_model(id_)).find(PROCESS).get("name")}
            case ["process-definition", id_, "xml"]:
                return {"bpmn20Xml": _model(id_)}
            case ["deployment"]:  # one, of all forms
                first = query["firstResult"] == "0"
                return [{"id": "models", "deploymentTime": moment(0)}] if first else []
            case ["deployment", "models", "resources"]:
                return [{"id": form.name, "name": form.name} for form in PROJECT.glob("forms/*/*.form")]
            case ["deployment", "models", "resources", name, "data"]:
                return next(PROJECT.glob(f"forms/*/{name}")).read_bytes()
            case ["process-instance"] | ["history", "process-instance"]:
                return list(self._instances(query, "history" in path))
            case ["history", "process-instance", "count"]:
                return {"count": len(list(self._instances(query, True)))}
            case ["history", "process-instance", id_] if id_ in self.instances:
                return self.instances[id_]
            case ["process-instance", id_, *_] if id_ not in self.instances or self.instances[id_]["ended"]:
                raise Refused(404, "InvalidRequestException")
            case ["process-instance", id_]:
                return self.instances[id_]
            case ["process-instance", id_, "variables"]:
                return {row["name"]: row for row in self.values if row["instance"] == id_}
            case ["process-instance", _, "activity-instances"]:  # the task alone
                return {"childActivityInstances": [{}], "childTransitionInstances": []}
            case ["history", "task"]:
                return [row for row in self.tasks if self._is_of(row, query)]
            case ["history", "variable-instance"]:
                rows = (row for row in self.values if row["instance"] == query["processInstanceId"])
                return list({row["name"]: row for row in rows}.values())
            case ["history", "detail"]:
                rows = (row for row in self.values if row["written"] == query["activityInstanceId"])
                return [{"variableName": row["name"], "userOperationId": row["written"]} for row in rows]
        raise Refused(501, "/".join(path))

    def _sent(self, path: list[str], request: requests.PreparedRequest) -> Any:
        body = json.loads(request.body or "{}")
        match path:
            case ["task", id_, "localVariables", name]:
                return self.local.setdefault(id_, {}).update({name: codec.decode({name: body})[name]})
            case ["process-definition", "key", process, "start"]:
                id_ = self.start(process, body["businessKey"], **codec.decode(body["variables"]))
                return self.instances[id_]
            case ["external-task"]:
                return [{"id": self.in_work.pop()}] if self.in_work else []
            case ["message"] if body.get("all"):
                return self._announce(body)
            case ["message"]:
                return self._correlate(body)
            case ["decision-definition", "key", decision, "evaluate"]:
                self.asked.append((decision, codec.decode(body["variables"])))
                return [codec.encode(row) for row in self.tables[decision]]
        raise Refused(501, "/".join(path))

    def _is_of(self, task: Row, query: dict[str, str]) -> bool:
        about = task | {
            "processInstanceBusinessKey": self.instances[task["processInstanceId"]]["businessKey"]
        }
        return all(
            about[name] == query[name]
            for name in ("processInstanceId", "processInstanceBusinessKey", "processDefinitionKey")
            if name in query
        )

    def _name(self, user: str) -> Row:
        return dict(zip(("firstName", "lastName"), self.names.get(user, ()), strict=False))

    def _users(self, user: str | None, group: str | None) -> list[str]:
        return [
            id_ for id_, groups in self.groups.items() if user in (None, id_) and group in (None, *groups)
        ]

    def _instances(self, query: dict[str, str], history: bool) -> Iterator[Row]:
        wanted = {
            "superProcessInstanceId": query.get("superProcessInstanceId"),
            "processDefinitionKey": query.get("processDefinitionKey"),
            "businessKey": query.get("businessKey"),
        }
        named = [id_ for id_ in query.get("processInstanceIds", "").split(",") if id_]
        running = not history or "unfinished" in query
        name, _, value = query.get("variables", "").partition("_eq_")
        for id_, row in self.instances.items():
            holds = [(one["name"], one["value"]) for one in self.values if one["instance"] == id_]
            if (
                all(asked in (None, row[column]) for column, asked in wanted.items())
                and not (running and row["ended"])
                and (not named or id_ in named)
                and (not name or (name, value) in holds)
            ):
                yield row

    def _correlate(self, body: Row) -> Any:
        """It ends the instance that it goes to, or starts a process of the message's name."""
        variables = codec.decode(body.get("processVariables", {}))
        if id_ := body.get("processInstanceId"):
            if self.instances[id_]["ended"]:
                raise Refused(400, "MismatchingMessageCorrelationException")
            self.instances[id_]["ended"] = True
        else:
            id_ = self.start(body["messageName"], body["businessKey"], **variables)
        self.messages.append({"name": body["messageName"], "instance": id_} | variables)
        return [{"processInstance": {"id": id_}}]

    def _announce(self, body: Row) -> list[Row]:
        """Every instance of the child hears it that waits for it."""
        heard = [
            instance
            for instance, message in self.waiting
            if message == body["messageName"]
            and self.instances[instance]["businessKey"] == body["businessKey"]
            and not self.instances[instance]["ended"]
        ]
        for instance in heard:
            self.write(instance, codec.decode(body["processVariables"]))
            self.messages.append({"name": body["messageName"], "instance": instance})
        return [{"execution": {"processInstanceId": instance}, "processInstance": None} for instance in heard]


def _model(definition: str) -> str:
    """A process as it stands in its file."""
    return next(PROJECT.glob(f"bpmn/*/{definition.partition(':')[0]}.bpmn")).read_text()
