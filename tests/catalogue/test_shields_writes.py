"""What is written after a human step, and on which ways: what ends there and what does not; single faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.shield_models import (
    END,
    ask,
    back,
    call,
    check,
    end,
    flows,
    form,
    gate,
    given,
    into,
    io,
    judged,
    listener,
    opened,
    out,
    process,
    rule,
    see,
    start,
    sub,
    task,
    task_listener,
    topic,
    when,
)

SEEN = see(identifier="Next") + flows("Next > End")
SAFE = {
    "its own answer": ask() + see("${said}", "Other") + flows("Ask > Other > End"),
    "complete listener": ask(
        listeners=task_listener("complete", "${task.execution.setVariable('x', currentUser())}")
    )
    + flows("Ask > Next")
    + SEEN,
    "output of what it answered": ask(parameters=given("said", "${null}") + out("x", "${said}"))
    + flows("Ask > Next")
    + SEEN,
    "fixed output": ask(parameters=out("x", "${null}")) + flows("Ask > Next") + SEEN,
    "output of a topic": ask()
    + topic("Set", "tell", io(out("x", "${execution.getVariable('answer')}")))
    + flows("Ask > Set > Next")
    + SEEN,
    "result of a decision": ask() + rule("Set", "judge", result="x") + flows("Ask > Set > Next") + SEEN,
    "output of a decision": ask()
    + rule("Set", "judge", io(out("x", "${decisionResult.firstResult}")), result="")
    + flows("Ask > Set > Next")
    + SEEN,
    "start listener": ask()
    + task("Set", listener("start", "${execution.setVariable('x', 1)}"))
    + flows("Ask > Set > Next")
    + SEEN,
    "end listener": ask(listeners=listener("end", "${execution.setVariable('x', 1)}"))
    + flows("Ask > Next")
    + SEEN,
    "what a called process brings": ask()
    + call("Set", "called", back("y", "x"))
    + flows("Ask > Set > Next")
    + SEEN,
    "on both branches of a choice": ask()
    + gate("Gate")
    + topic("One", "tell", io(out("x", "1")))
    + topic("Two", "tell", io(out("x", "2")))
    + when("Gate", "One", "${said}")
    + flows("Ask > Gate > Two > Next")
    + flows("One > Next")
    + SEEN,
    "on one branch of a fork that joins": ask()
    + gate("Fork", "parallel")
    + gate("Join", "parallel")
    + topic("One", "tell", io(out("x", "1")))
    + topic("Two", "tell", io())
    + flows("Ask > Fork > One > Join > Next")
    + flows("Fork > Two > Join")
    + SEEN,
    "hidden by the reader's own input": ask()
    + topic("Next", "tell", io(given("x", "${null}"), given("text", "${x}")))
    + flows("Ask > Next > End"),
    "held by the sub-process around": sub(
        "Sub", given("x", "${null}"), ask(), end("Done"), flows("Begin > Ask > Done")
    )
    + flows("Start > Sub > Next")
    + SEEN,
    "row of its own list": ask(form="rows") + flows("Ask > Last > End") + ask(identifier="Last", form="rows"),
}
ROWS = form(
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
BESIDE = {**judged(), **ROWS, "called.bpmn": process("called", start(), END, flows("Start > End"))}


@pytest.mark.parametrize("body", SAFE.values(), ids=SAFE)
def test_what_is_written_on_every_way_is_safe(body: str, tmp_path: Path) -> None:
    begin = "" if "Sub" in body else flows("Start > Ask")
    assert check(tmp_path, {"step.bpmn": process("step", start(), END, begin, body), **BESIDE}) == []


OPEN = {
    "on one branch of a choice only": ask()
    + gate("Gate")
    + topic("One", "tell", io(out("x", "1")))
    + when("Gate", "One", "${said}")
    + flows("Ask > Gate > Next")
    + flows("One > Next")
    + SEEN,
    "before the step": topic("Set", "tell", io(out("x", "1"))) + ask() + flows("Set > Ask > Next") + SEEN,
    "in a loop back to the step": ask(attributes='camunda:assignee="${x}"')
    + topic("Next", "tell", io(out("x", "1")))
    + when("Ask", "Ask", "${said}")
    + flows("Ask > Next > End"),
    "by a listener that may not run": ask(
        listeners=task_listener("timeout", "${task.execution.setVariable('x', 1)}")
    )
    + flows("Ask > Next")
    + SEEN,
    "by an output that copies it": ask()
    + topic("Set", "tell", io(out("x", "${x}")))
    + flows("Ask > Set > Next")
    + SEEN,
    "to the reader's own scope": ask()
    + task("Set", io(given("x", "${null}")))
    + flows("Ask > Set > Next")
    + SEEN,
    "for the task alone": ask(listeners=task_listener("create", "${task.setVariableLocal('x', 1)}"))
    + flows("Ask > Next")
    + SEEN,
    "in a sub-process that holds it": ask()
    + sub("Sub", given("x", "${null}"), topic("Set", "tell", io(out("x", "1"))), flows("Begin > Set"))
    + flows("Ask > Sub > Next")
    + SEEN,
    "by a called process that hands it back": ask()
    + call("Set", "called", into("x", "z") + back("z", "x"))
    + flows("Ask > Set > Next")
    + SEEN,
    "in a branch beside": gate("Fork", "parallel")
    + ask()
    + topic("One", "tell", io(out("x", "1")))
    + flows("Start > Fork > Ask > End")
    + flows("Fork > One > Next")
    + SEEN,
    "beside the reader's branch": gate("Fork", "parallel")
    + ask()
    + flows("Start > Fork > Ask > End")
    + flows("Fork > Next")
    + SEEN,
}


@pytest.mark.parametrize("body", OPEN.values(), ids=OPEN)
def test_what_is_written_on_some_ways_only_is_open(body: str, tmp_path: Path) -> None:
    begin = (
        ""
        if "Start >" in body or 'sourceRef="Start"' in body
        else flows("Start > Set")
        if "Set_Ask" in body
        else flows("Start > Ask")
    )
    assert opened(check(tmp_path, {"step.bpmn": process("step", start(), END, begin, body), **BESIDE})) == {
        ("Ask", "x")
    }


def test_one_shield_taken_away_is_exactly_one_finding(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    seen = topic("Next", "tell", io(given("text", "${a} ${b} ${c}"))) + flows("Ask > Next > End")
    for gone in names:
        kept = [name for name in names if name != gone]
        assert opened(
            check(
                tmp_path, {"step.bpmn": process("step", start(), END, flows("Start > Ask"), ask(*kept), seen)}
            )
        ) == {("Ask", gone)}
    assert (
        check(tmp_path, {"step.bpmn": process("step", start(), END, flows("Start > Ask"), ask(*names), seen)})
        == []
    )
