"""The decision tables of timescales and eligibility: read, evaluated on the engine, checked, explained."""

from collections.abc import Sequence

from workers.errors import HomewardError, Refused, WrongUse


class TimescaleError(HomewardError):
    """No timescale follows; one of the two below says whose fault it is."""


class TableError(TimescaleError, Refused):
    """The tables are at fault, not who asks."""


class QuestionError(TimescaleError, WrongUse):
    """A rule, event, authority or fact that is asked for and cannot be. `facts`: those that are missing."""

    def __init__(self, message: str, facts: Sequence[str] = ()):
        super().__init__(message)
        self.facts = list(facts)
