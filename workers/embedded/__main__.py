"""`python -m workers.embedded start [--detach] | stop | status`: the embedded engine alone."""

import signal
from typing import Annotated

import typer

from workers.embedded.launcher import EmbeddedEngine
from workers.errors import HomewardError
from workers.settings import settings

app = typer.Typer(add_completion=False, help="The embedded engine: start, stop, status.")


@app.command()
def start(
    detach: Annotated[bool, typer.Option(help="Return when it answers and leave it running.")] = False,
) -> None:
    """Start the engine and keep it until Ctrl-C."""
    engine = EmbeddedEngine(settings())
    if detach:
        engine.start()
        print(f"{engine.product} answers at {settings().camunda_url}")
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with engine:
            print(f"{engine.product} answers at {settings().camunda_url}; Ctrl-C stops it")
            engine.wait()
            print(f"{engine.product} has ended; its log is {engine.log}")
    except KeyboardInterrupt:
        pass


@app.command()
def stop() -> None:
    """Stop the engine and wait until it has ended."""
    engine = EmbeddedEngine(settings())
    ran = engine.running()
    engine.stop()
    print(f"{engine.product} {'has ended' if ran else 'did not run'}")


@app.command()
def status() -> None:
    """Say whether the engine runs; exit 1 if it does not."""
    engine = EmbeddedEngine(settings())
    process = engine.running()
    what = f"runs on port {process['port']}, process {process['pid']}" if process else "does not run"
    print(f"{engine.product} {what}")
    raise typer.Exit(not process)


if __name__ == "__main__":
    try:
        app()
    except HomewardError as error:
        raise SystemExit(f"error: {error}") from None
