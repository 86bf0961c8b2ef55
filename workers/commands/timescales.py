"""The commands `homeward deadline` and `homeward check-timescales`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from workers import display, generated
from workers.commands.shell import AsJson, engine
from workers.errors import WrongUse
from workers.rest import organisation
from workers.rest.session import EngineError, EngineUnreachable
from workers.settings import settings
from workers.situation.vocabulary import Vocabulary
from workers.timescales import QuestionError, TimescaleError, comparison
from workers.timescales.check import BOUND, Checked, check
from workers.timescales.evaluation import applying
from workers.timescales.explanation import explain, headed, sentence, start
from workers.timescales.tables import AUTHORITIES, Table, Tables

app = typer.Typer(add_completion=False)


@app.command()
def deadline(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A rule's id, such as CAM-069 or ENG-01.")
    ] = None,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="DATE",
            help="Day of the event, YYYY-MM-DD; for hours a moment, YYYY-MM-DDTHH:MM.",
        ),
    ] = "",
    event: Annotated[
        str, typer.Option(help="Instead of a rule: what happened; every rule that it sets going.")
    ] = "",
    authority: Annotated[
        str,
        typer.Option(
            help="Whose local targets, beside the law. Default: the usual authority's, or the rule's own."
        ),
    ] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="What the rules ask for, as often as needed."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--list", help="Name the rules, events and facts there are.")
    ] = False,
    process: Annotated[
        str, typer.Option(help="With --list: of one table, with or without -timescales.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """When is it due, and why: by a rule's id, or by what happened."""
    if fault := _fault(rule, from_, event, authority, fact, every, process):
        raise WrongUse(fault)
    if every:
        return _list(_chosen(_tables(), process, authority), as_json)
    counted = start(from_)
    rows = _rows(rule, authority) if rule else _applying(event, authority, fact or [], as_json)
    answers = [explain(row, counted, strict=bool(rule)) for row in rows]
    if as_json:
        return display.document(
            (answers[0] | ({"rows": answers} if len(answers) > 1 else {})) if rule else answers
        )
    typer.echo(
        "\n\n".join(map(sentence, answers))
        or f"{event} sets no clock going for {authority or _usual()} with these facts"
    )


def _fault(
    rule: str | None,
    from_: str,
    event: str,
    authority: str,
    fact: list[str] | None,
    every: bool,
    process: str,
) -> str | None:
    """What is wrong with the options, taken together."""
    faults = (
        (
            authority and authority not in AUTHORITIES,
            f"authority {authority} is not known: use {', '.join(AUTHORITIES[:-1])}",
        ),
        (
            [bool(rule), bool(event), every].count(True) != 1,
            "give a RULE, or --event, or --list, and one of them only: "
            "`homeward deadline CAM-069 --from 2025-12-19`",
        ),
        (
            rule and fact,
            "--fact goes with --event: a rule by its name needs no facts, all of its rows are told",
        ),
        (process and not every, "--process goes with --list"),
        (
            every and (fact or from_),
            "--list goes with --process and --authority only: leave out --fact and --from",
        ),
        (not every and not from_, "--from is missing: the day of the event, YYYY-MM-DD"),
    )
    return next((text for applies, text in faults if applies), None)


def _applying(event: str, authority: str, given: list[str], as_json: bool) -> list[dict[str, Any]]:
    """The rows in force for an event; a program is told which facts are missing."""
    try:
        return applying(engine(), _tables(), event, authority or _usual(), _facts(given))
    except QuestionError as error:
        if not (as_json and error.facts):
            raise
        display.document({"error": str(error), "facts": error.facts})
        raise typer.Exit(error.exit_code) from None


def _usual() -> str:
    return organisation.usual_authority(settings().models)


def _tables() -> Tables:
    """As deployed; what is not, or without an engine, as they lie in the models' folder."""
    files = Tables.of_files(settings().models)
    try:
        return Tables(files | Tables.of_engine(engine(), settings().models))
    except (EngineUnreachable, EngineError, TimescaleError):
        return files


def _rows(rule: str, authority: str) -> list[dict[str, Any]]:
    """A rule by its name needs no facts: all of its rows, as `headed` orders them."""
    rows = headed(_tables().named(rule))
    owner = rows[0].authority
    if authority and owner not in (authority, "unnamed"):
        raise QuestionError(f"{rule} belongs to {owner}, not to {authority}: leave --authority out")
    return [dict(row.outputs) for row in rows]


def _facts(given: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise QuestionError(f"--fact {text}: use NAME=VALUE")
        if facts.setdefault(name, value) != value:
            raise QuestionError(
                f"--fact {name} is given twice, as {facts[name]} and as {value}: give it once"
            )
    return facts


def _chosen(tables: Tables, process: str, authority: str) -> Tables:
    """One table only, one authority's own rules only (the law's are england's), or all."""
    kept: dict[str, Table] = dict(tables)
    if process:
        kept = {name: kept[name] for name in (process, f"{process}-timescales") if name in kept}
        if not kept:
            raise QuestionError(f"no table {process}: there are {', '.join(sorted(tables))}")
    if authority:
        own = {
            name: replace(table, rows=tuple(row for row in table.rows if row.authority == authority))
            for name, table in kept.items()
        }
        kept = {name: _asked(table) for name, table in own.items() if table.rows}
    return Tables(kept)


def _list(tables: Tables, as_json: bool) -> None:
    """The rules of the tables, their events and facts."""
    rules = [
        {
            "rule": row.rule,
            "authority": row.authority,
            "kind": row.outputs.get("kind"),
            "table": row.table,
            "event": row.event,
            "deadline": row.outputs.get("deadline"),
            "facts": sorted(row.facts),
            "says": row.outputs["says"],
        }
        for row in tables.rows()
    ]
    events = {
        event: sorted({name for table in tables.with_event(event) for name in table.facts_of(event)})
        for event in sorted({event for table in tables.values() for event in table.events})
    }
    vocabulary = Vocabulary.read(settings().models)
    facts = {
        name: {
            "says": fact.label,
            "type": fact.kind,
            "values": list(fact.values),
            "source": vocabulary.source(name),
        }
        for name, fact in tables.facts().items()
    }
    if as_json:
        return display.document({"rules": rules, "events": events, "facts": facts})
    for row in rules:
        typer.echo(f"{row['rule']:10} {row['authority']:10} {row['event'] or 'eligibility':40} {row['says']}")
    typer.echo("\nEvents, and the facts that they ask for:")
    for event, names in events.items():
        typer.echo(f"  {event:45} {', '.join(names)}")
    typer.echo("\nFacts, and where each comes from:")
    for name, about in sorted(facts.items()):
        values = f": {', '.join(map(str, about['values']))}" if about["values"] else ""
        source = f" [{about['source']}]" if about["source"] else ""
        typer.echo(f"  {name:28} {about['type']:8} {about['says']}{values}{source}")


def _asked(table: Table) -> Table:
    """With the events and facts that its rows look at, and no others."""
    return replace(
        table,
        events=tuple(event for event in table.events if any(row.event == event for row in table.rows)),
        facts={
            name: fact for name, fact in table.facts.items() if any(name in row.facts for row in table.rows)
        },
    )


@app.command()
def timescales(
    write: Annotated[bool, typer.Option("--write", help=f"Generate {comparison.FILE}.")] = False,
    as_json: AsJson = False,
) -> None:
    """What the law and the authorities say of the same clock, side by side, as a page in Markdown."""
    page = comparison.render(Tables.of_files(settings().models))
    if not write:
        return display.document({"page": page}) if as_json else typer.echo(page, nl=False)
    file = settings().models / comparison.FILE
    changed = bool(generated.write({file: page}))
    display.done(
        {"file": comparison.FILE, "changed": changed},
        as_json,
        f"{comparison.FILE}: {'written' if changed else 'nothing changed'}",
    )


@app.command()
def check_timescales(
    every: Annotated[bool, typer.Option("--all", help="Try every point, however many there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Try every table of dmn/timescales and dmn/eligibility at its boundary values, on the engine: gaps,
    overlaps, empty results, rules never hit.
    """
    done = check(
        engine(), settings().models, None if every else BOUND, (lambda checked: None) if as_json else _print
    )
    if as_json:
        display.document(
            [
                {
                    "table": checked.table,
                    "points": checked.points,
                    "possible": checked.possible,
                    "findings": checked.findings,
                }
                for checked in done
            ]
        )
    count, findings = sum(checked.points for checked in done), sum(len(checked.findings) for checked in done)
    if not as_json:
        typer.echo(
            f"{count} points of {sum(checked.possible for checked in done)} tried in {len(done)} tables: "
            f"{findings or 'no'} findings"
        )
    if findings:
        raise typer.Exit(1)


def _print(checked: Checked) -> None:
    typer.echo(
        f"{checked.table}: {checked.points} points"
        + (f" of {checked.possible}" if checked.points < checked.possible else "")
    )
    for finding in checked.findings:
        typer.echo(f"  {finding}")
