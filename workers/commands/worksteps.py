"""The command `homeward worksteps`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from workers import display, generated
from workers.commands.shell import AsJson
from workers.contract import commands, pages
from workers.contract.worksteps import describe
from workers.settings import settings

app = typer.Typer(add_completion=False)


@app.command()
def worksteps(
    context: typer.Context,
    write: Annotated[
        bool, typer.Option("--write", help=f"Generate the pages of {pages.FOLDER} that can be.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Each process: its pathway, forms, roles, requests, next actions and timescales."""
    models = settings().models
    described = describe(models)
    if write:
        texts = pages.expected(models, described, commands.describe(context.find_root().command))
        changed = [str(file.relative_to(models)) for file in generated.write(texts)]
        return display.done(
            {"changed": changed}, as_json, f"generated; changed: {', '.join(changed) or 'nothing'}"
        )
    if as_json:
        return display.document(described)
    typer.echo("\n\n".join(map(_in_words, described)))


def _in_words(process: dict[str, Any]) -> str:
    within = f" of {', '.join(process['pathways'])}" if process["pathways"] else ""
    lines = [f"{process['name']} ({process['process']}): {process['kind']}{within}"]
    lines += [f"  calls     {name}" for name in process["calls"]]
    lines += [
        f"  step      {step['name']}: {', '.join(step['forms'])}; {_who(step)}" for step in process["steps"]
    ]
    lines += [
        f"  request   {request['label']}: {request['form']}; {_who(request)}"
        for request in process["requests"]
    ]
    for form in process["forms"]:
        required = sum(question["required"] for question in form["questions"])
        lines.append(f"  form      {form['form']}: {len(form['questions'])} keys, {required} required")
    lines += [
        f"  opens     {row['opens']} {row['when']}: {row['action'] or 'no next action'}"
        for row in process["nextActions"]
    ]
    lines += [
        f"  timescale {timescale['deadline']}: {', '.join(timescale['rules'])}"
        for timescale in process["timescales"]
    ]
    return "\n".join(lines)


def _who(step: dict[str, Any]) -> str:
    return ", ".join(filter(None, [step["person"], *step["groups"]])) or "whom the caller names"
