"""How a handler says that its work did not go well."""

from typing import Any


class RetryableError(Exception):
    """It may go well later: the task is tried again with growing pauses, then becomes an incident."""


class FatalError(Exception):
    """No retry mends it: an incident at once. The message tells the operator what to mend."""


class BpmnError(Exception):
    """A business reaction that the model draws; the code must be declared in the topic's contract."""

    def __init__(self, code: str, message: str = "", variables: dict[str, Any] | None = None):
        super().__init__(message or code)
        self.code, self.variables = code, variables or {}
