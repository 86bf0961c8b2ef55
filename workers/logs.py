"""Logs as one JSON object a line, ours and the libraries': ids and outcomes, never a variable's value, never
the text of an unknown error.
"""

from __future__ import annotations

import logging
import sys
from functools import lru_cache
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

from workers.errors import WrongUse
from workers.runtime import report

OURS = "homeward"  # what the names of our loggers begin with
# What these libraries say below the level given here holds values: rows that were read; the mail address that
# GOV.UK Notify refused.
QUIET = {"sqlalchemy": logging.WARNING, "notifications_python_client": logging.CRITICAL}


def configure(level: str = "INFO") -> None:
    """To standard error: ours from `level` up, the libraries' warnings whatever it is.

    WrongUse: no such level.
    """
    levels = logging.getLevelNamesMapping()
    if level.upper() not in levels:
        raise WrongUse(f"log level {level} is not known: use DEBUG, INFO, WARNING or ERROR")
    logging.getLogger(OURS).setLevel(levels[level.upper()])
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    logging.getLogger().addHandler(handler())  # adding it again does nothing
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(levels[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        processors=[
            structlog.processors.add_log_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        cache_logger_on_first_use=True,
    )


@lru_cache
def handler() -> logging.StreamHandler[TextIO]:
    """The one handler of this process; made at the first call, for what is standard error then."""
    made = logging.StreamHandler(sys.stderr)
    made.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.startswith(OURS))
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_library],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _trace,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    return made


def _library(_: Any, __: str, event: EventDict) -> EventDict:
    """What a library says, without what it fills in."""
    record = event["_record"]
    fields = {"event": str(record.msg), "level": record.levelname.lower(), "logger": record.name}
    return {**event, **fields}


def _trace(_: Any, __: str, event: EventDict) -> EventDict:
    """An exception is told by its kind and its way; its text may quote a value."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple):
        info = info[1]
    elif info and not isinstance(info, BaseException):
        info = sys.exception()
    return {**event, "trace": report.trace(info)} if info else event
