"""The command `homeward`. `--json` prints one JSON document; exit 0, 1 = a finding or a refusal, 2 = wrong use; an error is one line."""
from __future__ import annotations

import signal
import sys
import threading
import time
import uuid
from typing import Annotated, Any, Optional

import typer
from pydantic import ValidationError
from typer._click.exceptions import ClickException, NoArgsIsHelpError      # it names them nowhere else

from workers import display, logs
from workers.commands import deadlines, incidents, mail, running, timescales, topics
from workers.embedded.errors import EmbeddedEngineError
from workers.embedded.launcher import EmbeddedEngine
from workers.health import HealthError
from workers.records.errors import RecordError
from workers.rest import allocation, deploy as deployment, incidents as failed, organisation
from workers.rest.session import EngineError, EngineUnreachable
from workers.runtime import codec
from workers.service import Service
from workers.settings import settings
from workers.commands.shell import AsJson, check_child, engine, misuse, record, refuse
from workers.timescales.explanation import date
from workers.timescales.tables import LOCAL

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Homeward: children's social care as models that run.")
child_app = typer.Typer(no_args_is_help=True, help="Children on the record.")
record_app = typer.Typer(no_args_is_help=True, help="The record's database.")
app.add_typer(child_app, name="child")
app.add_typer(record_app, name="record")
app.add_typer(incidents.app, name="incidents")
app.add_typer(mail.app, name="mail")
for command in (running.run, running.cluster, running.play, topics.topics, deadlines.deadlines, timescales.deadline, timescales.timescales):
    app.command()(command)
app.command("check-timescales")(timescales.check_timescales)

REASONS = ("plan-changed", "left-care", "turned-18", "other")


# running ----------------------------------------------------------------------------------------------------------------------


@app.command()
def deploy() -> None:
    """Deploy the models: all of them, or none when one is refused."""
    done = deployment.deploy(engine(), settings().models)
    typer.echo(f"{done.files} models deployed; changed: {', '.join(done.processes + done.decisions) or 'nothing'}")


@app.command()
def setup(demo_users: Annotated[bool, typer.Option(help="Also create two demo users a role (embedded engine only).")] = False,
          worker_account: Annotated[bool, typer.Option("--worker-account", help="Also create the workers' account, with HOMEWARD_WORKER_PASSWORD.")] = False) -> None:
    """Create the roles' groups, their authorizations and the shared Tasklist filters."""
    if demo_users and not EmbeddedEngine(settings()).serves():
        refuse("demo users have their ids as passwords and are for the embedded engine only: create your staff in Admin, or from your directory")
    if worker_account and not settings().worker_user:
        misuse("set HOMEWARD_WORKER_USER and HOMEWARD_WORKER_PASSWORD to those that the workers shall have")
    organisation.set_up(engine(), settings().models, demo_users)
    if worker_account:
        _give_worker_account()


def _give_worker_account() -> None:
    """The account with the password of the settings; left alone when it has it, for workers may be using it."""
    chosen, session = settings(), engine()
    password = chosen.worker_password.get_secret_value()
    if chosen.worker_user != (expected := organisation.read(chosen.models)["worker"]["account"]):
        refuse(f"HOMEWARD_WORKER_USER is {chosen.worker_user}, and the account that can be made is {expected} (engine/organisation.toml): use that, or make yours in Admin")
    if session.call("/identity/verify", {"username": expected, "password": password})["authenticated"]:
        return
    organisation.worker_account(session, chosen.models)
    session.call(f"/user/{expected}/credentials", {"password": password, "authenticatedUserPassword": chosen.camunda_password.get_secret_value()}, method="PUT")


@app.command()
def workers(topics: Annotated[Optional[str], typer.Option(help="Only these topics, comma separated.")] = None,
            concurrency: Annotated[int, typer.Option(help="Tasks at the same time.")] = 8,
            log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
            health_port: Annotated[Optional[int], typer.Option(min=0, max=65535, help="Port of /metrics, /healthz and /readyz; 0: none. Default: HOMEWARD_HEALTH_PORT, else 9464.")] = None) -> None:
    """Run the workers until SIGTERM or Ctrl-C."""
    chosen = settings()                                        # what is wrong with them says `main`
    try:
        logs.configure(log_level)
        service = Service(chosen, set(topics.split(",")) if topics else None, concurrency, chosen.health_port if health_port is None else health_port)
    except ValueError as error:
        misuse(str(error))
    stop = threading.Event()

    def end(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)                  # a second one ends the process at once
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    service.start()
    stop.wait()
    service.stop()


# cases ------------------------------------------------------------------------------------------------------------------------


@app.command()
def start(child: str, pathway: Annotated[str, typer.Option(help="Process id of the pathway.")] = "permanence", authority: str = "camden",
          social_worker: Optional[str] = None, team_manager: Optional[str] = None, iro: Optional[str] = None, family_finder: Optional[str] = None,
          family_finding_manager: Optional[str] = None) -> None:
    """Start a pathway for a child and wait until it is open, or refused."""
    if authority not in LOCAL:
        misuse(f"authority {authority} is not known: use {', '.join(LOCAL)}")
    named = {"socialWorker": social_worker, "teamManager": team_manager, "iro": iro, "familyFinder": family_finder, "familyFindingManager": family_finding_manager}
    variables = {"childId": child, "authority": authority} | {name: user for name, user in named.items() if user}
    session = engine()
    if unknown := [user for user in named.values() if user and not session.fetch("/user", id=user)]:
        refuse(f"user {', '.join(unknown)} does not exist: nothing was started; create the user first")
    instance = session.call(f"/process-definition/key/{pathway}/start", {"businessKey": child, "variables": codec.encode(variables)})["id"]
    for _ in range(100):
        seen = {row["activityId"] for row in session.fetch("/history/activity-instance", processInstanceId=instance)}
        if "End_AlreadyOpen" in seen:
            refuse(f"{child} has an open {pathway} pathway already: see `homeward chronology {child}`")
        if incidents := session.fetch("/incident", processInstanceId=instance):
            refuse(incidents[0]["incidentMessage"])
        if "SubProcess_Permanence" in seen:
            typer.echo(f"{pathway} of {child} is open: {instance}")
            return
        time.sleep(0.2)
    refuse(f"{pathway} of {child} is started ({instance}), but no worker has taken it up: run `homeward workers`")


@app.command()
def withdraw(child: str, reason: Annotated[str, typer.Option(help=", ".join(REASONS))], pathway: str = "permanence",
             comments: Optional[str] = None, by: Annotated[Optional[str], typer.Option(help="User id of who decided it.")] = None) -> None:
    """Withdraw a child's pathway at any stage; what was written stays on the record."""
    if reason not in REASONS:
        misuse(f"reason {reason} is not known: use {', '.join(REASONS)}")
    variables = codec.encode({"withdrawReason": reason, "withdrawComments": comments, "withdrawnBy": by or settings().camunda_user})
    try:
        engine().call("/message", {"messageName": f"withdraw-{pathway}", "businessKey": child, "processVariables": variables})
    except EngineError as error:
        if error.nobody_waits:
            refuse(f"{child} has no open {pathway} pathway: see `homeward chronology {child}`")
        raise
    typer.echo(f"{pathway} of {child} is withdrawn ({reason})")


@app.command()
def allocate(child: str, role: Annotated[str, typer.Option(help=", ".join(allocation.GROUPS))], to: Annotated[str, typer.Option(help="User id.")],
             reason: Annotated[str, typer.Option(help="Why; goes on the record.")]) -> None:
    """Hand a child's work over to another person."""
    if role not in allocation.GROUPS:
        misuse(f"role {role} is not known: use {', '.join(allocation.GROUPS)}")
    try:
        done = allocation.allocate(engine(), child, role, to)
    except allocation.AllocationError as error:
        refuse(str(error))
    with record().transaction() as tx:
        tx.entry(key=f"allocated:{uuid.uuid4()}", child_id=child, what="allocated", by=settings().camunda_user,
                 details={"role": role, "from": done.previous, "to": to, "reason": reason})
    typer.echo(f"{child}: {role} is {to} now; {done.tasks} open tasks handed over")


@child_app.command("add")
def child_add(child: str, name: Optional[str] = None, born: Annotated[Optional[str], typer.Option(help="YYYY-MM-DD")] = None, gender: Optional[str] = None) -> None:
    """Register a child, or correct what is known."""
    try:
        day = date(born) if born is not None else None
    except ValueError:
        misuse(f"--born {born} is no date: use YYYY-MM-DD")
    book = record()
    book.upgrade()
    with book.transaction() as tx:
        tx.register_child(child, name=name, born=day, gender=gender, by=settings().camunda_user)
    typer.echo(f"{child} is registered")


# looking ----------------------------------------------------------------------------------------------------------------------


@app.command()
def chronology(child: str, as_json: AsJson = False) -> None:
    """Everything that happened to a child's case, in order."""
    book = record()
    check_child(book, child, as_json)
    entries = book.chronology(child)
    display.document(entries) if as_json else display.chronology(entries)


@app.command()
def notifications(child: str, as_json: AsJson = False) -> None:
    """Every mail about a child: to whom, whether it was sent, whether it was acknowledged."""
    book = record()
    check_child(book, child, as_json)
    display.rows(book.notifications(child), as_json, {"to": "To", "template": "Template", "status": "Status", "sentAt": "Sent", "acknowledgedBy": "Acknowledged by", "acknowledgedAt": "At"})


@app.command()
def status(as_json: AsJson = False) -> None:
    """What is open, what failed, what is late, and which children nobody has registered."""
    session, book = engine(), record()
    found = {"open": session.fetch("/process-instance/count", processDefinitionKey="permanence", active=True)["count"],
             "incidents": failed.incidents(session),
             "stubs": [child.child_id for child in book.children(stubs_only=True)],
             "late": [row for row in book.deadlines() if row["lateDays"] and not row["metOn"]],
             "notSent": book.given_up()}
    if as_json:
        display.document(found)
        return
    display.console.print(f"open pathways {found['open']}, incidents {len(found['incidents'])}, late {len(found['late'])}, mail not sent {len(found['notSent'])}")
    for row in found["incidents"]:
        display.console.print(f"incident: {row['childId']} {row['process']} {row['activity']}: {row['message']}", markup=False, soft_wrap=True)
    if found["stubs"]:
        display.console.print(f"not registered yet (homeward child add): {', '.join(found['stubs'])}")


@record_app.command("upgrade")
def record_upgrade() -> None:
    """Create the record's tables or bring them up to date."""
    record().upgrade()


def main() -> None:
    """Entry point: known errors are one line."""
    try:
        code = app(prog_name="homeward", standalone_mode=False)        # alone it would print wrong use as a box of many lines
    except NoArgsIsHelpError as help_:                         # has been printed
        sys.exit(help_.exit_code)
    except ClickException as error:
        typer.echo(f"error: {_wrong_use(error)}", err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo("Aborted.", err=True)
        sys.exit(1)
    except (EngineError, EngineUnreachable, EmbeddedEngineError, HealthError, RecordError, deployment.DeployError) as error:
        typer.echo(f"error: {' '.join(str(error).split())}", err=True)
        sys.exit(1)
    except ValidationError as error:                           # of the settings: what else validates catches its own
        typer.echo("error: " + "; ".join(f"setting{''.join(f' {name}' for name in item['loc'][:1])}: {item['msg']}" for item in error.errors()), err=True)
        sys.exit(2)
    if isinstance(code, int):                                  # of typer.Exit
        sys.exit(code)


def _wrong_use(error: ClickException) -> str:
    """What, and where to read how it is used."""
    what = " ".join(error.format_message().split()).rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{what[:1].lower()}{what[1:]}: see {context.command_path if context else 'homeward'} --help"


if __name__ == "__main__":
    main()
