"""An error answer in the engine's words."""

from __future__ import annotations


class Refusal(Exception):
    def __init__(self, status: int, kind: str, message: str, code: int | None = 0):
        super().__init__(message)
        self.status, self.body = status, {"type": kind, "message": message, "code": code}


def bad_request(message: str) -> Refusal:
    return Refusal(400, "InvalidRequestException", message, None)


def engine_error(message: str) -> Refusal:
    return Refusal(500, "ProcessEngineException", message)


def null_value(message: str) -> Refusal:
    return Refusal(500, "NullValueException", message)
