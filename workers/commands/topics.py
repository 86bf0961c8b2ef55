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
    by_name, root = catalogue(), settings().models
    changed = [str(file.relative_to(root)) for file in files.write(root, by_name)] if write else []
    findings = _findings(root, by_name) if check_models else []
    if as_json and (write or check_models):
        display.document(
            {
                "changed": changed,
                "findings": [
                    {
                        "file": str(finding.file.relative_to(root)),
                        "element": finding.element,
                        "what": finding.what,
                    }
                    for finding in findings
                ],
            }
        )
    elif as_json:
        display.document([describe(topic) for topic in by_name.values()])
    elif write or check_models:
        _say(
            changed if write else None,
            [f"{finding.file.relative_to(root)}: {finding.element}: {finding.what}" for finding in findings]
            if check_models
            else None,
        )
    else:
        _table([describe(topic) for topic in by_name.values()])
    if findings:
        raise typer.Exit(1)


def _findings(root: Path, by_name: Mapping[str, Topic]) -> list[Finding]:
    models = model_files(root)
    return check.findings(models, by_name, organisation.startable(root)) + skeleton.findings(models)


def _say(changed: list[str] | None, findings: list[str] | None) -> None:
    if changed is not None:
        typer.echo(f"generated; changed: {', '.join(changed) or 'nothing'}")
    if findings is not None:
        typer.echo("\n".join(findings) or "every model fits the contracts and the skeleton")


def _table(described: list[dict[str, Any]]) -> None:
    """Optional inputs have a question mark; what is a variable of every workstep anyway is left out."""
    table = Table(box=None, show_header=False, padding=(0, 2, 1, 0))
    for topic in described:
        reads = [field["name"] + "?" * field["optional"] for field in topic["reads"]]
        parts = {
            "reads": reads,
            "returns": [field["name"] for field in topic["returns"]],
            "errors": topic["errors"],
        }
        lines = [f"[dim]{name}[/] {', '.join(names)}" for name, names in parts.items() if names]
        table.add_row(
            f"[bold]{topic['topic']}[/]",
            "\n".join([" ".join(topic["does"].split("\n\n")[0].split()), *lines]),
        )
    display.console.print(table)
