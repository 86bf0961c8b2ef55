"""The commands of whoever runs the house: deploy the models, groups and rights, the workers, the record."""

from __future__ import annotations

import signal
import threading
from dataclasses import asdict
from typing import Annotated, Any

import typer

from workers import display, logs, models
from workers.commands.shell import AsJson, engine, record
from workers.embedded.launcher import EmbeddedEngine
from workers.errors import Refused, WrongUse
from workers.rest import deploy as deployment
from workers.rest import organisation
from workers.service import Service
from workers.settings import settings

app = typer.Typer(add_completion=False)
record_app = typer.Typer(no_args_is_help=True, help="The record's database.")
app.add_typer(record_app, name="record")


@app.command()
def deploy(
    unchecked: Annotated[
        bool,
        typer.Option(
            "--unchecked", help="Also what Homeward's workers do not know, because workers of your own do."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Deploy the models: all of them, or none when one is refused, or asks for what no worker does."""
    done = deployment.deploy(engine(), settings().models, None if unchecked else models.findings)
    display.done(
        asdict(done),
        as_json,
        f"{done.files} models deployed; changed: "
        f"{', '.join(done.processes + done.decisions + done.forms) or 'nothing'}",
    )


@app.command()
def setup(
    demo_users: Annotated[
        bool, typer.Option(help="Also create two demo users a role (embedded engine only).")
    ] = False,
    worker_account: Annotated[
        bool,
        typer.Option(
            "--worker-account", help="Also create the workers' account, with HOMEWARD_WORKER_PASSWORD."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create the roles' groups, their authorizations and the shared Tasklist filters."""
    if demo_users and not EmbeddedEngine(settings()).serves():
        raise Refused(
            "demo users have their ids as passwords and are for the embedded engine only: create "
            "your staff in Admin, or from your directory"
        )
    if worker_account and not settings().worker_user:
        raise WrongUse(
            "set HOMEWARD_WORKER_USER and HOMEWARD_WORKER_PASSWORD to those that the workers shall have"
        )
    organisation.set_up(engine(), settings().models, demo_users)
    if worker_account:
        _give_worker_account()
    made = {"demoUsers": demo_users, "workerAccount": worker_account}
    display.done(
        made,
        as_json,
        "groups, rights and "
        f"filters{', demo users' * demo_users}{', the account of the workers' * worker_account} are "
        "set up",
    )


def _give_worker_account() -> None:
    """The account with the password of the settings; left alone if it has it: workers may be using it."""
    chosen, session = settings(), engine()
    password = chosen.worker_password.get_secret_value()
    if chosen.worker_user != (expected := organisation.read(chosen.models)["worker"]["account"]):
        raise Refused(
            f"HOMEWARD_WORKER_USER is {chosen.worker_user}, and the account that can be made is "
            f"{expected} (engine/organisation.toml): use that, or make yours in Admin"
        )
    if session.call("/identity/verify", {"username": expected, "password": password})["authenticated"]:
        return
    if not organisation.fit_password(session, password):
        raise Refused(
            "HOMEWARD_WORKER_PASSWORD does not match the engine's password policy: use ten or more "
            "characters, with small and capital letters, digits and others"
        )
    organisation.worker_account(session, chosen.models)
    session.call(
        f"/user/{expected}/credentials",
        {"password": password, "authenticatedUserPassword": chosen.camunda_password.get_secret_value()},
        method="PUT",
    )


@app.command()
def workers(
    topics: Annotated[str | None, typer.Option(help="Only these topics, comma separated.")] = None,
    concurrency: Annotated[int, typer.Option(help="Tasks at the same time.")] = 8,
    log_level: Annotated[str, typer.Option(help="DEBUG, INFO, WARNING or ERROR.")] = "INFO",
    health_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port of /metrics, /healthz and /readyz; 0: none. Default: HOMEWARD_HEALTH_PORT, else 9464.",
        ),
    ] = None,
) -> None:
    """Run the workers until SIGTERM or Ctrl-C."""
    logs.configure(log_level)
    service = Service(
        settings(),
        set(topics.split(",")) if topics else None,
        concurrency,
        settings().health_port if health_port is None else health_port,
    )
    stop = threading.Event()

    def end(number: int, _: Any) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    service.start()
    stop.wait()
    service.stop()


@record_app.command("upgrade")
def record_upgrade(as_json: AsJson = False) -> None:
    """Create the record's tables or bring them up to date."""
    record().upgrade()
    display.done({"record": "up to date"}, as_json, "the record's tables are up to date")
