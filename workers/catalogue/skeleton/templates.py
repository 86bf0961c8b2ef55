"""What Modeler knows an element by, so that it offers an update when a contract changes."""

from __future__ import annotations

from collections.abc import Iterator

from workers.bpmn import CAMUNDA
from workers.catalogue import templates
from workers.catalogue.skeleton.process import WORKSTEP, Problem, Process, Rule


def template(process: Process) -> Iterator[Problem]:
    """What a worker does, and each call of a workstep or of duties, names its element template."""
    wanted = [(use.element, templates.name_of(use.topic, use.is_event)) for use in process.model.uses]
    for call in process.calls:
        target = process.house.get(call.get("calledElement", ""))
        if target is not None and (target.role == WORKSTEP or target.has_duties):
            called = templates.DUTY if target.has_duties else templates.CALL
            wanted.append((call, templates.name_of(called, False)))
    for element, name in wanted:
        if element.get(CAMUNDA + "modelerTemplate") != name:
            yield element, f"names another template than its own: set camunda:modelerTemplate to {name}"


RULES: tuple[Rule, ...] = (template,)
