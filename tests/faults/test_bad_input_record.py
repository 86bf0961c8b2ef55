"""The record or the mail folder is not there for a while: work waits, says why, and goes on when they are
back. PostgreSQL is a real one, stopped and started.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.case import Case, eventually
from tests.faults.house import House
from tests.records.databases import own_server
from workers.embedded.postgresql import PostgreSQL

REPORT, MANAGER, NFA = (
    "permanency-planning",
    "permanency-planning-authorisation",
    "permanency-planning-no-longer-required",
)


@pytest.fixture(scope="module")
def database() -> Iterator[PostgreSQL]:
    with own_server() as server:
        server.create("record")
        yield server


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, database: PostgreSQL) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), database.url("record"))
    try:
        house.open()
        yield house
    finally:
        house.close()


def test_mail_waits_for_its_folder(house: House):
    house.settings.maildir.write_text("no folder")
    case = Case(house.session, house.record, house.settings.camunda_url, "mail-1")
    case.start(socialWorker="social-worker")
    case.task(REPORT)  # work goes on meanwhile

    def statuses() -> list[str]:
        return [row["status"] for row in house.record.notifications(case.child)]

    eventually(lambda: statuses() == ["failed"], lambda: str(statuses()))
    house.settings.maildir.unlink()
    # unless the workers have it in hand
    eventually(lambda: house.deliver() or statuses() == ["sent"], lambda: str(statuses()))


def test_work_waits_for_the_record(house: House, database: PostgreSQL):
    case = Case(house.session, house.record, house.settings.camunda_url, "record-1")
    case.start()
    case.task(REPORT)
    database.stop()
    case.submit(REPORT, "social-worker")  # people may go on with what is open

    def waiting() -> list[dict[str, Any]]:
        tasks = [
            task
            for instance in house.session.fetch("/process-instance", businessKey=case.child)
            for task in house.session.fetch("/external-task", processInstanceId=instance["id"])
        ]
        return [task for task in tasks if task["errorMessage"]]

    task = eventually(waiting, lambda: f"nothing waits: {case.picture()}")[0]
    assert (
        task["errorMessage"].startswith("record at postgresql")
        and "start its database" in task["errorMessage"]
    )

    def left_and_failed() -> tuple[int, int]:
        log = house.session.fetch("/history/external-task-log", externalTaskId=task["id"], failureLog=True)
        return house.session.fetch(f"/external-task/{task['id']}")["retries"], len(log)

    # between the two looks it may fail again
    eventually(lambda: sum(left_and_failed()) == 5, lambda: f"not one retry a failure: {left_and_failed()}")
    # as if it had waited for long
    house.session.call(f"/external-task/{task['id']}/retries", {"retries": 1}, "PUT")
    # a try that was just failing has its own count
    eventually(lambda: any(case.incidents()), lambda: f"no incident: {case.picture()}", 240)
    database.start()
    house.session.call(f"/external-task/{task['id']}/retries", {"retries": 1}, "PUT")
    case.submit(MANAGER, "team-manager", decision="authorised", nextActions=[NFA])
    case.ended()
    assert [entry["by"] for entry in case.events("form-submitted")] == ["social-worker", "team-manager"]
    assert len(case.events("pathway-ended")) == 1
    eventually(
        lambda: house.deliver() or house.sent(case.child), lambda: str(house.record.notifications(case.child))
    )
    assert house.record.notifications(case.child)
