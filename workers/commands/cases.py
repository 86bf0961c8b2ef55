"""The commands on one child's case: begin, withdraw, hand over."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Annotated

import typer

from workers import display
from workers.commands.shell import AsJson, Child, Pathway, engine, record
from workers.errors import Refused, WrongUse
from workers.records.happening import Happening
from workers.rest import allocation, codec, organisation
from workers.rest.session import EngineError, EngineSession
from workers.settings import settings
from workers.timescales.tables import LOCAL

app = typer.Typer(add_completion=False)


def _with_people(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each person who may be named for a case (engine/organisation.toml)."""
    read = signature(command, eval_str=True)
    options = [option for option in read.parameters.values() if option.kind != Parameter.VAR_KEYWORD]
    for name, who in organisation.people(settings().models).items():
        option = typer.Option(f"--{_kebab(name)}", metavar="USER", help=who["title"], show_default=False)
        kind = Annotated[str | None, option]
        options.append(Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind))
    command.__signature__ = Signature(options)  # type: ignore[attr-defined]  # which typer asks for
    return command


def _kebab(name: str) -> str:
    """teamManager as an option has it: team-manager."""
    return re.sub(r"([A-Z])", r"-\1", name).lower()


@app.command()
@_with_people
def start(
    child: Child,
    pathway: Pathway = None,
    authority: Annotated[
        str | None,
        typer.Option(
            help=f"Whose timescales: {', '.join(LOCAL)}; the usual one's if left out.", show_default=False
        ),
    ] = None,
    unregistered: Annotated[
        bool, typer.Option("--unregistered", help="The child is registered later: begin with a stub.")
    ] = False,
    as_json: AsJson = False,
    **named: str | None,
) -> None:
    """Start a pathway for a registered child and wait until it is open, or refused.

    Who is named works on it; where nobody is, the role's group is told and offered the work.
    """
    pathway = pathway or organisation.usual_pathway(settings().models)
    authority = authority or organisation.usual_authority(settings().models)
    if authority not in LOCAL:
        raise WrongUse(f"authority {authority} is not known: use {', '.join(LOCAL)}")
    variables = {"childId": child, "authority": authority} | {
        name: user for name, user in named.items() if user
    }
    session = engine()
    check_users(session, *named.values())
    session.fetch(f"/process-definition/key/{pathway}")  # or it is none
    _check_registered(child, unregistered)
    instance = session.call(
        f"/process-definition/key/{pathway}/start",
        {"businessKey": child, "variables": codec.encode(variables)},
    )["id"]
    for _ in range(100):
        if incidents := session.fetch("/incident", processInstanceId=instance):
            raise Refused(incidents[0]["incidentMessage"])
        match _opened(child, instance):
            case "start-refused":
                raise Refused(
                    f"{child} has an open {pathway} pathway already: see `homeward chronology {child}`"
                )
            case "pathway-started":
                opened = {"childId": child, "pathway": pathway, "pathwayId": instance, "authority": authority}
                return display.done(opened, as_json, f"{pathway} of {child} is open: {instance}")
        time.sleep(0.2)
    raise Refused(
        f"{pathway} of {child} is started ({instance}), but no worker has taken it up: run `homeward workers`"
    )


def _check_registered(child: str, stub: bool) -> None:
    """A reference is mistyped more often than new."""
    with record().reading() as view:
        fault = None if stub else view.unregistered(child)
    if fault:
        raise Refused(
            f"{fault}: nothing was started; correct the reference, register the child with "
            "`homeward child add`, or use --unregistered"
        )


def _opened(child: str, instance: str) -> str | None:
    """What the record says of the start of a pathway; None: nothing yet."""
    kinds = (entry["what"] for entry in record().chronology(child) if entry["pathwayId"] == instance)
    return next((what for what in kinds if what in ("pathway-started", "start-refused")), None)


def check_users(session: EngineSession, *users: str | None) -> None:
    """Nothing is done in the name of who does not exist."""
    if unknown := [user for user in users if user and not session.fetch("/user", id=user)]:
        raise Refused(
            f"user {', '.join(unknown)} does not exist: nothing was done; correct the name, or "
            "create the user first"
        )


def _check_may_see(people: frozenset[str] | None, user: str) -> None:
    """Nobody gets a restricted child's work who may not see it."""
    if people is None or user in people:
        return
    if not engine().fetch("/user", id=user, memberOfGroup=organisation.super_users(settings().models)):
        raise Refused(f"the case is restricted, and {user} may not see it: `homeward restrict` names people")


@app.command()
def withdraw(
    child: Child,
    reason: Annotated[str, typer.Option(help=", ".join(organisation.withdrawn(settings().models)))],
    pathway: Pathway = None,
    comments: Annotated[str | None, typer.Option(help="What else is to be said; goes on the record.")] = None,
    by: Annotated[str | None, typer.Option(help="User id of who decided it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Withdraw a child's pathway at any stage; what was written stays on the record."""
    pathway = pathway or organisation.usual_pathway(settings().models)
    if reason not in (reasons := organisation.withdrawn(settings().models)):
        raise WrongUse(f"reason {reason} is not known: use {', '.join(reasons)}")
    check_users(session := engine(), by)
    variables = codec.encode(
        {"withdrawReason": reason, "withdrawComments": comments, "withdrawnBy": by or settings().camunda_user}
    )
    try:
        session.call(
            "/message",
            {"messageName": f"withdraw-{pathway}", "businessKey": child, "processVariables": variables},
        )
    except EngineError as error:
        if not error.nobody_waits:
            raise
        raise Refused(
            f"{pathway} of {child} waits for no message withdraw-{pathway}: its model says how it ends"
            if record().open_pathway(child, pathway)
            else f"{child} has no open {pathway} pathway: see `homeward chronology {child}`"
        ) from None
    display.done(
        {"childId": child, "pathway": pathway, "reason": reason},
        as_json,
        f"{pathway} of {child} is withdrawn ({reason})",
    )


@app.command()
def allocate(
    child: Child,
    role: Annotated[
        str,
        typer.Option(
            help="Whose work: socialWorker, say; they stand in engine/organisation.toml under [people]."
        ),
    ],
    to: Annotated[str, typer.Option(help="User id.")],
    reason: Annotated[str, typer.Option(help="Why; goes on the record.")],
    as_json: AsJson = False,
) -> None:
    """Hand a child's work over to another person."""
    if role not in (roles := allocation.roles(settings().models)):
        raise WrongUse(f"role {role} is not known: use {', '.join(roles)}")
    if not reason.strip():
        raise WrongUse("--reason is empty: say why, it goes on the record")
    with record().transaction() as tx:  # around it: without a record nothing is handed over
        _check_may_see(tx.restricted_to(child), to)
        done = allocation.allocate(engine(), child, roles[role], to)
        tx.entry(
            Happening(str(uuid.uuid4()), child, by=settings().camunda_user),
            "allocated",
            {"role": role, "from": done.previous, "to": to, "reason": reason},
        )
    answer = {"childId": child, "role": role, "from": done.previous, "to": to, "tasks": done.tasks}
    display.done(answer, as_json, f"{child}: {role} is {to} now; {done.tasks} open tasks handed over")
