"""The shields across files: callers and called, scopes, who may start a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.shield_models import (
    END,
    GUARD,
    NOW,
    ask,
    back,
    boundary,
    call,
    check,
    early,
    end,
    flows,
    form,
    gate,
    given,
    into,
    io,
    listener,
    opened,
    out,
    process,
    see,
    start,
    sub,
    task_listener,
    timer,
    topic,
    two,
    when,
)


def test_what_a_caller_takes_and_reads_is_open_at_the_step(tmp_path: Path) -> None:
    files = two(back("y", "x"), flows("Call > See > End") + see())
    found = check(tmp_path, files)
    assert opened(found) == {("Ask", "y")} and "See of caller (input text)" in found[0].what
    assert (
        check(
            tmp_path,
            files | {"step.bpmn": process("step", start(), ask("y"), END, flows("Start > Ask > End"))},
        )
        == []
    )


@pytest.mark.parametrize(
    "passed", ['<camunda:out variables="all" />', '<camunda:out sourceExpression="${x}" target="x" />']
)
def test_everything_taken_is_open(passed: str, tmp_path: Path) -> None:
    assert opened(check(tmp_path, two(passed, flows("Call > See > End") + see()))) == {("Ask", "x")}


def test_what_no_caller_takes_is_the_callers_own(tmp_path: Path) -> None:
    assert check(tmp_path, two(back("said", "x"), flows("Call > See > End") + see())) == []


def test_a_declared_answer_is_open_where_a_second_form_could_overwrite_it(tmp_path: Path) -> None:
    """Two human steps in one process: the second can write the first one's answer."""
    second = ask(identifier="Second", form="other")
    body = (flows("Start > Ask > Second > See > End"), see("${said}"))
    others = form("other", {"type": "radio", "key": "decision"})
    assert opened(
        check(
            tmp_path, {"step.bpmn": process("step", start(), ask("decision"), second, END, *body), **others}
        )
    ) == {("Second", "said")}
    shielded = ask("said", identifier="Second", form="other")
    assert (
        check(
            tmp_path, {"step.bpmn": process("step", start(), ask("decision"), shielded, END, *body), **others}
        )
        == []
    )


def test_callers_of_callers_and_loops_in_them(tmp_path: Path) -> None:
    """y of the step is x of the caller, which the caller's caller reads before it calls again."""
    files = two(back("y", "x"), flows("Call > End"))
    files["top.bpmn"] = process(
        "top",
        start(),
        gate("Again"),
        see(),
        call("Middle", "caller", back("x", "x")),
        END,
        flows("Start > See > Middle > Again > End") + when("Again", "See", "${true}"),
    )
    assert opened(check(tmp_path, files)) == {("Ask", "y")}
    files["top.bpmn"] = files["top.bpmn"].replace(back("x", "x"), "")
    assert check(tmp_path, files) == []


def test_two_callers_are_told_apart(tmp_path: Path) -> None:
    """What one caller hands in and takes back does not reach the other."""
    through = process("through", start(), END, flows("Start > End"))
    one = process(
        "one",
        start(),
        ask(),
        call("There", "through", into("x", "z") + back("z", "seen")),
        END,
        flows("Start > Ask > There > End"),
    )
    other = process(
        "other",
        start(),
        call("There", "through", back("z", "x")),
        see(),
        END,
        flows("Start > There > See > End"),
    )
    assert check(tmp_path, {"through.bpmn": through, "one.bpmn": one, "other.bpmn": other}) == []


def test_an_escalation_brings_outputs_before_the_end(tmp_path: Path) -> None:
    """What is overwritten at the called process's end is open where an escalation hands it over before."""
    throw = '<b:intermediateThrowEvent id="Throw">' + NOW + "</b:intermediateThrowEvent>"
    caught = boundary("Caught", "Call", NOW) + end("Other")
    reset = topic("Reset", "tell", io(out("y", "1")))
    step = {
        "step.bpmn": process(
            "step", start(), ask(), GUARD, throw, reset, END, flows("Start > Ask > Throw > Reset > End")
        )
    }
    after = flows("Call > End") + see() + flows("Caught > See > Other")
    assert opened(check(tmp_path, two(back("y", "x"), caught + after) | step)) == {("Ask", "y")}
    late = caught.replace(NOW, timer("${1}"))
    assert check(tmp_path, two(back("y", "x"), late + after) | step) == []


# scopes


def test_a_write_lands_in_the_sub_process_that_holds_the_name(tmp_path: Path) -> None:
    inner = ask() + see() + flows("Begin > Ask > See")
    files = {
        "step.bpmn": process(
            "step", start(), sub("Sub", given("x", "${null}"), inner), END, flows("Start > Sub > End")
        )
    }
    assert opened(check(tmp_path, files)) == {("Ask", "x")}, "inside it is read"
    files["step.bpmn"] = files["step.bpmn"].replace("${x}", "${execution.processInstance.getVariable('x')}")
    assert check(tmp_path, files) == [], "the process's own is out of reach"


def test_an_output_of_the_sub_process_carries_it_out(tmp_path: Path) -> None:
    inner = ask() + flows("Begin > Ask")
    assert opened(
        check(
            tmp_path,
            {
                "step.bpmn": process(
                    "step",
                    start(),
                    sub("Sub", given("y", "${null}") + out("x", "${y}"), inner),
                    see(),
                    END,
                    flows("Start > Sub > See > End"),
                )
            },
        )
    ) == {("Ask", "y")}


def test_an_output_of_the_step_that_no_form_asks_is_open(tmp_path: Path) -> None:
    shielded = ask("x", parameters=out("x", "${x}"))
    found = check(
        tmp_path,
        {"step.bpmn": process("step", start(), shielded, see(), END, flows("Start > Ask > See > End"))},
    )
    assert opened(found) == {("Ask", "x")} and "its own output parameter passes x on" in found[0].what


def test_a_listener_under_the_name_of_a_shield_is_lost(tmp_path: Path) -> None:
    step = ask(
        "author",
        listeners=task_listener("complete", "${task.execution.setVariable('author', currentUser())}"),
    )
    found = check(tmp_path, {"step.bpmn": process("step", start(), step, END, flows("Start > Ask > End"))})
    assert [one.element for one in found] == ["Ask"] and "so that is lost" in found[0].what


def test_what_a_listener_sets_is_open_to_what_begins_before_the_end(tmp_path: Path) -> None:
    step = ask(listeners=task_listener("complete", "${task.execution.setVariable('x', currentUser())}"))
    closed = early('<b:messageEventDefinition messageRef="Close" />', see(), flows("Asked > See"))
    message = '<b:message id="Close" name="close-workstep" />'
    files = {
        "step.bpmn": process("step", start(), step, closed, END, flows("Start > Ask > End"), outside=message)
    }
    found = check(tmp_path, files)
    assert opened(found) == {("Ask", "x")} and "its listener sets it only when the step ends" in found[0].what
    brought = {"step.bpmn": files["step.bpmn"].replace("${x}", "${closedBy}")}
    assert check(tmp_path, brought) == [], "what the message brings is written over it"


def test_a_topic_without_inputs_reads_all_that_it_may(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        {
            "step.bpmn": process(
                "step", start(), ask(), topic("See", "tell"), END, flows("Start > Ask > See > End")
            )
        },
    )
    assert opened(found) == {("Ask", "text"), ("Ask", "who")} and all(
        one.what.endswith("map the inputs of See") for one in found
    )
    assert (
        check(
            tmp_path,
            {
                "step.bpmn": process(
                    "step", start(), ask(), topic("See", "tell", io()), END, flows("Start > Ask > See > End")
                )
            },
        )
        == []
    )


def test_a_branch_that_does_not_interrupt_does_not_bring_back_what_was_overwritten(tmp_path: Path) -> None:
    late = boundary("Late", "Ask", timer("${1}"), beside=True) + end("Over")
    step = (
        ask(listeners=task_listener("complete", "${task.execution.setVariable('y', currentUser())}")) + late
    )
    assert (
        check(
            tmp_path,
            two(
                back("y", "x"),
                flows("Call > See > End") + see(),
                step,
                flows("Start > Ask > End") + flows("Late > Over"),
            ),
        )
        == []
    )


def test_who_starts_may_say_what_open_pathway_reads_and_nothing_else(tmp_path: Path) -> None:
    case = topic(
        "Open",
        "open-pathway",
        io(
            given("authority", "${execution.getVariable('authority')}"),
            given("iro", "${execution.getVariable('iro')}"),
        ),
    )
    seen = see("${authority} ${x}")
    files = {"case.bpmn": process("case", start(), case, seen, END, flows("Start > Open > See > End"))}
    found = check(tmp_path, files, starts=("case",))
    assert opened(found) == {("Start", "x")} and "set x in a start listener" in found[0].what
    assert check(tmp_path, files) == [], "nobody may start it"
    reset = start(listener("start", "${execution.setVariable('x', 1)}"))
    assert (
        check(
            tmp_path,
            {"case.bpmn": process("case", reset, case, seen, END, flows("Start > Open > See > End"))},
            starts=("case",),
        )
        == []
    )
