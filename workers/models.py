"""What the engine would take, and no case could get past: models that ask the workers for what they do not
know or lack a part of the skeleton, rules that do not know their form, duties that nobody could do,
timescales that cannot be counted or ask for facts that nobody answers, tasks that would have no due date.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Model, read
from workers.catalogue import check, form_rules, skeleton, tags
from workers.rest import organisation
from workers.rest.deploy import model_files
from workers.situation import check as situation
from workers.situation.vocabulary import FILE, Vocabulary
from workers.timescales import duties
from workers.timescales.soundness import faults
from workers.timescales.tables import Tables
from workers.topics import catalogue
from workers.topics.notify import TARGETS


def findings(models: Path) -> list[str]:
    """Each with file, place and mend. The files can be read: `deploy` has looked.

    Raises TableError, VocabularyError.
    """
    files = model_files(models)
    lines = [
        f"{finding.file.relative_to(models)}: {finding.element}: {finding.what}"
        for finding in [
            *check.findings(files, catalogue(), organisation.startable(models)),
            *skeleton.findings(files),
            *form_rules.findings(files),
            *tags.findings(files),
        ]
    ]
    lines += duties.faults(models, files)
    if any(file.parent.name == "timescales" for file in files):
        tables = Tables.of_files(models)
        lines += [
            f"dmn/timescales/{row.table}.dmn: {row.rule} ({row.place}): {fault}"
            for row in tables.rows()
            if tables[row.table].folder == "timescales"
            for fault in faults(row.outputs)
        ]
        dated = set(tables[TARGETS].events) if TARGETS in tables else set()
        lines += [
            f"{model.path.relative_to(models)}: {element.get('id')}: its task would have no due date: "
            f"add a row for {event} to {TARGETS}, or name another dueEvent"
            for model in read(files)
            for element, event in _counted_from(model)
            if event not in dated
        ]
        if (models / FILE).exists():
            lines += situation.findings(models, Vocabulary.read(models), tables)
    return lines


def _counted_from(model: Model) -> Iterator[tuple[Element, str]]:
    """The events from which the due dates of a process' tasks count, as far as its model says them."""
    named = [
        (use.element, use.inputs.get("dueEvent") or use.inputs.get("template", ""))
        for use in model.uses
        if use.topic == "notify"
    ] + [
        (call, into.get("sourceExpression", ""))
        for call in model.root.iter(BPMN + "callActivity")
        for into in call.iter(CAMUNDA + "in")
        if into.get("target") == "dueEvent"
    ]
    return ((element, event) for element, event in named if "{" not in event)
