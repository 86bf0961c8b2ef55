"""pycamunda's external-task requests over our session, with what its own loader drops."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pycamunda.externaltask
import requests
from pycamunda.base import RequestMethod
from pycamunda.request import BodyParameter

from workers.rest.answers import LockedTask
from workers.rest.session import EngineSession

SHORT = 5.0  # seconds to wait for an answer where the next turn may try again
LOOK = 0.1  # seconds between two looks whether a task is locked
LONG = 30.0  # seconds for what may run a good piece of a process before it answers


class _FetchAndLock(pycamunda.externaltask.FetchAndLock):
    """Keeps the raw JSON (createTime, extension properties) and sends `sorting`."""

    sorting = BodyParameter("sorting")

    def __call__(self) -> requests.Response:
        answer: requests.Response = super(pycamunda.externaltask.FetchAndLock, self).__call__(
            RequestMethod.POST
        )
        return answer


class ExternalTasks:
    """The engine's external-task calls for one worker id. Raises EngineError and EngineUnreachable."""

    def __init__(self, session: EngineSession, worker_id: str):
        self.session, self.worker_id = session, worker_id

    def _post(self, request: pycamunda.base.CamundaRequest, seconds: float) -> None:
        """Send what the engine answers with 204.

        Anything else is not the engine's word: a page of whatever stands before it.
        """

        def ask(*args: Any, **kwargs: Any) -> requests.Response:
            response = self.session.request(*args, timeout=(SHORT, seconds), **kwargs)
            if response.status_code != 204:
                raise self.session.strange(response)
            return response

        request.session = SimpleNamespace(request=ask)
        request()

    def fetch_and_lock(
        self, topics: Iterable[dict[str, Any]], max_tasks: int, wait: float
    ) -> list[LockedTask]:
        """Raw tasks, oldest first within a priority; the engine waits up to `wait` seconds for the first."""
        request = _FetchAndLock(
            self.session.url,
            self.worker_id,
            max_tasks,
            async_response_timeout=int(wait * 1000),
            use_priority=True,
        )
        request.topics = list(topics)
        request.sorting = [{"sortBy": "createTime", "sortOrder": "asc"}]
        request.session = SimpleNamespace(request=partial(self.session.request, timeout=(SHORT, wait + 10)))
        response = request()
        try:
            tasks = response.json()
        except ValueError:
            tasks = None
        if not isinstance(tasks, list):
            raise self.session.strange(response)
        return tasks

    def complete(self, task_id: str, variables: dict[str, Any], local_variables: dict[str, Any]) -> None:
        request = pycamunda.externaltask.Complete(self.session.url, task_id, self.worker_id)
        request.variables, request.local_variables = variables, local_variables
        self._post(request, LONG)

    def failure(self, task_id: str, message: str, details: str, retries: int, retry_timeout: float) -> None:
        """`retries` 0 makes an incident; else the task comes back after `retry_timeout` seconds."""
        self._post(
            pycamunda.externaltask.HandleFailure(
                self.session.url,
                task_id,
                self.worker_id,
                message,
                details,
                retries,
                int(retry_timeout * 1000),
            ),
            LONG,
        )

    def bpmn_error(self, task_id: str, code: str, message: str, variables: dict[str, Any]) -> None:
        request = pycamunda.externaltask.HandleBPMNError(
            self.session.url, task_id, self.worker_id, code, message
        )
        request.variables = variables
        self._post(request, LONG)

    def extend_lock(self, task_id: str, duration: float) -> None:
        """Lock for `duration` seconds from now."""
        self._post(
            pycamunda.externaltask.ExtendLock(
                self.session.url, task_id, int(duration * 1000), self.worker_id
            ),
            SHORT,
        )

    def unlock(self, task_id: str) -> None:
        """Give a task back; its retries stay as they are."""
        self._post(pycamunda.externaltask.Unlock(self.session.url, task_id), SHORT)

    def locked_by_me(self) -> list[str]:
        """Ids of the tasks that this worker id holds."""
        return [
            task["id"] for task in self.session.fetch("/external-task", workerId=self.worker_id, locked=True)
        ]


def settled(
    session: EngineSession, child: str, patience: float, besides: Collection[str] = frozenset()
) -> bool:
    """Wait until the workers have done what they have in their hands for a child now, `besides` some tasks;
    False: some of it is in their hands still, after `patience` seconds.
    """
    end, now = time.monotonic() + patience, _locked(session, child) - set(besides)
    while now & _locked(session, child):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK)
    return True


def _locked(session: EngineSession, child: str) -> set[str]:
    instances = [row["id"] for row in session.fetch("/process-instance", businessKey=child)]
    if not instances:
        return set()
    rows = session.call("/external-task", {"processInstanceIdIn": instances, "locked": True})
    return {row["id"] for row in rows}
