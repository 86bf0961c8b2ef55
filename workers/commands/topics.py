"""The command `homeward topics`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from workers import display
from workers.bpmn import Finding
from workers.catalogue import check, describe, files, skeleton
from workers.commands.shell import AsJson
from workers.rest import organisation
from workers.rest.deploy import model_files
from workers.runtime.contract import Topic
from workers.settings import settings
from workers.topics import catalogue

app = typer.Typer(add_completion=False)


@app.command()
def topics(
    as_json: AsJson = False,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Generate docs/topics.md, docs/shields.md and Modeler's element templates."
        ),
    ] = False,
    check_models: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Hold the models against the topics' contracts and the skeleton, and every human step "
            "against what is read after it.",
        ),
    ] = False,
) -> None:
    """What a model may ask the workers to do: topics, their inputs and outputs."""
    known, root = catalogue(), settings().models
    changed = [str(file.relative_to(root)) for file in files.write(root, known)] if write else []
    found = _findings(root, known) if check_models else []
    if as_json and (write or check_models):
        display.document(
            {
                "changed": changed,
                "findings": [
                    {"file": str(one.file.relative_to(root)), "element": one.element, "what": one.what}
                    for one in found
                ],
            }
        )
    elif as_json:
        display.document([describe(topic) for topic in known.values()])
    elif write or check_models:
        _say(
            changed if write else None,
            [f"{one.file.relative_to(root)}: {one.element}: {one.what}" for one in found]
            if check_models
            else None,
        )
    else:
        _table([describe(topic) for topic in known.values()])
    if found:
        raise typer.Exit(1)


def _findings(root: Path, known: Mapping[str, Topic]) -> list[Finding]:
    models = model_files(root)
    return check.findings(models, known, organisation.startable(root)) + skeleton.findings(models)


def _say(changed: list[str] | None, findings: list[str] | None) -> None:
    if changed is not None:
        typer.echo(f"generated; changed: {', '.join(changed) or 'nothing'}")
    if findings is not None:
        typer.echo("\n".join(findings) or "every model fits the contracts and the skeleton")


def _table(found: list[dict[str, Any]]) -> None:
    """Optional inputs have a question mark; what is a variable of every workstep anyway is left out."""
    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0))
    for topic in found:
        reads = [field["name"] + "?" * field["optional"] for field in topic["reads"]]
        facts = {
            "reads": reads,
            "returns": [field["name"] for field in topic["returns"]],
            "errors": topic["errors"],
        }
        lines = [f"[dim]{name}[/] {', '.join(names)}" for name, names in facts.items() if names]
        table.add_row(
            f"[bold]{topic['topic']}[/]",
            "\n".join([" ".join(topic["does"].split("\n\n")[0].split()), *lines]),
        )
    display.console.print(table)
