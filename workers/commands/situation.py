"""The commands `homeward situation` and `homeward episode`: what is known of a child on a day, and what
happened before Homeward.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any

import typer

from workers import display
from workers.commands.shell import AsJson, Child, check_child, names, record
from workers.errors import Refused, WrongUse
from workers.records.deadlines import today
from workers.records.episodes import Episode
from workers.records.happening import Happening
from workers.settings import settings
from workers.situation.facts import Situation
from workers.situation.noting import Note, note
from workers.situation.vocabulary import Vocabulary
from workers.timescales.explanation import date
from workers.timescales.tables import Tables
from workers.words import day as in_words

app = typer.Typer(add_completion=False)


@app.command()
def situation(
    child: Child,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="As of this day; today if left out.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every version of every episode, corrected ones too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """What is known of a child on a day: its episodes, and the facts that timescales ask for."""
    asked = _day(on, "--on") or today()
    book, vocabulary = record(), Vocabulary.read(settings().models)
    check_child(book, child, as_json)
    with book.reading() as view:
        known, versions, standing = view.child(child), view.episode_versions(child), view.episodes(child)
    then = Situation(vocabulary, standing, known.born if known else None, asked)
    episodes = [_row(vocabulary, one) for one in (versions if history else then.episodes)]
    if as_json:
        facts = [
            {"fact": fact, "value": value, "source": vocabulary.source(fact)}
            for fact, value in then.facts.items()
        ]
        return display.document(
            {"childId": child, "on": asked.isoformat(), "episodes": episodes, "facts": facts}
        )
    display.heading(f"{child} on {in_words(asked)}")
    _show_episodes(episodes, versions if history else [], asked)
    if not history:
        _show_facts(vocabulary, then)


@app.command()
def episode(
    child: Child,
    kind: Annotated[str, typer.Argument(help="A kind of episode of engine/situation.toml: placement, say.")],
    value: Annotated[
        str | None, typer.Argument(help="One of the kind's codes, or whom it holds.", show_default=False)
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="Its first day; left out: the open one is ended, or one corrected."
        ),
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="DATE", help="The day on which it was over.")] = None,
    corrects: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="The first day, as it stands, of the one that is corrected; the rest stays."
        ),
    ] = None,
    strike: Annotated[bool, typer.Option("--strike", help="With --corrects: it never was.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; goes on the record.")] = None,
    as_json: AsJson = False,
) -> None:
    """Note an episode of a child's situation, end it, or correct what stands on the record."""
    if strike and not corrects:
        raise WrongUse("--strike goes with --corrects: name the first day of the one that never was")
    if corrects and not (reason or "").strip():
        raise WrongUse("--reason is missing: say why the record is corrected, it goes there too")
    vocabulary = Vocabulary.read(settings().models)
    said = Note(
        kind, value, _day(from_, "--from"), _day(to, "--to"), _day(corrects, "--corrects"), strike, reason
    )
    book = record()
    with book.reading() as view:
        fault = view.unregistered(child)
    if fault:
        raise Refused(f"{fault}: correct the reference, or register the child with `homeward child add`")
    with book.transaction() as tx:
        happening = Happening(str(uuid.uuid4()), child, by=settings().camunda_user)
        noted = _row(vocabulary, note(tx, vocabulary, happening, said, today()))
    display.done({"childId": child, **noted}, as_json, f"{child}: {_sentence(noted)}")


def _day(text: str | None, option: str) -> dt.date | None:
    try:
        return date(text) if text is not None else None
    except ValueError:
        raise WrongUse(f"{option} {text} is no date: use YYYY-MM-DD") from None


def _row(vocabulary: Vocabulary, one: Episode) -> dict[str, Any]:
    """An episode as `--json` prints it."""
    kind = vocabulary.kinds.get(one.kind)
    return {
        "id": one.id,
        "kind": one.kind,
        "title": kind.title if kind else one.kind,
        "value": one.value,
        "words": kind.words(one.value) if kind else one.value,
        "from": one.began.isoformat(),
        "to": one.ended and one.ended.isoformat(),
        "corrects": one.corrects,
        "struck": one.struck,
        "reason": one.reason,
        "process": one.process,
        "workstepId": one.workstep_id,
        "by": one.by,
        "at": one.at and one.at.isoformat(),
        "recordedAt": one.recorded_at and one.recorded_at.isoformat(),
    }


def _sentence(row: dict[str, Any]) -> str:
    what = ", ".join(filter(None, (row["title"], row["words"])))
    if row["struck"]:
        return f"{what} from {in_words(row['from'])} is struck out"
    if row["from"] == row["to"]:
        return f"{what} on {in_words(row['from'])}"
    return f"{what} from {in_words(row['from'])}" + (f" to {in_words(row['to'])}" if row["to"] else "")


def _show_episodes(rows: list[dict[str, Any]], versions: list[Episode], on: dt.date) -> None:
    columns = {"title": "Episode", "words": "Which", "from": "From", "to": "To"}
    if versions:
        known, replaced = names(), {one.corrects for one in versions}
        for row in rows:
            row["by"] = known.user(row["by"])
            row["stands"] = (
                "struck out" if row["struck"] else "replaced" if row["id"] in replaced else "stands"
            )
        columns |= {"stands": "It", "by": "Said by", "at": "When", "reason": "Why"}
    display.rows(rows, False, columns, "no episode is on the record")


def _show_facts(vocabulary: Vocabulary, then: Situation) -> None:
    labels = Tables.of_files(settings().models).facts()
    display.heading("Facts")
    display.rows(
        [
            {
                "says": labels[fact].label if fact in labels else fact,
                "value": {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value,
                "source": vocabulary.source(fact),
            }
            for fact, value in then.facts.items()
        ],
        False,
        {"says": "Fact", "value": "Value", "source": "From"},
        "nothing follows",
    )
