"""Whether the vocabulary answers what the tables ask for, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers import forms
from workers.situation.vocabulary import ASKED, FILE, Answer, Vocabulary
from workers.timescales.tables import Fact, Tables

KINDS = {"months_since": "integer", "age_months_at": "integer", "weeks_in": "integer"}  # else boolean
WORDS = ("code", "state", "first_open")  # which say a value of the fact


def findings(models: Path, vocabulary: Vocabulary, tables: Tables) -> list[str]:
    """Each with file, entry and mend."""
    duties = Tables.read(sorted(models.glob("dmn/duties/*.dmn")))  # their facts may come from a form as well
    asked = {**duties.facts(), **tables.facts()}
    lines = [
        f"dmn/{table.folder}/{table.id}.dmn: asks for {fact}, and {FILE} says nothing of it: "
        "add it there to facts, or to asked"
        for table in tables.values()
        for fact in table.facts
        if fact not in vocabulary.answers
    ]
    for name, answer in vocabulary.answers.items():
        entry = f"{FILE}: {f'asked.{answer.of!r}' if answer.how == 'asked' else f'facts.{name}'}"
        if name not in asked:
            lines.append(f"{entry}: no table asks for {name}: correct its name, or take it out")
        else:
            faults = _faults(models, vocabulary, tables, answer, asked[name])
            lines += [f"{entry}: {fault}" for fault in faults]
    return lines


def _faults(
    models: Path, vocabulary: Vocabulary, tables: Tables, answer: Answer, fact: Fact
) -> Iterator[str]:
    match answer.how:
        case "form":
            keys = _keys(models, answer.of)
            if keys is None:
                yield f"there is no form {answer.of}: correct its name"
            elif answer.more["key"] not in keys:
                yield f"form {answer.of} does not ask {answer.more['key']}: correct the key"
        case "table" if answer.of not in tables:
            yield f"there is no table {answer.of}: correct its name"
        case how if how in WORDS:
            for value in sorted(_said(vocabulary, answer), key=str):
                if value not in ((True, False) if fact.kind == "boolean" else fact.values):
                    yield f"{value} is none of the values of {fact.name}: use {fact.choice}"
        case how if how not in ASKED and fact.kind != KINDS.get(how, "boolean"):
            yield f"{fact.name} is {fact.kind} in the tables, and {how} gives {KINDS.get(how, 'boolean')}"


def _said(vocabulary: Vocabulary, answer: Answer) -> set[Any]:
    match answer.how:
        case "state":
            return {answer.more[name] for name in ("is", "was", "never")}
        case "first_open":
            return set(answer.of.values())
    codes = vocabulary.kinds[answer.of].codes
    said = (code.says.get(answer.fact) if code.says else name for name, code in codes.items())
    return {value for value in said if value is not None}


def _keys(models: Path, form: str) -> set[str] | None:
    file = next(models.glob(f"forms/*/{form}.form"), None)
    return set(forms.questions(json.loads(file.read_text()))) if file else None
