"""What becomes of a task, whatever its handler gives or raises.

On the real engine, with topics written here.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from camunda.external_task.external_task import ExternalTask, TaskResult
from pydantic import Field

from tests.runtime.lab import SECRET, Lab, Named, outcome
from workers.rest.session import EngineError
from workers.runtime import execution
from workers.runtime.contract import Retry, Variables
from workers.runtime.outcome import BpmnError, FatalError, RetryableError

SOON = Retry(times=5, base=0.05)


# what a handler gives ---------------------------------------------------------------------------------------


class Typed(Variables):
    spread: ClassVar[str] = "case"
    is_open: bool = True
    number: int = 7
    big: int = 2**40
    ratio: float = 0.5
    cost: Decimal = Decimal("12.30")
    name: str = "text"
    nothing: str | None = None
    moment: dt.datetime = dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    day: dt.date = dt.date(2026, 7, 1)
    rows: list[dict[str, Any]] = Field([{"value": 1, "type": "a child of five"}])
    case: dict[str, Any] = Field({"shared": "for the whole instance"})


def test_a_result_arrives_typed(lab: Lab):
    instance = lab.start(worker := lab.worker(lambda task, work: Typed(), output=Typed))
    lab.go(worker)
    assert lab.ended(instance) == "End"
    found = lab.variables(instance)
    assert {name: kind for name, (kind, _) in found.items()} == {
        "topic": "String",
        "isOpen": "Boolean",
        "number": "Integer",
        "big": "Long",
        "ratio": "Double",
        "cost": "String",
        "name": "String",
        "nothing": "Null",
        "moment": "Date",
        "day": "String",
        "rows": "Json",
        "shared": "String",
    }
    assert found["cost"][1] == "12.30" and found["big"][1] == 2**40 and found["day"][1] == "2026-07-01"
    assert dt.datetime.strptime(found["moment"][1], "%Y-%m-%dT%H:%M:%S.%f%z") == Typed().moment


def test_a_topic_without_input_is_sent_no_variables(lab: Lab):
    """An empty list must not mean all of them: other people's data has no business in this process."""
    seen = []
    instance = lab.start(
        worker := lab.worker(lambda task, work: seen.append(work.raw["variables"])), name=SECRET
    )
    lab.go(worker)
    assert lab.ended(instance) == "End" and seen == [{}]


def test_a_handler_of_the_client_library_works_unchanged(lab: Lab):
    def handle(task: ExternalTask) -> TaskResult:
        match task.get_variable("name"):
            case "ok":
                return task.complete({"shared": 1})
            case "error":
                return task.bpmn_error("KNOWN", "drawn in the model")
            case "fail":
                return task.failure("the archive is closed", "", 3, 100)
        return task.get_task_result()

    worker = lab.worker(
        handle, input=ExternalTask, errors=frozenset({"KNOWN"}), retry=Retry(times=5, base=600)
    )
    good, caught, failing, empty = (
        lab.start(worker, name=name) for name in ("ok", "error", "fail", "nothing")
    )
    lab.go(worker)
    assert lab.ended(good) == "End" and lab.variables(good)["shared"] == ("Integer", 1)
    assert lab.ended(caught) == "End_Caught"
    assert (lab.failed(failing)["errorMessage"], lab.failed(failing)["retries"]) == (
        "the archive is closed",
        4,
    )
    assert "without a result" in lab.incident(empty)


# failing ----------------------------------------------------------------------------------------------------


def test_what_may_pass_is_tried_again_with_the_same_key(lab: Lab):
    keys = []

    def handler(task, work):
        keys.append(work.key)
        if len(keys) < 3:
            raise RetryableError("the register is busy")

    instance = lab.start(worker := lab.worker(handler, retry=SOON))
    lab.go(worker)
    assert lab.ended(instance) == "End"
    assert len(keys) == 3 and len(set(keys)) == 1


def test_a_retry_says_why_and_takes_one(lab: Lab):
    def handler(task, work):
        raise RetryableError("the register is busy")

    instance = lab.start(worker := lab.worker(handler, retry=Retry(times=5, base=600)))
    lab.go(worker)
    task = lab.failed(instance)
    assert (
        task["errorMessage"],
        task["retries"],
        task["workerId"] is None or task["lockExpirationTime"] is not None,
    ) == ("the register is busy", 4, True)


def test_retries_come_to_an_end_in_an_incident_and_an_operator_gives_another(lab: Lab):
    runs = []

    def handler(task, work):
        runs.append(1)
        if len(runs) < 3:
            raise RetryableError("the register is busy")

    instance = lab.start(worker := lab.worker(handler, retry=Retry(times=2, base=0.05)))
    lab.go(worker)
    assert lab.incident(instance) == "the register is busy" and len(runs) == 2
    lab.set_retries(instance)
    assert lab.ended(instance) == "End" and len(runs) == 3


def test_an_operators_retry_does_not_wait_for_the_last_pause(lab: Lab):
    runs = []

    def handler(task, work):
        runs.append(1)
        if len(runs) == 1:
            raise RetryableError("the register is busy")

    instance = lab.start(worker := lab.worker(handler, retry=Retry(times=1, base=600)))
    lab.go(worker)
    lab.incident(instance)
    lab.set_retries(instance)
    assert lab.ended(instance) == "End"


def raises(error: BaseException):
    def handler(task: Named, work: execution.Work):
        secret = task.name
        try:
            raise OSError(f"inner {secret}")
        finally:
            raise error

    return handler


@pytest.mark.parametrize(
    "error",
    [
        KeyError(SECRET),
        ValueError(f"no such {SECRET}"),
        EngineError(500, "X", f"Cannot transform '{SECRET}' and 'O'{SECRET}'"),
        SystemExit(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_unknown_error_is_retried_and_tells_its_place_not_its_text(lab: Lab, logged, error):
    instance = lab.start(
        worker := lab.worker(raises(error), input=Named, retry=Retry(times=5, base=600)), name=SECRET
    )
    lab.go(worker)
    task = lab.failed(instance)
    assert task["retries"] == 4 and outcome(logged) == "retry"
    assert (
        "engine answered 500 X: Cannot transform '…'"
        if isinstance(error, EngineError)
        else f"{type(error).__name__} at test_worker.py:"
    ) in task["errorMessage"]
    details = lab.details(instance)
    assert "OSError" in details and "in handler" in details, "the trace shows the way, and what came before"
    assert SECRET not in task["errorMessage"] + details + str(logged)


def test_a_fatal_error_is_an_incident_at_once(lab: Lab):
    runs = []

    def handler(task, work):
        runs.append(1)
        raise FatalError("correct the variable teamManager, then retry")

    instance = lab.start(worker := lab.worker(handler))
    lab.go(worker)
    assert lab.incident(instance) == "correct the variable teamManager, then retry"
    assert lab.task(instance)["retries"] == 0 and len(runs) == 1


def test_a_declared_error_takes_the_way_that_the_model_draws(lab: Lab):
    def handler(task, work):
        raise BpmnError("KNOWN", "not in the calendar", {"shared": 1})

    instance = lab.start(worker := lab.worker(handler, errors=frozenset({"KNOWN"})))
    lab.go(worker)
    assert lab.ended(instance) == "End_Caught"
    assert (
        lab.variables(instance)["caught"][1] == "not in the calendar"
        and lab.variables(instance)["shared"][1] == 1
    )


@pytest.mark.parametrize(
    "errors, thrown, said",
    [
        (set(), BpmnError("OTHER"), "BPMN error OTHER is not declared by topic lab-"),
        (
            {"KNOWN"},
            BpmnError("KNOWN", "", {"moment": dt.datetime(2026, 1, 1)}),
            "variable moment is a date-time without an offset",
        ),
    ],
    ids=["undeclared", "unfit variable"],
)
def test_an_error_that_would_end_the_case_silently_is_an_incident(lab: Lab, errors, thrown, said):
    def handler(task, work):
        raise thrown

    instance = lab.start(worker := lab.worker(handler, errors=frozenset(errors)))
    lab.go(worker)
    assert said in lab.incident(instance)


class Number(Variables):
    number: int


class Texts(Variables):
    text: Any = None
    moment: dt.datetime | None = None


@pytest.mark.parametrize(
    "output, result, said",
    [
        (Number, lambda: Named(name=SECRET), "returned Named instead of Number"),
        (Number, lambda: None, "returned NoneType instead of Number"),
        (Number, lambda: {"number": SECRET}, "returned dict instead of Number"),
        (Number, lambda: Number(number=SECRET), "made unfit output: number (Input should be a valid integer"),
        (Texts, lambda: Texts(text=SECRET * 400), "variable text has 4800 characters"),
        (Texts, lambda: Texts(text=2**70), "variable text is a whole number beyond 64 bits"),
        (Texts, lambda: Texts(text=float("nan"), moment=None), None),
        (
            Texts,
            lambda: Texts(moment=dt.datetime(2026, 1, 1)),
            "variable moment is a date-time without an offset",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the same in each process
)
def test_a_result_that_breaks_the_contract_is_an_incident_at_once(lab: Lab, output, result, said):
    runs = []

    def handler(task, work):
        runs.append(1)
        return result()

    instance = lab.start(worker := lab.worker(handler, output=output))
    lab.go(worker)
    if said is None:  # JSON has no NaN: pydantic makes it null
        assert lab.ended(instance) == "End" and lab.variables(instance)["text"][0] == "Null"
        return
    assert said in (message := lab.incident(instance))
    assert SECRET not in message + lab.details(instance) and len(runs) == 1


@pytest.mark.parametrize(
    "variables", [{"number": SECRET}, {}, {"number": None}], ids=["wrong type", "missing", "null"]
)
def test_unfit_input_names_the_variable_and_goes_on_when_mended(lab: Lab, variables):
    seen = []
    instance = lab.start(
        worker := lab.worker(lambda task, work: seen.append(task.number), input=Number), **variables
    )
    lab.go(worker)
    message = lab.incident(instance)
    assert (
        "at Task of lab-task got unfit input: number (" in message
        and "then `homeward incidents retry`" in message
    )
    assert SECRET not in message + lab.details(instance) and seen == []
    lab.engine.call(f"/process-instance/{instance}/variables/number", {"value": 5, "type": "Integer"}, "PUT")
    lab.set_retries(instance)
    assert lab.ended(instance) == "End" and seen == [5]
