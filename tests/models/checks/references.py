"""Whether what one file names exists in another, and whether all that exists is used."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from lxml import etree

from . import BPMN, CAMUNDA, Finding, kind, named, trees

# attribute of a BPMN element -> the kind of file that it names
REFERENCES = {CAMUNDA + "formRef": "form", CAMUNDA + "decisionRef": "decision", "calledElement": "process"}
# input parameters that name forms, for the topics that keep the record
FORM_PARAMETERS = {"form", "earlierForms", "prefillForms", "nextActionsForm"}
# what a call of authorise-request gives
CALL_PARAMETERS = {"form": "form", "rules": "decision"}
# the form that a process has where the row of duties that it was made of names none
COMMON = re.compile(r"setVariable\('form', .*\? '([a-z-]+)' :")
DECLARED = {
    "message": "messageRef",
    "error": "errorRef",
    "escalation": "escalationRef",
    "signal": "signalRef",
}


def _is_expression(value: str) -> bool:
    return "${" in value or "#{" in value


def _declared(files: list[Path]) -> dict[str, dict[str, Path]]:
    """{kind: {id: the file that defines it}}"""
    found: dict[str, dict[str, Path]] = {"form": {}, "decision": {}, "process": {}}
    for suffix, name in ((".bpmn", "process"), (".dmn", "decision")):
        for path, root in trees(files, suffix):
            found[name].update({element.get("id"): path for element in root.iterfind(f"{{*}}{name}")})
    for path in files:
        if path.suffix == ".form":
            try:
                found["form"][json.loads(path.read_text()).get("id")] = path
            except json.JSONDecodeError:
                continue  # the form check reports it
    return found


def _names(element: etree._Element) -> Iterator[tuple[str, str]]:
    """(kind, id) of everything in other files that this BPMN element names."""
    for attribute, what in REFERENCES.items():
        if (value := element.get(attribute)) and not _is_expression(value):
            yield what, value
    if (
        element.tag == CAMUNDA + "in"
        and (target := element.get("target")) in CALL_PARAMETERS
        and (value := element.get("sourceExpression", ""))
        and not _is_expression(value)
    ):
        yield CALL_PARAMETERS[target], value
    if element.tag == CAMUNDA + "executionListener":
        for form in COMMON.findall(element.get("expression", "")):
            yield from _with_rules(form)
    if element.tag == CAMUNDA + "inputParameter" and element.get("name") in FORM_PARAMETERS:
        value = "".join(element.itertext())
        for form in [] if _is_expression(value) else re.split(r"[,\s]+", value.strip()):
            yield "form", form


def _with_rules(form: str) -> Iterator[tuple[str, str]]:
    yield from (("form", form), ("decision", f"{form}-rules"))


def files_and_ids(files: list[Path]) -> list[Finding]:
    """One process, decision or form a file, named as the file; dmn/routing: a workstep's, its name or its
    form's in front.
    """
    answer_forms = {
        path.stem: tuple(
            f"{given.get('sourceExpression')}-"
            for given in root.iter(CAMUNDA + "in")
            if given.get("target") == "form"
        )
        for path, root in trees(files, ".bpmn")
    }
    findings = []
    for what, ids in _declared(files).items():
        by_file = defaultdict(list)
        for identifier, path in ids.items():
            by_file[path].append(identifier)
        for path, identifiers in by_file.items():
            if path.parent.name == "routing" and all(
                str(identifier).startswith((f"{path.stem}-", *answer_forms.get(path.stem, ())))
                for identifier in identifiers
            ):
                continue
            if identifiers != [path.stem]:
                findings.append(
                    Finding(
                        path,
                        "",
                        f"holds {what} {', '.join(map(str, identifiers))}, not one {what} {path.stem}",
                    )
                )
    return findings


def references(files: list[Path]) -> list[Finding]:
    """Forms, decisions and processes that an element names, but no file defines; decisions' lost inputs."""
    declared = _declared(files)
    findings = [
        Finding(path, named(element), f"{what} {identifier} does not exist")
        for path, root in trees(files, ".bpmn")
        for element in root.iter(etree.Element)
        for what, identifier in _names(element)
        if identifier not in declared[what]
    ]
    for path, root in trees(files, ".dmn"):
        ids = {element.get("id") for element in root.iter(etree.Element)}
        findings += [
            Finding(path, named(element), f"required {href[1:]} does not exist")
            for element in root.iter("{*}*")
            if (href := element.get("href", "")).startswith("#") and href[1:] not in ids
        ]
    return findings


def unused(files: list[Path], code: str = "") -> list[Finding]:
    """Forms and decisions that neither a BPMN file nor, as a quoted string, the given source code names.

    Timescales and eligibility are asked by the command line, too, whatever processes there are.
    """
    used = {
        name
        for _, root in trees(files, ".bpmn")
        for element in root.iter(etree.Element)
        for name in _names(element)
    }
    for path, root in trees(files, ".dmn"):
        if path.parent.name == "duties":
            for form in re.findall(r'"([a-z0-9-]+)"', "".join(root.itertext())):
                used |= {*_with_rules(form)}
    # a decision may also be picked by an input parameter or a variable, and read by another decision
    words = {
        word
        for _, root in trees(files, ".bpmn")
        for text in root.iter(CAMUNDA + "inputParameter")
        for word in re.split(r"[,\s]+", "".join(text.itertext()))
    }
    words |= {
        element.get("href", "").rpartition("#")[2]
        for _, root in trees(files, ".dmn")
        for element in root.iter("{*}requiredDecision")
    }
    words |= set(re.findall(r"""["']([a-z0-9-]+)["']""", code))
    return [
        Finding(path, identifier or "", f"{what} is used by no process")
        for what in ("form", "decision")
        for identifier, path in _declared(files)[what].items()
        if (what, identifier) not in used
        and not (what == "decision" and identifier in words)
        and path.parent.name not in ("timescales", "eligibility")
    ]


def declarations(files: list[Path]) -> list[Finding]:
    """Messages, errors, escalations and signals: declared but never used, or without what the engine matches
    on.
    """
    findings = []
    for path, root in trees(files, ".bpmn"):
        for what, attribute in DECLARED.items():
            used = {element.get(attribute) for element in root.iter(BPMN + "*")}
            for element in root.iterfind(BPMN + what):
                if element.get("id") not in used:
                    findings.append(
                        Finding(path, element.get("id", ""), f"{what} is declared but never used")
                    )
                matched = {"error": "errorCode", "escalation": "escalationCode"}.get(what, "name")
                if not element.get(matched):
                    findings.append(Finding(path, element.get("id", ""), f"{what} has no {matched}"))
    return findings


def implementations(files: list[Path]) -> list[Finding]:
    """Service, send, rule tasks and throwing message events must say what runs: a topic, a decision or an
    expression.

    bpmnlint's camunda/implementation has this aim, but reports catching message events too.
    """
    findings = []
    for path, root in trees(files, ".bpmn"):
        for element in root.iter(BPMN + "*"):
            throws = kind(element) == "messageEventDefinition" and kind(element.getparent()) in {
                "endEvent",
                "intermediateThrowEvent",
            }
            works = kind(element) in {"serviceTask", "sendTask", "businessRuleTask"} or throws
            external = element.get(CAMUNDA + "type") == "external"
            decides = element.get(CAMUNDA + "decisionRef") or element.get(CAMUNDA + "expression")
            if external and not element.get(CAMUNDA + "topic"):
                findings.append(Finding(path, named(element), "external task has no topic"))
            if works and not external and not decides:
                findings.append(Finding(path, named(element), "has no topic, decision or expression"))
            if kind(element) == "userTask" and not element.get(CAMUNDA + "formRef"):
                findings.append(Finding(path, named(element), "user task has no form"))
            if kind(element) == "callActivity" and not element.get("calledElement"):
                findings.append(Finding(path, named(element), "call activity calls nothing"))
    return findings


def topics(files: list[Path], known: Collection[str]) -> list[Finding]:
    """Topics in models that no worker serves."""
    return [
        Finding(path, named(element), f"topic {topic} has no worker")
        for path, root in trees(files, ".bpmn")
        for element in root.iter(BPMN + "*")
        if (topic := element.get(CAMUNDA + "topic")) and not _is_expression(topic) and topic not in known
    ]


def topics_in(files: list[Path]) -> set[str]:
    """The topics that the models use."""
    return {
        topic
        for _, root in trees(files, ".bpmn")
        for element in root.iter(BPMN + "*")
        if (topic := element.get(CAMUNDA + "topic"))
    }
