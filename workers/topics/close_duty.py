from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from workers.records.happening import Happening
from workers.records.transaction import Transaction
from workers.runtime.contract import Variables, topic
from workers.runtime.execution import Work
from workers.topics.services import Services, happened
from workers.words import LONDON

DONE, NOT_DONE, TOLD, FELL_AWAY = "done", "not-done", "told", "fell-away"
OF_A_DUTY = ("decision", "event", "from", "duty")  # which one it is, of all of a child


class CloseDutyIn(Variables):
    duty: dict[str, Any] = Field(description="The duty, as `set-duties` made it.", examples=["${duty}"])
    form: str | None = Field(
        None, description="The form with which it was done; null: with none.", examples=["${form}"]
    )
    done_on: str | None = Field(
        None,
        description="Day on which it was done (YYYY-MM-DD); null: the day on which that was written.",
        examples=["${execution.getVariable('doneOn')}"],
    )
    not_done_because: str | None = Field(
        None,
        description="Why it could not be done; null or empty: it was.",
        examples=["${execution.getVariable('notDoneBecause')}"],
    )
    close_reason: str | None = Field(
        None, description="Why it fell away; null: it did not.", examples=["${closeReason}"]
    )
    closed_by: str | None = Field(
        None,
        description="Fallen away: user id of who closed it.",
        examples=["${execution.getVariable('closedBy')}"],
    )


class CloseDutyOut(Variables):
    closed_on: str = Field(description="The day on which it was done or closed (YYYY-MM-DD).")


@topic("close-duty", input=CloseDutyIn, output=CloseDutyOut)
def close_duty(task: CloseDutyIn, work: Work) -> CloseDutyOut:
    """Note how a duty ended: done, not done and why, told, or fallen away and why; its deadline was met, or
    applies no longer.

    Fallen away (`closeReason`): what was written but not yet recorded goes to the record first.
    """
    services: Services = work.services
    place, duty, early = services.place(work), task.duty, task.close_reason is not None
    given = services.submissions.last(work.instance_id, task.form) if task.form and not early else None
    unfinished = services.submissions.unfinished(work.instance_id, []) if early else []
    left = {f"{work.key}:{one.task['id']}": one for one in unfinished}
    unexpected = services.submissions.unexpected(work.instance_id) if early else []
    outcome = FELL_AWAY if early else TOLD if given is None else NOT_DONE if task.not_done_because else DONE
    now = happened(work) or dt.datetime.now(LONDON)
    closed_on = (outcome == DONE and task.done_on) or now.astimezone(LONDON).date().isoformat()
    over = place.happening(work.key, task.closed_by if early else given.by if given else None, happened(work))
    with services.record.transaction() as tx:
        services.keep(tx, work, place, left, unexpected)
        note_closed(
            tx,
            over,
            duty,
            outcome,
            done_on=closed_on if outcome == DONE else None,
            reason=task.close_reason or task.not_done_because or None,
            answers=next(reversed(left), None),
        )
    return CloseDutyOut(closed_on=closed_on)


def note_closed(
    tx: Transaction,
    over: Happening,
    duty: dict[str, Any],
    outcome: str,
    *,
    done_on: str | None = None,
    reason: str | None = None,
    answers: str | None = None,
) -> None:
    """Note how a duty ended, and with it its deadline. `answers`: the key of what was written in it, where it
    fell away.
    """
    said = {name: duty[name] for name in (*OF_A_DUTY, "title")}
    how = {"outcome": outcome, "doneOn": done_on, "reason": reason, "answers": answers}
    tx.entry(over, "duty-closed", said | how)
    if duty["rule"] and done_on:
        tx.deadline_met(over, rule=duty["rule"], met_on=done_on, from_=duty["from"], duty=duty["duty"])
    elif duty["rule"]:
        ended = {"rule": duty["rule"], "due": duty["due"][:10], "duty": duty["duty"]}
        tx.entry(over, "deadline-ended", ended)
