"""What is written after a human step, and on which ways: what ends there and what does not; single faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue import bpmn as b

SEEN = b.see(identifier="Next") + b.flows("Next > End")
SAFE = {
    "its own answer": b.ask() + b.see("${said}", "Other") + b.flows("Ask > Other > End"),
    "complete listener": b.ask(
        listeners=b.task_listener("complete", "${task.execution.setVariable('x', currentUser())}")
    )
    + b.flows("Ask > Next")
    + SEEN,
    "output of what it answered": b.ask(parameters=b.given("said", "${null}") + b.out("x", "${said}"))
    + b.flows("Ask > Next")
    + SEEN,
    "fixed output": b.ask(parameters=b.out("x", "${null}")) + b.flows("Ask > Next") + SEEN,
    "output of a topic": b.ask()
    + b.topic("Set", "tell", b.io(b.out("x", "${execution.getVariable('answer')}")))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "result of a decision": b.ask() + b.rule("Set", "judge", result="x") + b.flows("Ask > Set > Next") + SEEN,
    "output of a decision": b.ask()
    + b.rule("Set", "judge", b.io(b.out("x", "${decisionResult.firstResult}")), result="")
    + b.flows("Ask > Set > Next")
    + SEEN,
    "start listener": b.ask()
    + b.task("Set", b.listener("start", "${execution.setVariable('x', 1)}"))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "end listener": b.ask(listeners=b.listener("end", "${execution.setVariable('x', 1)}"))
    + b.flows("Ask > Next")
    + SEEN,
    "what a called process brings": b.ask()
    + b.call("Set", "called", b.back("y", "x"))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "on both branches of a choice": b.ask()
    + b.gate("Gate")
    + b.topic("One", "tell", b.io(b.out("x", "1")))
    + b.topic("Two", "tell", b.io(b.out("x", "2")))
    + b.when("Gate", "One", "${said}")
    + b.flows("Ask > Gate > Two > Next")
    + b.flows("One > Next")
    + SEEN,
    "on one branch of a fork that joins": b.ask()
    + b.gate("Fork", "parallel")
    + b.gate("Join", "parallel")
    + b.topic("One", "tell", b.io(b.out("x", "1")))
    + b.topic("Two", "tell", b.io())
    + b.flows("Ask > Fork > One > Join > Next")
    + b.flows("Fork > Two > Join")
    + SEEN,
    "hidden by the reader's own input": b.ask()
    + b.topic("Next", "tell", b.io(b.given("x", "${null}"), b.given("text", "${x}")))
    + b.flows("Ask > Next > End"),
    "held by the sub-process around": b.sub(
        "Sub", b.given("x", "${null}"), b.ask(), b.end("Done"), b.flows("Begin > Ask > Done")
    )
    + b.flows("Start > Sub > Next")
    + SEEN,
    "row of its own list": b.ask(form="rows")
    + b.flows("Ask > Last > End")
    + b.ask(identifier="Last", form="rows"),
}
ROWS = b.form(
    "rows",
    {
        "type": "dynamiclist",
        "path": "said",
        "components": [
            {"type": "textfield", "key": "x"},
            {"type": "text", "text": "a", "conditional": {"hide": "=x = 1"}},
        ],
    },
)
BESIDE = {**b.judged(), **ROWS, "called.bpmn": b.process("called", b.start(), b.END, b.flows("Start > End"))}


@pytest.mark.parametrize("body", SAFE.values(), ids=SAFE)
def test_what_is_written_on_every_way_is_safe(body: str, tmp_path: Path) -> None:
    begin = "" if "Sub" in body else b.flows("Start > Ask")
    assert b.check(tmp_path, {"step.bpmn": b.process("step", b.start(), b.END, begin, body), **BESIDE}) == []


OPEN = {
    "on one branch of a choice only": b.ask()
    + b.gate("Gate")
    + b.topic("One", "tell", b.io(b.out("x", "1")))
    + b.when("Gate", "One", "${said}")
    + b.flows("Ask > Gate > Next")
    + b.flows("One > Next")
    + SEEN,
    "before the step": b.topic("Set", "tell", b.io(b.out("x", "1")))
    + b.ask()
    + b.flows("Set > Ask > Next")
    + SEEN,
    "in a loop back to the step": b.ask(attributes='camunda:assignee="${x}"')
    + b.topic("Next", "tell", b.io(b.out("x", "1")))
    + b.when("Ask", "Ask", "${said}")
    + b.flows("Ask > Next > End"),
    "by a listener that may not run": b.ask(
        listeners=b.task_listener("timeout", "${task.execution.setVariable('x', 1)}")
    )
    + b.flows("Ask > Next")
    + SEEN,
    "by an output that copies it": b.ask()
    + b.topic("Set", "tell", b.io(b.out("x", "${x}")))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "to the reader's own scope": b.ask()
    + b.task("Set", b.io(b.given("x", "${null}")))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "for the task alone": b.ask(listeners=b.task_listener("create", "${task.setVariableLocal('x', 1)}"))
    + b.flows("Ask > Next")
    + SEEN,
    "in a sub-process that holds it": b.ask()
    + b.sub(
        "Sub", b.given("x", "${null}"), b.topic("Set", "tell", b.io(b.out("x", "1"))), b.flows("Begin > Set")
    )
    + b.flows("Ask > Sub > Next")
    + SEEN,
    "by a called process that hands it back": b.ask()
    + b.call("Set", "called", b.into("x", "z") + b.back("z", "x"))
    + b.flows("Ask > Set > Next")
    + SEEN,
    "in a branch beside": b.gate("Fork", "parallel")
    + b.ask()
    + b.topic("One", "tell", b.io(b.out("x", "1")))
    + b.flows("Start > Fork > Ask > End")
    + b.flows("Fork > One > Next")
    + SEEN,
    "beside the reader's branch": b.gate("Fork", "parallel")
    + b.ask()
    + b.flows("Start > Fork > Ask > End")
    + b.flows("Fork > Next")
    + SEEN,
}


@pytest.mark.parametrize("body", OPEN.values(), ids=OPEN)
def test_what_is_written_on_some_ways_only_is_open(body: str, tmp_path: Path) -> None:
    begin = (
        ""
        if "Start >" in body or 'sourceRef="Start"' in body
        else b.flows("Start > Set")
        if "Set_Ask" in body
        else b.flows("Start > Ask")
    )
    assert b.opened(
        b.check(tmp_path, {"step.bpmn": b.process("step", b.start(), b.END, begin, body), **BESIDE})
    ) == {("Ask", "x")}


def test_one_shield_taken_away_is_exactly_one_finding(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    seen = b.topic("Next", "tell", b.io(b.given("text", "${a} ${b} ${c}"))) + b.flows("Ask > Next > End")
    for gone in names:
        kept = [name for name in names if name != gone]
        assert b.opened(
            b.check(
                tmp_path,
                {
                    "step.bpmn": b.process(
                        "step", b.start(), b.END, b.flows("Start > Ask"), b.ask(*kept), seen
                    )
                },
            )
        ) == {("Ask", gone)}
    assert (
        b.check(
            tmp_path,
            {"step.bpmn": b.process("step", b.start(), b.END, b.flows("Start > Ask"), b.ask(*names), seen)},
        )
        == []
    )
