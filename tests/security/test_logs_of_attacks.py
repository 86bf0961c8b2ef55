"""What tests/test_logs.py asks of the suite's logs, of the process that tests this folder (`make test`)."""

from __future__ import annotations

import pytest

from tests import canaries
from workers.settings import settings

pytestmark = pytest.mark.last(2)


def test_no_log_holds_what_was_planted(tmp_path_factory: pytest.TempPathFactory) -> None:
    canaries.nothing_leaked(settings().var, tmp_path_factory.getbasetemp())
