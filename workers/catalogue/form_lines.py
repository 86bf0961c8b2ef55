"""What a form says while it is filled in: how a date is read, how long a text is, what is still missing.

`homeward forms --write` writes it into the form: into the description of each date and long text, behind the
analyst's own words, and into a last line; the list of further paragraphs offers every long text. FEEL as
form-js has it, which compares dates and no texts.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from workers.catalogue.form_feel import LONGEST, TICKS, Form, Question, limits, quoted
from workers.forms import FURTHER

MISSING = "Text_Missing"  # the last component of a form that asks for something
UNREAD, UNCOUNTED = "It is read back here.", f"At most {LONGEST:,} characters."
# what is generated of a description, at its end
LINE = re.compile(
    rf"\s*(?:{re.escape(UNREAD)}|{re.escape(UNCOUNTED)}"
    rf'|\{{\{{if [\w.]+ = null or .*"{re.escape(UNREAD)}".*\}}\}}'
    rf"|\{{\{{string length\([\w.]+\)\}}\}} of {LONGEST:,} characters\.)$"
)


def filled(form: Form) -> dict[str, Any]:
    """The form with its lines as they must be."""
    schema = copy.deepcopy(dict(form.schema))
    parts = {question.part["id"]: question for question in form.questions if "id" in question.part}
    for part in _components(schema):
        question = parts.get(part.get("id", ""))
        if question and not question.fixed and (line := _line(form, question)):
            own = LINE.sub("", part.get("description", ""))
            part["description"] = f"{own} {line}".strip()
        if part.get("path") == FURTHER:
            part["components"][0]["values"] = [
                {"label": one.label, "value": one.key}
                for one in form.questions
                if not one.rows and not one.fixed and _is_long(one)
            ]
    last = [part for part in schema["components"] if part.get("id") != MISSING]
    schema["components"] = [*last, *_missing(form)]
    return schema


def text(form: dict[str, Any]) -> str:
    """A form as its file has it."""
    return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


def _components(parent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in parent.get("components", []):
        yield part
        yield from _components(part)


def _line(form: Form, question: Question) -> str:
    key = f"this.{question.key}" if question.rows else question.key
    if _is_long(question):
        return f"{{{{string length({key})}}}} of {LONGEST:,} characters."
    if question.kind == "datetime" and question.part.get("subtype") == "date":
        return f"{{{{{_read(form, question, key)}}}}}"
    return ""


def _is_long(question: Question) -> bool:
    return question.kind == "textarea" and question.limits.get("maxLength") == LONGEST


def _read(form: Form, question: Question, key: str) -> str:
    """The date in words, and which of its limits it breaks."""
    day = f"date({key})"
    words = f'"Read as " + string({day}.day) + " " + month of year({day}) + " " + string({day}.year)'
    for limit in limits(form, question):
        other = f"this.{limit.other}" if limit.beside else limit.other
        wrong = f"{day} {'<' if limit.before else '>'} " + (
            "today()" if limit.other == "today" else f"date({other})"
        )
        if limit.other != "today":
            wrong = f'(if {other} = null or {other} = "" then false else {wrong})'
        words += f' + (if {wrong} then ". ⚠ That is {limit.says}." else "")'
    return f'if {key} = null or {key} = "" then "{UNREAD}" else {words}'


def _missing(form: Form) -> Iterator[dict[str, Any]]:
    """A line that names what is required and empty, by label.

    It is never hidden: a form that shrinks with its last answer takes the button from under the hand.
    """
    rows = [
        f"{{label: {quoted(question.label)}, missing: {needed}}}"
        for question in form.questions
        if not question.fixed and not question.rows and (needed := _needed(question))
    ]
    if rows:
        found = f"[{', '.join(rows)}][missing].label"
        said = 'if count(found) = 0 then "nothing" else string join(found, "; ")'
        yield {
            "type": "text",
            "id": MISSING,
            "text": f'="**Still missing:** " + {{found: {found}, said: {said}}}.said',
        }


def _needed(question: Question) -> str:
    empty = f"{question.key} = null or " + (
        f"count({question.key}) = 0" if question.kind in (*TICKS, "dynamiclist") else f'{question.key} = ""'
    )
    when = [f"({condition}) != true" for condition in question.hidden]
    if question.limits.get("required"):
        return " and ".join([*when, f"({empty})"])
    answer = {"to-authorise": "authorised", "to-return": "returned"}.get(question.marks.get("required", ""))
    return " and ".join([f'decision = "{answer}"', *when, f"({empty})"]) if answer else ""
