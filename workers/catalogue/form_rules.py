"""The decisions that a form settles by itself, generated into the tables of dmn/routing.

A form says which kind of answer each of its questions takes, which answers are required, which are dates and
between which limits. So `<…>-unreadable`, `<…>-incomplete`, `<…>-no-dates` and `<…>-implausible` are made
from it, for the rules to read; what an analyst wrote beside them stays as it is, byte for byte. The decision
is drawn in Modeler; here it is filled. `form_lines` says the same in the form itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from workers.bpmn import BPMN, CAMUNDA, Finding, mappings, read
from workers.catalogue import form_feel, form_lines
from workers.catalogue.form_feel import Form


@dataclass(frozen=True)
class Kind:
    """One kind of generated decision. `expression`: what a form says of it, '' if nothing."""

    name: str
    variable: str
    says: str
    expression: Callable[[Form], str]


KINDS = {
    "unreadable": Kind(
        "Answers that cannot be read",
        "unreadable",
        "what the form cannot have sent, by label: no text, none of the options, too long",
        form_feel.unreadable,
    ),
    "incomplete": Kind(
        "Answers that are missing",
        "incomplete",
        "what still lacks a required answer, by section; by label what is required to authorise",
        form_feel.incomplete,
    ),
    "no-dates": Kind(
        "Answers that are no dates",
        "noDates",
        "dates that are filled with something else, by label",
        form_feel.no_dates,
    ),
    "implausible": Kind(
        "Answers that cannot be right",
        "implausible",
        "dates outside the limits that the form gives them, and its warnings that refuse, in its words",
        form_feel.implausible,
    ),
}
_DECISION = re.compile(rf'<decision id="([\w-]+)-({"|".join(KINDS)})".*?</decision>', re.S)
_TAG = re.compile(r' camunda:versionTag="[^"]*"')
TODAY = "${dateTime().toString('yyyy-MM-dd')}"  # the day by the engine's clock
_RULES = re.compile(r'<decision id="([\w-]+)-rules".*?</decision>', re.S)


def findings(files: Iterable[Path]) -> list[Finding]:
    """Decisions that do not say what their form says, and rules that do not ask them."""
    files = list(files)
    forms = _forms(files)
    found = []
    for path in _tables(files):
        text = _text(path)
        found += [Finding(path, element, what) for element, what in _drift(text, forms)]
        found += [Finding(path, element, what) for element, what in _unasked(text, forms)]
    found += _timeless(files, forms)
    return found + [
        Finding(path, form.id, "does not tell its dates or what is missing: run `homeward forms --write`")
        for path, form in _schemas(files)
        if form.schema != form_lines.filled(form)
    ]


def write(files: Iterable[Path]) -> list[Path]:
    """Fill the generated lines and decisions anew; the files that changed."""
    files, changed = list(files), []
    for path, form in _schemas(files):
        if form.schema != (now := form_lines.filled(form)):
            path.write_text(form_lines.text(now))
            changed.append(path)
    forms = _forms(files)
    for path in _tables(files):
        text = _text(path)
        filled = _DECISION.sub(lambda match: _filled(match, forms), text)
        if filled != text:
            path.write_bytes(filled.encode())
            changed.append(path)
    return changed


def _drift(text: str, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    for match in _DECISION.finditer(text):
        subject, kind = match.groups()
        element = f"{subject}-{kind}"
        if subject not in forms:
            yield (
                element,
                f"is generated from a form, and {subject} is neither a form nor a workstep with one",
            )
        elif not KINDS[kind].expression(forms[subject]):
            yield element, f"has nothing to say of the form {forms[subject].id}: take the decision away"
        elif match.group() != _filled(match, forms):
            yield element, f"is not what the form {forms[subject].id} says: run `homeward forms --write`"


def _unasked(text: str, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    for match in _RULES.finditer(text):
        subject = match.group(1)
        for kind, about in KINDS.items():
            if (
                subject in forms
                and about.expression(forms[subject])
                and f'href="#{subject}-{kind}"' not in match.group()
            ):
                yield (
                    f"{subject}-rules",
                    f"does not ask {subject}-{kind}, though the form {forms[subject].id} has questions for "
                    "it: draw that decision, require it here, and run `homeward forms --write`",
                )


def _timeless(files: list[Path], forms: Mapping[str, Form]) -> Iterator[Finding]:
    """Checks whose rules ask what day it is and are not told."""
    for model in read(files):
        for task in model.root.iter(BPMN + "businessRuleTask"):
            subject = task.get(CAMUNDA + "decisionRef", "").removesuffix("-rules")
            if (
                subject in forms
                and "today <" in form_feel.implausible(forms[subject])
                and mappings(task, "inputParameter").get("today") != TODAY
            ):
                yield Finding(
                    model.path,
                    task.get("id", ""),
                    f"does not tell its rules the day: give it the input today {TODAY}",
                )


def _filled(match: re.Match[str], forms: Mapping[str, Form]) -> str:
    """A decision as its form says it, with the ids that it has."""
    subject, kind = match.groups()
    expression = KINDS[kind].expression(forms[subject]) if subject in forms else ""
    if not expression:
        return match.group()
    about, part = KINDS[kind], "".join(word.title() for word in f"{subject}-{kind}".split("-"))
    tag = "".join(_TAG.findall(match.group())[:1])
    says = f"Generated from the form {forms[subject].id} by `homeward forms --write`: {about.says}"
    return f"""<decision id="{subject}-{kind}" name="{about.name}" camunda:historyTimeToLive="P180D"{tag}>
    <description>{says}</description>
    <variable id="{_id(match, "variable", f"Variable_{part}")}" name="{about.variable}" typeRef="string" />
    <literalExpression id="{_id(match, "literalExpression", f"LiteralExpression_{part}")}">
      <text>{escape(expression)}</text>
    </literalExpression>
  </decision>"""


def _id(match: re.Match[str], tag: str, otherwise: str) -> str:
    named = re.search(rf'<{tag} id="(\w+)"', match.group())
    return named[1] if named else otherwise


def _tables(files: list[Path]) -> list[Path]:
    return [path for path in files if path.suffix == ".dmn" and path.parent.name == "routing"]


def _text(path: Path) -> str:
    return path.read_bytes().decode()  # as it is, line ends included


def _forms(files: list[Path]) -> dict[str, Form]:
    """The forms by what their decisions are named after: their own id, or the workstep whose only one it is.

    A workstep keeps the next actions of its own form as `chosenActions`; those of an answer form are read as
    the form sends them.
    """
    schemas = {path.stem: schema for path in files if path.suffix == ".form" and (schema := _schema(path))}
    forms = {name: Form(name, schema) for name, schema in schemas.items()}
    for model in read(files):
        tasks = [
            task for task in model.root.iter(BPMN + "userTask") if task.get(CAMUNDA + "formRef") in schemas
        ]
        for task in tasks:
            name = task.get(CAMUNDA + "formRef", "")
            kept = {value: target for target, value in mappings(task, "outputParameter").items()}
            forms[name] = Form(name, schemas[name], kept.get("${nextActions}", "nextActions"))
        if len(tasks) == 1:
            forms.setdefault(model.process, forms[tasks[0].get(CAMUNDA + "formRef", "")])
    return forms


def _schemas(files: list[Path]) -> Iterator[tuple[Path, Form]]:
    for path in files:
        if path.suffix == ".form" and (schema := _schema(path)):
            yield path, Form(path.stem, schema)


def _schema(path: Path) -> dict[str, Any] | None:
    try:
        schema: dict[str, Any] = json.loads(path.read_text())
        return schema
    except ValueError:
        return None  # deploy has said so
