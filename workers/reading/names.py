"""What people call users, groups, roles, processes, steps, forms and next actions.

What has no name goes by its id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from workers import bpmn
from workers.forms import Question, components, questions
from workers.reading.shown import Named
from workers.rest import organisation
from workers.rest.directory import full_name
from workers.rest.session import EngineSession

HEADING = re.compile(r"#+ *([^\n{]+)$", re.M)


def full_names(session: EngineSession) -> dict[str, str]:
    """Every user's first and last name, by id."""
    return {user["id"]: full_name(user) for user in session.fetch("/user")}


class Names:
    """As the models say them, and for users as `users` does (id -> full name)."""

    def __init__(self, models: Path, users: Mapping[str, str]):
        self._models, self.users = models, users
        people, roles = organisation.people(models), organisation.roles(models)
        self.titles: dict[str, str] = {name: person["title"] for name, person in people.items()}
        self.groups: dict[str, str] = {id_: role["name"] for id_, role in roles.items()}
        self._model, self._form = cache(self._read_model), cache(self._read_form)

    def user(self, user: str | None) -> str | None:
        """A user by their full name."""
        return self.users.get(user, user) if user else None

    def named(self, user: str | None) -> Named | None:
        return Named(id=user, name=self.users.get(user, user)) if user else None

    def group(self, group: str) -> str:
        return self.groups.get(group, group)

    def role(self, role: str) -> str:
        """As whom somebody is named for a case: `socialWorker` is the social worker."""
        return self.titles.get(role, role)

    def process(self, process: str | None) -> str:
        model = self._model(process) if process else None
        return (model and model.name) or process or ""

    def element(self, process: str | None, element: str | None) -> str:
        """A step of a process."""
        model = self._model(process) if process else None
        found = model.elements.get(element) if model else None
        return (" ".join((found.get("name") or "").split()) if found is not None else "") or element or ""

    def form(self, form: str) -> str:
        """By its heading."""
        read = self._form(form)
        texts = (part.get("text") or "" for part in components(read) if part.get("type") == "text")
        heading = next((match[1].strip() for text in texts if (match := HEADING.match(text))), "")
        return heading or form.replace("-", " ").capitalize()

    def action(self, form: str, value: str) -> str:
        """A next action, as a form offers it."""
        asked = questions(self._form(form)).get("nextActions", Question(None, ""))
        return asked.options.get(value, value)

    def _read_model(self, process: str) -> bpmn.Model | None:
        return next(iter(bpmn.read(self._models.glob(f"bpmn/*/{process}.bpmn"))), None)

    def _read_form(self, form: str) -> dict[str, Any]:
        file = next(iter(self._models.glob(f"forms/*/{form}.form")), None)
        read: dict[str, Any] = json.loads(file.read_text()) if file else {}
        return read
