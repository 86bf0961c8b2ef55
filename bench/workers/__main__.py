"""`python -m bench.workers`: our runtime beside its peers. See bench/README.md."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.workers import contestants as field
from bench.workers import report
from bench.workers.contestants import Contestant, Result
from bench.workers.ground import Ground
from bench.workers.javascript import install

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    tasks: Annotated[int, typer.Option(help="Tasks a run.")] = 600,
    rounds: Annotated[
        int, typer.Option(help="How often each contestant runs; the order is reversed from round to round.")
    ] = 3,
    only: Annotated[
        str, typer.Option(help=f"Contestants, comma list of {', '.join(field.CONTESTANTS)}.")
    ] = ",".join(field.DEFAULT),
    variants: Annotated[str, typer.Option(help=f"Comma list of {', '.join(report.VARIANTS)}.")] = ",".join(
        report.VARIANTS
    ),
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="NAME.KEY=JSON: another setting of a contestant, such as ours.slots=8 or "
            'js.mail={"pool":true}.',
        ),
    ] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write every single result here.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    profile: Annotated[
        Path | None,
        typer.Option(help="Afterwards one more run of ours a variant, profiled, into this folder."),
    ] = None,
) -> None:
    """Exit code 0 even where a target is missed: the report says so."""
    chosen = [_set(_pick(name, field.CONTESTANTS), set_ or []) for name in only.split(",")]
    kinds = [_pick(name, {key: key for key in report.VARIANTS}) for name in variants.split(",")]
    install()
    var, results = Path(tempfile.mkdtemp(prefix="homeward-bench-")), []
    with Ground(var, real="real" in kinds, https="https" in kinds) as ground:
        field.warm(ground, var / "clients.log")
        for variant in kinds:
            for round_ in range(rounds):
                for one in chosen if round_ % 2 == 0 else reversed(chosen):
                    if variant == "real" and one.name.startswith("ceiling"):
                        continue  # it has no handler
                    results.append(field.run(ground, one, variant, tasks, round_ + 1, var / "clients.log"))
                    _line(results[-1])
        for variant in kinds if profile else ():
            profile.mkdir(parents=True, exist_ok=True)
            field.run(
                ground,
                _set(field.CONTESTANTS["ours"], set_ or []),
                variant,
                tasks,
                0,
                var / "clients.log",
                str((profile / f"ours-{variant}.txt").absolute()),
            )
    report.show(results, chosen)
    if json_:
        json_.write_text(json.dumps([one.as_json() for one in results], indent=1), encoding="utf-8")
    if markdown:
        markdown.write_text(report.markdown(results, chosen, tasks, rounds), encoding="utf-8")
    if any(one.problems for one in results):
        print(f"the logs of engine and clients stay in {var}")
    else:
        shutil.rmtree(var, ignore_errors=True)


def _pick(name: str, known: dict[str, Any]) -> Any:
    if name not in known:
        raise typer.BadParameter(f"{name} is not known: one of {', '.join(known)}")
    return known[name]


def _set(contestant: Contestant, settings: list[str]) -> Contestant:
    for setting in settings:
        name, _, rest = setting.partition(".")
        key, _, value = rest.partition("=")
        if not value:
            raise typer.BadParameter(f"{setting}: write NAME.KEY=JSON")
        if name == contestant.name:
            contestant = field.with_setting(contestant, **{key: json.loads(value)})
    return contestant


def _line(one: Result) -> None:
    print(
        f"{one.variant:6} round {one.round} {one.contestant:10} {one.rate:6.1f} tasks/s "
        f"{f'{one.effects_rate:6.1f} to the last mail' if one.variant == 'real' else '':27}"
        f" requests {one.requests:.2f} connections {one.connections:4} client {one.cpu_ms:5.2f} ms "
        f"engine {one.engine_ms:5.1f} ms {one.problems}",
        flush=True,
    )


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that engine and database are stopped
    app()
