"""What happened to a child, in sentences: those of `workers/records/vocabulary.py`, with names and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, Template

from workers.reading.names import Names
from workers.reading.shown import Moment, Shown
from workers.records.vocabulary import MAIL, WHAT
from workers.words import day

Entry = Mapping[str, Any]  # as the record's `chronology` gives it


class Told(Shown):
    """What happened, in a sentence. `step`: the workstep or pathway in which it did; empty: in none."""

    at: Moment
    step: str
    says: str


def told(entries: Iterable[Entry], names: Names) -> list[Told]:
    """A child's whole chronology. Mails that tell of one thing share a sentence, and so do the form of an
    answer and the answer.
    """
    entries = list(entries)
    sentences = _Sentences(entries, names)
    return [
        Told(
            at=dt.datetime.fromisoformat(entry["at"]),
            step=names.process(entry["process"]),
            says=sentences.of(entry),
        )
        for entry in _together(entries)
    ]


class _Sentences:
    def __init__(self, entries: Iterable[Entry], names: Names):
        self._names = names
        self._duties = {
            entry["details"]["rule"]: entry["details"]["deadline"].replace("-", " ")
            for entry in entries
            if entry["what"] == "deadline-set" and entry["details"].get("deadline")
        }
        environment = Environment(autoescape=False, finalize=lambda value: "" if value is None else value)
        filters: dict[str, Callable[..., Any]] = {
            "who": lambda users: _listed(names.user(user) or "" for user in _split(users)),
            "team": lambda groups: _listed(map(names.group, _split(groups))),
            "day": day,
            "form": names.form,
            "action": lambda values, form: [f"“{names.action(form, one)}”" for one in _list(values)],
            "process": lambda opened: [names.process(one) for one in _list(opened) if one != "end"],
            "role": lambda role: names.role(role).lower(),
            "duty": lambda rule: f"the {self._duties[rule]} ({rule})" if rule in self._duties else rule,
            "plain": lambda code: str(code).replace("-", " "),
            "mail": lambda template: MAIL.get(template, template),
            "listed": _listed,
        }
        environment.filters |= {name: _if_told(words) for name, words in filters.items()}
        self._templates: dict[str, Template] = {
            what: environment.from_string(kind.told) for what, kind in WHAT.items()
        }

    def of(self, entry: Entry) -> str:
        details = entry["details"]
        by = {"homeward": "Homeward"}.get(entry["by"]) or self._names.user(entry["by"]) or "Somebody"
        people = [
            f"{title} {self._names.user(details[role])}"
            for role, title in self._names.titles.items()
            if details.get(role)
        ]
        absent = dict.fromkeys(WHAT[entry["what"]].details)
        words = self._templates[entry["what"]].render(absent | {**details, "by": by, "people": people})
        text = " ".join(words.split())
        return text if text.startswith(by) else text[:1].upper() + text[1:]  # a user's id stays as it is


def _if_told(words: Callable[..., Any]) -> Callable[..., Any]:
    """Of a detail that does not apply nothing is said."""
    return lambda value, *more: "" if value is None else words(value, *more)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _split(names: Any) -> list[str]:
    """A list, or a comma list."""
    return [part.strip() for one in _list(names) for part in str(one).split(",")]


def _listed(words: Iterable[str]) -> str:
    """One, two and three."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _together(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for entry in entries:
        last: dict[str, Any] = joined[-1] if joined else {"what": "", "process": None}
        kinds, same = (last["what"], entry["what"]), last["process"] == entry["process"]
        if same and kinds == ("form-submitted", "request-answered") and last["by"] == entry["by"]:
            joined[-1] = dict(entry)
        elif (
            same
            and kinds == ("notification-sent", "notification-sent")
            and last["details"]["template"] == entry["details"]["template"]
        ):
            last["details"]["to"] += f", {entry['details']['to']}"
        elif same and kinds == ("model-changed", "model-changed") and last["details"] == entry["details"]:
            continue  # several duties, say
        else:
            joined.append({**entry, "details": dict(entry["details"])})
    return joined
