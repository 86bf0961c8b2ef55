"""What neither form-js nor the engine notices in a form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers.catalogue.form_lines import LINE
from workers.forms import components

from . import Finding

MAX_TEXT = 4000  # characters: a longer String variable is refused by the engine
SEEN = 7  # options that are taken in at a glance
CHOICES = {"checklist", "taglist", "radio", "select"}
INPUTS = CHOICES | {"textfield", "textarea", "number", "datetime", "checkbox"}
NO_LABEL = {"text", "html", "separator", "spacer", "image", "button"}
HEADER = {
    "schemaVersion": 16,
    "executionPlatform": "Camunda Platform",
    "executionPlatformVersion": "7.24.0",
    "type": "default",
}
VALIDATION = {
    "required",
    "minLength",
    "maxLength",
    "min",
    "max",
    "pattern",
    "patternErrorMessage",
    "validationType",
}
KEY = re.compile(r"[a-z][A-Za-z0-9]*")
VALUE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHOWN = re.compile(r"""\{\{replace\((\w+), "\(\[!-/:-@\[-`\{-~\]\)", "\\\\\$1"\)\}\}""")
PLACE = re.compile(r"\{\{")
REQUIREMENT = re.compile(r"(PERM|CLA|CAM|YORK|WOK|ENG)-\d{2,3}")


def forms(files: list[Path]) -> list[Finding]:
    """Every problem of every form."""
    return [
        Finding(path, element, what)
        for path in files
        if path.suffix == ".form"
        for element, what in _form(path)
    ]


def _form(path: Path) -> Iterator[tuple[str, str]]:
    try:
        form = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        yield "", f"is no JSON: {error}"
        return
    for name, value in HEADER.items():
        if form.get(name) != value:
            yield "", f"{name} is {form.get(name)!r}, not {value!r}"
    if not form.get("id"):
        yield "", "form has no id"
    if not form.get("components"):
        yield "", "form has no components"
        return
    yield from _message(form["components"][0])
    yield from _requirements(form)
    for component in components(form):
        for what in _component(component):
            yield component.get("id", ""), what


def as_text(variable: str) -> str:
    """How a form's text shows a variable: with a backslash before each sign that Markdown could take for its
    own.
    """
    return "{{replace(" + variable + ', "([!-/:-@[-`{-~])", "\\\\$1")}}'


def earlier_as_text(variable: str) -> str:
    """How a form's text shows earlier answers: a heading a section and a question, a paragraph a line."""
    return (
        "{{#loop for s in distinct values(%s.section) return %s[item.section = s]}}\n"
        '{{#if this[1].section != ""}}\n### {{this[1].section}}\n{{/if}}\n'
        "{{#loop this}}\n#### {{this.question}}\n"
        r'{{#loop split(this.answer, "\s*\n\s*")}}'
        f"\n\n{as_text('this')}\n{{{{/loop}}}}\n{{{{/loop}}}}\n{{{{/loop}}}}"
    ).replace("%s", variable)


def _without_earlier(text: str) -> str:
    for variable in re.findall(r"distinct values\((\w+)\.section\)", text):
        text = text.replace(earlier_as_text(variable), "")
    return text


def _message(first: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A refusal shows its reason on top of the form, and nothing when there is none."""
    hidden = str(first.get("conditional", {}).get("hide", ""))
    if first.get("type") != "text" or "message" not in SHOWN.findall(first.get("text", "")):
        yield first.get("id", ""), f"first component does not show {as_text('message')}"
    elif "message" not in hidden:
        yield first.get("id", ""), "message is shown even when there is none: hide it"


def _requirements(form: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for part in [form, *components(form)]:
        for identifier in str((part.get("properties") or {}).get("requirement", "")).split():
            if not REQUIREMENT.fullmatch(identifier):
                yield part.get("id", ""), f"{identifier} is no requirement id"


def _component(component: dict[str, Any]) -> Iterator[str]:
    kind, checks = component.get("type"), component.get("validate") or {}
    if not component.get("id"):
        yield f"{kind} {component.get('key', '')} has no id"
    if kind == "table":
        yield "a table loses line breaks and has pages: show answers as text, as Text_Earlier does"
    if kind == "filepicker":
        yield "Tasklist has no file upload: ask for a document reference"
    if (
        kind not in NO_LABEL
        and not component.get("label")
        and not (kind == "datetime" and component.get("dateLabel"))
    ):
        yield f"{kind} has no label"
    if kind in INPUTS and not KEY.fullmatch(component.get("key") or ""):
        yield f"key {component.get('key')!r} is no camelCase name"
    if kind == "dynamiclist" and not component.get("path"):
        yield "dynamic list has no path"
    if kind in CHOICES:
        yield from _options(component)
    for part in ("text", "content", "label", "description"):
        words = LINE.sub("", str(component.get(part, "")))  # which shows a number, or a day in words
        if PLACE.search(SHOWN.sub("", _without_earlier(words))):
            yield (
                f"{part} shows what somebody wrote as Markdown, with links and headings of its own: "
                f"write {as_text('…')}"
            )
    if strange := set(checks) - VALIDATION:
        yield f"validation knows no {', '.join(sorted(strange))}"
    if kind in {"textfield", "textarea"} and not component.get("disabled") and not component.get("readonly"):
        longest = checks.get("maxLength")
        if not isinstance(longest, int) or not 0 < longest <= MAX_TEXT:
            yield f"maxLength is {longest!r}, not between 1 and {MAX_TEXT}"
    for low, high in (("minLength", "maxLength"), ("min", "max")):
        if low in checks and high in checks and checks[low] > checks[high]:
            yield f"{low} is greater than {high}"
    hide = (component.get("conditional") or {}).get("hide")
    if hide is not None and not str(hide).startswith("="):
        yield "condition is no expression: it must begin with ="


def _code_first(option: dict[str, Any]) -> bool:
    return str(option.get("label")).startswith(f"{option.get('value')} –")


def _options(component: dict[str, Any]) -> Iterator[str]:
    sources = [name for name in ("values", "valuesKey", "valuesExpression") if name in component]
    if len(sources) != 1 or not component[sources[0]]:
        yield "options come from exactly one of values, valuesKey and valuesExpression, which is not empty"
        return
    if sources != ["values"]:
        return
    if component["type"] == "select" and len(component["values"]) > SEEN and not component.get("searchable"):
        yield f"more than {SEEN} options that cannot be searched: give it searchable"
    if before := [option for option in component["values"] if _code_first(option)]:
        yield f"{before[0]['label']!r} begins with its code: words first, the code in brackets"
    for part in ("label", "value"):
        given = [option.get(part) for option in component["values"]]
        if not all(given):
            yield f"an option has no {part}"
        if len(set(given)) < len(given):
            yield f"two options have one {part}"
    for option in component["values"] if component.get("key") == "nextActions" else []:
        if not VALUE.fullmatch(str(option.get("value"))):
            yield f"next action {option.get('value')!r} is not in kebab case"
