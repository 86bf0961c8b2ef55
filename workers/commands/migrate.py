"""The command `homeward migrate`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from workers import display
from workers.commands.shell import AsJson, engine, record
from workers.errors import Refused, WrongUse
from workers.reading.migration import Plan, Planning
from workers.records.record import Record
from workers.rest import migration
from workers.rest.deploy import model_files
from workers.rest.instances import chain, with_callers
from workers.rest.session import EngineSession
from workers.settings import settings
from workers.topics.place import locate

app = typer.Typer(add_completion=False)


@app.command()
def migrate(
    processes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PROCESS…]", help="Process ids; all of the models if left out."),
    ] = None,
    from_version: Annotated[
        int | None, typer.Option("--from", metavar="VERSION", help="Only cases on this version.")
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OLD=NEW",
            help="Which element takes the place of which; nothing behind the sign: none does.",
        ),
    ] = None,
    new_dates: Annotated[
        bool,
        typer.Option("--new-dates", help="Timers still to fire take their dates from the new model."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let cases under way follow the newest version of their process: the plan, a question, then all of them.

    Each process by itself, called ones too. Nothing is migrated while a case has no place in the new model.
    Say it again for what is left.
    """
    if as_json and not (yes or dry_run):
        raise WrongUse("--json asks nobody: add --yes or --dry-run")
    session, said = engine(), _said(mapped or [])
    chosen = _chosen(session, processes)
    plans = [
        Planning(session, old, new, settings().models, said, new_dates).plan()
        for old, new in migration.older(session, chosen)
        if from_version in (None, old.number)
    ]
    if unknown := said.keys() - {id_ for one in plans for id_ in one.mapped}:
        raise WrongUse(f"--map {', '.join(sorted(unknown))}: no process with cases to migrate has it")
    if not as_json:
        _show(plans)
    blocked = sum(len(one.in_the_way) for one in plans)
    failed: list[dict[str, Any]] = []
    if not (dry_run or blocked):
        if plans and not yes:
            typer.confirm("Migrate them?", abort=True)
        failed = _migrate(session, plans, as_json)
        _note(session, record(), chosen)
    if as_json:
        done = 0 if dry_run or blocked else sum(len(one.children) for one in plans) - len(failed)
        display.document({"plans": [one.document() for one in plans], "migrated": done, "failed": failed})
        raise typer.Exit(bool(blocked or failed))
    if blocked:
        raise Refused("nothing was migrated: mend what is in the way, or name other processes or versions")
    if failed:
        raise Refused(
            f"{len(failed)} did not follow, and go on by the model they had: mend why, and say it again"
        )


def _said(mapped: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in mapped]
    if wrong := [one[0] for one in pairs if not one[0] or not one[1]]:
        raise WrongUse(f"--map {wrong[0]}: write OLD=NEW, the ids of two elements")
    return {old: new for old, _, new in pairs}


def _chosen(session: EngineSession, processes: list[str] | None) -> list[str]:
    """The processes named, or all of the models; those that are deployed."""
    known = migration.versions(session)
    if unknown := [process for process in processes or [] if process not in known]:
        raise WrongUse(f"process {', '.join(unknown)} is not deployed")
    ours = (file.stem for file in model_files(settings().models) if file.suffix == ".bpmn")
    return processes or [process for process in ours if process in known]


def _show(plans: list[Plan]) -> None:
    for one in plans:
        display.heading(
            f"{one.name} ({one.process}), version {one.from_version} to {one.to_version}: "
            f"{len(one.children)} under way"
        )
        display.rows(
            [{**move.document(), "toName": move.to_name or "–"} for move in one.moves],
            False,
            {"cases": "cases", "name": "stand at", "element": "", "toName": "go on at", "to": ""},
        )
        for note in one.notes:
            display.line(f"  {note}")
        for what in one.in_the_way:
            display.line(f"  in the way: {what}")
    if not plans:
        display.line("no cases to migrate")


def _migrate(session: EngineSession, plans: list[Plan], as_json: bool) -> list[dict[str, Any]]:
    """Those that did not follow, and why."""
    failed: list[dict[str, Any]] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=display.console, disable=as_json) as progress:
        for one in plans:
            bar = progress.add_task(one.name, total=len(one.children))
            for instance, why in migration.migrate(
                session, one.instructions, list(one.children), partial(_completed, progress, bar)
            ).items():
                child = one.children[instance]
                says = f"{child or 'no child'}, {one.name}: {why}"
                failed.append({"childId": child, "process": one.process, "instance": instance, "says": says})
    for row in failed if not as_json else []:
        display.line(row["says"])
    return failed


def _completed(progress: Progress, bar: TaskID, done: int) -> None:
    progress.update(bar, completed=done)


def _note(session: EngineSession, book: Record, processes: list[str]) -> None:
    """What has followed stands on each child's record, once; also what an earlier run was cut off before."""
    every, by = migration.versions(session), settings().camunda_user
    for newest in (every[process][-1] for process in processes):
        those = migration.migrated(session, newest)
        known = with_callers(session, those)
        places = {id_: locate(book, known[id_]["businessKey"] or "", chain(known, id_)) for id_ in those}
        with book.transaction() as tx:
            for id_, place in places.items():
                if place:
                    tx.entry(
                        place.happening(f"{id_}:{newest.id}", by),
                        "model-changed",
                        {"model": newest.process, "version": newest.number},
                    )
