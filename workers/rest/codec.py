"""Process variables to Python and back, typed; nothing is ever stored as a serialised Java object."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

from workers.errors import Refused

MAX_TEXT = 4000  # what the engine's String column holds
_INT32, _INT64 = range(-(2**31), 2**31), range(-(2**63), 2**63)


class CodecError(Refused):
    """A value that has no process-variable type; names the variable, never shows the value."""


def moment(text: str) -> dt.datetime:
    """A moment as the engine writes it. Raises ValueError."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def timestamp(moment: dt.datetime) -> str:
    """As the engine writes a moment, which must have an offset."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}" + moment.strftime("%z")


def decode(variables: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """REST variables (`deserializeValues: false`) as plain Python values; dates keep their offset."""
    return {name: _decode(name, variable) for name, variable in variables.items()}


def _decode(name: str, variable: dict[str, Any]) -> Any:
    kind, value = (variable.get("type") or "").lower(), variable.get("value")
    if value is None:
        return None
    if kind in ("json", "object"):
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise CodecError(f"variable {name} is of type {variable.get('type')} but holds no JSON") from None
    if kind == "date":
        try:
            return moment(value)
        except (TypeError, ValueError):
            raise CodecError(
                f"variable {name} is of type Date but holds no date-time with an offset"
            ) from None
    return value


def encode(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Plain Python values as REST variables."""
    return {name: _encode(name, value) for name, value in values.items()}


def _encode(name: str, value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"value": None, "type": "Null"}
        case bool():
            return {"value": value, "type": "Boolean"}
        case int() if value not in _INT64:
            raise CodecError(f"variable {name} is a whole number beyond 64 bits")
        case int():
            return {"value": value, "type": "Integer" if value in _INT32 else "Long"}
        case float() if not math.isfinite(value):
            raise CodecError(f"variable {name} is not a finite number")
        case float():
            return {"value": value, "type": "Double"}
        case Decimal():
            return {"value": str(value), "type": "String"}
        case str():
            if len(value) > MAX_TEXT:
                raise CodecError(
                    f"variable {name} has {len(value)} characters; a text holds at most {MAX_TEXT}"
                )
            return {"value": value, "type": "String"}
        case dt.datetime():
            if value.tzinfo is None:
                raise CodecError(f"variable {name} is a date-time without an offset")
            return {"value": timestamp(value), "type": "Date"}
        case dt.date():
            return {"value": value.isoformat(), "type": "String"}
        case dict() | list() | tuple():
            try:
                return {"value": json.dumps(value, allow_nan=False), "type": "Json"}
            except (TypeError, ValueError):
                raise CodecError(f"variable {name} holds something that is no JSON") from None
    raise CodecError(f"variable {name} is a {type(value).__name__}, which has no process-variable type")
