"""One external task from lock to outcome: decode, validate, run, tell the engine."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from camunda.external_task.external_task import ExternalTask, TaskResult
from pydantic import ValidationError

from workers.rest import codec
from workers.rest.answers import LockedTask
from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineUnreachable
from workers.runtime import backoff, report
from workers.runtime.contract import Topic, Variables
from workers.runtime.metrics import Metrics
from workers.runtime.outcome import BpmnError, FatalError, RetryableError

log = structlog.get_logger("homeward.worker")

# what a gateway says for a while: the call was not carried out, and may be soon
PASSING = {401, 408, 425, 429}


@dataclass
class Work:
    """What a handler may know of its task beside its input.

    `key` is the idempotency key: kept across retries, new per activity instance.
    """

    raw: LockedTask
    services: Any
    expires: float  # monotonic seconds; moved on by the heartbeat
    # set when the lock or the task is gone: stop, the result is dropped
    lost: threading.Event = field(default_factory=threading.Event)
    again: bool = False  # fetched a second time while it ran
    fetched: float = field(default_factory=time.monotonic)
    started: float = 0.0  # monotonic seconds; 0: it waits
    pause: float = 0.0  # seconds before its next try, once it has failed

    @property
    def key(self) -> str:
        return self.raw["id"]

    @property
    def topic(self) -> str:
        return self.raw["topicName"]

    @property
    def child_id(self) -> str | None:
        return self.raw.get("businessKey")

    @property
    def process(self) -> str:
        return self.raw["processDefinitionKey"]

    @property
    def definition_id(self) -> str:
        return self.raw["processDefinitionId"]

    @property
    def instance_id(self) -> str:
        return self.raw["processInstanceId"]

    @property
    def activity(self) -> str:
        return self.raw["activityId"]


class LockLost(Exception):
    """The task is no longer ours to report on."""


@dataclass(frozen=True)
class Done:
    variables: dict[str, Any]
    local: dict[str, Any]


@dataclass(frozen=True)
class Thrown:
    code: str
    message: str
    variables: dict[str, Any]


@dataclass(frozen=True)
class Failed:
    """`retries` 0: an incident at once; else again after `pause` seconds."""

    message: str
    trace: str
    retries: int = 0
    pause: float = 0.0


class Execution:
    """Runs tasks of known topics and reports each outcome, once."""

    def __init__(self, engine: ExternalTasks, topics: dict[str, Topic], metrics: Metrics):
        self.engine = engine
        self.topics = topics
        self.metrics = metrics

    def run(self, work: Work) -> str:
        """Run one locked task; the outcome's class for logs and metrics."""
        topic, started = self.topics[work.topic], time.monotonic()
        self.metrics.started(work.raw, started - work.fetched)
        result = _run(topic, work)
        self.metrics.handler.labels(topic.name).observe(time.monotonic() - started)
        outcome = self._report(work, result)
        self.metrics.outcomes.labels(topic.name, outcome).inc()
        log.info(
            "task",
            task=work.key,
            topic=topic.name,
            process=work.process,
            activity=work.activity,
            instance=work.instance_id,
            outcome=outcome,
            seconds=round(time.monotonic() - started, 3),
        )
        return outcome

    def _report(self, work: Work, result: Done | Thrown | Failed) -> str:
        try:
            try:
                return self._send(work, result)
            except EngineError as error:
                if error.not_ours or isinstance(result, Failed):
                    raise
                refused = Failed(
                    f"work done, engine refused the result: {report.text(error)}"[: report.MESSAGE],
                    report.trace(error),
                )
            return self._send(work, refused)
        except LockLost:
            return "lock-lost"
        except EngineError as error:
            if error.not_ours:
                return "task-gone"
            log.warning("report_failed", task=work.key, error=report.text(error))
        except EngineUnreachable:
            log.warning("report_failed", task=work.key, error="the engine does not answer")
        return "unreported"  # the short lock expires, and the task is fetched again

    def _send(self, work: Work, result: Done | Thrown | Failed) -> str:
        match result:
            case Done():
                _call(work, lambda: self.engine.complete(work.key, result.variables, result.local))
                return "complete"
            case Thrown():
                _call(
                    work,
                    lambda: self.engine.bpmn_error(work.key, result.code, result.message, result.variables),
                )
                return "bpmn-error"
        _call(
            work,
            lambda: self.engine.failure(work.key, result.message, result.trace, result.retries, result.pause),
        )
        work.pause = result.pause
        return "retry" if result.retries else "incident"


def _run(topic: Topic, work: Work) -> Done | Thrown | Failed:
    try:
        try:
            return _done(
                topic,
                topic.handler(_library_task(work))
                if topic.input is ExternalTask
                else topic.handler(_input(topic, work), work),
            )
        except BpmnError as error:
            # an error that nobody catches ends the instance without a word
            if error.code not in topic.errors:
                raise FatalError(
                    f"BPMN error {error.code} is not declared by topic {topic.name}: declare and "
                    "model it, or raise another"
                ) from error
            return Thrown(error.code, report.text(error), codec.encode(error.variables))
    except (FatalError, codec.CodecError) as error:
        return Failed(report.text(error), report.trace(error))
    except BaseException as error:  # RetryableError, or unknown: both may pass
        if isinstance(error, ValidationError) and error.title == topic.output.__name__:
            return Failed(
                f"topic {topic.name} made unfit output: {report.fields(error)}"[: report.MESSAGE],
                report.trace(error),
            )
        left = work.raw.get("retries")
        left = max((topic.retry.times if left is None else left) - 1, 0)
        # an operator's retry is not to wait
        pause = backoff.pause(topic.retry.base, max(topic.retry.times - left, 1)) if left else 0.0
        return Failed(report.text(error), report.trace(error), left, pause)


def _input(topic: Topic, work: Work) -> Variables:
    values = codec.decode(work.raw.get("variables") or {})
    try:
        return topic.input.model_validate(
            {name: values[name] for name in topic.input.names() if name in values}
        )
    except ValidationError as error:
        raise FatalError(
            f"topic {topic.name} at {work.activity} of {work.process} got unfit input: "
            f"{report.fields(error)}: mend the variable, or the "
            "input mapping in the model, then `homeward incidents retry`"
        ) from None


def _library_task(work: Work) -> ExternalTask:
    """The task as the library's handlers know it, its variables as plain Python values."""
    raw = work.raw.get("variables") or {}
    values = codec.decode(raw)
    return ExternalTask(
        work.raw | {"variables": {name: variable | {"value": values[name]} for name, variable in raw.items()}}
    )


def _done(topic: Topic, result: Any) -> Done:
    if isinstance(result, TaskResult):
        return _library_result(result)
    if result is None and not topic.output.model_fields:
        return Done({}, {})
    if not isinstance(result, topic.output):
        raise FatalError(
            f"topic {topic.name} returned {type(result).__name__} instead of {topic.output.__name__}"
        )
    values, typed = result.model_dump(mode="json", by_alias=True), result.model_dump(by_alias=True)
    # a Date in the engine, not a text
    values |= {name: value for name, value in typed.items() if isinstance(value, dt.datetime)}
    spread = values.pop(result.spread, {}) if result.spread else {}
    return Done(codec.encode(spread), codec.encode(values))


def _library_result(result: TaskResult) -> Done:
    """What a handler written for camunda-external-task-client-python3 returns."""
    if result.is_success():
        return Done(codec.encode(result.global_variables), codec.encode(result.local_variables))
    if result.is_bpmn_error():
        raise BpmnError(result.bpmn_error_code, result.error_message or "", result.global_variables)
    if result.is_failure():
        raise (RetryableError if result.retries else FatalError)(result.error_message)
    raise FatalError(
        "the handler returned its task without a result: return task.complete(…), failure(…) or bpmn_error(…)"
    )


def _call(work: Work, call: Callable[[], None]) -> None:
    """Make a reporting call until it is answered, as long as the lock is ours.

    The handler is never run again for it.
    """
    unanswered = False

    def once() -> None:
        nonlocal unanswered
        if work.lost.is_set():
            raise LockLost
        try:
            call()
        except EngineUnreachable:
            unanswered = True
            raise
        except EngineError as error:
            if error.status in PASSING:
                raise EngineUnreachable(error.plain) from error  # no incident: the work is done
            if error.status != 404 or not unanswered:  # else an earlier call got through, its answer was lost
                raise

    meeting = backoff.met(work.lost)
    backoff.unanswered(work.lost, lambda: time.monotonic() > work.expires)(meeting, once)
