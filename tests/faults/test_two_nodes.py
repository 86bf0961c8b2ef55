"""Two engine nodes on one database, a worker at each.

One node is killed under load: the other's worker does everything. When it is back, its worker goes on by
itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.case import eventually
from tests.faults.house import House, Node
from tests.faults.load import Load
from workers.embedded.postgresql import PostgreSQL

TASKS = 60
TIMES = {"lock": 10, "poll": 2}  # seconds
# tasks that each worker may begin before the node is killed: then each holds some, however late that is
BEGUN = 25
AFTERWARDS = 240.0  # seconds: what has failed often waits for long


@pytest.fixture
def second(site: House, postgresql: PostgreSQL, tmp_path) -> Iterator[Node]:
    node = Node(tmp_path, postgresql)
    try:
        node.engine.start()
        yield node
    finally:
        node.engine.stop()


def test_a_node_that_is_killed_under_load(load: Load, second: Node):
    load.let(BEGUN)
    load.start(TASKS)
    with (
        load.house.working(linger=0.4, **TIMES) as first,
        load.house.working(linger=0.4, CAMUNDA_URL=second.settings.camunda_url, **TIMES) as other,
    ):
        eventually(
            lambda: load.house.held_by(other.pid),
            lambda: "the second node's worker has nothing to do: this tests nothing",
        )
        second.kill()
        assert load.open(), "it died too late: this has tested nothing"
        load.let()
        load.ended(AFTERWARDS)
        load.worked_once()
        load.mailed_once()

        second.engine.start()
        first.terminate()
        assert first.wait(90) == 0
        load.start(10)  # by the first node, for the second one's worker
        load.ended(AFTERWARDS)
        load.worked_once()
        load.mailed_once()
        assert other.poll() is None
    assert not load.burnt()
