"""Workers and engine die in the middle of children's cases, in every way. Nothing is lost, nothing happens
twice.

What is compared is what an undisturbed case leaves behind: its entries on the record and the mails that
people found in their mailboxes.
"""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case import eventually
from tests.faults.house import House
from workers.embedded.postgresql import PostgreSQL

CHILDREN = 2
STEPS = 18  # what people do in one case; a few more or less when the script changes
SECRETS = ("invented answer", "Robin Example", "what the foster carer says")


@pytest.fixture
def house(tmp_path: Path, postgresql: PostgreSQL):
    for database in ("case_engine", "case_record"):
        postgresql.create(database)
    house = House(tmp_path, postgresql.url("case_record"), postgresql, database="case_engine")
    try:
        house.open()
        yield house
    finally:
        house.close()


def test_a_case_survives_whatever_dies(house: House):
    house.play("calm-1")
    entries, mails = house.traces("calm-1")
    assert entries["pathway-ended", "permanence", None] == 1 and mails.total() > 10

    house.steps.clear()
    children = [f"storm-{number}" for number in range(CHILDREN)]
    players = [threading.Thread(target=house.play, args=(child,), daemon=True) for child in children]
    for player in players:
        player.start()
    left_by_stopped: list[str] = []
    kill, stop = house.kill_workers, lambda: left_by_stopped.extend(house.terminate_workers())
    disturbances = [
        kill,
        kill,
        lambda: house.node.restart(signal.SIGTERM),
        kill,
        stop,
        kill,
        lambda: house.node.restart(signal.SIGKILL),
        kill,
    ]

    def until(so: Callable[[], bool]) -> None:
        eventually(lambda: house.release() or so(), lambda: f"stuck at {house.steps[-3:]}", patience=300)

    for number, disturb in enumerate(disturbances, 1):
        share = CHILDREN * STEPS * number // (len(disturbances) + 2)
        until(lambda share=share: len(house.steps) >= share)
        time.sleep(random.uniform(0, 0.3))  # anywhere in what the workers do after a step
        disturb()
    until(lambda: not any(player.is_alive() for player in players))
    assert not left_by_stopped, "stopped workers still held tasks"
    assert house.abandoned, "no worker died with work in its hands: this test has tested nothing"

    for child in children:
        disturbed_entries, disturbed_mails = house.traces(child)
        assert (disturbed_entries - entries, entries - disturbed_entries) == (Counter(), Counter()), (
            f"{child}: twice on the record, or missing"
        )
        assert (disturbed_mails - mails, mails - disturbed_mails) == (Counter(), Counter()), (
            f"{child}: mailed twice, or missing"
        )
    assert not house.session.fetch("/incident")
    assert not house.terminate_workers()
    said = house.log.read_text()
    assert not [secret for secret in SECRETS if secret in said] and "Traceback" not in said
