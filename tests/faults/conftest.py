"""What the fault tests share: one PostgreSQL, one engine on it, its record there too, one post office."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.house import House
from tests.faults.load import Load, models
from tests.faults.post_office import PostOffice
from tests.records.databases import own_server
from workers.embedded.postgresql import PostgreSQL


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """With the databases `engine` and `record`."""
    with own_server() as server:
        server.create("engine")
        server.create("record")
        yield server


@pytest.fixture(scope="session")
def site(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of these tests. No worker runs."""
    house = House(
        tmp_path_factory.mktemp("site"),
        postgresql.url("record"),
        postgresql,
        models(tmp_path_factory.mktemp("load")),
    )
    try:
        house.open(workers=False)
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def load(site: House, post_office: PostOffice) -> Load:
    """Nothing started yet; the post office is open, and what a test before has left is gone."""
    post_office.become("open")
    site.environment |= {
        "HOMEWARD_CHANNEL": "smtp",
        "HOMEWARD_SMTP_HOST": "127.0.0.1",
        "HOMEWARD_SMTP_PORT": str(post_office.port),
        "HOMEWARD_SMTP_TIMEOUT": "30",
    }
    for row in site.session.fetch("/process-instance"):
        site.session.call(f"/process-instance/{row['id']}?skipCustomListeners=true", method="DELETE")
    with site.record._engine.begin() as connection:  # a mail that failed would come again, in another test
        connection.exec_driver_sql("DELETE FROM queue")
    load = Load(site, post_office)
    load.let()
    return load
