"""The words of the chronology, in one place.

A new kind of entry is a row of WHAT; `homeward worksteps --write` then brings the contract's page up to date.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Kind(NamedTuple):
    """What happened, in words, and the names that the entry's details may have."""

    says: str
    details: tuple[str, ...] = ()


_MAIL = ("to", "template", "channel", "notificationId", "reason")
_TASK = ("task", "from", "to")
_DUE = ("rule", "due")

WHAT: Mapping[str, Kind] = MappingProxyType(
    {
        "pathway-started": Kind(
            "A pathway was opened; the details also have who was named for it, by variable.", ("authority",)
        ),
        "start-refused": Kind("A pathway of this kind is open already.", ("openPathway",)),
        "workstep-opened": Kind("A workstep began.", ("step",)),
        "form-submitted": Kind(
            "A form was submitted and accepted. Next actions are what it proposes.", ("form", "nextActions")
        ),
        "unexpected-variables": Kind(
            "A person wrote variables beyond what their form asks for: names, never values; at most 50 of 64 "
            "printable characters, `more` counts the others.",
            ("form", "names", "more"),
        ),
        "request-sent": Kind(
            "Somebody was asked: a user, or groups (comma list); `told`: who got mail.",
            ("request", "to", "told"),
        ),
        "request-answered": Kind("A request was answered.", ("request", "decision", "comments")),
        "next-action-chosen": Kind("A next action took effect, as its workstep ended.", ("value", "label")),
        "workstep-closed": Kind(
            "A workstep is over: `finished` or `closed-early`, what it opens, and why it was closed.",
            ("outcome", "opens", "reason"),
        ),
        "withdrawn": Kind("A pathway was withdrawn.", ("reason", "comments")),
        "pathway-ended": Kind(
            "A pathway is over: the last next action that was chosen in it, or the withdrawal.", ("outcome",)
        ),
        "notification-sent": Kind("A mail was sent.", _MAIL),
        "notification-failed": Kind("A mail was given up.", _MAIL),
        "notification-requeued": Kind("A mail that was given up is tried again.", _MAIL),
        "notification-acknowledged": Kind(
            "Somebody acknowledged a notification.", ("request", "requestKey", "comments")
        ),
        "notification-ended": Kind(
            "Withdrawn: nobody has to acknowledge the notification any more.",
            ("request", "requestKey", "reason"),
        ),
        "deadline-set": Kind(
            "A deadline was set: its dates and rules, and what it was asked with. `rule` is that of the "
            "earlier due; `replaces`: the start date before it was corrected.",
            (
                "rule",
                "deadline",
                "statutoryDue",
                "localTarget",
                "lastWorkingDay",
                "from",
                "kind",
                "source",
                "statutoryRule",
                "localRule",
                "decision",
                "asked",
                "remindHour",
                "followUpDays",
                "dates",
                "replaces",
            ),
        ),
        "reminder-sent": Kind("Who has to act was reminded of a deadline.", (*_DUE, "to")),
        "deadline-met": Kind("What was due was done.", ("rule", "metOn", "from")),
        "deadline-breached": Kind("A deadline passed, and the work is open.", _DUE),
        "escalated": Kind("Somebody above was told of a breach.", (*_DUE, "to")),
        "deadline-ended": Kind("A deadline no longer applies: what it was for is over.", _DUE),
        "corrected": Kind(
            "Something on the record was corrected: `what`, what it was and what it is now.",
            ("what", "reason", "childId", "rule", "process", "from", "was", "now", "problem"),
        ),
        "allocated": Kind(
            "A child's work went to another person. `from`: who had it.", ("role", "from", "to", "reason")
        ),
        "task-given-back": Kind("Who held a task gave it back to its groups.", _TASK),
        "task-handed-over": Kind(
            "A task went to another person; `from` or `to` null: it was, or is, nobody's.", _TASK
        ),
        "incident-retried": Kind("What failed was given another try.", ("incidentId", "activity", "reason")),
    }
)

# All that a notification may carry, so that no name, comment or answer can reach a mail box by mistake.
NOTIFICATION_DETAILS = frozenset({"reference", "step", "request", "due", "requestKey"})
