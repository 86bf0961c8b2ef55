"""Which nodes and sequence flows of the models the cases took, counted by the engine itself."""

from __future__ import annotations

import json
import shutil
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from lxml import etree

from workers.records.record import Record
from workers.rest.deploy import model_files
from workers.rest.session import EngineSession
from workers.service import Cleaner

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOW = "flow:"


def instrumented(models: Path, copy: Path) -> Path:
    """A copy of the models in which every sequence flow notes in a local variable that it was taken.

    Never shipped.
    """
    for file in model_files(models):
        target = copy / file.relative_to(models)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".bpmn":
            tree = etree.parse(file)
            for flow in tree.iter(f"{{{BPMN}}}sequenceFlow"):
                _count(flow)
            tree.write(target, xml_declaration=True, encoding="UTF-8")
        else:
            shutil.copy(file, target)
    return copy


def _count(flow: Any) -> None:
    extensions = flow.find(f"{{{BPMN}}}extensionElements")
    if extensions is None:
        extensions = etree.Element(f"{{{BPMN}}}extensionElements")
        documentation = flow.find(f"{{{BPMN}}}documentation")
        flow.insert(0 if documentation is None else 1, extensions)
    etree.SubElement(
        extensions,
        f"{{{CAMUNDA}}}executionListener",
        event="take",
        expression=f"${{execution.setVariableLocal('{FLOW}{flow.get('id')}', true)}}",
    )


class Coverage:
    """Element id -> how often, by process.

    A flow counts once an execution: whether it was taken is exact, how often in a loop is not.
    """

    def __init__(self, engine: EngineSession):
        self.engine = engine
        self.seen: dict[str, Counter[str]] = defaultdict(Counter)
        self._harvested: set[str] = set()
        self._lock = threading.Lock()  # the cleaner's thread and the test's

    def harvest(self, instance: str) -> None:
        """Count what an instance that has ended has passed through.

        Before its variables are cleaned from history.
        """
        with self._lock:
            if instance not in self._harvested:
                counted: dict[str, Counter[str]] = defaultdict(Counter)
                # all of it or nothing: where the engine does not answer, the next turn counts
                self._tally(instance, counted)
                self._harvested.add(instance)
                for process, elements_ in counted.items():
                    self.seen[process].update(elements_)

    def _tally(self, instance: str, into: dict[str, Counter[str]]) -> None:
        # variables' rows do not always have it
        process = self.engine.fetch(f"/history/process-instance/{instance}")["processDefinitionKey"]
        for row in self.engine.fetch(
            "/history/variable-instance", processInstanceId=instance, variableNameLike=f"{FLOW}%"
        ):
            into[process][row["name"].removeprefix(FLOW)] += 1
        for row in self.engine.fetch("/history/activity-instance", processInstanceId=instance):
            into[process][row["activityId"]] += 1

    def total(self, models: Path) -> dict[str, Counter[str]]:
        """Everything so far: also what never came to the cleaner, and what instances that are still open have
        passed through.
        """
        running = defaultdict(Counter)
        for row in self.engine.fetch("/history/process-instance", unfinished=True):
            self._tally(row["id"], running)
        for row in self.engine.fetch("/history/process-instance", finished=True):
            self.harvest(row["id"])
        with self._lock:
            total = defaultdict(
                Counter,
                {
                    process: self.seen[process] + running[process]
                    for process in self.seen.keys() | running.keys()
                },
            )
        for file in models.glob("bpmn/*/*.bpmn"):
            tree = etree.parse(file)
            for kind, side in (
                ("intermediateThrowEvent", "incoming"),
                ("intermediateCatchEvent", "outgoing"),
            ):
                # the engine makes no activity of a link event: it was passed as often as its flows
                for link in tree.iterfind(f".//{{{BPMN}}}{kind}[{{{BPMN}}}linkEventDefinition]"):
                    total[file.stem][link.get("id")] = sum(
                        total[file.stem][flow.text.strip()] for flow in link.iterfind(f"{{{BPMN}}}{side}")
                    )
        return total


def elements(file: Path) -> list[str]:
    """The ids of a model's nodes and sequence flows."""
    process = etree.parse(file).getroot().find(f"{{{BPMN}}}process")
    kinds = ("Task", "Event", "Gateway", "Activity", "sequenceFlow", "subProcess")
    return [
        node.get("id") for node in process.iter(f"{{{BPMN}}}*") if node.get("id") and node.tag.endswith(kinds)
    ]


def missing(models: Path, total: dict[str, Counter[str]]) -> list[str]:
    """`file: element` for each node and flow that nothing has taken."""
    return [
        f"{file.relative_to(models)}: {element}"
        for file in sorted(models.glob("bpmn/*/*.bpmn"))
        for element in elements(file)
        if not total[file.stem][element]
    ]


def contradictions(models: Path, total: dict[str, Counter[str]]) -> list[str]:
    """Flows that were counted although the engine's history lacks one of their ends, and nodes that were
    entered by no counted flow: there must be none.
    """
    found = []
    for file in sorted(models.glob("bpmn/*/*.bpmn")):
        seen, into = total[file.stem], defaultdict(list)
        for flow in etree.parse(file).iter(f"{{{BPMN}}}sequenceFlow"):
            into[flow.get("targetRef")].append(flow.get("id"))
            if seen[flow.get("id")] and not (seen[flow.get("sourceRef")] and seen[flow.get("targetRef")]):
                found.append(f"{file.stem}: {flow.get('id')} without its ends")
        found += [
            f"{file.stem}: {node} without a flow"
            for node, flows in into.items()
            if seen[node] and not any(seen[flow] for flow in flows)
        ]
    return found


def write(path: Path, total: dict[str, Counter[str]]) -> None:
    """For `node tools/render.mjs … --coverage`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(
            {process: dict(sorted(counts.items())) for process, counts in sorted(total.items())}, indent=1
        )
    )


class HarvestingCleaner(Cleaner):
    """The product's cleaner, which leaves nothing behind before it was counted."""

    def __init__(self, session: EngineSession, record: Record, coverage: Coverage):
        super().__init__(session, record)
        self.coverage = coverage

    def _ended(self, instance: str) -> bool:
        self.coverage.harvest(instance)
        return super()._ended(instance)
