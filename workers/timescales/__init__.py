"""The decision tables of timescales and eligibility: read, evaluated on the engine, checked, explained."""

from workers.errors import HomewardError


class TimescaleError(HomewardError, ValueError):
    """A table, rule, event, authority or fact that cannot be used as it was; one line that says what to do.

    `facts`: those that are missing.
    """

    def __init__(self, message: str, facts: list[str] | None = None):
        super().__init__(message)
        self.facts = facts or []


class TableError(TimescaleError):
    """The tables are at fault, not who asks."""
