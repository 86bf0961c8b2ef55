"""`python -m bench.duties`: what one duty costs. See bench/README.md."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine, event

from bench.workers.ground import Ground, wait_for
from tests.faults.duties import models
from workers.records import Record
from workers.rest import codec, deploy, organisation
from workers.rest.tasklist import Person
from workers.service import Service

PATIENCE, QUIET = 900.0, 6.0  # seconds: for a phase, and until outbox and clean-up have come to rest
WHO = "social-worker"
POLLS, DONE, ASKED, PEOPLE = "fetchAndLock", "complete", "other calls of workers", "calls of who does it"
BEGUN, SAID = "transactions of the record", "statements of the record"
COUNTED = (POLLS, DONE, ASKED, PEOPLE, BEGUN, SAID)


class Meter:
    """Counts at the engine's access log, and at the workers' connections to the record."""

    def __init__(self, ground: Ground, record: Engine):
        self.log, self.record = ground.log, Counter[str]()
        event.listen(record, "begin", lambda *_: self.record.update([BEGUN]))
        event.listen(record, "before_cursor_execute", lambda *_: self.record.update([SAID]))

    def since(self) -> Counter[str]:
        """Since the last look."""
        seen, self.record = self.record + Counter(_kind(call.path) for call in self.log.new()), Counter()
        return seen


def _kind(path: str) -> str:
    parts = path.split("/")
    if "external-task" in parts and parts[-1] in (POLLS, DONE):
        return parts[-1]
    return PEOPLE if "task" in parts and "history" not in parts else ASKED


def main(
    duties: Annotated[int, typer.Option(min=1, help="By how many more than one it is measured.")] = 30,
    markdown: Annotated[Path | None, typer.Option(help="Write the table here.")] = None,
) -> None:
    """A review with one duty before it, and one with so many more: the difference is what they cost."""
    with tempfile.TemporaryDirectory() as name, Ground(Path(name) / "var", https=False) as ground:
        folders = [models(Path(name) / str(number), number) for number in (1, 1 + duties)]
        organisation.set_up(ground.session, folders[0], demo_users=True)
        deploy.deploy(ground.session, folders[0])
        account = organisation.worker_account(ground.session, folders[0])
        service = Service(ground.settings.model_copy(update={"record_url": ground.record_url} | account))
        meter = Meter(ground, service.record._engine)
        service.start()
        try:
            one, more = [_phases(ground, meter, folder) for folder in folders]
        finally:
            service.stop()
    lines = ["| a duty | " + " | ".join(COUNTED) + " |", "| --- " * (len(COUNTED) + 1) + "|"]
    for phase in one:
        cells = [f"{(more[phase][what] - one[phase][what]) / duties:.2f}" for what in COUNTED]
        lines.append(f"| {phase} | " + " | ".join(cells) + " |")
    typer.echo("\n".join(lines))
    if markdown:
        markdown.write_text("\n".join(lines) + "\n")


def _phases(ground: Ground, meter: Meter, folder: Path) -> dict[str, Counter[str]]:
    """What each phase of a review cost, less what the workers do while nothing is to be done."""
    deploy.deploy(ground.session, folder)
    child, record = f"bench-{folder.name}", Record(ground.record_url)
    number, person = int(folder.name), Person(ground.settings.camunda_url, WHO)
    time.sleep(QUIET)
    meter.since()
    time.sleep(10 * QUIET)
    idle = {what: much / (10 * QUIET) for what, much in meter.since().items()}

    def spent(begin: float) -> Counter[str]:
        time.sleep(QUIET)
        seconds = time.monotonic() - begin
        return Counter({what: much - idle.get(what, 0) * seconds for what, much in meter.since().items()})

    began, day = time.monotonic(), (dt.date.today() + dt.timedelta(60)).isoformat()
    brought = {"childId": child, "authority": "york", "reviewDate": day, "socialWorker": WHO}
    body = {"businessKey": child, "variables": codec.encode(brought)}
    ground.session.call("/process-definition/key/care-review/start", body)
    wait_for(lambda: _told(record, child) == number, PATIENCE, "that each duty is told")
    planned = spent(began)
    tasks = ground.session.fetch("/task", processInstanceBusinessKey=child)
    assert len(tasks) == number, f"{len(tasks)} tasks, not {number}"
    meter.since()
    began = time.monotonic()
    for task in tasks:
        person.submit(task["id"], {"doneOn": dt.date.today().isoformat()})
    wait_for(lambda: _entries(record, child, "pathway-ended"), PATIENCE, "the pathway's end")
    assert _entries(record, child, "duty-closed") == number
    done = spent(began)
    record.close()
    return {"planned and told": planned, "done, recorded and closed": done}


def _told(record: Record, child: str) -> int:
    return sum(row["template"] == "duty" for row in record.notifications(child))


def _entries(record: Record, child: str, what: str) -> int:
    return sum(entry["what"] == what for entry in record.chronology(child))


if __name__ == "__main__":
    typer.run(main)
