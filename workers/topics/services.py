"""What every topic works with, and the few things that several of them do the same way."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workers.forms import offered
from workers.forms.deployed import Deployed
from workers.forms.submissions import Submission, Submissions, Unexpected
from workers.notifications.digest import Digest
from workers.notifications.message import details
from workers.records.record import Record
from workers.records.transaction import Transaction
from workers.records.views import Reads
from workers.rest import codec, organisation
from workers.rest.directory import Directory, User
from workers.rest.session import EngineSession
from workers.runtime.execution import Work
from workers.runtime.outcome import FatalError
from workers.settings import settings
from workers.topics.place import Place, ancestry, asked_in, child_of, locate, started_in_the_middle
from workers.words import LONDON, listed

PLACES = 10_000  # instances whose place is kept in mind; an instance never moves


@dataclass
class Services:
    engine: EngineSession
    record: Record
    directory: Directory
    channel: str
    wake_outbox: Callable[[], None] = lambda: None
    digest: Digest = field(default_factory=Digest)
    _filters: dict[bool, str | None] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _places: dict[str, Place] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.deployed = Deployed(self.engine)
        self.submissions = Submissions(self.engine, self.deployed)

    def step_name(self, definition_id: str) -> str:
        """The workstep's name, as the model has it."""
        with self._lock:
            if definition_id not in self._names:
                self._names[definition_id] = self.engine.fetch(f"/process-definition/{definition_id}")["name"]
            return self._names[definition_id]

    def place(self, work: Work, opens: bool = False) -> Place:
        """Where the task stands: the pathway that the record knows as opened for this child, and the workstep
        that was opened in it.

        `opens`: the task's own instance is the workstep, whether or not the record knows that yet.
        FatalError where no pathway is found: somebody started the process in the middle.
        """
        with self._lock:
            place = self._places.get(work.instance_id)
        if place is None:
            place = self._find(work, opens)
            if work.instance_id == place.pathway_id or place.workstep_id:
                with self._lock:
                    if len(self._places) >= PLACES:
                        self._places.clear()
                    self._places[work.instance_id] = place
        return place

    def _find(self, work: Work, opens: bool) -> Place:
        if place := locate(self.record, child_of(work), ancestry(self.engine, work.instance_id), opens):
            return place
        raise started_in_the_middle(work)

    def case(self, pathway_id: str, may: Collection[str] | None = None) -> dict[str, Any]:
        """The pathway's authority, and who is named for the child's case; null where nobody is, or nobody who
        may see it.
        """
        variables = codec.decode(
            self.engine.fetch(f"/process-instance/{pathway_id}/variables", deserializeValues=False)
        )
        people = {name: variables.get(name) for name in organisation.people(settings().models)}
        return {"authority": variables.get("authority")} | {
            name: user if may is None or user in may else None for name, user in people.items()
        }

    def people_offered(
        self, definition_id: str, may: Collection[str] | None = None
    ) -> dict[str, list[dict[str, str]]]:
        """What the forms of a process offer where they let a person be picked: each `people…` that a question
        names for its options, full name and user id, by name. Nobody who may not see the case.
        """
        return {
            variable: self._people(variable, may)
            for variable in self.offered(definition_id)
            if variable.startswith("people")
        }

    def offered(self, definition_id: str) -> set[str]:
        """The variables in which the forms of a process find what they offer."""
        forms = self.forms_of(definition_id)
        return {variable for form in forms for variable in offered(self.deployed.form(form))}

    def forms_of(self, definition_id: str) -> list[str]:
        """The forms that a process names itself."""
        return [step.form_ref for step in self.deployed.steps(definition_id).values() if step.form_ref]

    def _people(self, variable: str, may: Collection[str] | None) -> list[dict[str, str]]:
        try:
            groups = organisation.groups_of(settings().models, variable)
        except KeyError:
            raise FatalError(
                f"a form offers {variable}, and [people] of {organisation.FILE} names nobody of that kind: "
                "correct the form's valuesKey, or add the person there, deploy, then retry"
            ) from None
        members = {
            member.id: member
            for group in groups
            for member in self.directory.members(group)
            if may is None or member.id in may
        }
        names = Counter(member.name for member in members.values())
        return sorted(
            (
                {"label": name if names[name] == 1 else f"{name} ({id_})", "value": id_}
                for id_, name in ((member.id, member.name) for member in members.values())
            ),
            key=lambda option: option["label"].casefold(),
        )

    def asked_in(self, work: Work, request_key: str) -> Place:
        """Where the notification was sent that the task's process has acknowledged."""
        place = asked_in(self.engine, self.record, request_key)
        if place is None or place.child_id != child_of(work):
            raise started_in_the_middle(work)
        return place

    def submitted(self, work: Work, form: str) -> Submission:
        """The form as it was last submitted in the task's instance, and by whom, as the engine has it."""
        if given := self.submissions.last(work.instance_id, form):
            return given
        raise FatalError(
            f"form {form} was never submitted in {work.process}: correct the input `form` of "
            f"{work.activity}, deploy, then retry"
        )

    def keep(
        self,
        tx: Transaction,
        work: Work,
        place: Place,
        written: Mapping[str, Submission],
        unexpected: Iterable[Unexpected],
    ) -> None:
        """Put on the record what people wrote: `written`, each under its key, and that something was
        unexpected. The engine's own copy goes later.
        """
        at = happened(work)
        for key, one in written.items():
            tx.answers(
                key=key,
                child_id=place.child_id,
                process=place.process,
                workstep_id=place.workstep_id or work.instance_id,
                form=one.form,
                by=one.by,
                at=at,
                answers=one.answers,
                questions=one.words,
            )
        for extra in unexpected:
            tx.entry(
                place.happening(extra.key, extra.by, at), "unexpected-variables", extra.details, key=extra.key
            )
        tx.add_purge(work.instance_id)

    def close(self, instance_id: str, reason: str, by: str | None) -> None:
        """Ask a workstep or duty to close itself, so that what was written in it reaches the record.

        EngineError `nobody_waits`: it is closing already, has just ended, or is neither.
        """
        self.engine.call(
            "/message",
            {
                "messageName": "close-workstep",
                "processInstanceId": instance_id,
                "processVariables": codec.encode({"closedBy": by, "closeReason": reason}),
            },
        )

    def belongs(self, user: str, groups: Iterable[str]) -> bool:
        """Whether the user exists and is a member of one of the groups, asked anew."""
        return any(self.engine.fetch("/user", id=user, memberOfGroup=group) for group in groups)

    def recipients(self, user: str | None, groups: str | None) -> list[User]:
        """The named user, else every member of the groups, once each."""
        if user:
            if person := self.directory.user(user):
                return [person]
            raise FatalError(
                f"user {user} does not exist: create the user, or hand the work over with `homeward "
                "allocate`, then retry"
            )
        members = (member for group in listed(groups) for member in self.directory.members(group))
        return list({member.id: member for member in members}.values())

    def may_see(self, view: Reads, child_id: str) -> frozenset[str] | None:
        """Who sees the work of a restricted child; None: the child is not restricted."""
        named = view.restricted_to(child_id)
        return named if named is None else named.union(user.id for user in self.super_users())

    def of_those_who_may(self, view: Reads, child_id: str, people: Iterable[User]) -> list[User]:
        """Those of the people who see the child's work."""
        may = self.may_see(view, child_id)
        return [person for person in people if may is None or person.id in may]

    def super_users(self) -> list[User]:
        return self.directory.members(organisation.super_users(settings().models))

    def decide(self, decision: str, facts: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of a decision table that hold."""
        rows = self.engine.call(
            f"/decision-definition/key/{decision}/evaluate", {"variables": codec.encode(facts)}
        )
        return [codec.decode(row) for row in rows]

    def _filter(self, inbox: bool) -> str | None:
        if inbox not in self._filters:
            self._filters[inbox] = organisation.mail_filter(self.engine, settings().models, inbox)
        return self._filters[inbox]

    def full_name(self, user: str | None) -> str | None:
        """As the user's profile has it; the id of who is no user any more."""
        person = self.directory.user(user) if user else None
        return person.name if person else user

    def mail(
        self,
        tx: Transaction,
        work: Work,
        place: Place,
        people: Iterable[User],
        template: str,
        *,
        inbox: bool = False,
        **facts: Any,
    ) -> list[str]:
        """Queue one mail a person; the ids of those it goes to. `inbox`: it goes to each of a group. `facts`:
        what `details` takes. About a restricted child nobody hears who may not see the work.
        """
        until = self.digest.until(template, inbox, tx.now())
        values = details(reference=place.child_id, filter_=self._filter(inbox), **facts)
        values |= {"digest": True} if until else {}
        recipients = self.of_those_who_may(tx, place.child_id, people)
        for person in recipients:
            tx.notify(
                key=f"{work.key}:{person.id}",
                child_id=place.child_id,
                to_user=person.id,
                address=person.address,
                template=template,
                channel=self.channel,
                details=values,
                process=place.process,
                workstep_id=place.workstep_id,
                at=until,
            )
        return [person.id for person in recipients]


def happened(work: Work) -> dt.datetime | None:
    """When the step before was done, which is when the engine made this task."""
    text: Any = work.raw.get("createTime")
    return codec.moment(text) if text else None


def day_of(work: Work) -> dt.date:
    """The day, in London, on which the step before was done: a retry counts from the same one."""
    return (happened(work) or dt.datetime.now(LONDON)).astimezone(LONDON).date()
