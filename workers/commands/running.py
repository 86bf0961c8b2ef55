"""The commands that start an engine and workers and play a case: `homeward run`, `cluster` and `play`."""

from __future__ import annotations

import shlex
import signal
import uuid
from typing import Annotated

import typer
from rich.console import Console

from workers import clock, display, logs, models
from workers import play as script
from workers.cluster import Cluster
from workers.commands.reading import show_chronology
from workers.commands.shell import AsJson, Child, Pathway, engine, known_form
from workers.embedded.keeper import Keeper
from workers.embedded.launcher import EmbeddedEngine
from workers.errors import Refused
from workers.health import HealthError
from workers.records.record import Record
from workers.rest import deploy as deployment
from workers.rest import organisation
from workers.rest.session import EngineSession, EngineUnreachable
from workers.service import Service
from workers.settings import Settings, settings

app = typer.Typer(add_completion=False)
HOMEWARD = ".venv/bin/homeward"

Stay = Annotated[
    bool, typer.Option(help="Keep everything up until Ctrl-C; otherwise play one child's case, and end.")
]


@app.command()
def run(
    stay: Annotated[bool, typer.Option(help="Keep engine and workers up until Ctrl-C.")] = True,
    child: Annotated[
        str,
        typer.Option(
            help="The invented child whose case is played.",
            callback=lambda child: known_form(child or None) or "",
        ),
    ] = "",
    moved: Annotated[
        bool,
        typer.Option(
            "--clock", help="Go by a clock that `homeward clock` moves. HOMEWARD_VAR must be a new folder."
        ),
    ] = False,
) -> None:
    """Start engine and workers, deploy, set up, and play one child's case from the review to the placement.

    An engine that dies is started again. A home that was begun with --clock keeps its clock.
    """
    if moved:
        clock.make(settings())
    logs.configure("WARNING")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    child = child or _invented()
    with EmbeddedEngine(settings()) as embedded:
        if not embedded.started:
            display.console.print(
                f"An engine runs at {settings().camunda_url} already: it is used, and left running. "
                "To stop it: .venv/bin/python -m workers.embedded stop",
                soft_wrap=True,
            )
        done = deployment.deploy(engine(), settings().models, models.findings)
        display.console.print(f"[bold]{done.files} models[/] deployed")
        organisation.set_up(engine(), settings().models, demo_users=True)
        # an engine that runs already may have the workers of another `homeward run`, whose password must stay
        own = (
            organisation.worker_account(engine(), settings().models)
            if embedded.started and not settings().worker_user
            else {}
        )
        service = _service(settings().model_copy(update=own))
        service.start()
        keeper = Keeper(embedded, _say)
        keeper.start()
        try:
            _case_whatever_dies(keeper, child)
            if stay:
                _addresses([settings()], f"{HOMEWARD} chronology {child}")
                display.console.print("\nEngine and workers run until you press [bold]Ctrl-C[/].")
                keeper.over.wait()
                raise Refused(keeper.reason)
            display.console.print(
                f"\nWhat is left of the case: {HOMEWARD} chronology {child}; mail in {settings().maildir}",
                markup=False,
                soft_wrap=True,
            )
        except KeyboardInterrupt:
            display.console.print("\nStopping …")
        finally:
            service.stop()
            keeper.stop()


@app.command()
def cluster(stay: Stay = True) -> None:
    """Start two engine nodes and two workers on a PostgreSQL of their own, deploy, set up: the layout of
    docker-compose.yml without Docker.
    """
    if settings().clock.exists():
        raise Refused(
            f"{settings().var} goes by a clock that is moved, a cluster by its machine's: set HOMEWARD_VAR "
            "to another folder"
        )
    logs.configure("WARNING")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    together = Cluster(settings())
    try:
        display.console.print("Starting PostgreSQL, two engine nodes and two workers …")
        with together:
            near, far = (together.settings_of(number) for number in range(2))
            if not stay:
                _case(near, far.camunda_url)  # begun at one node, worked on at the other
                display.console.print(
                    f"\nWhat it left lies in {together.folder}; `homeward cluster` goes on with it.",
                    soft_wrap=True,
                )
                return
            _addresses(
                [near, far],
                f"export HOMEWARD_VAR={shlex.quote(str(near.var))} "
                f"HOMEWARD_RECORD_URL={shlex.quote(near.record)}; {HOMEWARD} chronology CHILD",
            )
            for worker in together.workers:
                display.console.print(
                    f"{worker.name}  {worker.page}/readyz, /healthz, /metrics", soft_wrap=True
                )
            display.console.print("\nAll of it runs until you press [bold]Ctrl-C[/].")
            for line in together.watch():
                display.console.print(line, markup=False, soft_wrap=True)
    except KeyboardInterrupt:
        display.console.print("\nStopped.")


@app.command()
def play(child: Child, pathway: Pathway = None, as_json: AsJson = False) -> None:
    """Play an invented child's case as the demo users; engine and workers must run.

    Goes on where the case stands.
    """
    console = Console(quiet=True) if as_json else display.console
    _play(settings(), settings().camunda_url, child, pathway, console)
    if as_json:
        display.document(Record(settings().record).chronology(child))


def _say(line: str) -> None:
    display.console.print(line, markup=False, soft_wrap=True)


def _service(chosen: Settings) -> Service:
    """The workers with their health pages; without them where another process has the port."""
    try:
        return Service(chosen, health_port=chosen.health_port)
    except HealthError as error:
        _say(f"No health pages of this process: {error}")
        return Service(chosen)


def _invented() -> str:
    """The reference of a child that does not exist yet."""
    return f"demo-{uuid.uuid4().hex[:6]}"


def _case_whatever_dies(keeper: Keeper, child: str) -> None:
    """Play the case; where the engine dies, go on with it once it runs again."""
    while True:
        try:
            _case(settings(), settings().camunda_url, child)
            return
        except EngineUnreachable:
            if not keeper.wait_up():
                raise Refused(keeper.reason) from None


def _case(chosen: Settings, people: str, child: str = "") -> str:
    """Play a case to its end and show it; the child's reference.

    `people`: address of the engine at which they work.
    """
    child = child or _invented()
    _play(chosen, people, child, None)
    show_chronology(Record(chosen.record).chronology(child))
    return child


def _play(
    chosen: Settings, people: str, child: str, pathway: str | None, console: Console = display.console
) -> None:
    pathway = pathway or organisation.usual_pathway(chosen.models)
    parts = script.parts(chosen.models, pathway)
    session, book = EngineSession.of(chosen), Record(chosen.record)
    script.begin(session, book, child, pathway)
    with console.status(f"{child}: waiting for the workers") as status:
        for number, (who, what) in enumerate(script.play(session, book, child, people, parts), 1):
            console.print(f"{number:3}  {what:45} {who}")
            status.update(f"{child}: {what} done, waiting for what opens next")


def _addresses(nodes: list[Settings], record: str) -> None:
    chosen = nodes[0]
    # a browser keeps one login a host name, whatever the port
    webs = [
        node.web_url if number == 0 else node.web_url.replace("localhost", "127.0.0.1")
        for number, node in enumerate(nodes)
    ]
    display.console.print("")
    for name, path, who in (
        (
            "Tasklist",
            "tasklist",
            "as social-worker, team-manager, qaag, family-finder … (password = user name)",
        ),
        (
            "Cockpit",
            "cockpit",
            f"as {chosen.camunda_user} (password {chosen.camunda_password.get_secret_value()})",
        ),
    ):
        for web in webs:
            display.console.print(f"{name:9} {web}/camunda/app/{path}/   {who}", markup=False, soft_wrap=True)
            who = ""
    display.console.print(f"Mail      {chosen.maildir}\nRecord    {record}", markup=False, soft_wrap=True)
    if chosen.clock.exists():
        _say(f"Clock     {HOMEWARD} clock +30d")
