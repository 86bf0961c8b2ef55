"""The fixed skeleton of a process: what every pathway, workstep and shared process has, in which order.

Each rule is a function, known by its name; docs/modelling.md says them in words. A place that is rightly
odd says so in the model, on the element of the finding: `camunda:property`, name `skeleton`, value
`rule: reason`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Finding
from workers.catalogue.skeleton import calls, duties, messages, pathway, steps, templates, workstep
from workers.catalogue.skeleton.process import Process, Rule, house

RULES: dict[str, Rule] = {
    rule.__name__: rule
    for module in (steps, workstep, calls, duties, pathway, messages, templates)
    for rule in module.RULES
}


def findings(files: Iterable[Path]) -> list[Finding]:
    """Every finding of the BPMN files among `files`, with the forms that they use."""
    return [
        Finding(process.model.path, element.get("id", ""), what)
        for process in house(files).values()
        for element, what in _of(process)
    ]


def _of(process: Process) -> Iterator[tuple[Element, str]]:
    declared = {
        (element, rule): reason for element in process.elements for rule, reason in _declared(element)
    }
    needed = set()
    for name, rule in RULES.items():
        for element, what in rule(process):
            if (element, name) in declared:
                needed.add((element, name))
            else:
                yield element, what
    for (element, name), reason in declared.items():
        if name not in RULES:
            yield element, f"declares itself odd against the rule {name}: there are {', '.join(RULES)}"
        elif not reason:
            yield (
                element,
                f"declares itself odd against the rule {name} without a reason: write it behind the colon",
            )
        elif (element, name) not in needed:
            yield (
                element,
                f"declares itself odd against the rule {name}, which it keeps: take the property away",
            )


def _declared(element: Element) -> Iterator[tuple[str, str]]:
    """The rules that an element declares it does not keep, and why."""
    for declared in element.iterfind(f"{BPMN}extensionElements/{CAMUNDA}properties/{CAMUNDA}property"):
        if declared.get("name") == "skeleton":
            rule, _, reason = declared.get("value", "").partition(":")
            yield rule.strip(), reason.strip()
