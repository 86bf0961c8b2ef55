"""The workers with a fault: `python -m tests.faults.runner`, told by the environment variable FAULTS (JSON). The product knows nothing of this.

`die`: a point below where SIGKILL strikes, `after` having passed it so often (0: the first time). `clock`: seconds by which the wall clock is off.
`linger`: seconds that a handler takes on top. So that a test need not wait for minutes, in seconds: `lock` of every topic, `poll` of the
fetcher, `quick`: the outbox' waits.
"""
from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import smtplib
import sys
import threading
import time
from dataclasses import replace
from typing import Any, Callable

import time_machine

from workers import cli, service
from workers.notifications import Smtp, outbox
from workers.records.transaction import Transaction
from workers.runtime import worker

FAULTS: dict[str, Any] = json.loads(os.environ.get("FAULTS", "{}"))
POINTS = ("fetched", "writing", "committed", "reported", "done", "claimed", "dialogue", "accepted")
_passed, _lock = 0, threading.Lock()


def passing(point: str) -> None:
    """Die here, if this is the point."""
    global _passed
    if FAULTS.get("die") != point:
        return
    with _lock:
        if _passed == FAULTS.get("after", 0):
            os.kill(os.getpid(), signal.SIGKILL)
        _passed += 1


def around(owner: Any, name: str, before: Callable[..., None] = lambda *_: None, after: Callable[..., None] = lambda *_: None) -> None:
    """Call `before(self, *arguments)` and `after(result, self, *arguments)` around a method."""
    original = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        before(self, *arguments)
        result = original(self, *arguments, **named)
        after(result, self, *arguments)
        return result

    setattr(owner, name, wrapped)


def the_engine() -> None:
    """On the wire, so that it is the same for every client: what is locked, what is sent, what has been answered."""
    def asked(self: Any, method: str, url: str, *_: Any) -> None:
        self.asked = url.rpartition("/")[2]
        if self.asked == "complete":
            passing("committed")                           # the handler is done, the engine does not know

    def answering(self: Any, *_: Any) -> None:
        if getattr(self, "asked", "") == "complete":
            passing("reported")                            # sent, not answered

    def answered(response: http.client.HTTPResponse, self: Any, *_: Any) -> None:
        if self.asked == "fetchAndLock" and b"[{" in response.fp.peek(20)[:20]:       # behind a chunk's length
            passing("fetched")
        if self.asked == "complete":
            passing("done")                                # the engine's transaction is over, nobody here has heard

    around(http.client.HTTPConnection, "putrequest", asked)
    around(http.client.HTTPConnection, "getresponse", answering, answered)


def the_mail() -> None:
    def begins(self: Any, *_: Any) -> None:
        passing("claimed")

    def travelled(_: Any, self: Any, data: Any) -> None:
        if isinstance(data, bytes) and FAULTS.get("die") == "dialogue":        # the mail; commands are text
            time.sleep(0.2)                                # the server has read it
            passing("dialogue")

    around(Smtp, "send", begins, lambda *_: passing("accepted"))
    around(smtplib.SMTP, "send", after=travelled)


def the_times() -> None:
    if quick := FAULTS.get("quick"):
        outbox.STALE, outbox.WAITS, outbox.PAUSES = dt.timedelta(seconds=quick), 0, (dt.timedelta(seconds=quick),)
    worker.POLL = FAULTS.get("poll", worker.POLL)
    catalogue, linger = service.catalogue, FAULTS.get("linger", 0)

    def lingering(handler: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments: (time.sleep(linger), handler(*arguments))[1]

    service.catalogue = lambda: {name: replace(topic, handler=lingering(topic.handler), lock=FAULTS.get("lock", topic.lock)) for name, topic in catalogue().items()}
    if clock := FAULTS.get("clock"):
        time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=clock), tick=True).start()


if __name__ == "__main__":
    assert FAULTS.get("die") in (None, *POINTS), FAULTS
    the_engine()
    the_mail()
    the_times()
    around(Transaction, "notify", after=lambda *_: passing("writing"))     # in the transaction
    sys.argv = ["homeward", "workers"]
    cli.main()
