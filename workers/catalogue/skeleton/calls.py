"""What a call carries into a workstep, or into a shared process that somebody answers, and takes back."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, kind, mappings, only_name
from workers.catalogue.skeleton.process import SHARED, WORKSTEP, Problem, Process, Rule
from workers.catalogue.skeleton.workstep import routed

BUSINESS_KEY = "#{execution.processBusinessKey}"
HEARD = {"answer", "form", "asked", "requestedBy", "writtenBy"}  # what the outcome of a request is told with


def called(process: Process) -> Iterator[Problem]:
    """A call hands on whose case it is; that of a workstep takes its routes."""
    for call in process.calls:
        target = process.house.get(call.get("calledElement", ""))
        if BUSINESS_KEY not in [into.get("businessKey") for into in _ins(call)]:
            yield call, f"does not hand the business key down: add camunda:in businessKey={BUSINESS_KEY}"
        if target is None:
            continue
        if given(call).get("childId") != "childId":
            yield call, "does not hand the child down: add camunda:in source=childId target=childId"
        if target.role == WORKSTEP and routed(target) and "routes" not in taken(call):
            yield call, f"does not learn what {target.model.process} opens: add camunda:out source=routes"


def request(process: Process) -> Iterator[Problem]:
    """A request is given all that its answerer sees, its form's rules, and the name of the step that asks."""
    for call, target in _requests(process):
        into = given(call)
        for name in sorted(_needed(target) - into.keys()):
            yield (
                call,
                f"does not give {name}, which {target.model.process} takes as given: add a camunda:in for it",
            )
        form = into.get("form", "")
        if into.get("rules") != f"{form}-rules":
            yield call, f"asks form {form} and checks it by {into.get('rules')}: make rules {form}-rules"
        if into.get("stepName") != process.element.get("name"):
            yield call, f"asks in another step's name: make stepName {process.element.get('name')}"
        if "nextActions" in process.form_keys.get(form, ()) and "nextActions" not in into:
            yield (
                call,
                "leaves next actions null, which Tasklist refuses: give nextActions, an empty list at least",
            )


def answered(process: Process) -> Iterator[Problem]:
    """What is not authorised goes back: a gateway asks, and the answerer's comments come as the message. How
    it was answered is told where the answer is recorded.
    """
    yield from _heard(process)
    for call, target in _requests(process):
        decision, gateway = taken(call).get("decision"), process.next(call)
        if decision is None:
            yield call, f"does not learn how {target.model.process} ends: add camunda:out source=decision"
            continue
        back = f"${{{decision} != 'authorised'}}"
        flow = (
            process.flows(gateway).get(back)
            if gateway is not None and kind(gateway) == "exclusiveGateway"
            else None
        )
        if flow is None:
            yield call, f"is not asked whether it was authorised: let a gateway with a flow {back} follow"
            continue
        for event in process.forth(flow):
            use = process.use(event)
            if use is None or use.topic != "notify" or use.inputs.get("template") != "returned":
                yield (
                    flow,
                    "returns and tells nobody: lead it to an event of topic notify with template returned",
                )
            elif "message" not in use.outputs:
                yield event, "returns without a reason: give it the output message with the comments"


def _heard(process: Process) -> Iterator[Problem]:
    for use in process.model.uses:
        if process.role == SHARED and use.topic == "record-submission" and not process.has_duties:
            told = process.use(process.next(use.element))
            if told is None or told.topic != "tell-outcome":
                yield use.element, "records an answer of which nobody hears: let topic tell-outcome follow it"
            elif missing := HEARD - told.inputs.keys():
                yield (
                    told.element,
                    f"does not say {', '.join(sorted(missing))}: give it inputs of these names",
                )


def given(call: Element) -> dict[str, str]:
    """What a call hands down: target -> variable or expression."""
    return {
        into.get("target", ""): into.get("source") or into.get("sourceExpression") or ""
        for into in _ins(call)
        if into.get("target")
    }


def taken(call: Element) -> dict[str, str]:
    """What a call takes back: variable of the called process -> its name here."""
    outs = call.iterfind(f"{BPMN}extensionElements/{CAMUNDA}out")
    return {out.get("source", ""): out.get("target", "") for out in outs}


def _ins(call: Element) -> list[Element]:
    return call.findall(f"{BPMN}extensionElements/{CAMUNDA}in")


def _requests(process: Process) -> Iterator[tuple[Element, Process]]:
    """The calls of shared processes in which somebody answers: nobody asks for a duty."""
    for call in process.calls:
        target = process.house.get(call.get("calledElement", ""))
        if target is not None and target.role == SHARED and target.human_steps and not target.has_duties:
            yield call, target


def _needed(target: Process) -> set[str]:
    """What the human steps of a process take as given: input parameters that read a variable bare."""
    return {
        name
        for task in target.human_steps
        for value in mappings(task, "inputParameter").values()
        if "getVariable" not in value and (name := only_name(value))
    }


RULES: tuple[Rule, ...] = (called, request, answered)
