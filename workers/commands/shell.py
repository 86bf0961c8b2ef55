"""What the commands share: their common arguments, and what they work on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from workers.errors import Refused, WrongUse
from workers.references import reference_fault
from workers.rest.session import EngineError, EngineSession, EngineUnreachable
from workers.settings import settings

if TYPE_CHECKING:
    from workers.reading.names import Names
    from workers.records.record import Record


def known_form(child: str | None) -> str | None:
    """Of an argument or option that names a child: it is a reference, or wrong use.

    What is left out is left out.
    """
    if child is not None and (fault := reference_fault(child)):
        raise WrongUse(fault)
    return child


Child = Annotated[str, typer.Argument(help="The child's reference.", show_default=False, callback=known_form)]
OneChild = Annotated[str | None, typer.Argument(help="Of this child only.", callback=known_form)]
Pathway = Annotated[
    str | None, typer.Option(help="Process id of the pathway; the usual one if left out.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class ListFirst(TyperGroup):
    """A group whose command `list` may be left out: `homeward incidents CHILD` lists that child's."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["list", *args]
        return super().parse_args(ctx, args)


def check_child(book: Record, child: str, as_json: bool) -> None:
    """People are told of a reference that the record does not know, it is mistyped more often than new; a
    program gets the empty list.
    """
    if not as_json and not book.child(child):
        raise Refused(
            f"{child} is not on the record: check the reference, or register the child with "
            "`homeward child add`; "
            f"a case that failed at its very start is told by `homeward incidents {child}`"
        )


def engine() -> EngineSession:
    return EngineSession.of(settings())


def names() -> Names:
    """What people call users, steps and forms. Users by their ids where the engine does not answer: what the
    record tells can be read without it.
    """
    from workers.reading.names import Names, full_names

    try:
        users = full_names(engine())
    except (EngineError, EngineUnreachable):
        users = {}
    return Names(settings().models, users)


def record() -> Record:
    from workers.records.record import Record  # half of a start's time: not for who asks for a date only

    return Record(settings().record)
