"""`kill -9` strikes the workers while thirty duties of one child are planned, told and recorded, and while
one pathway starts another: nothing is lost, and nothing is there twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.case import TODAY, Case, eventually
from tests.faults.duties import models, titles
from tests.faults.house import House
from workers.embedded.postgresql import PostgreSQL

DUTIES = Counter(titles(30))
TIMES = {"lock": 3, "quick": 2, "poll": 0.5}  # seconds


@pytest.fixture(scope="module")
def house(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With the pathways that only tests know, and thirty duties before a review. No worker runs."""
    for database in ("duties_engine", "duties_record"):
        postgresql.create(database)
    folder = models(tmp_path_factory.mktemp("models"), len(DUTIES))
    var, url = tmp_path_factory.mktemp("house"), postgresql.url("duties_record")
    house = House(var, url, postgresql, folder, database="duties_engine")
    try:
        house.open(workers=False)
        yield house
    finally:
        house.close()


@pytest.fixture
def case(house: House) -> Case:
    return Case(house.session, house.record, house.settings.camunda_url, f"child-{uuid4().hex[:8]}")


def kill(house: House, point: str, after: int) -> None:
    with house.working(die=point, after=after, **TIMES) as victim:
        assert victim.wait(180) == -9


def opened(case: Case) -> Counter[str]:
    return Counter(task["name"].partition(" – ")[0] for task in case.tasks("duty"))


def test_thirty_duties_of_one_child_are_told_and_done_once_each(house: House, case: Case):
    day = (TODAY + dt.timedelta(60)).isoformat()
    case.start("care-review", authority="york", reviewDate=day, socialWorker="social-worker")
    for point, after in (("reported", 12), ("committed", 8), ("writing", 5)):
        kill(house, point, after)
    assert opened(case) < DUTIES, "they died too late: this has tested nothing"
    with house.working(**TIMES):
        eventually(lambda: opened(case).total() >= len(DUTIES), case.picture)
    assert opened(case) == DUTIES
    told = Counter(row["template"] for row in case.record.notifications(case.child))
    assert told["duty"] == len(DUTIES)
    for task in case.tasks("duty"):
        case.submit("duty", "social-worker", task, doneOn=TODAY.isoformat())
    for point, after in (("committed", 15), ("reported", 15), ("done", 15)):
        kill(house, point, after)
    closed = Counter(entry["details"]["title"] for entry in case.events("duty-closed"))
    assert closed < DUTIES, "they died too late: this has tested nothing"
    with house.working(**TIMES):
        case.over(case.pathway)
    assert Counter(entry["details"]["title"] for entry in case.events("duty-closed")) == DUTIES
    assert len(case.events("form-submitted")) == len(DUTIES)
    met = Counter(
        {row["what"]: row["metOn"] == TODAY.isoformat() for row in case.record.deadlines(case.child)}
    )
    assert met == DUTIES
    ended = house.session.fetch(
        "/history/process-instance", processInstanceBusinessKey=case.child, processDefinitionKey="duty"
    )
    assert Counter(row["state"] for row in ended) == {"COMPLETED": len(DUTIES)}
    assert not case.incidents()


def test_a_worker_that_is_killed_as_it_has_started_a_pathway_starts_no_second_one(house: House, case: Case):
    case.start("new-school")
    kill(house, "started", 0)
    assert not case.events("pathway-asked"), "it died too late: this has tested nothing"
    with house.working(**TIMES):
        case.over(case.pathway)
        case.task("first-dental-check")
    [asked] = case.events("pathway-asked")
    [started] = house.session.fetch(
        "/history/process-instance", processInstanceBusinessKey=case.child, processDefinitionKey="dental-care"
    )
    assert (asked["details"]["openPathway"], asked["details"]["alreadyOpen"]) == (started["id"], False)
    opened = [entry["pathwayId"] for entry in case.events("pathway-started")]
    assert sorted(opened) == sorted([case.pathway, started["id"]])
