"""A child's case as the people at their Tasklists see it: what the scenarios and the other tests drive."""

from __future__ import annotations

import datetime as dt
import email.policy
import mailbox
import time
from collections.abc import Callable
from typing import Any

from workers.forms import components
from workers.forms.submissions import OFFERED
from workers.play import parts
from workers.records.record import Record
from workers.rest import codec, organisation
from workers.rest.session import EngineError, EngineSession
from workers.rest.tasklist import Person, fill, form_of
from workers.settings import settings
from workers.words import LONDON

PATIENCE = (
    90.0  # seconds for the workers and the engine's own jobs: a machine that is busy may stall any of them
)
ANSWER = (30.0, 180.0)  # seconds to connect, and to answer
ACKNOWLEDGE = "acknowledge-notification"
TODAY = dt.datetime.now(LONDON).date()  # as the suite began

# Of every pathway; a form belongs to one.
PLAY = {
    form: part
    for file in sorted(settings().models.glob("play/*.toml"))
    for form, part in parts(settings().models, file.stem).items()
}


class Case:
    def __init__(self, engine: EngineSession, record: Record, url: str, child: str):
        self.engine, self.record, self.url, self.child = engine, record, url, child
        self.pathway = ""
        self.answers: dict[str, dict[str, Any]] = {}  # form -> what was submitted last
        self._people: dict[str, Person] = {}

    def person(self, user: str) -> Person:
        if user not in self._people:
            self._people[user] = Person(self.url, user)
            patient(self._people[user].session)
        return self._people[user]

    def start(self, process: str = "permanence", **variables: Any) -> str:
        """Start a pathway; its instance id."""
        body = {"businessKey": self.child, "variables": codec.encode({"childId": self.child} | variables)}
        self.pathway = self.engine.call(f"/process-definition/key/{process}/start", body)["id"]
        return self.pathway

    # tasks

    def tasks(self, form: str | None = None, group: str | None = None) -> list[dict[str, Any]]:
        """Every open task of the child, as the administrator sees them, oldest first; those of a form, or
        offered to a group, if named.
        """
        offered = {"candidateGroup": group, "includeAssignedTasks": True} if group else {}
        found = self.engine.fetch(
            "/task", processInstanceBusinessKey=self.child, sortBy="created", sortOrder="asc", **offered
        )
        return [task for task in found if form is None or form_of(task) == form]

    def duties(self, group: str | None = None) -> list[dict[str, Any]]:
        """The open tasks of duties among them."""
        return [task for task in self.tasks(group=group) if task["processDefinitionId"].startswith("duty:")]

    def task(self, form: str, user: str | None = None) -> dict[str, Any]:
        """The open task of a form, waited for; `user`: only if that person sees it.

        Of several, the oldest.
        """
        look = (lambda: self.person(user).tasks(self.child, form)) if user else (lambda: self.tasks(form))
        return eventually(look, lambda: f"no task {form} for {user or 'anybody'}: {self.picture()}")[0]

    def opens_with(self, form: str, user: str) -> dict[str, Any]:
        """The values a form opens with."""
        return self.person(user).values(self.task(form, user)["id"])

    def submit(
        self, form: str, user: str, task: dict[str, Any] | None = None, **answers: Any
    ) -> dict[str, Any]:
        """Fill in what the form requires (what it opened with stays), and `answers` on top; the task that was
        completed.
        """
        person, task = self.person(user), task or self.task(form, user)
        values = person.values(task["id"])
        filled = {
            key: answer if values.get(key) in (None, []) else values[key]
            for key, answer in fill(person.form(task["id"])).items()
        }
        person.submit(task["id"], filled | answers)
        self.answers[form] = filled | answers
        return task

    def do(
        self, form: str, user: str | None = None, task: dict[str, Any] | None = None, **answers: Any
    ) -> dict[str, Any]:
        """Submit a form as the routine has it; whoever it is assigned to does it, unless `user` says
        otherwise.
        """
        part = PLAY[form]
        return self.submit(
            form, user or self.task(form)["assignee"] or part.who, task, **part.answers | answers
        )

    def until(self, form: str) -> None:
        """Play the routine until a form is open. Notifications wait."""

        def waiting() -> list[dict[str, Any]]:
            return [task for task in self.tasks() if form_of(task) != ACKNOWLEDGE]

        while form not in (
            open_ := [
                form_of(task) for task in eventually(waiting, lambda: f"{form} never opens: {self.picture()}")
            ]
        ):
            self.do(open_[0])

    def lose_manager(self) -> str:
        """The report names a manager who goes before they are asked: an incident of the request, waited for.

        Who it was.
        """
        name = f"gone-{self.child}"
        organisation.make_demo_users(self.engine, [name])
        self.engine.call(f"/group/team-manager/members/{name}", method="PUT")
        task = self.task("permanency-planning", "social-worker")
        with self.record.transaction():  # the workers wait for it
            self.submit("permanency-planning", "social-worker", task, teamManager=name)
            self.engine.call(f"/user/{name}", method="DELETE")
        eventually(self.incidents, lambda: f"no incident: {self.picture()}")
        return name

    def copied(self, form: str) -> dict[str, Any]:
        """What a brother's or sister's form brought into the open task of a form, waited for."""

        def held() -> dict[str, Any]:
            local = self.engine.fetch(
                f"/task/{self.task(form)['id']}/localVariables", deserializeValues=False
            )
            return codec.decode({name: value for name, value in local.items() if name == OFFERED})

        return dict(eventually(held, lambda: f"no copy in {form}: {self.picture()}")[OFFERED])

    def came_back(self, form: str, user: str) -> dict[str, Any]:
        """A form that came back to a person, refused or returned, with every answer kept but for what a
        condition may have hidden; its values, `message` among them.
        """
        task = eventually(
            lambda: [
                task
                for task in self.person(user).tasks(self.child, form)
                if self.person(user).values(task["id"]).get("message")
            ],
            lambda: f"{form} did not come back to {user}: {self.picture()}",
        )[0]
        values = self.person(user).values(task["id"])
        conditional = (
            part for part in components(self.person(user).form(task["id"])) if "conditional" in part
        )
        hidden = {
            part.get("key") or part.get("path")
            for outer in conditional
            for part in (outer, *components(outer))
        }
        lost = {
            key: (answer, values.get(key))
            for key, answer in self.answers[form].items()
            if values.get(key) != answer and key not in hidden
        }
        assert not lost, f"{form} came back with other answers (submitted, shown): {lost}"
        return values | {"assignee": task["assignee"]}

    def asked_by(self, task: dict[str, Any]) -> str:
        """The process id of the workstep that made the request which a task answers."""
        called = self.engine.fetch(f"/history/process-instance/{task['processInstanceId']}")
        return self.engine.fetch(f"/history/process-instance/{called['superProcessInstanceId']}")[
            "processDefinitionKey"
        ]

    # state

    def picture(self) -> dict[str, Any]:
        """What is open and what failed, for messages of failing tests."""
        instances = self.engine.fetch(
            "/history/process-instance", processInstanceBusinessKey=self.child, unfinished=True
        )
        return {
            "tasks": [(task["name"], task["assignee"]) for task in self.tasks()],
            "open": [row["processDefinitionKey"] for row in instances],
            "incidents": self.incidents(),
        }

    def incidents(self) -> list[str]:
        return [
            row["incidentMessage"]
            for instance in self.engine.fetch("/process-instance", businessKey=self.child)
            for row in self.engine.fetch("/incident", processInstanceId=instance["id"])
        ]

    def over(self, instance: str) -> None:
        """Wait until an instance has ended; an incident fails at once."""

        def ended() -> bool:
            assert not self.incidents(), self.incidents()
            return not self.engine.fetch("/process-instance/count", processInstanceIds=instance)["count"]

        eventually(ended, lambda: f"still open: {self.picture()}")

    def ended(self) -> None:
        """Wait until nothing of the child's is open in the engine; an incident fails at once."""
        eventually(self.is_over, lambda: f"still open: {self.picture()}")

    def is_over(self) -> bool:
        assert not (incidents := self.incidents()), incidents
        return not self.engine.fetch("/process-instance/count", businessKey=self.child)["count"]

    def steps(self) -> dict[str, str]:
        """The open worksteps below the pathway: instance -> process id."""
        return {
            row["id"]: row["processDefinitionKey"]
            for row in self.engine.fetch(
                "/history/process-instance", superProcessInstanceId=self.pathway, unfinished=True
            )
        }

    def open_steps(self) -> list[str]:
        """The process ids of the open worksteps below the pathway, sorted."""
        return sorted(self.steps().values())

    def timer(self, name: str, instance: str | None = None) -> dict[str, Any]:
        """The job of a timer of any of the child's instances, or of one of them, waited for."""

        def job() -> list[dict[str, Any]]:
            of_child = self.engine.fetch("/process-instance", businessKey=self.child)
            ids = instance or ",".join(row["id"] for row in of_child)
            jobs = self.engine.fetch("/job", processInstanceIds=ids, timers=True)
            return [row for row in jobs if self._activity(row) == name]

        return eventually(job, lambda: f"no timer {name}: {self.picture()}")[0]

    def fire(self, timer: str, instance: str | None = None) -> None:
        """Let a timer be due now, whatever its date, and wait until the engine has fired it; again where a
        worker's transaction has set it anew meanwhile.
        """

        def there(job: str) -> bool:
            return bool(self.engine.fetch("/job/count", jobId=job)["count"])

        def fired() -> bool:
            job = self.timer(timer, instance)["id"]
            try:
                due = codec.timestamp(dt.datetime.now(LONDON))
                self.engine.call(f"/job/{job}/duedate", {"duedate": due}, method="PUT")
            except EngineError as error:
                if there(job) and not error.optimistic_locking:
                    raise
                return False
            eventually(lambda: not there(job), lambda: f"{timer} does not fire: {self.picture()}")
            return bool(self.engine.fetch("/history/job-log/count", jobId=job, successLog=True)["count"])

        eventually(fired, lambda: f"{timer} cannot be fired: {self.picture()}")

    def _activity(self, job: dict[str, Any]) -> str:
        return self.engine.fetch(f"/job-definition/{job['jobDefinitionId']}")["activityId"]

    # record

    def events(self, what: str | None = None) -> list[dict[str, Any]]:
        return [
            entry for entry in self.record.chronology(self.child) if what is None or entry["what"] == what
        ]

    def event(self, what: str, **details: Any) -> dict[str, Any]:
        """The one entry of a kind with these details, waited for."""

        def found() -> list[dict[str, Any]]:
            return [entry for entry in self.events(what) if details.items() <= entry["details"].items()]

        entries = eventually(
            found, lambda: f"no {what} {details} among {[(e['what'], e['details']) for e in self.events()]}"
        )
        assert len(entries) == 1, f"{len(entries)} entries {what} {details}"
        return entries[0]

    def mails(self) -> list[tuple[str, str]]:
        """(to, subject without the child's reference) of the mails about the child, once all are sent."""
        eventually(
            lambda: all(row["status"] == "sent" for row in self.record.notifications(self.child)),
            lambda: f"not sent: {self.record.notifications(self.child)}",
        )
        return [
            (mail["To"].removesuffix("@example.org"), mail["Subject"].strip().removeprefix(f"{self.child}: "))
            for mail in self.letters()
        ]

    def letters_to(self, user: str, subject: str) -> list[Any]:
        wanted = f"{user}@example.org", f"{self.child}: {subject}"
        return [mail for mail in self.letters() if (mail["To"], mail["Subject"].strip()) == wanted]

    def letters(self) -> list[Any]:
        if not settings().maildir.exists():  # before the first mail
            return []
        box = mailbox.Maildir(
            settings().maildir,
            lambda file: email.message_from_binary_file(file, policy=email.policy.default),
            create=False,
        )
        return [mail for mail in box if mail["Subject"].strip().startswith(self.child)]


def eventually(look: Callable[[], Any], explain: Callable[[], str], patience: float = PATIENCE) -> Any:
    """The first true value of `look()`.

    The last look is after the patience is over: who was not scheduled meanwhile has missed nothing.
    """
    end = time.monotonic() + patience
    while True:
        late = time.monotonic() > end
        if found := look():
            return found
        if late:
            raise AssertionError(explain())
        time.sleep(0.05)


def patient(session: EngineSession) -> EngineSession:
    """The same session, which waits for an engine that stalls."""
    session.timeout = ANSWER
    return session
