"""Deadlines as an iCalendar file (RFC 5545) that a team's calendar can subscribe to.

It names the child's reference and the rule, and nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from icalendar import Alarm, Calendar, Event

from workers.records.deadlines import Deadline, day


def calendar(deadlines: Iterable[Deadline]) -> bytes:
    """An all-day event on the last working day for each, with the day it is due where that is another one."""
    feed = Calendar()
    feed.add("prodid", "-//Homeward//Deadlines//EN")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", "Homeward: what is due")
    feed.add("x-published-ttl", "PT1H")
    for deadline in deadlines:
        if deadline.due:
            feed.add_component(_event(deadline))
    text: bytes = feed.to_ical()
    return text


def _event(deadline: Deadline) -> Event:
    about = deadline.details
    due = day(deadline.due or "")
    shown = _shown(about, due)
    event = Event()
    event.add("uid", _uid(deadline))
    event.add("dtstamp", dt.datetime.combine(due, dt.time(), dt.UTC))  # the same file for the same deadlines
    event.add("dtstart", shown)
    event.add("dtend", shown + dt.timedelta(1))
    event.add("transp", "TRANSPARENT")  # nobody is busy for it
    event.add(
        "summary",
        f"{deadline.what} due: {deadline.child_id}",
    )
    dates = [
        f"{words} {about[name]}"
        for words, name in (("statutory", "statutoryDue"), ("local target", "localTarget"))
        if about.get(name)
    ]
    process = f" ({deadline.process})" if deadline.process else ""
    counted = f"; counted from {about['from']}" if about.get("from") else ""
    event.add("description", f"{about['rule']}{process}: {', '.join(dates)}{counted}. {about['source']}")
    event.add("categories", [about["kind"]])
    reminder = Alarm()
    reminder.add("action", "DISPLAY")
    reminder.add("description", "due soon")
    reminder.add("trigger", dt.timedelta(days=-2))
    event.add_component(reminder)
    return event


def _uid(deadline: Deadline) -> str:
    """The same for a deadline whose dates move, so that calendars move what they show."""
    named = (
        deadline.child_id,
        deadline.pathway_id,
        deadline.workstep_id,
        deadline.details["rule"],
        deadline.details.get("from"),
    )
    return hashlib.sha256("|".join(map(str, named)).encode()).hexdigest()[:32] + "@homeward"


def _shown(about: Mapping[str, Any], due: dt.date) -> dt.date:
    """The last working day, but never before the day counted from: a day or some hours from a Saturday have
    no working day.
    """
    last = day(about["lastWorkingDay"]) if about.get("lastWorkingDay") else due
    counted = day(about["from"]) if about.get("from") else last
    return due if last < counted <= due else last
