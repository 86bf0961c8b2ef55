"""What the engine has: forms as they were deployed, version after version, and a process's human steps.

Neither a deployment nor a process definition ever changes: each is read once. What the worker's own disk
holds is never asked.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, SET, Model, kind, mappings, only_name
from workers.forms import Question, questions
from workers.rest import codec
from workers.rest.session import EngineSession
from workers.runtime.outcome import FatalError

PAGE = 50  # deployments a request; the form that is looked for is nearly always on the first page
LINKS = ("intermediateThrowEvent", "intermediateCatchEvent")


class NotDeployed(FatalError):
    """The engine has no such form."""


@dataclass(frozen=True)
class Step:
    """A user task as it was deployed.

    `writes`: how often the model itself sets a variable there, before its outputs.
    """

    id: str
    name: str
    form_ref: str | None
    inputs: frozenset[str]
    outputs: frozenset[str]
    writes: Counter[str]

    @property
    def form_variable(self) -> str | None:
        """The variable that names the form, where the model leaves it to the instance."""
        return only_name(self.form_ref or "")


class Deployed:
    """Threads may share one: two that read the same thing at once read the same."""

    def __init__(self, session: EngineSession):
        self._session = session
        self._forms: dict[str, dict[str, dict[str, Question]]] = {}  # deployment -> form -> its questions
        self._models: dict[str, Model] = {}  # process definition -> its model
        self._steps: dict[str, dict[str, Step]] = {}

    def form(self, form_id: str, at: dt.datetime | None = None) -> dict[str, Question]:
        """The questions of a form as it was at a moment, now if none is given.

        NotDeployed: there was none.
        """
        return self.questions(form_id, at, at)

    def questions(
        self, form_id: str, since: dt.datetime | None, until: dt.datetime | None
    ) -> dict[str, Question]:
        """The questions that a task of this form could show while it was open: those of the newest version in
        force first, then what an older one asked that a page loaded earlier still shows.

        NotDeployed: the engine has no such form.
        """
        by_key: dict[str, Question] = {}
        newer: dict[str, Question] = {}
        for deployed, version in self._versions(form_id):
            if until and deployed > until:
                # nodes' clocks differ, and what was deleted since was older: better than nothing
                newer = version
                continue
            by_key |= {key: question for key, question in version.items() if key not in by_key}
            if since is None or deployed <= since:
                break
        if not (by_key or newer):
            raise NotDeployed(
                f"form {form_id} is not in the engine: correct the model's input, or add "
                f"forms/<area>/{form_id}.form and run `homeward deploy`"
            )
        return by_key or newer

    def _versions(self, form_id: str) -> Iterator[tuple[dt.datetime, dict[str, Question]]]:
        """Every deployment that holds the form, newest first."""
        first = 0
        while rows := self._session.fetch(
            "/deployment", sortBy="deploymentTime", sortOrder="desc", firstResult=first, maxResults=PAGE
        ):
            for row in rows:
                if form := self._forms_of(row["id"]).get(form_id):
                    yield codec.moment(row["deploymentTime"]), form
            first += len(rows)

    def _forms_of(self, deployment: str) -> dict[str, dict[str, Question]]:
        if deployment not in self._forms:
            files = [
                row
                for row in self._session.fetch(f"/deployment/{deployment}/resources")
                if row["name"].endswith(".form")
            ]
            read = [
                _json(self._session.get(f"/deployment/{deployment}/resources/{row['id']}/data").content)
                for row in files
            ]
            # as the engine knows them
            self._forms[deployment] = {
                form["id"]: questions(form) for form in read if isinstance(form.get("id"), str)
            }
        return self._forms[deployment]

    def model(self, definition_id: str) -> Model:
        """A process as it was deployed."""
        if definition_id not in self._models:
            text = self._session.fetch(f"/process-definition/{definition_id}/xml")["bpmn20Xml"]
            self._models[definition_id] = Model(
                Path(f"{definition_id.partition(':')[0]}.bpmn"), ElementTree.fromstring(text)
            )
        return self._models[definition_id]

    def steps(self, definition_id: str) -> dict[str, Step]:
        """The user tasks of a process, by id."""
        if definition_id not in self._steps:
            self._steps[definition_id] = {
                task.get("id", ""): _step(task)
                for task in self.model(definition_id).root.iter(BPMN + "userTask")
            }
        return self._steps[definition_id]

    def asked(self, definition_id: str, element_id: str) -> str | None:
        """What the human step behind an element asks: its name, as the model has it.

        None where no human step follows before anything else is done.
        """
        model = self.model(definition_id)
        ways, seen = [node for node in [model.elements.get(element_id)] if node is not None], set()
        while ways:
            for node in model.after(ways.pop(0)):
                if kind(node) == "userTask":
                    return node.get("name")
                if node not in seen and (kind(node).endswith("Gateway") or kind(node) in LINKS):
                    seen.add(node)
                    ways.append(node)
        return None

    def serves(self, definition_id: str, topic: str) -> bool:
        """Whether something in the process asks for this topic."""
        return any(use.topic == topic for use in self.model(definition_id).uses)


def _json(content: bytes) -> dict[str, Any]:
    """A form; nothing for what is none: deployments may be anybody's."""
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _step(task: Element) -> Step:
    inputs, listeners = mappings(task, "inputParameter"), [*task.iterfind(f"{BPMN}extensionElements/*")]
    set_ = [
        match[1]
        for listener in listeners
        if listener.tag in (CAMUNDA + "taskListener", CAMUNDA + "executionListener")
        and (match := SET.search(listener.get("expression", "")))
    ]
    return Step(
        task.get("id", ""),
        task.get("name", ""),
        task.get(CAMUNDA + "formRef"),
        frozenset(inputs),
        frozenset(mappings(task, "outputParameter")),
        Counter([*inputs, *set_]),
    )
