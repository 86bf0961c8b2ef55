"""The words of the chronology, in one place.

A new kind of entry is a row of WHAT; `homeward worksteps --write` then brings the contract's page up to date.

`told` is a Jinja template of what people read. It may use the details, `by` (a full name, or "Somebody"),
`people` (who was named, of pathway-started), and the filters of `workers/reading/chronology.py`: `who`
(users), `team` (groups), `day`, `form`, `action` (a next action of that form), `process`, `role`, `duty`
(what is due by a rule), `mail` (what it is about), `plain` (a code in words) and `listed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Kind(NamedTuple):
    """What happened, in words; the sentence that tells people of it; the names that its details may have."""

    says: str
    told: str
    details: tuple[str, ...] = ()


_MAIL = ("to", "template", "channel", "notificationId", "reason")
_TASK = ("task", "from", "to")
_DUE = ("rule", "due")
_WHY = "{% if reason %}: {{ reason }}{% endif %}"

WHAT: Mapping[str, Kind] = MappingProxyType(
    {
        "pathway-started": Kind(
            "A pathway was opened; the details also have who was named for it, by variable.",
            "{{ by }} opened the pathway{% if authority %}, with the timescales of "
            "{{ authority | capitalize }}{% endif %}."
            "{% if people %} Named: {{ people | listed }}.{% endif %}",
            ("authority",),
        ),
        "start-refused": Kind(
            "A pathway of this kind is open already, or the reference is no registered child's (`reason`).",
            "{{ by }} started the pathway: refused, {{ reason or 'it was open already' }}.",
            ("openPathway", "reason"),
        ),
        "pathway-asked": Kind(
            "This pathway asked for another of the child's, which was started or was open already.",
            "{{ pathway | process | listed }} {{ 'is open already' if alreadyOpen else 'was started' }}.",
            ("pathway", "openPathway", "alreadyOpen"),
        ),
        "event-announced": Kind(
            "An event of the child was announced: the processes that heard it and their instances; none "
            "where nobody waits for it.",
            "Announced: {{ event | plain }}. {% if heardBy %}Heard by {{ heardBy | process | listed }}."
            "{% else %}Nobody waits for it.{% endif %}",
            ("event", "heardBy", "instances"),
        ),
        "workstep-opened": Kind("A workstep began.", "The step began.", ("step",)),
        "form-submitted": Kind(
            "A form was submitted and accepted. Next actions are what it proposes.",
            "{{ by }} completed “{{ form | form }}”"
            "{% if nextActions %} and proposed {{ nextActions | action(form) | listed }}{% endif %}.",
            ("form", "nextActions"),
        ),
        "copy-offered": Kind(
            "A form was written for brothers and sisters too (`to`), who are offered a copy without what is "
            "the child's own; on their records `from` says whose it is. `leftOut`: how many were named who "
            "may not have it.",
            "{% if from %}{{ by }} wrote “{{ form | form }}” for {{ from }} and this child; a copy waits for "
            "the step{% else %}{{ by }} wrote “{{ form | form }}” also for {{ to | listed or 'nobody' }}"
            "{% if leftOut %}; {{ leftOut }} named were left out{% endif %}{% endif %}.",
            ("form", "to", "from", "leftOut"),
        ),
        "copy-placed": Kind(
            "How that ended: `waits` in the open step for who writes it, or `dropped`, with the reason.",
            "The copy of “{{ form | form }}” from {{ from }} "
            "{{ 'waits in the open step' if outcome == 'waits' else 'was dropped' }}"
            "{% if reason %}: {{ reason }}{% endif %}.",
            ("form", "from", "outcome", "reason"),
        ),
        "unexpected-variables": Kind(
            "A person wrote variables beyond what their form asks for: names, never values; at most 50 of 64 "
            "printable characters, `more` counts the others.",
            "{{ by }} sent what “{{ form | form }}” does not ask for: {{ (names or []) | join(', ') }}"
            "{% if more %} and {{ more }} more{% endif %}.",
            ("form", "names", "more"),
        ),
        "request-sent": Kind(
            "Somebody was asked: a user, or groups (comma list); `told`: who got mail.",
            "{{ by }} asked {{ to | who if told == [to] else to | team }}: “{{ request }}”.",
            ("request", "to", "told"),
        ),
        "request-answered": Kind(
            "A request was answered.",
            "{{ by }} answered “{{ request }}”{% if decision %}: {{ decision | plain }}{% endif %}."
            "{% if comments %} Comments: {{ comments }}{% endif %}",
            ("request", "decision", "comments"),
        ),
        "next-action-chosen": Kind(
            "A next action took effect, as its workstep ended.",
            "Next action, chosen by {{ by }}: “{{ label or value }}”.",
            ("value", "label"),
        ),
        "workstep-closed": Kind(
            "A workstep is over: `finished` or `closed-early`, what it opens, and why it was closed.",
            "The step {{ 'is finished' if outcome == 'finished' else 'was closed early' }}"
            "{% if reason %} ({{ reason | plain }}){% endif %}"
            "{% if opens and opens != ['end'] %}; next: {{ opens | process | listed }}{% endif %}.",
            ("outcome", "opens", "reason"),
        ),
        "withdrawn": Kind(
            "A pathway was withdrawn.",
            "{{ by }} withdrew the pathway{% if reason %}: {{ reason | plain }}{% endif %}."
            "{% if comments %} Comments: {{ comments }}{% endif %}",
            ("reason", "comments"),
        ),
        "pathway-ended": Kind(
            "A pathway is over: the last next action chosen in it, the withdrawal, or `closed early`.",
            "The pathway is over{% if outcome %}: {{ outcome }}{% endif %}.",
            ("outcome",),
        ),
        "notification-sent": Kind(
            "A mail was sent.", "Mail to {{ to | who }}: {{ template | mail }}.", _MAIL
        ),
        "notification-failed": Kind(
            "A mail was given up.",
            "Mail to {{ to | who }} was not sent ({{ template | mail }})" + _WHY + ".",
            _MAIL,
        ),
        "notification-requeued": Kind(
            "A mail that was given up is tried again.",
            "{{ by }} had the mail to {{ to | who }} tried again ({{ template | mail }})" + _WHY + ".",
            _MAIL,
        ),
        "notification-acknowledged": Kind(
            "Somebody acknowledged a notification.",
            "{{ by }} acknowledged “{{ request }}”.{% if comments %} Comments: {{ comments }}{% endif %}",
            ("request", "requestKey", "comments"),
        ),
        "notification-ended": Kind(
            "Withdrawn: nobody has to acknowledge the notification any more.",
            "Nobody has to acknowledge “{{ request }}” any more"
            "{% if reason %} ({{ reason | plain }}){% endif %}.",
            ("request", "requestKey", "reason"),
        ),
        "duties-set": Kind(
            "What an event asks to be done, by whom (role, or person named), until when. `plannedFor`: the "
            "day that the event was planned for before it was moved.",
            "Planned, {{ event | plain }} ({{ from | day }}"
            "{% if plannedFor %}, before that {{ plannedFor | day }}{% endif %}): "
            "{{ duties | map(attribute='title') | list | listed or 'nothing' }}.",
            ("decision", "event", "from", "plannedFor", "duties"),
        ),
        "duty-closed": Kind(
            "A duty is over: `done`, `not-done` or `fell-away`, with the reason, or `told` where it was a "
            "notification. `answers`: the key of what was written before it fell away.",
            "{% if outcome == 'done' %}{{ by }} did “{{ title }}”, on {{ doneOn | day }}"
            "{% elif outcome == 'not-done' %}{{ by }} could not do “{{ title }}”: {{ reason }}"
            "{% elif outcome == 'told' %}“{{ title }}” was passed on"
            "{% else %}“{{ title }}” fell away ({{ reason | plain }})"
            "{% if answers %}; what was written is kept{% endif %}{% endif %}.",
            ("decision", "event", "from", "duty", "title", "outcome", "doneOn", "reason", "answers"),
        ),
        "deadline-set": Kind(
            "A deadline was set: its dates and rules, and what it was asked with. `rule` is that of the "
            "earlier due; `replaces`: the start date before it was corrected.",
            "{% if title %}“{{ title }}”{% else %}{{ rule | duty }}{% endif %} is due"
            "{% if statutoryDue %} by {{ statutoryDue | day }} by law{% endif %}"
            "{% if statutoryDue and localTarget %} and{% endif %}"
            "{% if localTarget %} by {{ localTarget | day }} as the local target{% endif %}"
            "{% if from %}, counted from {{ from | day }}{% endif %}.",
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
                "duty",
                "title",
                "replaces",
            ),
        ),
        "reminder-sent": Kind(
            "Who has to act was reminded of a deadline.",
            "{{ to | who }} got a reminder: {{ rule | duty }} is due by {{ due | day }}.",
            (*_DUE, "to"),
        ),
        "deadline-met": Kind(
            "What was due was done.",
            "{{ rule | duty }} was done on {{ metOn | day }}.",
            ("rule", "metOn", "from", "duty"),
        ),
        "deadline-breached": Kind(
            "A deadline passed, and the work is open.",
            "{{ rule | duty }} was due by {{ due | day }} and is late.",
            _DUE,
        ),
        "escalated": Kind(
            "Somebody above was told of a breach.",
            "{{ to | who }} heard that {{ rule | duty }}, due by {{ due | day }}, is late.",
            (*_DUE, "to"),
        ),
        "deadline-ended": Kind(
            "A deadline no longer applies: what it was for is over.",
            "{{ rule | duty }} need not be done any more"
            "{% if due %} (it was due by {{ due | day }}){% endif %}.",
            (*_DUE, "duty"),
        ),
        "corrected": Kind(
            "Something on the record was corrected: `what`, what it was and what it is now.",
            "{{ by }} corrected a {{ what }}{% if rule %}, {{ rule | duty }}{% endif %}" + _WHY + ".",
            ("what", "reason", "childId", "rule", "process", "from", "was", "now", "problem"),
        ),
        "episode-noted": Kind(
            "An episode of the child's situation was noted, ended (`to`), corrected (`corrects`: its first "
            "day as it stood) or struck out (it never was); `title` and `words` say what `kind` and `value` "
            "meant.",
            "{{ by }} {{ 'struck out' if struck else 'corrected' if corrects else 'noted' }}: {{ title }}"
            "{% if words %}, {{ words }}{% endif %}"
            "{% if from == to %}, on {{ from | day }}{% else %}, from {{ from | day }}"
            "{% if to %} to {{ to | day }}{% endif %}{% endif %}" + _WHY + ".",
            ("kind", "value", "title", "words", "from", "to", "corrects", "struck", "reason"),
        ),
        "episode-left": Kind(
            "A step would have ended an episode that was over already: it stays as it was.",
            "{{ title }}{% if words %}, {{ words }}{% endif %} was over already, on {{ to | day }}: that "
            "stays.",
            ("kind", "value", "title", "words", "from", "to"),
        ),
        "allocated": Kind(
            "A child's work went to another person. `from`: who had it.",
            "{{ by }} handed the work of the {{ role | role }} to {{ to | who }}"
            "{% if from %}, who took over from {{ from | who }}{% endif %}" + _WHY + ".",
            ("role", "from", "to", "reason"),
        ),
        "restricted": Kind(
            "A child's work is for these people (`to`) and the super-users alone, from now on.",
            "{{ by }} restricted the case to {{ to | who }} and the super-users" + _WHY + ".",
            ("to", "reason"),
        ),
        "restriction-lifted": Kind(
            "A child's work is its teams' again.",
            "{{ by }} lifted the restriction of the case" + _WHY + ".",
            ("reason",),
        ),
        "task-given-back": Kind(
            "Who held a task gave it back to its groups.",
            "{{ by }} gave “{{ task }}” back to the team{% if from %}; {{ from | who }} had it{% endif %}.",
            _TASK,
        ),
        "task-handed-over": Kind(
            "A task went to another person; `from` or `to` null: it was, or is, nobody's.",
            "{{ by }} handed “{{ task }}” over"
            "{% if from %} from {{ from | who }}{% endif %}{% if to %} to {{ to | who }}{% endif %}.",
            _TASK,
        ),
        "model-changed": Kind(
            "A case under way follows the new version of a process' model from now on.",
            "{{ by }} had {{ model | process | listed }} follow its changed model from now on (version "
            "{{ version }}): it goes on from where it stood, and what was written stays.",
            ("model", "version"),
        ),
        "incident-retried": Kind(
            "What failed was given another try.",
            "{{ by }} had what failed tried again" + _WHY + ".",
            ("incidentId", "activity", "reason"),
        ),
    }
)

# What each mail is about, as the chronology says it.
MAIL: Mapping[str, str] = MappingProxyType(
    {
        "task-opened": "a task waits",
        "returned": "a form was returned",
        "request": "a request waits for an answer",
        "duty": "something is to be done",
        "told": "for information",
        "acknowledge": "something is to be acknowledged",
        "reminder": "reminder",
        "escalation": "something is late",
        "authorised": "what was asked is authorised",
        "decided": "it is decided",
        "sent-back": "it was sent back to its author",
        "pathway-ended": "the pathway is over",
        "digest": "what waits, in one mail",
    }
)

# All that a notification may carry, so that no name, comment or answer can reach a mail box by mistake.
NOTIFICATION_DETAILS = frozenset(
    {"reference", "step", "request", "sender", "outcome", "due", "requestKey", "filter", "digest"}
)
