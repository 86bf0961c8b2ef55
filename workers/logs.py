"""Logs as one JSON object a line: ids and outcomes, never a variable's value."""
import logging
import sys

import structlog


def configure(level: str = "INFO") -> None:
    """To standard error, from `level` up. ValueError: no such level."""
    levels = logging.getLevelNamesMapping()
    if level.upper() not in levels:
        raise ValueError(f"log level {level} is not known: use DEBUG, INFO, WARNING or ERROR")
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(levels[level.upper()]),
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr), cache_logger_on_first_use=True)
