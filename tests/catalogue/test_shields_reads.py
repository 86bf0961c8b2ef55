"""What can be read after a human step and written by it: each kind of read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from tests.catalogue import bpmn as b


class Way(NamedTuple):
    """What comes after `Ask`, up to `End`; `reader`: how the finding names who reads x."""

    name: str
    reader: str
    elements: str
    others: Mapping[str, str] = MappingProxyType({})


def after(element: str) -> str:
    return element + b.flows("Ask > Next > End")


def judge(*inner: str) -> str:
    return after(b.rule("Next", "judge", *inner))


def user(attributes: str = "", **more: str) -> str:
    return after(b.ask(identifier="Next", attributes=attributes, **more))


def another(*components: dict) -> tuple[str, dict[str, str]]:
    """A second human step, with a form of its own."""
    return after(b.ask(identifier="Next", form="other")), b.form("other", *components)


def called(passed: str, body: str) -> tuple[str, dict[str, str]]:
    return after(b.call("Next", "called", passed)), {
        "called.bpmn": b.process("called", b.start(), body, b.END)
    }


AGAIN = b.when("Ask", "Ask", "${said}") + b.flows("Ask > End")
READS = [
    Way(
        "condition",
        "Gate_Other (the condition)",
        b.gate("Gate") + b.end("Other") + b.flows("Ask > Gate > End") + b.when("Gate", "Other", "${x == 1}"),
    ),
    Way(
        "flow listener",
        "Gate_Other (a listener)",
        b.gate("Gate")
        + b.end("Other")
        + b.flows("Ask > Gate")
        + '<b:sequenceFlow id="Gate_Other" sourceRef="Gate" targetRef="Other">'
        + b.ext(b.listener("take", "${execution.setProcessBusinessKey(x)}"))
        + "</b:sequenceFlow>",
    ),
    Way(
        "getVariable",
        "Next (expression)",
        after(b.service("${execution.getVariable('x')}")),
    ),
    Way(
        "of the process",
        "Next (expression)",
        after(b.service("${execution.processInstance.getVariable('x')}")),
    ),
    Way(
        "text around it",
        "Next (taskPriority)",
        after('<b:serviceTask id="Next" camunda:taskPriority="#{x}" camunda:expression="${1}" />'),
    ),
    Way("input of a topic", "Next (input text)", after(b.see("Dear ${x}", "Next"))),
    Way(
        "list in an input",
        "Next (input text)",
        after(
            b.topic(
                "Next",
                "tell",
                b.io(b.given("text", "<camunda:list><camunda:value>${x}</camunda:value></camunda:list>")),
            )
        ),
    ),
    Way(
        "message event of a topic",
        "Next (input text)",
        after(
            '<b:intermediateThrowEvent id="Next">'
            + b.ext(b.io(b.given("text", "${x}")))
            + '<b:messageEventDefinition camunda:type="external" camunda:topic="tell" '
            "/></b:intermediateThrowEvent>"
        ),
    ),
    Way(
        "start listener",
        "Next (the start listener)",
        after(b.task("Next", b.listener("start", "${execution.setProcessBusinessKey(x)}"))),
    ),
    Way(
        "what is set, then read",
        "Next (input text)",
        b.topic("Set", "tell", b.io(b.out("y", "${x}")))
        + b.see("${y}", "Next")
        + b.flows("Ask > Set > Next > End"),
    ),
    Way("name", "Next (name)", user('name="Weigh ${x}"')),
    Way(
        "description",
        "Next (the description)",
        after(
            '<b:userTask id="Next" camunda:formRef="ask"><b:documentation>${x}</b:documentation></b:userTask>'
        ),
    ),
    Way("assignee", "Next (assignee)", user('camunda:assignee="${x}"')),
    Way("candidate groups", "Next (candidateGroups)", user('camunda:candidateGroups="${x}"')),
    Way("due date", "Next (dueDate)", user('camunda:dueDate="${x}"')),
    Way(
        "create listener",
        "Next (the create listener)",
        user(listeners=b.task_listener("create", "${task.setName(x)}")),
    ),
    Way(
        "card",
        "Next (the create listener)",
        user(listeners=b.task_listener("create", "${task.setVariableLocal('y', x)}")),
    ),
    Way(
        "key of another form",
        "Next (form other)",
        *another({"type": "textfield", "key": "x"}),
    ),
    Way(
        "text of another form",
        "Next (form other)",
        *another({"type": "text", "text": "**Hello** {{x}}"}),
    ),
    Way(
        "table of another form",
        "Next (form other)",
        *another({"type": "table", "dataSource": "=x"}),
    ),
    Way(
        "hidden by it",
        "Next (form other)",
        *another(
            {
                "type": "group",
                "components": [{"type": "text", "text": "Hello", "conditional": {"hide": "=count(x) > 1"}}],
            },
        ),
    ),
    Way(
        "list of another form",
        "Next (form other)",
        *another({"type": "dynamiclist", "path": "x", "components": []}),
    ),
    Way(
        "greyed out in the step's own form",
        "Ask (form ask)",
        AGAIN,
        b.form(
            "ask", {"type": "textfield", "key": "said"}, {"type": "textfield", "key": "x", "disabled": True}
        ),
    ),
    Way(
        "shown when the step is done again",
        "Ask (form ask)",
        AGAIN,
        b.form("ask", {"type": "text", "text": "{{x}}"}, {"type": "textfield", "key": "said"}),
    ),
    Way("input of a decision", "Next (decision judge)", judge(), b.judged(input="if x = null then 1 else 2")),
    Way("cell of a decision", "Next (decision judge)", judge(), b.judged(cell="> x")),
    Way("result of a decision", "Next (decision judge)", judge(), b.judged(result='"You are " + x')),
    Way("required decision", "Next (decision judge)", judge(), b.judged(weigh="[x][item != null]")),
    Way(
        "timer",
        "Next (timeDate)",
        after('<b:intermediateCatchEvent id="Next">' + b.timer("${x}") + "</b:intermediateCatchEvent>"),
    ),
    Way(
        "timer at a task",
        "Late (timeDate)",
        after(
            b.see("a", "Next")
            + b.boundary("Late", "Next", b.timer("${x}"))
            + b.end("Over")
            + b.flows("Late > Over")
        ),
    ),
    Way(
        "conditional event",
        "Next (the condition)",
        after(
            '<b:intermediateCatchEvent id="Next"><b:conditionalEventDefinition><b:condition>${x == '
            "1}</b:condition>"
            "</b:conditionalEventDefinition></b:intermediateCatchEvent>"
        ),
    ),
    Way(
        "collection",
        "Next (the collection)",
        after(
            '<b:task id="Next"><b:multiInstanceLoopCharacteristics camunda:collection="x" '
            'camunda:elementVariable="one" /></b:task>'
        ),
    ),
    Way(
        "message name",
        "Next (message name)",
        after(
            '<b:intermediateCatchEvent id="Next"><b:messageEventDefinition messageRef="Message" '
            "/></b:intermediateCatchEvent>"
        ),
    ),
    Way(
        "inside a sub-process",
        "Inner (input text)",
        after(b.sub("Next", "", b.see(identifier="Inner"), b.flows("Begin > Inner"))),
    ),
    Way(
        "beyond a link",
        "Next (input text)",
        '<b:intermediateThrowEvent id="There"><b:linkEventDefinition name="l" /></b:intermediateThrowEvent>'
        '<b:intermediateCatchEvent id="Here"><b:linkEventDefinition name="l" /></b:intermediateCatchEvent>'
        + b.flows("Ask > There")
        + b.flows("Here > Next > End")
        + b.see(identifier="Next"),
    ),
    Way(
        "while the step is open",
        "Timed (input text)",
        b.flows("Ask > End")
        + b.boundary("Late", "Ask", b.timer("${1}"))
        + b.see(identifier="Timed")
        + b.flows("Late > Timed"),
    ),
    Way(
        "event sub-process",
        "Closed (input text)",
        b.flows("Ask > End")
        + b.early("<b:messageEventDefinition />", b.see(identifier="Closed"), b.flows("Asked > Closed")),
    ),
    Way(
        "passed to a called process",
        "Inner of called (input text)",
        *called(b.into("x", "y"), b.see("${y}", "Inner") + b.flows("Start > Inner > End")),
    ),
    Way(
        "passed as an expression",
        "Inner of called (input text)",
        *called(
            '<camunda:in sourceExpression="${x}" target="y" />',
            b.see("${y}", "Inner") + b.flows("Start > Inner > End"),
        ),
    ),
    Way(
        "everything passed",
        "Inner of called (input text)",
        *called('<camunda:in variables="all" />', b.see(identifier="Inner") + b.flows("Start > Inner > End")),
    ),
    Way(
        "business key",
        "Next (the business key)",
        *called('<camunda:in businessKey="${x}" />', b.flows("Start > End")),
    ),
    Way(
        "asked of the caller",
        "Inner of called (input text)",
        *called(
            b.into("said", "y"),
            b.see("${execution.processInstance.superExecution.getVariable('x')}", "Inner")
            + b.flows("Start > Inner > End"),
        ),
    ),
    Way(
        "recorded",
        "Next (topic record-submission records it)",
        after(b.topic("Next", "record-submission", b.io(b.given("form", "other")))),
        b.form("other", {"type": "textfield", "key": "x"}),
    ),
]


def model(way: Way, *shields: str, asked: str = "") -> dict[str, str]:
    return {
        "step.bpmn": b.process(
            "step",
            b.start(),
            asked or b.ask(*shields),
            b.END,
            b.flows("Start > Ask"),
            way.elements,
            outside='<b:message id="Message" name="m-${x}" />',
        ),
        **way.others,
    }


@pytest.mark.parametrize("way", READS, ids=lambda way: way.name)
def test_what_is_read_later_is_open_until_it_is_shielded(way: Way, tmp_path: Path) -> None:
    found = b.check(tmp_path, model(way))
    assert b.opened(found) == {("Ask", "x")}, found
    assert way.reader in found[0].what and found[0].file.name == "step.bpmn"
    assert found[0].what.endswith("shield it with the input parameter x = ${execution.getVariable('x')}")
    assert b.check(tmp_path, model(way, "x")) == []


def test_a_timer_at_the_step_was_set_before_anything_was_submitted(tmp_path: Path) -> None:
    late = b.boundary("Late", "Ask", b.timer("${x}"), beside=True) + b.end("Over") + b.flows("Late > Over")
    assert b.check(tmp_path, model(Way("timer", "", b.flows("Ask > End") + late))) == []
