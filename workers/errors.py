"""What `homeward` tells a person instead of a traceback. `workers.cli.main` catches it.

    HomewardError
    ├── Refused     exit 1: something outside went wrong, or what was asked for cannot be
    └── WrongUse    exit 2: a command, an option or a setting that cannot be so

Every package derives its own from these.
"""

from __future__ import annotations


class HomewardError(Exception):
    """One line: what, where, what to do. Logs and incidents repeat it, so it quotes no variable's value."""

    exit_code = 1

    @property
    def plain(self) -> str:
        """As logs and incidents have it."""
        return str(self)


class Refused(HomewardError):
    """Something outside went wrong, or what was asked for cannot be."""


class WrongUse(HomewardError):
    """A command, an option or a setting that cannot be so: nothing was begun."""

    exit_code = 2
