"""The words of the chronology, in one place.

A new kind of entry is added to EXTENSIONS and to docs/contract.md.
"""

CONTRACT = (
    "pathway-started",
    "workstep-opened",
    "form-submitted",
    "request-sent",
    "request-answered",
    "next-action-chosen",
    "notification-sent",
    "notification-acknowledged",
    "deadline-set",
    "start-refused",
    "reminder-sent",
    "deadline-met",
    "deadline-breached",
    "escalated",
    "workstep-closed",
    "withdrawn",
    "corrected",
    "pathway-ended",
)
EXTENSIONS = (
    "allocated",  # a child's work went to another person: details role, from, to, reason
    "deadline-ended",  # it no longer applies, what it was for is over: details rule, due
    "incident-retried",  # what failed was given another try: details incidentId, activity, reason
    "task-given-back",  # who held a task gave it back to its groups: details task, from, to (nobody)
    "task-handed-over",  # a task went from one person to another, or was taken away: details task, from, to
    # what was given up is tried again: details notificationId, to, template, channel, reason
    "notification-requeued",
    # a person wrote more than their form asks for: details form, names, more (how many are not named); no
    # values
    "unexpected-variables",
    "notification-ended",  # nobody has to acknowledge it any more: details request, requestKey, reason
    # a notification was given up: details notificationId, to, template, channel, reason
    "notification-failed",
)
WHAT = frozenset(CONTRACT + EXTENSIONS)

# All that a notification may carry, so that no name, comment or answer can reach a mail box by mistake.
NOTIFICATION_DETAILS = frozenset({"reference", "step", "request", "due", "requestKey"})
