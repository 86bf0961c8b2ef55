"""Where a process has duties done: they were planned, and each has an instance of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.bpmn import BPMN, CAMUNDA
from workers.catalogue.skeleton.calls import given
from workers.catalogue.skeleton.process import Problem, Process, Rule

EACH = re.compile(r"\$\{(\w+)\.elements\(\)}")


def duties(process: Process) -> Iterator[Problem]:
    """A call of `duty` or `standing-duty` is made for each duty of a list that topic `set-duties` made."""
    for call in process.calls:
        target = process.house.get(call.get("calledElement", ""))
        if target is None or not target.has_duties:
            continue
        if given(call).get("duty") != "duty":
            yield call, "does not say which duty: add camunda:in source=duty target=duty"
        if process.has_duties:  # one that stands is done once a cycle
            continue
        loop = call.find(BPMN + "multiInstanceLoopCharacteristics")
        attributes = {} if loop is None else loop.attrib
        each = EACH.fullmatch(attributes.get(CAMUNDA + "collection", ""))
        if each is None or attributes.get(CAMUNDA + "elementVariable") != "duty":
            yield (
                call,
                "is not made for each duty: make it multi-instance, collection ${duties.elements()}, element "
                "variable duty",
            )
        elif not any(
            use.topic == "set-duties" and each[1] in use.outputs
            for use in map(process.use, process.before(call))
            if use
        ):
            yield (
                call,
                f"has no plan of its own: let a task of topic set-duties with the output {each[1]} stand "
                "right before it",
            )


RULES: tuple[Rule, ...] = (duties,)
