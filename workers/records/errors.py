"""What can go wrong with the database, said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from workers.errors import Refused


class RecordError(Refused):
    """The record cannot be read or written."""


ADVICE = (
    ("unable to open", "run `homeward record upgrade`, or correct HOMEWARD_RECORD_URL"),
    ("locked", "another program holds it: end it, or try again"),
    ("full", "free space on its disk"),
    ("no space", "free space on its disk"),
    ("readonly", "give this user the right to write there"),
    ("read-only", "give this user the right to write there"),
    ("denied", "give this user the right to write there"),
    ("password", "correct user and password in HOMEWARD_RECORD_URL"),
    ("server", "start its database or correct HOMEWARD_RECORD_URL"),
    ("file", "name another one in HOMEWARD_RECORD_URL"),
    ("director", "name another one in HOMEWARD_RECORD_URL"),
    ("no such table", "run `homeward record upgrade`"),
)


def advice(reason: str) -> str:
    return next(
        (do for sign, do in ADVICE if sign in reason.lower()),
        "start its database or correct HOMEWARD_RECORD_URL",
    )


@contextmanager
def in_one_line(where: str) -> Iterator[None]:
    """Turn database errors into RecordError; anything else passes.

    Only errors of operation (server, disk, lock) are quoted and chained: others may hold a child's data.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as exc:
        reason = next(iter(str(exc.orig).splitlines()), type(exc.orig).__name__)
        raise RecordError(f"record at {where}: {reason}; {advice(reason)}") from exc
    except PoolTimeout as exc:
        raise RecordError(
            f"record at {where}: all connections are in use; run fewer threads, or try again"
        ) from exc
    except SQLAlchemyError as exc:
        if isinstance(exc.__cause__, ValueError):  # ours, from schema.py
            raise exc.__cause__ from None
        kind = type(getattr(exc, "orig", None) or exc).__name__
        raise RecordError(
            f"record at {where}: refused what was asked ({kind}); nothing was written, report it"
        ) from None
