"""The workers with a fault: `python -m tests.faults.runner`, told by the environment variable FAULTS (JSON).
The product knows nothing of this.

`die`: a point below where SIGKILL strikes, `after` having passed it so often (0: the first time). `clock`:
seconds by which the wall clock is off. `linger`: seconds that a handler takes on top. So that a test need not
wait for minutes, in seconds: `lock` of every topic, `poll` of the fetcher, `quick`: the outbox' waits.

No more tasks are begun than the file `sluice` in HOMEWARD_VAR says, if there is one (see load.py): what a
test does in the middle of the load finds the load there, however late it comes.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import select
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import time_machine

from workers import cli, service
from workers.notifications import Smtp, outbox
from workers.records.transaction import Transaction
from workers.runtime import worker

FAULTS: dict[str, Any] = json.loads(os.environ.get("FAULTS", "{}"))
POINTS = ("fetched", "started", "writing", "committed", "reported", "done", "claimed", "dialogue", "accepted")
SLUICE = Path(os.environ.get("HOMEWARD_VAR", ".")) / "sluice"
_passed, _begun, _lock = 0, 0, threading.Lock()


def passing(point: str) -> None:
    """Die here, if this is the point."""
    global _passed
    if FAULTS.get("die") != point:
        return
    with _lock:
        if _passed == FAULTS.get("after", 0):
            os.kill(os.getpid(), signal.SIGKILL)
        _passed += 1


def around(
    owner: Any,
    name: str,
    before: Callable[..., None] = lambda *_: None,
    after: Callable[..., None] = lambda *_: None,
) -> None:
    """Call `before(self, *arguments)` and `after(result, self, *arguments)` around a method."""
    original = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        before(self, *arguments)
        result = original(self, *arguments, **named)
        after(result, self, *arguments)
        return result

    setattr(owner, name, wrapped)


def the_engine() -> None:
    """On the wire, so that it is the same for every client: what is locked, what is sent, what has been
    answered.
    """

    def asked(self: Any, method: str, url: str, *_: Any) -> None:
        self.asked = url.rpartition("/")[2]
        if self.asked == "complete":
            passing("committed")  # the handler is done, the engine does not know

    def answering(self: Any, *_: Any) -> None:
        if getattr(self, "asked", "") == "complete":
            passing("reported")  # sent, not answered

    def answered(response: http.client.HTTPResponse, self: Any, *_: Any) -> None:
        if self.asked == "fetchAndLock" and b"[{" in response.fp.peek(20)[:20]:  # behind a chunk's length
            passing("fetched")
        if self.asked == "start":
            passing("started")  # an instance, of which nobody here knows
        if self.asked == "complete":
            passing("done")  # the engine's transaction is over, nobody here has heard

    around(http.client.HTTPConnection, "putrequest", asked)
    around(http.client.HTTPConnection, "getresponse", answering, answered)


def the_mail() -> None:
    def begins(self: Any, *_: Any) -> None:
        passing("claimed")

    def travelled(_: Any, self: Any, data: Any) -> None:
        if isinstance(data, bytes) and FAULTS.get("die") == "dialogue":  # the mail; commands are text
            select.select([self.sock], [], [], 60)  # the server has it, and says so; nobody here has heard
            passing("dialogue")

    around(Smtp, "send", begins, lambda *_: passing("accepted"))
    around(smtplib.SMTP, "send", after=travelled)


def through_the_sluice() -> None:
    """Wait until one more task may begin in this process."""
    global _begun
    with _lock:
        _begun += 1
        mine = _begun
    while SLUICE.exists():
        with suppress(OSError, ValueError):  # it is just being written, or taken away
            if mine <= int(SLUICE.read_text()):
                return
        time.sleep(0.02)


def the_times() -> None:
    if quick := FAULTS.get("quick"):
        outbox.STALE, outbox.WAITS, outbox.PAUSES = (
            dt.timedelta(seconds=quick),
            0,
            (dt.timedelta(seconds=quick),),
        )
    worker.POLL = FAULTS.get("poll", worker.POLL)
    catalogue, linger = service.catalogue, FAULTS.get("linger", 0)

    def lingering(handler: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: (through_the_sluice(), time.sleep(linger), handler(*arguments))[2]

    service.catalogue = lambda: {
        name: replace(topic, handler=lingering(topic.handler), lock=FAULTS.get("lock", topic.lock))
        for name, topic in catalogue().items()
    }
    if clock := FAULTS.get("clock"):
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=clock), tick=True).start()


if __name__ == "__main__":
    assert FAULTS.get("die") in (None, *POINTS), FAULTS
    the_engine()
    the_mail()
    the_times()
    around(Transaction, "notify", after=lambda *_: passing("writing"))  # in the transaction
    sys.argv = ["homeward", "workers"]
    cli.main()
