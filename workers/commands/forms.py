"""The command `homeward forms`."""

from __future__ import annotations

from typing import Annotated

import typer

from workers import display
from workers.catalogue import form_rules
from workers.commands.shell import AsJson
from workers.rest.deploy import model_files
from workers.settings import settings

app = typer.Typer(add_completion=False)


@app.command()
def forms(
    write: Annotated[
        bool,
        typer.Option(
            "--write/--check",
            help="Fill the decisions of dmn/routing that a form settles by itself (…-unreadable, "
            "…-incomplete, …-no-dates, …-implausible) and what a form says of its dates, its long texts and "
            "what is missing, or only say what is not as the form has it.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring what the rules know of a form's questions up to date with the form."""
    root = settings().models
    changed = [str(file.relative_to(root)) for file in form_rules.write(model_files(root))] if write else []
    findings = form_rules.findings(model_files(root))
    if as_json:
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
    else:
        if write:
            typer.echo(f"generated; changed: {', '.join(changed) or 'nothing'}")
        typer.echo(
            "\n".join(
                f"{finding.file.relative_to(root)}: {finding.element}: {finding.what}" for finding in findings
            )
            or "the rules know every form as it is"
        )
    if findings:
        raise typer.Exit(1)
