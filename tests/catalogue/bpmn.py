"""Small models for the tests of the shields: one human step, `Ask`, with the form `ask` and its one answer,
`said`.

Imported as `b`, the prefix that the elements have in the files: `b.task("Next")` is a `<b:task id="Next">`.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from workers.bpmn import Finding
from workers.catalogue.shields import findings
from workers.runtime.contract import Topic, Variables
from workers.runtime.execution import Work

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="shields">"""
SHIELD = """<camunda:inputParameter name="{0}">${{execution.getVariable('{0}')}}</camunda:inputParameter>"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
  <decision id="judge" name="Judge">
    <informationRequirement><requiredDecision href="#weigh" /></informationRequirement>
    <decisionTable><input><inputExpression><text>{input}</text></inputExpression></input>
      <output name="verdict" />
      <rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{result}</text></outputEntry></rule></decisionTable></decision>
  <decision id="weigh" name="Weigh"><variable name="weight" />
    <literalExpression><text>{weigh}</text></literalExpression></decision>
</definitions>"""
PLAIN = {"input": "said", "cell": "-", "result": '"yes"', "weigh": "said"}


class Tell(Variables):
    text: str | None = None
    who: str | None = None


class Told(Variables):
    answer: str | None = None


class Case(Variables):
    authority: str | None = None
    iro: str | None = None


class Form(Variables):
    form: str
    next_actions: list[str] | None = None


TOPICS = {
    topic.name: topic
    for topic in (
        Topic("tell", print, input=Tell, output=Told),
        Topic("open-pathway", print, input=Case),
        Topic("record-submission", print, input=Form),
        Topic("raw", print, input=Work),
        Topic("fail", print, input=Tell, errors=frozenset({"NO"})),
    )
}


def process(identifier: str, *inner: str, outside: str = "") -> str:
    """A file with the process."""
    return (
        f'{HEAD}<b:process id="{identifier}" '
        f'isExecutable="true">{"".join(inner)}</b:process>{outside}</b:definitions>'
    )


def flows(line: str) -> str:
    names = line.split(" > ")
    return "".join(
        f'<b:sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}" />'
        for one, other in pairwise(names)
    )


def when(one: str, other: str, condition: str) -> str:
    asked = f"<b:conditionExpression>{condition}</b:conditionExpression>"
    return (
        f'<b:sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}">{asked}</b:sequenceFlow>'
    )


def ext(*inner: str) -> str:
    return f"<b:extensionElements>{''.join(inner)}</b:extensionElements>"


def io(*parameters: str) -> str:
    return f"<camunda:inputOutput>{''.join(parameters)}</camunda:inputOutput>"


def given(name: str, value: str) -> str:
    return f'<camunda:inputParameter name="{name}">{value}</camunda:inputParameter>'


def out(name: str, value: str) -> str:
    return f'<camunda:outputParameter name="{name}">{value}</camunda:outputParameter>'


def task_listener(event: str, expression: str) -> str:
    return f'<camunda:taskListener event="{event}" expression="{expression}" />'


def listener(event: str, expression: str) -> str:
    return f'<camunda:executionListener event="{event}" expression="{expression}" />'


def ask(
    *shields: str,
    parameters: str = "",
    listeners: str = "",
    attributes: str = "",
    identifier: str = "Ask",
    form: str = "ask",
) -> str:
    shielded = "".join(SHIELD.format(name) for name in shields) + parameters
    inner = ext(io(shielded) if shielded else "", listeners)
    return f'<b:userTask id="{identifier}" camunda:formRef="{form}" {attributes}>{inner}</b:userTask>'


def start(listeners: str = "") -> str:
    return f'<b:startEvent id="Start">{ext(listeners)}</b:startEvent>'


def task(identifier: str, *inner: str) -> str:
    return f'<b:task id="{identifier}">{ext(*inner)}</b:task>'


def call(identifier: str, callee: str, *passed: str) -> str:
    return f'<b:callActivity id="{identifier}" calledElement="{callee}">{ext(*passed)}</b:callActivity>'


def sub(identifier: str, parameters: str, *inner: str) -> str:
    begin = '<b:startEvent id="Begin" />'
    return f'<b:subProcess id="{identifier}">{ext(io(parameters))}{begin}{"".join(inner)}</b:subProcess>'


def boundary(identifier: str, host: str, definition: str, beside: bool = False) -> str:
    kind = ' cancelActivity="false"' if beside else ""
    return f'<b:boundaryEvent id="{identifier}" attachedToRef="{host}"{kind}>{definition}</b:boundaryEvent>'


def timer(expression: str) -> str:
    return f"<b:timerEventDefinition><b:timeDate>{expression}</b:timeDate></b:timerEventDefinition>"


def early(definition: str, *inner: str) -> str:
    """An event sub-process."""
    start_ = f'<b:startEvent id="Asked">{definition}</b:startEvent>'
    return f'<b:subProcess id="Early" triggeredByEvent="true">{start_}{"".join(inner)}</b:subProcess>'


def rule(identifier: str, decision: str, *inner: str, result: str = "message") -> str:
    into = f' camunda:resultVariable="{result}"' if result else ""
    attributes = f'camunda:decisionRef="{decision}"{into}'
    return f'<b:businessRuleTask id="{identifier}" {attributes}>{ext(*inner)}</b:businessRuleTask>'


def judged(**changed: str) -> dict[str, str]:
    return {"judge.dmn": TABLE.format(**PLAIN | changed)}


def into(source: str, target: str) -> str:
    return f'<camunda:in source="{source}" target="{target}" />'


def back(source: str, target: str) -> str:
    return f'<camunda:out source="{source}" target="{target}" />'


def end(identifier: str) -> str:
    return f'<b:endEvent id="{identifier}" />'


def gate(identifier: str, kind: str = "exclusive") -> str:
    return f'<b:{kind}Gateway id="{identifier}" />'


def see(text: str = "${x}", identifier: str = "See") -> str:
    """A task that reads the text."""
    return topic(identifier, "tell", io(given("text", text)))


def topic(identifier: str, name: str, *inner: str) -> str:
    return (
        f'<b:serviceTask id="{identifier}" camunda:type="external" '
        f'camunda:topic="{name}">{ext(*inner)}</b:serviceTask>'
    )


def service(expression: str, identifier: str = "Next") -> str:
    return f'<b:serviceTask id="{identifier}" camunda:expression="{expression}" />'


def form(identifier: str, *components: dict) -> dict[str, str]:
    return {f"{identifier}.form": json.dumps({"id": identifier, "components": components})}


END = end("End")
ASK_FORM = form("ask", {"type": "textfield", "key": "said"})


def two(passed: str, caller: str, step: str = "", begin: str = flows("Start > Ask > End")) -> dict[str, str]:
    """A process with `Ask`, and one that calls it."""
    return {
        "step.bpmn": process("step", start(), step or ask(), END, begin),
        "caller.bpmn": process(
            "caller", start(), call("Call", "step", passed), END, flows("Start > Call"), caller
        ),
    }


def check(folder: Path, files: dict[str, str], starts: tuple[str, ...] = ()) -> list[Finding]:
    """The findings of these files, and of the form `ask`."""
    for name, text in {**ASK_FORM, **files}.items():
        (folder / name).write_text(text)
    return findings(sorted(folder.iterdir()), TOPICS, starts)


def opened(found: list[Finding]) -> set[tuple[str, str]]:
    """(Element, variable) of what is open; anything else that was found, as it is."""
    return {
        (one.element, one.what.partition("may also write ")[2].partition(",")[0] or one.what) for one in found
    }


# Posted by whoever may complete `Ask`; and what makes that harmless.
NOW = '<b:escalationEventDefinition escalationRef="Now" />'
GUARD = (
    boundary("Guard", "Ask", "<b:escalationEventDefinition />", beside=True)
    + end("Nothing")
    + flows("Guard > Nothing")
)
