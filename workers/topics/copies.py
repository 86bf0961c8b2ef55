"""A form that was written for several brothers and sisters: who they are, and the copy for each of them.

The copy is offered with the record of the form; it waits in `offers` until the step of the brother or sister
is open, and then lies in the task as its variable `offered` (engine/tasklist/scripts/drafts.js): it is shown
while nobody has begun to write there, and reaches neither the process nor the rules.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog

from workers import forms
from workers.forms import ALSO, SIBLINGS
from workers.forms.submissions import OFFERED, Submission
from workers.periodic import Periodic
from workers.records.deadlines import today
from workers.records.happening import Happening
from workers.records.transaction import Transaction
from workers.records.views import Child, Offer, Reads
from workers.rest import codec
from workers.rest.session import EngineError
from workers.runtime import report
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.topics.place import Place
from workers.topics.services import Services, day_of, happened
from workers.topics.start_pathway import start

KIND = "brothers-and-sisters"  # of episode
LOOK_EVERY = 2.0  # seconds
WAITS = 14  # days, where the form's property `waits` says no other number

log = structlog.get_logger("homeward.copies")


def siblings(view: Reads, child_id: str, on: dt.date) -> list[Child]:
    """The registered brothers and sisters who may have a copy: nothing goes from or to a restricted child."""
    restricted = view.restricted()
    named = {one.value for one in view.episodes(child_id, KIND) if one.open(on)} - {None, child_id}
    known = [view.child(str(name)) for name in sorted(map(str, named))] if child_id not in restricted else []
    return [one for one in known if one and not one.stub and one.child_id not in restricted]


def offered(services: Services, view: Reads, place: Place, on: dt.date) -> dict[str, list[dict[str, str]]]:
    """The brothers and sisters whom the forms of a workstep offer, if one does.

    Whatever pathway they are on: who enters care while the form is open is on the list already.
    """
    if SIBLINGS not in services.offered(place.definition_id):
        return {}
    return {
        SIBLINGS: [
            {"label": f"{one.name or one.child_id} ({one.child_id})", "value": one.child_id}
            for one in siblings(view, place.child_id, on)
        ]
    }


def offer(tx: Transaction, work: Work, place: Place, given: Submission) -> None:
    """Note for whom a form was also written; a copy of it, as the task's key keeps it, waits for each."""
    wanted = given.answers.get(ALSO)
    if ALSO not in given.questions or not isinstance(wanted, list) or not wanted:
        return
    may = {one.child_id for one in siblings(tx, place.child_id, day_of(work))}
    to, marks = sorted(may.intersection(map(str, wanted))), given.questions[ALSO].marks
    asked = {"form": given.form, "to": to} | (
        {"leftOut": len(wanted) - len(to)} if len(to) < len(wanted) else {}
    )
    at = happened(work)
    tx.entry(place.happening(work.key, given.by, at), "copy-offered", asked)
    authority = tx.authority(place.child_id, place.pathway_id)
    until = tx.now() + dt.timedelta(days=int(marks.get("waits", WAITS)))
    for child in to:
        key = f"{work.key}:{child}"
        theirs = Happening(key, child, given.process, by=given.by, at=at)
        if tx.entry(theirs, "copy-offered", {"form": given.form, "from": place.child_id}):
            tx.add_offer(
                Offer(
                    key=key,
                    child_id=child,
                    from_child=place.child_id,
                    process=given.process,
                    form=given.form,
                    source=work.key,
                    opens=marks.get("opens"),
                    authority=authority,
                    asked_at=tx.now(),
                    until=until,
                )
            )


class Copies(Periodic):
    """Puts each copy that waits into its step, once that is open."""

    def __init__(self, services: Services):
        super().__init__("copies", LOOK_EVERY)
        self.services = services

    def turn(self) -> None:
        with self.services.record.reading() as view:
            waiting = view.offers()
        for one in waiting:
            try:
                self.place(one)
            except (EngineError, FatalError) as error:  # the others' turn comes all the same
                log.warning("copy_failed", key=one.key, error=report.text(error))
                with self.services.record.transaction() as tx:
                    tx.put_off_offer(one, one.opens)

    def place(self, one: Offer) -> None:
        """Look for the step of a copy. What is done twice leaves one trace: a killed worker is taken over."""
        with self.services.record.reading() as view:
            now, source = view.now(), view.answers_by(one.source)
            own = view.child(one.from_child)
            still = {child.child_id for child in siblings(view, one.from_child, today())}
        if one.child_id not in still or not source:
            return self._done(one, reason="it may not have it any more")
        if now > one.until:
            return self._done(one, reason="the step did not open in time")
        if one.opens:
            start(self.services, one.child_id, one.opens, one.authority, one.key)
        tasks = self._tasks(one)
        ready = next((task for task in tasks if not task["endTime"]), None)
        if not ready:
            with self.services.record.transaction() as tx:
                return tx.put_off_offer(one)
        workstep = ready["processInstanceId"]
        if any(task["endTime"] and task["processInstanceId"] == workstep for task in tasks):
            return self._done(one, reason="it had been written already")
        copy = {
            "answers": forms.for_others(self.services.deployed.form(one.form), source["answers"]),
            "at": source["at"],
            "child": one.from_child,
            "from": (own and own.name) or one.from_child,
            "name": self.services.full_name(source["by"]),
        }
        self.services.engine.call(
            f"/task/{ready['id']}/localVariables/{OFFERED}", codec.encode({OFFERED: copy})[OFFERED], "PUT"
        )
        return self._done(one, workstep)

    def _tasks(self, one: Offer) -> list[dict[str, Any]]:
        """The child's tasks of the form, those that are done too."""
        rows = self.services.engine.fetch(
            "/history/task", processInstanceBusinessKey=one.child_id, processDefinitionKey=one.process
        )
        return [
            row
            for row in rows
            if self.services.deployed.steps(row["processDefinitionId"])[row["taskDefinitionKey"]].form_ref
            == one.form
        ]

    def _done(self, one: Offer, workstep: str | None = None, reason: str | None = None) -> None:
        with self.services.record.transaction() as tx:
            tx.entry(
                Happening(one.key, one.child_id, one.process, workstep_id=workstep, by="homeward"),
                "copy-placed",
                {"form": one.form, "from": one.from_child, "outcome": "dropped" if reason else "waits"}
                | ({"reason": reason} if reason else {}),
            )
            tx.done_offer(one)
