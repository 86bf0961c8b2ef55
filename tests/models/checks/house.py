"""What every process and decision of ours has beyond what a linter asks, to run and to open rightly."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from . import BPMN, CAMUNDA, CAMUNDA_DMN, MODELER, Finding, kind, named, trees

ELEMENT_ID = re.compile(r"[A-Z][A-Za-z]*_[A-Z0-9][A-Za-z0-9]*")
FLOW_NODE_PARTS = (
    "Task",
    "Event",
    "Gateway",
    "Activity",
    "subProcess",
    "sequenceFlow",
    "message",
    "error",
    "escalation",
    "signal",
)
TYPES = {None, "string", "boolean", "integer", "long", "double", "date", "number"}
BARE_WORD = re.compile(r"(?!null$|true$|false$|-$)[A-Za-z][A-Za-z0-9-]*")


def _platform(path: Path, root: etree._Element) -> list[Finding]:
    wanted = {"executionPlatform": "Camunda Platform", "executionPlatformVersion": "7.24.0"}
    return [
        Finding(path, "", f"modeler:{name} is not {value}")
        for name, value in wanted.items()
        if root.get(MODELER + name) != value
    ]


def processes(files: list[Path]) -> list[Finding]:
    """Time to live, executable, platform, ids, timers with dates from variables."""
    findings = []
    for path, root in trees(files, ".bpmn"):
        findings += _platform(path, root)
        for process in root.iter(BPMN + "process"):
            if not process.get(CAMUNDA + "historyTimeToLive"):
                findings.append(Finding(path, named(process), "process has no camunda:historyTimeToLive"))
            if process.get("isExecutable") != "true":
                findings.append(Finding(path, named(process), "process is not executable"))
        for element in root.iter(BPMN + "*"):
            findings += [Finding(path, named(element), what) for what in _element(element)]
    return findings


def _element(element: etree._Element) -> list[str]:
    name, problems = kind(element), []
    if name.endswith(FLOW_NODE_PARTS) and not ELEMENT_ID.fullmatch(element.get("id", "")):
        problems.append("id is not Type_BusinessName")
    if name in {"timeDuration", "timeCycle"} or (
        name == "timeDate" and not (element.text or "").strip().startswith("${")
    ):
        problems.append("timer does not take its date from a variable")
    if re.search(r"\bnow\(\)|dateTime\(\)", " ".join([*element.values(), element.text or ""])):
        problems.append("reads the clock")
    return problems


def decisions(files: list[Path]) -> list[Finding]:
    """Time to live, platform, names, known types, complete rules, and outputs that are not words without
    quotes.
    """
    findings = []
    for path, root in trees(files, ".dmn"):
        findings += _platform(path, root)
        for decision in root.iterfind("{*}decision"):
            if not decision.get(CAMUNDA_DMN + "historyTimeToLive"):
                findings.append(Finding(path, named(decision), "decision has no camunda:historyTimeToLive"))
            if not decision.get("name"):
                findings.append(Finding(path, named(decision), "decision has no name"))
        for table in root.iterfind("{*}decision/{*}decisionTable"):
            findings += [Finding(path, identifier, what) for identifier, what in _table(table)]
    return findings


def _table(table: etree._Element) -> list[tuple[str, str]]:
    problems = []
    inputs, outputs, rules = (table.findall(f"{{*}}{name}") for name in ("input", "output", "rule"))
    for column in inputs:
        if not (column.findtext("{*}inputExpression/{*}text") or "").strip():
            problems.append((named(column), "input has no expression: its cells are never tested"))
    for column in outputs:
        if not column.get("name"):
            problems.append((named(column), "output has no name"))
    for typed in [*outputs, *table.iterfind("{*}input/{*}inputExpression")]:
        if typed.get("typeRef") not in TYPES:
            problems.append((named(typed), f"type {typed.get('typeRef')} is unknown"))
    if not rules:
        problems.append((named(table), "decision table has no rule"))
    for rule in rules:
        cells = rule.findall("{*}outputEntry")
        if len(rule.findall("{*}inputEntry")) != len(inputs) or len(cells) != len(outputs):
            problems.append((named(rule), "rule has not one cell a column"))
        for cell, column in zip(cells, outputs, strict=False):  # that they are as many is asked above
            if column.get("typeRef") == "string" and BARE_WORD.fullmatch(
                (cell.findtext("{*}text") or "").strip()
            ):
                problems.append((named(cell), "text without quotes is a variable, null when there is none"))
    return problems
