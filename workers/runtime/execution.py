"""One external task from lock to outcome: decode, validate, run, tell the engine."""
from __future__ import annotations

import random
import threading
import time
import traceback
from dataclasses import dataclass, field
from typing import Any

import structlog
from camunda.external_task.external_task import TaskResult
from pydantic import ValidationError

from workers.rest.external_tasks import ExternalTasks
from workers.rest.session import EngineError, EngineUnreachable
from workers.runtime import codec
from workers.runtime.contract import Topic, Variables
from workers.runtime.outcome import BpmnError, FatalError, RetryableError

log = structlog.get_logger("homeward.worker")

MESSAGE_LIMIT = 600                    # the engine cuts an incident's message at 666 characters
COMPLETE_ATTEMPTS = 8                  # of the call `complete` alone; the handler is never run again for it


@dataclass
class Work:
    """What a handler may know of its task beside its input. `key` is the idempotency key: kept across retries, new per activity instance."""

    raw: dict[str, Any]
    services: Any
    expires: float                                          # monotonic seconds; moved on by the heartbeat
    lost: threading.Event = field(default_factory=threading.Event)   # set when the lock or the task is gone: stop, the result is dropped

    @property
    def key(self) -> str: return self.raw["id"]

    @property
    def child_id(self) -> str | None: return self.raw.get("businessKey")

    @property
    def process(self) -> str: return self.raw["processDefinitionKey"]

    @property
    def definition_id(self) -> str: return self.raw["processDefinitionId"]

    @property
    def instance_id(self) -> str: return self.raw["processInstanceId"]

    @property
    def activity(self) -> str: return self.raw["activityId"]


class Execution:
    """Runs tasks of known topics and reports each outcome, once."""

    def __init__(self, engine: ExternalTasks, topics: dict[str, Topic], services: Any):
        self.engine, self.topics, self.services = engine, topics, services

    def run(self, work: Work) -> str:
        """Run one locked task; the outcome's class for logs and metrics."""
        topic, started = self.topics[work.raw["topicName"]], time.monotonic()
        try:
            outcome = self._run(topic, work)
        except (EngineUnreachable, EngineError) as error:      # the report itself failed: the short lock expires, another fetch follows
            outcome = "unreported"
            log.warning("report_failed", task=work.key, topic=topic.name, error=type(error).__name__)
        log.info("task", task=work.key, topic=topic.name, process=work.process, activity=work.activity, instance=work.instance_id,
                 outcome=outcome, seconds=round(time.monotonic() - started, 3))
        return outcome

    def _run(self, topic: Topic, work: Work) -> str:
        try:
            variables, local = self._result(topic, topic.handler(self._input(topic, work), work))
        except BpmnError as error:
            if error.code not in topic.errors:
                return self._fail(work, f"BPMN error {error.code} is not declared by topic {topic.name}", 0, 0)
            self._report(work, lambda: self.engine.bpmn_error(work.key, error.code, str(error)[:MESSAGE_LIMIT], codec.encode(error.variables)))
            return "bpmn-error"
        except (FatalError, codec.CodecError) as error:
            return self._fail(work, f"{type(error).__name__}: {error}", 0, 0)
        except Exception as error:                             # RetryableError, or unknown: both may pass
            return self._retry(topic, work, error)
        return self._complete(work, variables, local)

    @staticmethod
    def _input(topic: Topic, work: Work) -> Variables:
        try:
            values = codec.decode(work.raw.get("variables") or {})
            return topic.input.model_validate({name: values[name] for name in topic.input.names() if name in values})
        except ValidationError as error:
            raise FatalError(f"topic {topic.name} at {work.activity} of {work.process} got unfit input: {_where(error)}: mend the input mapping in the model, "
                             "deploy, set the incident's retries to 1") from None

    @staticmethod
    def _result(topic: Topic, result: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if isinstance(result, TaskResult) and result.is_success():
            return codec.encode(result.global_variables), codec.encode(result.local_variables)
        if result is None and not topic.output.model_fields:
            return {}, {}
        if not isinstance(result, topic.output):
            raise FatalError(f"topic {topic.name} returned {type(result).__name__} instead of {topic.output.__name__}")
        values = result.model_dump(mode="json", by_alias=True)
        spread = values.pop(result.spread, {}) if result.spread else {}
        return codec.encode(spread), codec.encode(values)

    def _complete(self, work: Work, variables: dict[str, Any], local: dict[str, Any]) -> str:
        try:
            self._report(work, lambda: self.engine.complete(work.key, variables, local))
        except EngineError as error:
            if error.status == 404 or (error.status == 400 and "locked by" in error.message):
                return "task-gone"
            return self._fail(work, f"work done, engine refused the result: {error.message}", 0, 0)
        return "complete"

    def _retry(self, topic: Topic, work: Work, error: Exception) -> str:
        left = work.raw.get("retries")
        left = (topic.retry.times if left is None else left) - 1
        pause = topic.retry.base * 2 ** max(topic.retry.times - left - 1, 0) * random.uniform(0.8, 1.2)
        text = str(error) if isinstance(error, RetryableError) else f"{type(error).__name__}: {error}"
        return self._fail(work, text, left, int(pause * 1000))

    def _fail(self, work: Work, message: str, retries: int, pause_ms: int) -> str:
        trace = "" if retries == 0 and not traceback.format_exc().strip() else traceback.format_exc()
        try:
            self._report(work, lambda: self.engine.failure(work.key, message[:MESSAGE_LIMIT], trace, retries, pause_ms))
        except EngineError as error:
            if error.status in (400, 404):
                return "task-gone"
            raise
        return "retry" if retries else "incident"

    def _report(self, work: Work, call: Any) -> None:
        """Make a reporting call until it is answered, as long as the lock is ours."""
        ambiguous = False
        for attempt in range(COMPLETE_ATTEMPTS):
            if work.lost.is_set():
                return
            try:
                return call()
            except EngineUnreachable:
                ambiguous = True
                if attempt == COMPLETE_ATTEMPTS - 1 or time.monotonic() > work.expires:
                    raise
                work.lost.wait(min(0.5 * 2 ** attempt, 5) * random.uniform(0.8, 1.2))
            except EngineError as error:
                if error.status == 404 and ambiguous:          # an earlier attempt got through, only its answer was lost
                    return
                if not error.optimistic_locking or attempt == COMPLETE_ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0.02, 0.5))


def _where(error: ValidationError) -> str:
    """The fields at fault and why, without their values."""
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'input'} ({item['msg']})" for item in error.errors(include_input=False, include_url=False))
