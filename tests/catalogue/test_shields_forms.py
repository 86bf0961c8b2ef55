"""Forms and rules that callers pass as variables, errors and escalations that anybody may post, what cannot
be read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue import bpmn as b

BY_FORM = b.ask("form", "rules", identifier="Answer", form="${form}") + b.rule("Rules", "${rules}")
RULES = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
  <decision id="brief-rules" name="Brief"><variable name="m" />
    <literalExpression><text>decision</text></literalExpression></decision>
  <decision id="long-rules" name="Long"><variable name="m" />
    <literalExpression><text>decision + reason</text></literalExpression></decision>
</definitions>"""
FORMS = b.form("brief", {"type": "radio", "key": "decision"}) | b.form(
    "long", {"type": "radio", "key": "decision"}, {"type": "textarea", "key": "reason"}
)


def asked(form_: str, rules: str) -> str:
    return b.call(
        "Call",
        "answer",
        f'<camunda:in sourceExpression="{form_}" target="form" /><camunda:in '
        f'sourceExpression="{rules}" target="rules" />',
    )


def answers(*callers: str) -> dict[str, str]:
    files = {
        f"caller{number}.bpmn": b.process(
            f"caller{number}", b.start(), text, b.END, b.flows("Start > Call > End")
        )
        for number, text in enumerate(callers)
    }
    return (
        files
        | FORMS
        | {
            "rules.dmn": RULES,
            "answer.bpmn": b.process(
                "answer", b.start(), BY_FORM, b.END, b.flows("Start > Answer > Rules > End")
            ),
        }
    )


def test_the_answers_are_those_of_the_form_that_the_caller_passes(tmp_path: Path) -> None:
    assert b.check(tmp_path, answers(asked("brief", "brief-rules"), asked("long", "long-rules"))) == []
    found = b.check(tmp_path, answers(asked("brief", "long-rules"), asked("long", "long-rules")))
    assert b.opened(found) == {("Answer", "reason")}, (
        "the brief form does not ask for it, and its rules read it"
    )


def test_a_form_or_rule_that_nobody_knows_is_said(tmp_path: Path) -> None:
    found = b.check(tmp_path, answers(asked("${whatever}", "brief-rules")))
    assert any(one.element == "Answer" and "nobody knows which form it has" in one.what for one in found)
    found = b.check(tmp_path, answers(asked("brief", "${a ? b : c}")))
    assert any(one.element == "Rules" and "nobody knows which decision it takes" in one.what for one in found)


def test_the_name_of_the_form_is_shielded_too(tmp_path: Path) -> None:
    files = answers(asked("brief", "brief-rules"))
    again = files["answer.bpmn"].replace(
        "</b:process>", b.when("Rules", "Answer", "${message != null}") + "</b:process>"
    )
    assert b.check(tmp_path, files | {"answer.bpmn": again}) == []
    bare = again.replace(b.SHIELD.format("form"), "")
    assert b.opened(b.check(tmp_path, files | {"answer.bpmn": bare})) == {("Answer", "form")}


def test_a_form_asks_under_no_name_that_the_process_sets(tmp_path: Path) -> None:
    """Else the answer would stand for what the process itself says."""
    reset = b.start(b.listener("start", "${execution.setVariable('said', 1)}"))
    found = b.check(
        tmp_path, {"step.bpmn": b.process("step", reset, b.ask(), b.END, b.flows("Start > Ask > End"))}
    )
    assert [one.element for one in found] == ["Ask"] and "asks under the name said, which listeners" in found[
        0
    ].what
    assert (
        b.check(
            tmp_path,
            {"step.bpmn": b.process("step", reset, b.ask("said"), b.END, b.flows("Start > Ask > End"))},
        )
        == []
    )


def test_a_required_table_that_may_have_no_row_lets_the_variable_of_that_name_through(tmp_path: Path) -> None:
    table = """
    <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
      <decision id="judge" name="Judge">
        <informationRequirement><requiredDecision href="#weigh" /></informationRequirement>
        <variable name="m" /><literalExpression><text>x</text></literalExpression></decision>
      <decision id="weigh" name="Weigh"><decisionTable>
        <input><inputExpression><text>said</text></inputExpression></input><output name="x" />
        <rule><inputEntry><text>"heavy"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>{}</decisionTable></decision></definitions>"""
    files = {
        "step.bpmn": b.process(
            "step", b.start(), b.ask(), b.rule("Next", "judge"), b.END, b.flows("Start > Ask > Next > End")
        )
    }
    assert b.opened(b.check(tmp_path, files | {"judge.dmn": table.format("")})) == {("Ask", "x")}
    assert (
        b.check(
            tmp_path,
            files
            | {
                "judge.dmn": table.format(
                    "<rule><inputEntry><text /></inputEntry><outputEntry><text>2</text></outputEntry></rule>"
                )
            },
        )
        == []
    )


CATCH = b.boundary("Caught", "Call", b.NOW, beside=True) + b.end("Other") + b.flows("Caught > Other")


def posted(catch: str, guard: str = "") -> dict[str, str]:
    return b.two("", catch + b.flows("Call > End"), b.ask() + guard)


def test_an_escalation_caught_around_a_step_needs_a_guard(tmp_path: Path) -> None:
    found = b.check(tmp_path, posted(CATCH))
    assert [one.element for one in found] == [
        "Ask"
    ] and "the escalation that Caught of caller catches" in found[0].what
    assert b.check(tmp_path, posted(CATCH, b.GUARD)) == []


@pytest.mark.parametrize(
    "spoilt",
    [
        b.GUARD.replace(' cancelActivity="false"', ""),
        b.GUARD.replace("<b:escalationEventDefinition />", b.NOW),
        b.GUARD.replace(b.end("Nothing"), b.task("Nothing")),
        b.GUARD.replace(b.end("Nothing"), '<b:endEvent id="Nothing">' + b.NOW + "</b:endEvent>"),
    ],
    ids=["interrupts", "one code only", "does something", "throws again"],
)
def test_a_guard_takes_every_escalation_and_does_nothing(spoilt: str, tmp_path: Path) -> None:
    found = b.check(tmp_path, posted(CATCH, spoilt))
    assert any(one.element == "Ask" and "may post the escalation" in one.what for one in found), found


def test_an_error_caught_around_a_step_is_never_right(tmp_path: Path) -> None:
    error = (
        b.boundary("Caught", "Call", "<b:errorEventDefinition />")
        + b.end("Other")
        + b.flows("Caught > Other")
    )
    found = b.check(tmp_path, posted(error, b.GUARD))
    assert [one.element for one in found] == [
        "Ask"
    ] and "the BPMN error that Caught of caller catches" in found[0].what


def test_an_event_sub_process_catches_too(tmp_path: Path) -> None:
    catch = b.early("<b:errorEventDefinition />")
    found = b.check(
        tmp_path,
        {"step.bpmn": b.process("step", b.start(), b.ask(), catch, b.END, b.flows("Start > Ask > End"))},
    )
    assert len(found) == 1 and "Asked catches" in found[0].what


def test_an_error_caught_at_the_task_that_throws_it_is_fine(tmp_path: Path) -> None:
    attempt = b.topic("Try", "fail", b.io(b.given("text", "a")))
    catch = (
        b.boundary("Caught", "Try", "<b:errorEventDefinition />") + b.end("Other") + b.flows("Caught > Other")
    )
    body = (b.ask(), attempt, catch, b.END, b.flows("Start > Ask > Try > End"))
    assert b.check(tmp_path, {"step.bpmn": b.process("step", b.start(), *body)}) == []


SCRIPT = '<camunda:script scriptFormat="groovy">x</camunda:script>'
UNREADABLE = {
    "script task": '<b:scriptTask id="Next" scriptFormat="groovy"><b:script>x</b:script></b:scriptTask>',
    "script in an input": b.topic("Next", "tell", b.io(b.given("text", SCRIPT))),
    "class": '<b:serviceTask id="Next" camunda:class="org.example.Any" />',
    "delegate": '<b:serviceTask id="Next" camunda:delegateExpression="${bean}" />',
    "listener class": b.task("Next", '<camunda:executionListener event="start" class="org.example.Any" />'),
    "script listener": b.task(
        "Next", f'<camunda:executionListener event="start">{SCRIPT}</camunda:executionListener>'
    ),
    "connector": '<b:serviceTask id="Next">' + b.ext("<camunda:connector />") + "</b:serviceTask>",
    "all variables": b.service("${execution.variables}"),
    "a name that is worked out": b.service("${execution.getVariable(said)}"),
    "another execution": b.service("${execution.parent.getVariable('x')}"),
    "by a service": b.service(
        "${execution.processEngineServices.runtimeService.getVariable(execution.id, 'x')}"
    ),
    "broken expression": b.service("${x"),
    "any process": '<b:callActivity id="Next" calledElement="${said}" />',
    "a topic without a contract": b.topic("Next", "raw"),
    "signal with variables": '<b:intermediateThrowEvent id="Next"><b:signalEventDefinition>'
    + b.ext(b.into("x", "y"))
    + "</b:signalEventDefinition></b:intermediateThrowEvent>",
}


@pytest.mark.parametrize("element", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said(element: str, tmp_path: Path) -> None:
    found = b.check(
        tmp_path,
        {
            "step.bpmn": b.process(
                "step", b.start(), b.ask(), element, b.END, b.flows("Start > Ask > Next > End")
            )
        },
    )
    said = ("nobody knows", "cannot be told", "takes whatever")
    assert [one for one in found if one.element == "Next" and any(words in one.what for words in said)], found


def test_a_form_or_table_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    files = {
        "step.bpmn": b.process("step", b.start(), b.ask(form="odd"), b.END, b.flows("Start > Ask > End")),
        **b.form("odd", {"type": "text", "text": "={{{"}),
    }
    assert any(one.element == "odd" and "cannot be read" in one.what for one in b.check(tmp_path, files))
    brief = b.rule("Next", "brief-rules")
    odd = RULES.replace(
        "<literalExpression><text>decision</text>",
        '<literalExpression expressionLanguage="groovy"><text>decision</text>',
    )
    files = {
        "step.bpmn": b.process("step", b.start(), b.ask(), brief, b.END, b.flows("Start > Ask > Next > End")),
        "rules.dmn": odd,
    }
    assert any(
        one.element == "brief-rules" and "its language is groovy" in one.what
        for one in b.check(tmp_path, files)
    )
