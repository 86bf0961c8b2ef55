"""What Tasklist does for a person, over REST: find tasks, read the deployed form, submit it.

For the demo and for drivers of tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from workers.rest import codec
from workers.rest.session import EngineSession


class Person:
    """One user at their Tasklist."""

    def __init__(self, url: str, user: str, password: str | None = None):
        self.id, self.session = user, EngineSession(url, (user, password or user), pool=2)

    def tasks(self, child: str, form: str | None = None) -> list[dict[str, Any]]:
        """The open tasks of a child that this person may see, oldest first; of one form only, if named."""
        tasks = self.session.fetch(
            "/task", processInstanceBusinessKey=child, sortBy="created", sortOrder="asc"
        )
        return [task for task in tasks if form is None or form_of(task) == form]

    def form(self, task_id: str) -> dict[str, Any]:
        """The form as an analyst wrote it."""
        form: dict[str, Any] = self.session.fetch(f"/task/{task_id}/deployed-form")
        return form

    def values(self, task_id: str) -> dict[str, Any]:
        """What the form opens with."""
        return codec.decode(self.session.fetch(f"/task/{task_id}/form-variables", deserializeValues=False))

    def claim(self, task_id: str) -> None:
        self.session.call(f"/task/{task_id}/claim", {"userId": self.id})

    def submit(self, task_id: str, values: dict[str, Any]) -> None:
        """Submit the form; raises EngineError where the engine refuses."""
        self.session.call(f"/task/{task_id}/submit-form", {"variables": codec.encode(values)})


def form_of(task: dict[str, Any]) -> str | None:
    """The id of a task's form; Camunda and Operaton name the field each after itself."""
    return (task.get("camundaFormRef") or task.get("operatonFormRef") or {}).get("key")


def fill(form: dict[str, Any]) -> dict[str, Any]:
    """Synthetic answers to everything that a form requires, by the type of each question."""
    return dict(_answers(form["components"]))


def _answers(components: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    for part in components:
        if part["type"] == "group":
            yield from _answers(part["components"])
        elif (
            part.get("validate", {}).get("required")
            and part.get("key")
            and not part.get("disabled")
            and not part.get("readonly")
        ):
            yield part["key"], _answer(part)


def _answer(part: dict[str, Any]) -> Any:
    match part["type"]:
        case "datetime":
            return dt.datetime.now(dt.UTC).date().isoformat()  # never after today in London
        case "number":
            return 1
        case "checkbox":
            return True
        case "select" | "radio":
            return part["values"][0]["value"]
        case "checklist" | "taglist":
            return [part["values"][0]["value"]]
    return f"{part['label']}: an invented answer."
