"""A new workstep, pathway or table of duties: every file that the checks and the tests ask for, from a name,
a role, titles.

What is written once belongs to the analyst: nothing is ever overwritten. The files stand in `templates/`,
with «…» for what differs, since BPMN, FEEL and forms have the braces for themselves.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from jinja2 import Environment, PackageLoader, StrictUndefined

from workers.catalogue import tags
from workers.catalogue.skeleton.custody import CUSTODY
from workers.rest import organisation
from workers.rest.deploy import model_files
from workers.scaffold import boxes
from workers.scaffold.boxes import ScaffoldError

TASK_WIDTH = 16  # letters a line in the box of a task
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_environment = Environment(
    loader=PackageLoader("workers.scaffold"),
    undefined=StrictUndefined,
    variable_start_string="«",
    variable_end_string="»",
    block_start_string="«%",
    block_end_string="%»",
    comment_start_string="«#",
    comment_end_string="#»",
    keep_trailing_newline=True,
    autoescape=False,
)


@dataclass(frozen=True)
class Workstep:
    """A step with one form, which `role` fills in."""

    name: str  # process, form and file: maintenance-plan
    title: str
    role: str  # group
    form_title: str

    def values(self, models: Path) -> dict[str, str]:
        """What the templates ask for. ScaffoldError where the role is unknown."""
        roles = _roles(models, self.role)
        people = organisation.people(models).items()
        named = [name for name, who in people if self.role in who["groups"] and not who.get("inbox")]
        return {
            "name": self.name,
            "pascal": pascal(self.name),
            "title": self.title,
            "role": self.role,
            "team": roles[self.role]["name"],
            "person": named[0] if named else "",
            "form_title": self.form_title,
            "called": _inside(self.form_title),
            "step": _task(self.form_title),
            "custody": CUSTODY,
            "tag": tags.of(model_files(models)),
        }


@dataclass(frozen=True)
class Where:
    """A place in a diagram: on the one flow that leaves an element."""

    process: str
    behind: str  # id of the element


def new_duties(
    models: Path, name: str, title: str, event: str, duty: str, role: str, where: Where | None = None
) -> list[Path]:
    """Write a table of duties with its first row, and where they are due; the files. `duty`: its title in
    Tasklist.

    Without `where`, what plans and calls them in a diagram is the analyst's to draw.
    """
    _fit(name)
    _fit(event)
    _titled(title)
    _titled(duty)
    _roles(models, role)
    values = {"name": name, "pascal": pascal(name), "title": title, "event": event, "role": role}
    values |= {"duty": "first", "duty_title": _in_quotes(duty), "tag": tags.of(model_files(models))}
    diagram, changed = _with_boxes(models, where, values) if where else (None, "")
    written = _write(models, {f"dmn/duties/{name}.dmn": _rendered("duties.dmn", values)})
    if diagram is None:
        return written
    diagram.write_text(changed)
    return [*written, diagram]


def _with_boxes(models: Path, where: Where, values: dict[str, str]) -> tuple[Path, str]:
    """The diagram of a process, and what it is with the boxes of a table of duties."""
    diagram = next(iter(models.glob(f"bpmn/*/{where.process}.bpmn")), None)
    if diagram is None:
        raise ScaffoldError(
            f"process {where.process} does not exist: there is no bpmn/*/{where.process}.bpmn"
        )
    when, words = values["event"].replace("-", " "), values["pascal"]
    values = values | {
        "plans": _fitting(f"Plan {when}", "Plan the duties"),
        "does": _fitting(when.capitalize(), "Do the duties"),
        "planned": words[:1].lower() + words[1:],
    }
    return diagram, boxes.inserted(
        diagram,
        where.behind,
        words,
        lambda flow, target: _rendered("duties.bpmn", values | {"flow": flow, "target": target}),
    )


def new_workstep(models: Path, step: Workstep, pathway: str) -> list[Path]:
    """Write a workstep of a pathway that is there; the files.

    The call in the pathway is the analyst's to draw.
    """
    diagram = next(iter(models.glob(f"bpmn/*/{pathway}.bpmn")), None)
    if diagram is None:
        raise ScaffoldError(f"pathway {pathway} does not exist: there is no bpmn/*/{pathway}.bpmn")
    written = _write(models, _files(models, step, diagram.parent.name, pathway))
    play = models / "play" / f"{pathway}.toml"
    with play.open("a") as file:
        file.write(_part(models, step))
    return [*written, play]


def new_pathway(models: Path, name: str, title: str, step: Workstep) -> list[Path]:
    """Write a pathway with its first workstep; the files."""
    _fit(name)
    values = {"name": name, "pascal": pascal(name), "title": title, "family": name}
    values |= {"first": step.name, "first_pascal": pascal(step.name), "first_title": step.title}
    values |= {"role": step.role, "called": _inside(step.form_title), "tag": tags.of(model_files(models))}
    _titled(title)
    files = {
        f"bpmn/{name}/{name}.bpmn": _rendered("pathway.bpmn", values),
        f"tests/scenarios/{name}.feature": _rendered("pathway.feature", values),
    }
    play = {f"play/{name}.toml": _rendered("pathway.toml", values) + _part(models, step)}
    return _write(models, files | play | _files(models, step, name, name))


def _files(models: Path, step: Workstep, family: str, pathway: str) -> dict[str, str]:
    _fit(step.name)
    _titled(step.title)
    _titled(step.form_title)
    values = step.values(models) | {"family": family, "pathway": pathway}
    places = {
        "workstep.bpmn": f"bpmn/{family}/{step.name}.bpmn",
        "workstep.dmn": f"dmn/routing/{step.name}.dmn",
        "workstep.form": f"forms/{family}/{step.name}.form",
        "workstep.toml": f"tests/decisions/{step.name}.toml",
        "workstep.feature": f"tests/scenarios/{step.name}.feature",
    }
    return {place: _rendered(name, values) for name, place in places.items()}


def _rendered(template: str, values: dict[str, str]) -> str:
    """What people typed means nothing to XML, nor to JSON and TOML, which quote alike."""
    escape = ESCAPES.get(Path(template).suffix, _in_quotes)
    return _environment.get_template(template).render({name: escape(text) for name, text in values.items()})


def _in_attribute(text: str) -> str:
    return quoteattr(text, {'"': "&quot;"})[1:-1]


def _in_quotes(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


ESCAPES: dict[str, Callable[[str], str]] = {".bpmn": _in_attribute, ".dmn": _in_attribute, ".feature": str}


def _part(models: Path, step: Workstep) -> str:
    """The workstep in its pathway's play."""
    return _rendered("part.toml", step.values(models))


def _write(models: Path, files: dict[str, str]) -> list[Path]:
    for place in files:
        if (models / place).exists():
            raise ScaffoldError(f"{place} is there already: nothing was written; choose another name")
    for place, text in files.items():
        (models / place).parent.mkdir(parents=True, exist_ok=True)
        (models / place).write_text(text)
    return [models / place for place in files]


def _roles(models: Path, wanted: str) -> dict[str, Any]:
    """All roles. ScaffoldError where the one that is wanted is not among them."""
    roles: dict[str, Any] = organisation.read(models)["roles"]
    if wanted not in roles:
        raise ScaffoldError(f"role {wanted} is not known: engine/organisation.toml has {', '.join(roles)}")
    return roles


def _fit(name: str) -> None:
    if not ID.fullmatch(name):
        raise ScaffoldError(
            f"{name} is no name: small letters and digits, words joined by hyphens: visit-record"
        )


def _titled(title: str) -> None:
    if not (title.strip() and title.isprintable()):
        raise ScaffoldError("a title is one line of words: give the title and the form's title")


def _task(form_title: str) -> str:
    return _fitting(f"Write the {_inside(form_title)}", "Fill in the form")


def _fitting(name: str, else_: str) -> str:
    """What fits into a box below the sign in its corner, in two lines."""
    return name if len(textwrap.wrap(name, TASK_WIDTH)) <= 2 else else_


def _inside(title: str) -> str:
    """A title within a sentence: Visit record, but LAC record."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def pascal(name: str) -> str:
    """The name within an id: visit-record, VisitRecord."""
    return "".join(word.capitalize() for word in name.split("-"))
