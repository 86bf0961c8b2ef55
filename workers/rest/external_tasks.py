"""pycamunda's external-task requests over our session, with what its own loader drops."""
from __future__ import annotations

from typing import Any, Iterable

import pycamunda.externaltask
from pycamunda.base import RequestMethod
from pycamunda.request import BodyParameter

from workers.rest.session import EngineSession


class _FetchAndLock(pycamunda.externaltask.FetchAndLock):
    """Keeps the raw JSON (createTime, extension properties) and sends `sorting`."""

    sorting = BodyParameter("sorting")

    def __call__(self) -> list[dict[str, Any]]:
        return super(pycamunda.externaltask.FetchAndLock, self).__call__(RequestMethod.POST).json()


class ExternalTasks:
    """The engine's external-task calls for one worker id."""

    def __init__(self, session: EngineSession, worker_id: str):
        self.session, self.worker_id = session, worker_id

    def _send(self, request: pycamunda.base.CamundaRequest) -> Any:
        request.session = self.session
        return request()

    def fetch_and_lock(self, topics: Iterable[dict[str, Any]], max_tasks: int, wait_ms: int) -> list[dict[str, Any]]:
        """Raw tasks, oldest first within a priority; waits up to `wait_ms` for the first one."""
        request = _FetchAndLock(self.session.url, self.worker_id, max_tasks, async_response_timeout=wait_ms, use_priority=True)
        request.topics = list(topics)
        request.sorting = [{"sortBy": "createTime", "sortOrder": "asc"}]
        return self._send(request)

    def complete(self, task_id: str, variables: dict[str, Any], local_variables: dict[str, Any]) -> None:
        request = pycamunda.externaltask.Complete(self.session.url, task_id, self.worker_id)
        request.variables, request.local_variables = variables, local_variables
        self._send(request)

    def failure(self, task_id: str, message: str, details: str, retries: int, retry_timeout_ms: int) -> None:
        self._send(pycamunda.externaltask.HandleFailure(self.session.url, task_id, self.worker_id, message, details, retries, retry_timeout_ms))

    def bpmn_error(self, task_id: str, code: str, message: str, variables: dict[str, Any]) -> None:
        request = pycamunda.externaltask.HandleBPMNError(self.session.url, task_id, self.worker_id, code, message)
        request.variables = variables
        self._send(request)

    def extend_lock(self, task_id: str, duration_ms: int) -> None:
        self._send(pycamunda.externaltask.ExtendLock(self.session.url, task_id, duration_ms, self.worker_id))

    def unlock(self, task_id: str) -> None:
        self._send(pycamunda.externaltask.Unlock(self.session.url, task_id))

    def locked_by_me(self) -> list[str]:
        """Ids of the tasks that this worker id holds."""
        return [task["id"] for task in self.session.fetch("/external-task", workerId=self.worker_id, locked=True)]
