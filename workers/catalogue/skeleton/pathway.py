"""What every pathway has around its worksteps: open once for a child, withdraw, close."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, kind, mappings
from workers.catalogue.skeleton.process import PATHWAY, Problem, Process, Rule, listeners, message

OPEN, CLOSE = "Task_OpenPathway", "Task_ClosePathway"
ALREADY_OPEN, TOLD, ENDED = "End_AlreadyOpen", "Event_OutcomeTold", "End_PathwayEnded"
ASKED = "${alreadyOpen}"
KEY = (
    "${execution.processBusinessKey != null ? null : "
    "execution.setProcessBusinessKey(execution.getVariable('childId'))}"
)


def begins(process: Process) -> Iterator[Problem]:
    """A pathway begins by its key or a message of its name, is opened first, and but once for a child.

    Who starts it in Tasklist has a form, and the child's reference becomes the business key.
    """
    if process.role != PATHWAY:
        return
    for start in process.own("startEvent"):
        if message(process, start) is None and not start.get(CAMUNDA + "formRef"):
            yield start, "asks who starts it for a business key: give it the form start-pathway"
        if message(process, start) is None and KEY not in listeners(start, "executionListener", "start"):
            yield start, f"does not know the child by its form: give it the start listener {KEY}"
        if message(process, start) not in (None, process.model.process):
            yield start, f"waits for another pathway's message: name its message {process.model.process}"
        if process.topic(process.next(start)) != "open-pathway":
            yield start, f"is not followed by the opening: let {OPEN} of topic open-pathway follow it"
    for use in process.model.uses:
        if use.topic == "open-pathway":
            if use.id != OPEN:
                yield use.element, f"opens the pathway: call it {OPEN}"
            if "alreadyOpen" not in use.outputs:
                yield (
                    use.element,
                    "does not say whether the pathway was open already: map its output alreadyOpen",
                )
            yield from _only_once(process, use.element)


def _only_once(process: Process, opening: Element) -> Iterator[Problem]:
    gateway = process.next(opening)
    flows = process.flows(gateway) if gateway is not None and kind(gateway) == "exclusiveGateway" else {}
    if flows.keys() != {"default", ASKED}:
        yield (
            opening,
            f"opens a second one for the child: let a gateway with {ASKED} and a default flow follow",
        )
    elif [end.get("id") for end in process.forth(flows[ASKED])] != [ALREADY_OPEN]:
        yield (
            flows[ASKED],
            f"goes on with a pathway that is open already: lead it to the end event {ALREADY_OPEN}",
        )
    elif [kind(body) for body in process.forth(flows["default"])] != ["subProcess"]:
        yield (
            flows["default"],
            "does not lead to the case: put all worksteps into one sub-process and lead it there",
        )


def ends(process: Process) -> Iterator[Problem]:
    """Behind the sub-process with the worksteps a pathway is closed, its outcome told, and it ends."""
    for body in _bodies(process):
        close = process.next(body)
        if process.topic(close) != "close-pathway" or close is None:
            yield body, f"is not followed by the closing: let {CLOSE} of topic close-pathway follow it"
            continue
        if close.get("id") != CLOSE:
            yield close, f"closes the pathway: call it {CLOSE}"
        told = process.next(close)
        if process.topic(told) != "tell-outcome" or told is None:
            yield close, f"ends the pathway and tells nobody: let {TOLD} of topic tell-outcome follow it"
            continue
        if told.get("id") != TOLD:
            yield told, f"tells how the pathway ended: call it {TOLD}"
        end = process.next(told)
        if end is None or end.get("id") != ENDED:
            yield told, f"does not end the pathway: let the end event {ENDED} follow it"


def withdrawn(process: Process) -> Iterator[Problem]:
    """A pathway can be withdrawn by a message, which closes all that is open in it."""
    for body in _bodies(process):
        name = f"withdraw-{process.model.process}"
        subs = [sub for sub in body.findall(BPMN + "subProcess") if sub.get("triggeredByEvent") == "true"]
        starts = [start for sub in subs for start in sub.findall(BPMN + "startEvent")]
        waiting = [start for start in starts if message(process, start) == name]
        if not waiting:
            yield body, f"cannot be withdrawn: give it an event sub-process that starts on the message {name}"
        for start in waiting:
            task = process.next(start)
            if start.get("isInterrupting") != "false":
                yield start, "cuts the worksteps off before they are recorded: make it non-interrupting"
            if process.topic(task) != "close-open-worksteps" or task is None:
                yield start, "leaves the worksteps open: let a task of topic close-open-worksteps follow it"
            elif "withdrawReason" not in mappings(task, "inputParameter"):
                yield task, "does not say why: give it the input withdrawReason"


def _bodies(process: Process) -> list[Element]:
    """The sub-process that holds a pathway's worksteps."""
    if process.role != PATHWAY:
        return []
    return [sub for sub in process.own("subProcess") if sub.get("triggeredByEvent") != "true"]


RULES: tuple[Rule, ...] = (begins, ends, withdrawn)
