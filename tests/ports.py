"""Ports for servers that a test starts a moment later."""

from __future__ import annotations

import os
import random
import socket
from contextlib import ExitStack, suppress

HOST = "127.0.0.1"
# below those that the system gives to connections: none of them can take it meanwhile
_ALL = range(20000, 32000)
# of several processes (pytest -n) each has its share, and the first one's is everybody's who is alone
_SHARE = 3000
_FIRST = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4 * _SHARE
RANGE = _ALL[_FIRST : _FIRST + _SHARE]
_given: set[int] = set()


def free_port(count: int = 1) -> int:
    """The first of so many free ports in a row, which nobody else gets in this process."""
    while True:
        first = random.SystemRandom().choice(RANGE[:-count])
        wanted = set(range(first, first + count))
        with ExitStack() as probes, suppress(OSError):
            for port in wanted - _given:
                probes.enter_context(socket.socket()).bind((HOST, port))
            if not wanted & _given:
                _given.update(wanted)
                return first
