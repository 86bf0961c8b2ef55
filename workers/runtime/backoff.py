"""How the runtime tries again. Pauses double up to a longest one, and chance keeps workers apart that failed
together; each ends at once when its event is set.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    retry_if_exception_type,
    sleep_using_event,
    stop_after_attempt,
    wait_exponential,
    wait_random,
    wait_random_exponential,
)

from workers.rest.session import EngineError, EngineUnreachable

LONGEST_PAUSE = 30.0  # seconds between two polls that fail
LONGEST_SILENCE = 5.0  # seconds between two reports that are not answered
MEETINGS = 20  # how often a report that met another transaction is made again


def polls(stopping: threading.Event, failed: Callable[[BaseException, float], None]) -> Retrying:
    """Until one goes well, whatever went wrong; `failed` hears what, and the seconds until the next."""

    def tell(state: RetryCallState) -> None:
        if state.outcome and (error := state.outcome.exception()):
            failed(error, state.upcoming_sleep)

    return Retrying(
        wait=wait_random_exponential(multiplier=1, max=LONGEST_PAUSE),
        sleep=sleep_using_event(stopping),
        before_sleep=tell,
    )


def unanswered(lost: threading.Event, over: Callable[[], bool]) -> Retrying:
    """Of a report that the engine did not answer: until `over`, which is asked each time."""
    return Retrying(
        retry=retry_if_exception_type(EngineUnreachable),
        wait=wait_random_exponential(multiplier=1, max=LONGEST_SILENCE),
        sleep=sleep_using_event(lost),
        stop=lambda _: over(),
        reraise=True,
    )


def met(lost: threading.Event) -> Retrying:
    """Of a report whose transaction met another one."""
    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, EngineError) and error.optimistic_locking),
        wait=wait_random(0.02, 0.5),
        sleep=sleep_using_event(lost),
        stop=stop_after_attempt(MEETINGS),
        reraise=True,
    )


def pause(first: float, failures: int) -> float:
    """Seconds that the engine is to keep a task that has failed so often: `first`, then doubled."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = failures
    return (wait_exponential(multiplier=first) + wait_random(0, first / 5))(state)
