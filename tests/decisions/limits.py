"""Dates that cannot be: of every date of a form, a day beyond each of its limits, and days on them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from tests.models.checks import ROOT

BORN, DAY, TODAY = "2014-05-04", "2026-06-10", "2026-06-15"
WORDS = {"today": "today", "childBorn": "the child was born"}


def battery(form: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(name of the case, what is different from `given`, the sentences): one answer is changed at a time."""
    asked, start = _dates(form), given(form)
    yield "all are within their limits", {}, ""
    for key in start:
        for value in (BORN, _next(BORN, -1), DAY, _next(DAY, -1), TODAY, _next(TODAY, 1), "", None):
            changed = {key: _in_rows(start[key], value) if isinstance(start[key], list) else value}
            said = "; ".join(_said(asked, start | changed))
            yield f"{key} is {value!r}", changed, said


def given(form: str) -> dict[str, Any]:
    """Every date of the form on one day, in two rows of each list; what must not be past: today."""
    variables: dict[str, Any] = {"today": TODAY, "childBorn": BORN}
    for rows, key, _, marks in _dates(form):
        day = TODAY if "today" in marks.get("notBefore", "").split() else DAY
        if rows:
            one = variables.setdefault(rows, [{}, {}])[1]
            one[key] = day
        else:
            variables[key] = day
    return variables


def _dates(form: str) -> list[tuple[str, str, str, dict[str, str]]]:
    """List, key, label and limits of each date with a limit."""
    path = next(ROOT.glob(f"forms/*/{form}.form"))
    return [*_walk(json.loads(path.read_text())["components"], "", "")]


def _walk(
    parts: list[dict[str, Any]], rows: str, above: str
) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    for part in parts:
        limits = {
            mark: keys for mark in ("notBefore", "notAfter") if (keys := part.get("properties", {}).get(mark))
        }
        if limits:
            yield rows, part["key"], above + part["dateLabel"], limits
        if part["type"] == "dynamiclist":
            yield from _walk(part["components"], part["path"], f"{part['label']}: ")
        else:
            yield from _walk(part.get("components", []), rows, above)


def _said(asked: list[tuple[str, str, str, dict[str, str]]], variables: dict[str, Any]) -> Iterator[str]:
    labels = {key: label.rpartition(": ")[2] for _, key, label, _ in asked}
    for rows, key, label, limits in asked:
        for mark, others in limits.items():
            for other in others.split():
                scopes = [variables | row for row in variables[rows]] if rows else [variables]
                days = [(scope.get(key), scope.get(other)) for scope in scopes]
                wrong = [
                    day < limit if mark == "notBefore" else day > limit
                    for day, limit in days
                    if day and limit
                ]
                if any(wrong):
                    words = WORDS.get(other) or f"“{labels[other]}”"
                    yield f"{label} is {'before' if mark == 'notBefore' else 'after'} {words}"


def _in_rows(rows: list[dict[str, Any]], value: Any) -> list[dict[str, Any]]:
    """The first date of the second row."""
    key = next(iter(rows[1]))
    return [rows[0], rows[1] | {key: value}]


def _next(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()
