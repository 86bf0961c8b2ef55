"""How a handler says that its work did not go well."""

from __future__ import annotations

from typing import Any

from workers.errors import HomewardError


class RetryableError(HomewardError):
    """It may go well later: the task is tried again with growing pauses, then becomes an incident."""


class FatalError(HomewardError):
    """No retry mends it: an incident at once. The message tells the operator what to mend."""


class BpmnError(HomewardError):
    """A business reaction that the model draws; the code must be declared in the topic's contract."""

    def __init__(self, code: str, message: str = "", variables: dict[str, Any] | None = None):
        super().__init__(message or code)
        self.code, self.variables = code, variables or {}
