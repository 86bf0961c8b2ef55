"""The children and their cases: where each pathway stands, with whom, what is due, what was submitted."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from dateutil.relativedelta import relativedelta

from workers.reading.dates import Due, due
from workers.reading.names import Names
from workers.reading.shown import Moment, Named, Shown
from workers.reading.work import Work, open_work
from workers.records.deadlines import now, today
from workers.records.record import Record
from workers.records.views import Child, Standing
from workers.rest.session import EngineSession


class Who(Shown):
    """A child as the record knows them. `age` in full years; `registered`: somebody has said who it is."""

    child_id: str
    name: str | None
    born: dt.date | None
    age: int | None
    gender: str | None
    registered: bool


class OpenStep(Shown):
    step: str
    process: str
    workstep_id: str
    since: Moment


class Pathway(Shown):
    """`until` and `outcome` of one that is over; None: it is open, at these steps."""

    name: str
    process: str
    pathway_id: str
    since: Moment
    until: Moment | None = None
    outcome: str | None = None
    authority: str | None = None
    steps: list[OpenStep]


class Person(Shown):
    """Who is named for the case; `role` is the pathway's variable, `title` what people call it."""

    role: str
    title: str
    user: Named


class Submitted(Shown):
    """A form as it was submitted, by whom and when; `step` is the workstep."""

    form: str
    title: str
    step: str
    by: Named | None
    at: Moment


class Listed(Shown):
    """A line of the list of children. `late`: how many deadlines are open and over."""

    child: Who
    pathways: list[Pathway]
    next_due: str | None
    late: int


class Case(Shown):
    """All that a child's first page shows."""

    child: Who
    pathways: list[Pathway]
    people: list[Person]
    work: list[Work]
    due: list[Due]
    submitted: list[Submitted]


def children(book: Record, names: Names) -> list[Listed]:
    """Every child on the record who is not restricted, by reference."""
    with book.reading() as view:
        hidden = view.restricted()
        everyone = [child for child in view.children() if child.child_id not in hidden]
        pathways, deadlines = defaultdict(list), defaultdict(list)
        for standing in view.standings():
            pathways[standing.child_id].append(_open(standing, names))
        for deadline in view.open_deadlines():
            deadlines[deadline.child_id].append(deadline)
    return [
        Listed(
            child=who(child),
            pathways=pathways[child.child_id],
            next_due=next((one.due for one in deadlines[child.child_id] if one.due), None),
            late=sum(bool(one.due_at and one.due_at < now()) for one in deadlines[child.child_id]),
        )
        for child in everyone
    ]


def case(session: EngineSession, book: Record, names: Names, child: str) -> Case | None:
    """None: the record does not know the child."""
    work = open_work(session, book, names, child=child)
    with book.reading() as view:
        if not (known := view.child(child)):
            return None
        entries, standings = view.chronology(child), view.standings(child)
        started = {entry["pathwayId"]: entry for entry in entries if entry["what"] == "pathway-started"}
        return Case(
            child=who(known),
            pathways=[
                *(_open(one, names, started.get(one.pathway_id)) for one in standings),
                *_ended(entries, started, names),
            ],
            people=_people(entries, {one.pathway_id for one in standings}, names),
            work=work,
            due=due(view.open_deadlines(child), work, names),
            submitted=[
                Submitted(
                    form=entry["details"]["form"],
                    title=names.form(entry["details"]["form"]),
                    step=names.process(entry["process"]),
                    by=names.named(entry["by"]),
                    at=dt.datetime.fromisoformat(entry["at"]),
                )
                for entry in entries
                if entry["what"] == "form-submitted"
            ],
        )


def who(child: Child) -> Who:
    return Who(
        child_id=child.child_id,
        name=child.name,
        born=child.born,
        age=relativedelta(today(), child.born).years if child.born else None,
        gender=child.gender,
        registered=not child.stub,
    )


def _open(standing: Standing, names: Names, start: dict[str, Any] | None = None) -> Pathway:
    return Pathway(
        name=names.process(standing.process),
        process=standing.process,
        pathway_id=standing.pathway_id,
        since=standing.since,
        authority=start["details"]["authority"] if start else None,
        steps=[OpenStep(**step._asdict()) for step in standing.steps],
    )


def _ended(entries: list[dict[str, Any]], started: dict[str, Any], names: Names) -> list[Pathway]:
    return [
        Pathway(
            name=names.process(start["process"]),
            process=start["process"],
            pathway_id=start["pathwayId"],
            since=dt.datetime.fromisoformat(start["at"]),
            until=dt.datetime.fromisoformat(entry["at"]),
            outcome=entry["details"]["outcome"],
            authority=start["details"]["authority"],
            steps=[],
        )
        for entry in entries
        if entry["what"] == "pathway-ended" and (start := started.get(entry["pathwayId"]))
    ]


def _people(entries: list[dict[str, Any]], pathways: set[str], names: Names) -> list[Person]:
    """Whom the open pathways were started with, as their work was handed over since."""
    named: dict[str, str] = {}
    begun = False
    for entry in entries:
        details = entry["details"]
        if entry["what"] == "pathway-started" and entry["pathwayId"] in pathways:
            begun = True
            named |= {role: details[role] for role in names.titles if details.get(role)}
        elif entry["what"] == "allocated" and begun:
            named[details["role"]] = details["to"]
    return [
        Person(role=role, title=title, user=user)
        for role, title in names.titles.items()
        if (user := names.named(named.get(role)))
    ]
