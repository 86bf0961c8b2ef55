"""No log of the suite holds a secret, a mail address, a child's name or an answer, at any level."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import structlog

from tests import canaries
from workers.embedded.launcher import EmbeddedEngine
from workers.settings import settings

pytestmark = pytest.mark.last(2)  # it reads what all others have logged


@pytest.mark.parametrize("text", list(canaries.PLANTED)[:3])
def test_a_planted_text_is_found_with_its_place_and_without_the_line(tmp_path: Path, text: str) -> None:
    log = tmp_path / "some.folder" / "engine.log.1"
    log.parent.mkdir()
    log.write_bytes(f"fine\nalso \xff fine\nand here: x{text}y, a secret line\n".encode("latin-1"))
    assert canaries.files(tmp_path) == [log]
    [said] = canaries.found(log)
    assert said.startswith(f"{log}:3: ") and text not in said and "secret line" not in said
    log.unlink()  # or the next test finds it


def test_what_this_process_logs_is_looked_at() -> None:
    logging.getLogger("anybody.at.all").debug("a library at its most talkative")
    structlog.get_logger("homeward.tests").debug("ours", instance="42")
    said = (settings().var / "everything.log").read_text()
    assert "anybody.at.all DEBUG a library at its most talkative" in said and "'instance': '42'" in said


def test_no_log_holds_what_was_planted(tmp_path_factory: pytest.TempPathFactory) -> None:
    looked_at = canaries.nothing_leaked(settings().var, tmp_path_factory.getbasetemp())
    if EmbeddedEngine(settings()).running():
        assert "engine.log" in looked_at
