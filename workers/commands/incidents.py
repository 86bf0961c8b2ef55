"""The commands `homeward incidents` and `homeward incidents retry`."""

from __future__ import annotations

from typing import Annotated

import typer

from workers import display
from workers.commands.shell import AsJson, ListFirst, OneChild, check_child, engine, record
from workers.errors import WrongUse
from workers.records.happening import Happening
from workers.rest import incidents as failed
from workers.rest.session import EngineError
from workers.settings import settings

app = typer.Typer(
    cls=ListFirst,
    add_completion=False,
    help="What failed and waits for an operator: [CHILD] lists, retry gives another try.",
)


@app.command("list")
def show(child: OneChild = None, as_json: AsJson = False) -> None:
    """What failed, for whom and what to do, oldest first; of one child or of all. `list` may be left out."""
    rows = failed.incidents(engine(), child)
    if child and not rows:  # a case that failed at its very start is not on the record yet
        check_child(record(), child, as_json)
    if as_json:
        return display.document(rows)
    for row in rows:
        typer.echo(row["says"])
    if not rows:
        typer.echo("no incidents")


@app.command()
def retry(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Ids that `homeward incidents` names.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every incident there is.")] = False,
    *,
    reason: Annotated[str, typer.Option(help="Why it should go well now; goes on the record.")],
    as_json: AsJson = False,
) -> None:
    """Give what failed one more try, once its cause is mended."""
    if bool(ids) == every:
        raise WrongUse("name the incidents' ids, or --all, and not both: see `homeward incidents`")
    if not reason.strip():
        raise WrongUse("--reason is empty: say why it should go well now, it goes on the record")
    session, book = engine(), record()
    rows = (
        [row for row in failed.incidents(session) if row["type"] in failed.RETRIES]
        if every
        else failed.chosen(session, ids or [])
    )
    done, gone = [], []
    for row in rows:
        try:
            with book.transaction() as tx:  # the record first: no retry without a word of it
                if row["childId"]:
                    tx.entry(
                        Happening(row["id"], row["childId"], row["process"], by=settings().camunda_user),
                        "incident-retried",
                        {"incidentId": row["id"], "activity": row["activity"], "reason": reason},
                    )
                failed.retry(session, row)
            done.append(row["id"])
        except EngineError as error:
            if error.status != 404:
                raise
            gone.append(row["id"])  # somebody was faster, or the case has ended
    if as_json:
        display.document({"retried": done, "gone": gone})
    else:
        typer.echo(
            f"{len(done)} retried: what fails again comes back to `homeward incidents`"
            + (f"; gone before: {', '.join(gone)}" if gone else "")
        )
