"""The commands as the command line itself knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer


def describe(group: Any) -> list[dict[str, Any]]:
    """Every command of `homeward`, in its order, those of a group one by one."""
    return list(_below(typer.Context(group, info_name="homeward")))


def _below(context: typer.Context) -> Iterator[dict[str, Any]]:
    group: Any = context.command
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        own = typer.Context(command, info_name=name, parent=context)
        if hasattr(command, "list_commands"):
            yield from _below(own)
        else:
            yield {
                "command": own.command_path,
                "does": command.help or "",
                "parameters": [record for part in command.params if (record := part.get_help_record(own))],
            }
