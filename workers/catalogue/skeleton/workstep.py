"""What every workstep has around its human steps: open, routes, close, closed early."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, mappings
from workers.catalogue.skeleton.process import WORKSTEP, Problem, Process, Rule, listeners, message

OPEN, ROUTES, CLOSE, EARLY = (
    "Task_OpenWorkstep",
    "Task_FindRoutes",
    "Task_CloseWorkstep",
    "SubProcess_ClosedEarly",
)
NO_ROUTES = "${execution.setVariable('routes', JSON('[]'))}"
FOUND = "${JSON(decisionResult.collectEntries('opens'))}"


def opens(process: Process) -> Iterator[Problem]:
    """A workstep has one start event, which sets `routes`, and is opened first of all."""
    if process.role != WORKSTEP:
        return
    starts = process.own("startEvent")
    for start in starts[1:]:
        yield start, "is a second start event: a workstep is called, so it begins in one place"
    for start in starts[:1]:
        if NO_ROUTES not in listeners(start, "executionListener", "start"):
            yield start, f"leaves routes unset: give it the start listener {NO_ROUTES}"
        if process.topic(process.next(start)) != "open-workstep":
            yield start, f"is not followed by the opening: let {OPEN} of topic open-workstep follow it"
    yield from _named(process, process.own("serviceTask"), "open-workstep", OPEN)


def routing(process: Process) -> Iterator[Problem]:
    """Before a workstep closes, its routing table says what opens next; or the model says why none does."""
    close = _closing(process)
    if close is None:
        return
    table = f"{process.model.process}-routing"
    before = process.before(close)
    finds = [element for element in before if element.get(CAMUNDA + "decisionRef", "").endswith("-routing")]
    if len(finds) != 1 or finds != before:
        yield (
            close,
            f"is reached without finding what opens next: put {ROUTES}, decision {table}, right before it, "
            "or declare why nothing does (property skeleton, value `routing: …`)",
        )
        return
    (find,) = finds
    if find.get("id") != ROUTES:
        yield find, f"finds what opens next: call it {ROUTES}"
    if find.get(CAMUNDA + "decisionRef") != table:
        yield find, f"asks the table of another workstep: make its decision {table}"
    if mappings(find, "outputParameter").get("routes") != FOUND:
        yield find, f"does not set routes: give it the output routes {FOUND}"


def routed(process: Process) -> bool:
    """Whether a workstep finds what opens next."""
    close = _closing(process)
    return close is not None and any(
        element.get(CAMUNDA + "decisionRef", "").endswith("-routing") for element in process.before(close)
    )


def closes(process: Process) -> Iterator[Problem]:
    """A workstep is closed last of all, with its routes; whatever way it went."""
    if process.role != WORKSTEP:
        return
    close = _closing(process)
    if close is None:
        yield process.element, f"is closed nowhere: let {CLOSE} of topic close-workstep stand before its end"
        return
    yield from _named(process, process.own("serviceTask"), "close-workstep", CLOSE)
    if mappings(close, "inputParameter").get("routes") != "${routes}":
        yield close, "does not say what opens next: give it the input routes ${routes}"
    aside = _behind_boundaries(process)
    for end in process.own("endEvent"):
        for source in process.before(end):
            if source is not close and source not in aside:
                yield (
                    end,
                    f"ends the workstep without closing it: let {CLOSE} stand behind {source.get('id')}",
                )


def early(process: Process) -> Iterator[Problem]:
    """A workstep can be closed early by a message, and then says so on the record."""
    if process.role != WORKSTEP:
        return
    sub = process.model.elements.get(EARLY)
    if sub is None:
        yield (
            process.element,
            f"cannot be closed early: copy the event sub-process {EARLY} of another workstep",
        )
        return
    starts, tasks = sub.findall(BPMN + "startEvent"), sub.findall(BPMN + "serviceTask")
    if sub.get("triggeredByEvent") != "true" or len(starts) != 1 or len(tasks) != 1:
        yield sub, "is no event sub-process of a start, a task and an end: copy that of another workstep"
        return
    (start,), (task,) = starts, tasks
    if message(process, start) != "close-workstep" or start.get("isInterrupting") == "false":
        yield start, "does not end the workstep: make it an interrupting start on the message close-workstep"
    if (
        process.topic(task) != "close-workstep"
        or not {"closeReason", "closedBy"} <= mappings(task, "inputParameter").keys()
    ):
        yield (
            task,
            "does not close the workstep early: give it topic close-workstep, closeReason and closedBy",
        )


def _closing(process: Process) -> Element | None:
    """The task that closes a workstep in the ordinary way."""
    return next(
        (task for task in process.own("serviceTask") if process.topic(task) == "close-workstep"), None
    )


def _named(process: Process, tasks: list[Element], topic: str, name: str) -> Iterator[Problem]:
    served = [task for task in tasks if process.topic(task) == topic]
    for task in served[:1]:
        if task.get("id") != name:
            yield task, f"has topic {topic}: call it {name}"
    for task in served[1:]:
        yield task, f"has topic {topic} as {served[0].get('id')} has: a workstep does so once"


def _behind_boundaries(process: Process) -> set[Element]:
    """What only an event at the edge of a task leads to; the workstep itself goes on."""
    behind: set[Element] = set()
    ways = [event for event in process.own("boundaryEvent") if event.get("cancelActivity") == "false"]
    while ways:
        node = ways.pop()
        if node not in behind:
            behind.add(node)
            ways += process.model.after(node)
    return behind


RULES: tuple[Rule, ...] = (opens, routing, closes, early)
