"""The shields across files: callers and called, scopes, who may start a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue import bpmn as b


def test_what_a_caller_takes_and_reads_is_open_at_the_step(tmp_path: Path) -> None:
    files = b.two(b.back("y", "x"), b.flows("Call > See > End") + b.see())
    found = b.check(tmp_path, files)
    assert b.opened(found) == {("Ask", "y")} and "See of caller (input text)" in found[0].what
    assert (
        b.check(
            tmp_path,
            files
            | {"step.bpmn": b.process("step", b.start(), b.ask("y"), b.END, b.flows("Start > Ask > End"))},
        )
        == []
    )


@pytest.mark.parametrize(
    "passed", ['<camunda:out variables="all" />', '<camunda:out sourceExpression="${x}" target="x" />']
)
def test_everything_taken_is_open(passed: str, tmp_path: Path) -> None:
    assert b.opened(b.check(tmp_path, b.two(passed, b.flows("Call > See > End") + b.see()))) == {("Ask", "x")}


def test_what_no_caller_takes_is_the_callers_own(tmp_path: Path) -> None:
    assert b.check(tmp_path, b.two(b.back("said", "x"), b.flows("Call > See > End") + b.see())) == []


def test_a_declared_answer_is_open_where_a_second_form_could_overwrite_it(tmp_path: Path) -> None:
    """Two human steps in one process: the second can write the first one's answer."""
    second = b.ask(identifier="Second", form="other")
    body = (b.flows("Start > Ask > Second > See > End"), b.see("${said}"))
    others = b.form("other", {"type": "radio", "key": "decision"})
    assert b.opened(
        b.check(
            tmp_path,
            {"step.bpmn": b.process("step", b.start(), b.ask("decision"), second, b.END, *body), **others},
        )
    ) == {("Second", "said")}
    shielded = b.ask("said", identifier="Second", form="other")
    assert (
        b.check(
            tmp_path,
            {"step.bpmn": b.process("step", b.start(), b.ask("decision"), shielded, b.END, *body), **others},
        )
        == []
    )


def test_callers_of_callers_and_loops_in_them(tmp_path: Path) -> None:
    """y of the step is x of the caller, which the caller's caller reads before it calls again."""
    files = b.two(b.back("y", "x"), b.flows("Call > End"))
    files["top.bpmn"] = b.process(
        "top",
        b.start(),
        b.gate("Again"),
        b.see(),
        b.call("Middle", "caller", b.back("x", "x")),
        b.END,
        b.flows("Start > See > Middle > Again > End") + b.when("Again", "See", "${true}"),
    )
    assert b.opened(b.check(tmp_path, files)) == {("Ask", "y")}
    files["top.bpmn"] = files["top.bpmn"].replace(b.back("x", "x"), "")
    assert b.check(tmp_path, files) == []


def test_two_callers_are_told_apart(tmp_path: Path) -> None:
    """What one caller hands in and takes back does not reach the other."""
    through = b.process("through", b.start(), b.END, b.flows("Start > End"))
    one = b.process(
        "one",
        b.start(),
        b.ask(),
        b.call("There", "through", b.into("x", "z") + b.back("z", "seen")),
        b.END,
        b.flows("Start > Ask > There > End"),
    )
    other = b.process(
        "other",
        b.start(),
        b.call("There", "through", b.back("z", "x")),
        b.see(),
        b.END,
        b.flows("Start > There > See > End"),
    )
    assert b.check(tmp_path, {"through.bpmn": through, "one.bpmn": one, "other.bpmn": other}) == []


def test_an_escalation_brings_outputs_before_the_end(tmp_path: Path) -> None:
    """What is overwritten at the called process's end is open where an escalation hands it over before."""
    throw = '<b:intermediateThrowEvent id="Throw">' + b.NOW + "</b:intermediateThrowEvent>"
    caught = b.boundary("Caught", "Call", b.NOW) + b.end("Other")
    reset = b.topic("Reset", "tell", b.io(b.out("y", "1")))
    step = {
        "step.bpmn": b.process(
            "step",
            b.start(),
            b.ask(),
            b.GUARD,
            throw,
            reset,
            b.END,
            b.flows("Start > Ask > Throw > Reset > End"),
        )
    }
    after = b.flows("Call > End") + b.see() + b.flows("Caught > See > Other")
    assert b.opened(b.check(tmp_path, b.two(b.back("y", "x"), caught + after) | step)) == {("Ask", "y")}
    late = caught.replace(b.NOW, b.timer("${1}"))
    assert b.check(tmp_path, b.two(b.back("y", "x"), late + after) | step) == []


# scopes


def test_a_write_lands_in_the_sub_process_that_holds_the_name(tmp_path: Path) -> None:
    inner = b.ask() + b.see() + b.flows("Begin > Ask > See")
    files = {
        "step.bpmn": b.process(
            "step",
            b.start(),
            b.sub("Sub", b.given("x", "${null}"), inner),
            b.END,
            b.flows("Start > Sub > End"),
        )
    }
    assert b.opened(b.check(tmp_path, files)) == {("Ask", "x")}, "inside it is read"
    files["step.bpmn"] = files["step.bpmn"].replace("${x}", "${execution.processInstance.getVariable('x')}")
    assert b.check(tmp_path, files) == [], "the process's own is out of reach"


def test_an_output_of_the_sub_process_carries_it_out(tmp_path: Path) -> None:
    inner = b.ask() + b.flows("Begin > Ask")
    assert b.opened(
        b.check(
            tmp_path,
            {
                "step.bpmn": b.process(
                    "step",
                    b.start(),
                    b.sub("Sub", b.given("y", "${null}") + b.out("x", "${y}"), inner),
                    b.see(),
                    b.END,
                    b.flows("Start > Sub > See > End"),
                )
            },
        )
    ) == {("Ask", "y")}


def test_an_output_of_the_step_that_no_form_asks_is_open(tmp_path: Path) -> None:
    shielded = b.ask("x", parameters=b.out("x", "${x}"))
    found = b.check(
        tmp_path,
        {
            "step.bpmn": b.process(
                "step", b.start(), shielded, b.see(), b.END, b.flows("Start > Ask > See > End")
            )
        },
    )
    assert b.opened(found) == {("Ask", "x")} and "its own output parameter passes x on" in found[0].what


def test_a_listener_under_the_name_of_a_shield_is_lost(tmp_path: Path) -> None:
    step = b.ask(
        "author",
        listeners=b.task_listener("complete", "${task.execution.setVariable('author', currentUser())}"),
    )
    found = b.check(
        tmp_path, {"step.bpmn": b.process("step", b.start(), step, b.END, b.flows("Start > Ask > End"))}
    )
    assert [one.element for one in found] == ["Ask"] and "so that is lost" in found[0].what


def test_what_a_listener_sets_is_open_to_what_begins_before_the_end(tmp_path: Path) -> None:
    step = b.ask(listeners=b.task_listener("complete", "${task.execution.setVariable('x', currentUser())}"))
    closed = b.early('<b:messageEventDefinition messageRef="Close" />', b.see(), b.flows("Asked > See"))
    message = '<b:message id="Close" name="close-workstep" />'
    files = {
        "step.bpmn": b.process(
            "step", b.start(), step, closed, b.END, b.flows("Start > Ask > End"), outside=message
        )
    }
    found = b.check(tmp_path, files)
    assert (
        b.opened(found) == {("Ask", "x")} and "its listener sets it only when the step ends" in found[0].what
    )
    brought = {"step.bpmn": files["step.bpmn"].replace("${x}", "${closedBy}")}
    assert b.check(tmp_path, brought) == [], "what the message brings is written over it"


def test_a_topic_without_inputs_reads_all_that_it_may(tmp_path: Path) -> None:
    found = b.check(
        tmp_path,
        {
            "step.bpmn": b.process(
                "step", b.start(), b.ask(), b.topic("See", "tell"), b.END, b.flows("Start > Ask > See > End")
            )
        },
    )
    assert b.opened(found) == {("Ask", "text"), ("Ask", "who")} and all(
        one.what.endswith("map the inputs of See") for one in found
    )
    assert (
        b.check(
            tmp_path,
            {
                "step.bpmn": b.process(
                    "step",
                    b.start(),
                    b.ask(),
                    b.topic("See", "tell", b.io()),
                    b.END,
                    b.flows("Start > Ask > See > End"),
                )
            },
        )
        == []
    )


def test_a_branch_that_does_not_interrupt_does_not_bring_back_what_was_overwritten(tmp_path: Path) -> None:
    late = b.boundary("Late", "Ask", b.timer("${1}"), beside=True) + b.end("Over")
    step = (
        b.ask(listeners=b.task_listener("complete", "${task.execution.setVariable('y', currentUser())}"))
        + late
    )
    assert (
        b.check(
            tmp_path,
            b.two(
                b.back("y", "x"),
                b.flows("Call > See > End") + b.see(),
                step,
                b.flows("Start > Ask > End") + b.flows("Late > Over"),
            ),
        )
        == []
    )


def test_who_starts_may_say_what_open_pathway_reads_and_nothing_else(tmp_path: Path) -> None:
    case = b.topic(
        "Open",
        "open-pathway",
        b.io(
            b.given("authority", "${execution.getVariable('authority')}"),
            b.given("iro", "${execution.getVariable('iro')}"),
        ),
    )
    seen = b.see("${authority} ${x}")
    files = {
        "case.bpmn": b.process("case", b.start(), case, seen, b.END, b.flows("Start > Open > See > End"))
    }
    found = b.check(tmp_path, files, starts=("case",))
    assert b.opened(found) == {("Start", "x")} and "set x in a start listener" in found[0].what
    assert b.check(tmp_path, files) == [], "nobody may start it"
    reset = b.start(b.listener("start", "${execution.setVariable('x', 1)}"))
    assert (
        b.check(
            tmp_path,
            {"case.bpmn": b.process("case", reset, case, seen, b.END, b.flows("Start > Open > See > End"))},
            starts=("case",),
        )
        == []
    )
