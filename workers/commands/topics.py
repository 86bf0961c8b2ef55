"""The command `homeward topics`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from workers import display
from workers.catalogue import by_itself, check, describe, files
from workers.settings import settings
from workers.topics import catalogue


def topics(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Generate docs/topics.md and Modeler's element templates.")
    ] = False,
    check_models: Annotated[
        bool, typer.Option("--check", help="Hold the models against the topics' contracts.")
    ] = False,
) -> None:
    """What a model may ask the workers to do: topics, their inputs and outputs."""
    known, root = catalogue(), settings().models
    if write:
        changed = files.write(root, known)
        typer.echo(f"generated; changed: {', '.join(str(file.relative_to(root)) for file in changed) or 'nothing'}")
    if check_models:
        found = check.findings([*root.glob("bpmn/**/*.bpmn"), *root.glob("forms/**/*.form")], known)
        for finding in found:
            typer.echo(f"{finding.file.relative_to(root)}: {finding.element}: {finding.what}")
        if found:
            raise typer.Exit(1)
        typer.echo("every model fits the contracts")
    if as_json:
        display.document([describe(topic) for topic in known.values()])
    elif not (write or check_models):
        _table([describe(topic) for topic in known.values()])


def _table(found: list[dict]) -> None:
    """Optional inputs have a question mark; what is a variable of every workstep anyway is left out."""
    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0))
    for topic in found:
        reads = [field["name"] + "?" * field["optional"] for field in topic["reads"] if not by_itself(field["name"])]
        facts = {"reads": reads, "returns": [field["name"] for field in topic["returns"]], "errors": topic["errors"]}
        lines = [f"[dim]{name}[/] {', '.join(names)}" for name, names in facts.items() if names]
        table.add_row(
            f"[bold]{topic['topic']}[/]", "\n".join([" ".join(topic["does"].split("\n\n")[0].split()), *lines])
        )
    display.console.print(table)
