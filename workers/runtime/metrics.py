"""What a workers process counts, for Prometheus.

Labels are names from models and code: topics, outcomes, calls; never an id or a variable's value.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import requests
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

from workers.rest import codec
from workers.rest.answers import LockedTask
from workers.rest.session import EngineSession

# seconds: what happens in this process or between it and the engine
QUICK = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
# seconds: what may wait for a free slot, or for a retry
WAITING = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)
# on one external task: each tells another story
CALLS = {"fetchAndLock", "complete", "failure", "bpmnError", "extendLock", "unlock"}


class Metrics:
    """Counters and histograms of one worker, in a registry of their own: several in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        named: dict[str, Any] = {"namespace": "homeward", "registry": self.registry}
        self.fetched = Counter("tasks_fetched", "External tasks fetched and locked.", ["topic"], **named)
        self.fetch_errors = Counter(
            "fetch_errors", "Polls that the engine did not answer, or answered with an error.", **named
        )
        self.outcomes = Counter(
            "task_outcomes",
            "Tasks by how they ended: complete, bpmn-error, retry, incident, lock-lost, task-gone, "
            "unreported.",
            ["topic", "outcome"],
            **named,
        )
        self.queue = Histogram(
            "queue_seconds",
            "From a task's fetch to the start of its handler.",
            ["topic"],
            buckets=QUICK,
            **named,
        )
        self.age = Histogram(
            "fetch_age_seconds",
            "From a task's creation in the engine to the start of its handler; pauses before retries count.",
            ["topic"],
            buckets=WAITING,
            **named,
        )
        self.handler = Histogram(
            "handler_seconds",
            "How long handlers ran, the report to the engine not counted.",
            ["topic"],
            buckets=QUICK,
            **named,
        )
        self.extend_errors = Counter(
            "lock_extend_errors", "Locks that could not be extended when it was tried.", **named
        )
        self.locks_lost = Counter("locks_lost", "Tasks whose lock was lost while their handler ran.", **named)
        self.http = Histogram(
            "http_seconds",
            "From a request to the engine to its answer; fetchAndLock waits for work.",
            ["method", "path", "status"],
            buckets=QUICK,
            **named,
        )
        ProcessCollector(registry=self.registry)

    def started(self, task: LockedTask, waited: float) -> None:
        """A handler begins, `waited` seconds after its task was fetched."""
        self.queue.labels(task["topicName"]).observe(waited)
        if created := task.get("createTime"):  # older engines do not say it
            age = time.time() - codec.moment(created).timestamp()
            self.age.labels(task["topicName"]).observe(max(age, 0))  # the engine's clock may be ahead

    def watch(self, session: EngineSession) -> None:
        """Time every answer to this session's requests."""
        base = urlsplit(session.url).path

        def answered(response: requests.Response, *_: Any, **__: Any) -> None:
            path = kind(urlsplit(response.request.url or "").path.removeprefix(base))
            self.http.labels(response.request.method, path, str(response.status_code)).observe(
                response.elapsed.total_seconds()
            )

        session.hooks["response"].append(answered)


def kind(path: str) -> str:
    """A path's class: the resource, and the call where it is one of CALLS.

    Ids, keys and users' names are left out.
    """
    parts = path.strip("/").split("/")
    resource = parts[:2] if parts[0] == "history" else parts[:1]
    return "/".join(resource + [part for part in parts[-1:] if part in CALLS])
