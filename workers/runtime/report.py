"""What may be said of a failure: enough to mend it, and nothing of what a variable holds.

Incidents and logs outlive a child's data.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from pydantic import ValidationError

from workers.errors import HomewardError

MESSAGE = 600  # characters; the engine cuts an incident's message at 666


def text(error: BaseException) -> str:
    """One line. The text of an unknown exception may quote a value, so its place stands for it."""
    if isinstance(error, HomewardError):
        return error.plain[:MESSAGE]
    return f"{type(error).__name__} at {_place(error)}; details: Cockpit, or /external-task/…/errorDetails"[
        :MESSAGE
    ]


def trace(error: BaseException) -> str:
    """The traceback of the error and of what led to it, without their texts."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen:
        lines += [type(seen).__name__, *traceback.format_tb(seen.__traceback__)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\n".join(lines)


def fields(error: ValidationError) -> str:
    """The variables at fault and why."""
    return "; ".join(
        f"{item['loc'][0] if item['loc'] else 'input'} ({item['msg']})"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    )


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "an unknown place"
