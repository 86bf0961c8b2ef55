"""The commands `homeward mail` and `homeward mail resend`: what was given up, for an operator to look into
and to send again.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from workers import display
from workers.commands.shell import AsJson, ListFirst, OneChild, check_child, record
from workers.errors import Refused, WrongUse
from workers.notifications.address import NOT_SENT
from workers.records.transaction import NO_ADDRESS
from workers.settings import settings

app = typer.Typer(
    cls=ListFirst, add_completion=False, help="Mail that was given up: [CHILD] lists, resend tries again."
)


@app.command("list")
def show(child: OneChild = None, as_json: AsJson = False) -> None:
    """Mail that is not tried any more: to whom, why, what to do; of one child or of all.

    `list` may be left out.
    """
    book = record()
    if child:
        check_child(book, child, as_json)
    rows = [row | {"says": says(row)} for row in book.given_up() if child in (None, row["childId"])]
    if as_json:
        return display.document(rows)
    for row in rows:
        typer.echo(row["says"])
    if not rows:
        typer.echo("no mail was given up")


@app.command()
def resend(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID…", help="Ids that `homeward mail` names.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All that was given up, save what has no address.")
    ] = False,
    *,
    reason: Annotated[str, typer.Option(help="Why it is sent again; goes on the record.")],
    as_json: AsJson = False,
) -> None:
    """Try mail once more. What may have arrived may arrive twice: ask first."""
    if bool(ids) == every:
        raise WrongUse("name the ids of the mails, or --all, and not both: see `homeward mail`")
    if not reason.strip():
        raise WrongUse("--reason is empty: say why it is sent again, it goes on the record")
    with record().transaction() as tx:
        reasons = {row["notificationId"]: row["reason"] for row in tx.given_up()}
        if unfit := [id_ for id_ in ids or [] if reasons.get(id_, NO_ADDRESS) == NO_ADDRESS]:
            raise Refused(
                f"mail {', '.join(unfit)} was not given up, or has no address: see `homeward mail`; "
                "nothing is sent again"
            )
        count = tx.requeue(ids, by=settings().camunda_user, reason=reason)
    display.document({"queued": count}) if as_json else typer.echo(
        f"{count} queued: a running worker sends them"
    )


def says(row: dict[str, Any]) -> str:
    """Whose, why, what to do."""
    again = f"`homeward mail resend {row['notificationId']} --reason …`"
    if row["reason"] == NO_ADDRESS:
        then = "give the user one in the engine's Admin; later mails will find it"
    elif row["reason"].startswith(NOT_SENT):
        then = (
            "mend the address in the engine's Admin, which later mails will find, or, where it is "
            f"right, name its domain in HOMEWARD_MAIL_DOMAINS and {again}"
        )
    elif row["unknown"]:
        then = (
            f"it may have arrived: ask {row['to']} or look in the mail server's log, and only if not, {again}"
        )
    else:
        then = f"it has not arrived: mend that, then {again}"
    return (
        f"{row['childId']}: mail {row['template']} to {row['to']}, given up after {row['attempts']} "
        f"attempts: {row['reason']}; {then}"
    )
