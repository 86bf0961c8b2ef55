"""An external task, as the double's engine keeps it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Task:
    """Times are seconds of the double's clock; variables are typed, as REST has them."""

    topic: str
    variables: dict[str, Any]
    business_key: str | None
    retries: int | None
    priority: int
    process: str
    activity: str
    properties: dict[str, str]
    created: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    instance: str = field(default_factory=lambda: str(uuid.uuid4()))
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    worker: str | None = None
    # of the lock, or of the pause after a failure: the engine has one field for both
    expires: float | None = None
    error_message: str | None = None
    error_details: str | None = None
    incident: dict[str, Any] | None = None
    ended: str | None = None
    # what complete or bpmnError set, local variables included
    set: dict[str, Any] = field(default_factory=dict)
    error_code: str | None = None

    def locked(self, now: float) -> bool:
        return self.worker is not None and self.expires is not None and self.expires > now

    def free(self, now: float) -> bool:
        return self.retries != 0 and (self.expires is None or self.expires <= now)
