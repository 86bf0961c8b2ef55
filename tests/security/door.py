"""The two ways by which a member of staff reaches the engine, and everything that can be tried there beside
what Tasklist shows.
"""

from __future__ import annotations

import json
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from tests import canaries
from tests.case import PLAY, patient
from workers.rest import codec
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.rest.tasklist import Person, fill
from workers.settings import settings

REST, WEB = "rest", "web"
HATS = "many-hats"  # works in every group that asks or answers
# Of who is made for a test, as the engine's policy wants them; a demo user's is its id.
PASSWORDS = {HATS: "An9-invented.pass-word"}
Typed = dict[str, Any]  # a variable as REST spells it: value, type, valueInfo


class Browser(EngineSession):
    """The web application's own interface as the code in the browser uses it: log in, keep the session's
    cookie, send the token back.
    """

    def __init__(self, web_url: str, user: str, password: str):
        super().__init__(f"{web_url}/camunda/api/engine/engine/default", pool=2)
        self.web_url = web_url
        self.cookies.set_policy(DefaultCookiePolicy())
        patient(self)
        self.get(f"{web_url}/camunda/app/tasklist/default/")
        self.post(
            f"{web_url}/camunda/api/admin/auth/user/default/login/tasklist",
            data={"username": user, "password": password},
        )
        self.fetch("/task/count")  # the session of who has logged in has a token of its own

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        token = self.cookies.get("XSRF-TOKEN")
        return super().request(
            method,
            url,
            **kwargs,
            headers=kwargs.pop("headers", {}) | ({"X-XSRF-TOKEN": token} if token else {}),
        )


class Door(Person):
    """One person at one of the two ways in."""

    def __init__(self, way: str, user: str, password: str | None = None):
        password = password or PASSWORDS.get(user)
        super().__init__(settings().camunda_url, user, password)
        self.way = way
        self.session = (
            Browser(settings().web_url, user, password or user) if way == WEB else patient(self.session)
        )

    def tried(self, path: str, body: Any = None, method: str = "POST") -> int:
        """The HTTP status of a call; 500 also where something else than the engine's REST said it."""
        try:
            return self.session.request(method, path, json=body).status_code
        except EngineError as error:
            return error.status
        except EngineUnreachable:
            return 500

    def refused(self, path: str, body: Any = None, method: str = "POST") -> None:
        """The call is answered with an error."""
        status = self.tried(path, body, method)
        assert status >= 400, (
            f"{self.id} at {self.way}: {method} {path} {json.dumps(body)[:200]} was answered {status}"
        )

    # a form

    def values(self, task_id: str) -> dict[str, Any]:
        """What the form opens with; a value that is not what its type says stays as it is."""
        found = {}
        for name, variable in self.session.fetch(
            f"/task/{task_id}/form-variables", deserializeValues=False
        ).items():
            try:
                found |= codec.decode({name: variable})
            except codec.CodecError:
                found[name] = variable
        return found

    def honest(self, task_id: str, form: str, **answers: Any) -> dict[str, Any]:
        """What a well-meant submission holds: what the form requires, the routine's answers, and `answers` on
        top.
        """
        opened = self.values(task_id)
        required = {
            key: answer if opened.get(key) in (None, []) else opened[key]
            for key, answer in fill(self.form(task_id)).items()
        }
        return required | PLAY[form].answers | answers

    def submits(
        self,
        task_id: str,
        values: dict[str, Any],
        injected: dict[str, Typed] | None = None,
        how: str = "submit-form",
    ) -> int:
        """Send a form with further variables of any type; how: by which of the calls that complete a task."""
        canaries.typed(values)
        return self.tried(f"/task/{task_id}/{how}", {"variables": codec.encode(values) | (injected or {})})

    # variables beside a form

    def writes(self, task: dict[str, Any], variables: dict[str, Typed]) -> list[int]:
        """Every call that sets variables, at the task, its execution and its instance."""
        changes = {"modifications": variables}
        one = next(iter(variables))
        return [
            self.tried(f"/task/{task['id']}/variables", changes),
            self.tried(f"/task/{task['id']}/localVariables", changes),
            self.tried(f"/task/{task['id']}/variables/{one}", variables[one], "PUT"),
            self.tried(f"/task/{task['id']}/localVariables/{one}", variables[one], "PUT"),
            self.tried(f"/execution/{task['executionId']}/localVariables", changes),
            self.tried(f"/process-instance/{task['processInstanceId']}/variables", changes),
        ]

    def deletes(self, task: dict[str, Any], name: str) -> list[int]:
        """Every call that removes a variable."""
        return [
            self.tried(path, None, "DELETE")
            for path in (
                f"/task/{task['id']}/variables/{name}",
                f"/task/{task['id']}/localVariables/{name}",
                f"/execution/{task['executionId']}/localVariables/{name}",
                f"/process-instance/{task['processInstanceId']}/variables/{name}",
            )
        ]

    # a start

    def starts(
        self, child: str, *instructions: dict[str, Any], process: str = "permanence", **rest: Any
    ) -> int:
        body = (
            {"businessKey": child, "variables": codec.encode({"childId": child})}
            | ({"startInstructions": list(instructions)} if instructions else {})
            | rest
        )
        return self.tried(f"/process-definition/key/{process}/start", body)


def text(value: str) -> Typed:
    return {"value": value, "type": "String"}


def json_(value: Any) -> Typed:
    return {"value": json.dumps(value), "type": "Json"}


def file(value: str = "aGk=") -> Typed:
    return {"value": value, "type": "File", "valueInfo": {"filename": "answer.txt", "mimeType": "text/plain"}}


def object_(of: str, value: str) -> Typed:
    """A Java object of a class that the sender names."""
    return {
        "value": value,
        "type": "Object",
        "valueInfo": {"objectTypeName": of, "serializationDataFormat": "application/json"},
    }
