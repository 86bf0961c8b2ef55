"""What people wrote into the forms of a workstep, as the engine's history has it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from workers.forms import STEERING, Question, unanswered
from workers.forms.deployed import Deployed, NotDeployed, Step
from workers.rest import codec
from workers.rest.answers import PastTask, PastVariable
from workers.rest.session import EngineSession

LIMIT = 2000  # updates of variables read of one task; the largest form has a hundred keys
NAMES, LENGTH = 50, 64  # of unexpected variables that are named, and how long a name may be
DRAFT = "draft"  # the task's own variable that Tasklist keeps it in: engine/tasklist/scripts/drafts.js
OFFERED = "offered"  # the same, of a copy for a brother or sister
COMPLETED = "completed"  # the engine's word for a task that a person finished


@dataclass(frozen=True)
class Submission:
    """A form as a person left it. `by`: whom the engine's history knows as its task's assignee."""

    form: str
    task: PastTask
    questions: dict[str, Question]
    answers: dict[str, Any]

    @property
    def process(self) -> str:
        return self.task["processDefinitionKey"]

    @property
    def by(self) -> str | None:
        return self.task["assignee"]

    @property
    def words(self) -> dict[str, tuple[str | None, str]]:
        """Key -> section and label, for the record; what has no known question goes by its key."""
        words = {key: (question.section, question.label) for key, question in self.questions.items()}
        return words | {key: (None, key) for key in self.answers if key not in words}


@dataclass(frozen=True)
class Unexpected:
    """What was written in a task, submitted or not, beyond its form.

    `details`: form, names, and more (how many are not named); no values.
    """

    task: PastTask
    details: dict[str, Any]

    @property
    def key(self) -> str:
        """The same however often it is found."""
        return f"unexpected-variables:{self.task['id']}"

    @property
    def by(self) -> str | None:
        return self.task["assignee"]


class Submissions:
    """Threads may share one."""

    def __init__(self, session: EngineSession, deployed: Deployed):
        self._session, self._deployed = session, deployed

    def last(self, instance_id: str, form: str) -> Submission | None:
        """The form as it was last submitted in an instance; None: it never was."""
        for task in reversed(self._tasks(instance_id)):
            if task["deleteReason"] == COMPLETED and self._form(task) == form:
                return self._read(task, [task])
        return None

    def unfinished(self, instance_id: str, recorded: list[dict[str, Any]]) -> list[Submission]:
        """Each form of a workstep, and of the requests that it called, that holds what a person submitted and
        the record does not have: the rules refused it, or it was cut off before it was recorded.

        `recorded`: the record's `answers_of` the workstep.
        """
        steps: dict[tuple[str, str], list[PastTask]] = defaultdict(list)
        for instance in self._with_called(instance_id):
            for task in self._tasks(instance):
                steps[instance, task["taskDefinitionKey"]].append(task)
        submissions = [
            submission for tasks in steps.values() if (submission := self._unrecorded(tasks, recorded))
        ]
        return sorted(submissions, key=lambda submission: submission.task["startTime"])

    def unexpected(self, instance_id: str, form: str | None = None) -> list[Unexpected]:
        """What people wrote beyond their forms: in each task of one form, refused ones too, or of every form
        of a workstep and of the requests that it called.
        """
        instances = [instance_id] if form else self._with_called(instance_id)
        return [
            unexpected
            for instance in instances
            for task in self._tasks(instance)
            if form in (None, self._form(task)) and (unexpected := self._unexpected(task))
        ]

    def _with_called(self, instance_id: str) -> Iterator[str]:
        """The instance and those it called, save worksteps of their own: they close themselves."""
        yield instance_id
        for row in self._session.fetch(
            "/history/process-instance",
            superProcessInstanceId=instance_id,
            sortBy="startTime",
            sortOrder="asc",
        ):
            if not self._deployed.serves(row["processDefinitionId"], "open-workstep"):
                yield from self._with_called(row["id"])

    def _tasks(self, instance_id: str) -> list[PastTask]:
        tasks: list[PastTask] = self._session.fetch(
            "/history/task", processInstanceId=instance_id, sortBy="startTime", sortOrder="asc"
        )
        return tasks

    def _step(self, task: PastTask) -> Step:
        return self._deployed.steps(task["processDefinitionId"])[task["taskDefinitionKey"]]

    def _form(self, task: PastTask) -> str:
        step = self._step(task)
        if step.form_variable:
            named = [row["value"] for row in self._rows(task) if row["name"] == step.form_variable]
            # the instance's, which no submission reaches, before the task's own
            return next(filter(None, named), step.id)
        return step.form_ref or step.id

    def _unrecorded(self, tasks: list[PastTask], recorded: list[dict[str, Any]]) -> Submission | None:
        """A step's form, if what was submitted there last, or written since, is not what the record has.

        `tasks`: of this step, oldest first.
        """
        done = [task for task in tasks if task["deleteReason"] == COMPLETED]
        now = self._read((done or tasks)[-1], tasks)
        rows = [
            row
            for row in recorded
            if row["form"] == now.form
            and dt.datetime.fromisoformat(row["at"]) >= codec.moment(tasks[0]["startTime"])
        ]
        ended = _moment(done[-1]["endTime"]) if done else None
        submitted = bool(done) and not (rows and ended and dt.datetime.fromisoformat(rows[-1]["at"]) >= ended)
        late = (
            {}
            if tasks[-1] in done
            else self._written(tasks[-1], now.questions) | self._draft(tasks[-1], now.questions)
        )
        answers = now.answers | late
        kept = rows[-1]["answers"] if rows else {}
        if not (submitted or late) or all(_same(answers.get(key), kept.get(key)) for key in answers | kept):
            return None
        return replace(now, answers=answers)

    def _read(self, task: PastTask, shown: list[PastTask]) -> Submission:
        """A task's form with its values.

        `shown`: the tasks of its step, whose pages could still be submitted.
        """
        form, rows = self._form(task), self._rows(task)
        questions = self._questions(form, shown)
        # what the step shields: its own copy may be forged
        shown_only = {key for key, question in questions.items() if question.disabled or question.readonly}
        values = {
            row["name"]: row
            for row in rows
            if row["activityInstanceId"] == task["processInstanceId"] or row["name"] not in shown_only
        }
        # the form is gone: what was written is kept all the same, by its key
        wanted = questions or self._beyond(task, {})[0]
        answers = {key: _plain(values[key]) for key in wanted if key in values}
        return Submission(
            form,
            task,
            questions,
            {key: value for key, value in answers.items() if value is not None or key not in STEERING},
        )

    def _questions(self, form: str, shown: list[PastTask]) -> dict[str, Question]:
        try:
            return self._deployed.questions(
                form, codec.moment(shown[0]["startTime"]), _moment(shown[-1]["endTime"])
            )
        except NotDeployed:
            return {}

    def _rows(self, task: PastTask) -> list[PastVariable]:
        """The variables as the task sees them, or saw them last: those of its instance, then its own, which
        stand before them.
        """
        instance, own = task["processInstanceId"], task["activityInstanceId"]
        rows: list[PastVariable] = self._session.fetch(
            "/history/variable-instance",
            processInstanceId=instance,
            activityInstanceIdIn=[own, instance],
            deserializeValues=False,
        )
        return sorted(rows, key=lambda row: (row["activityInstanceId"] == own, row["taskId"] is not None))

    def _written(self, task: PastTask, questions: dict[str, Question]) -> dict[str, Any]:
        """What a person wrote under the keys of a form without submitting it."""
        names, _ = self._beyond(task, {})
        values = {row["name"]: row for row in self._rows(task)} if names else {}
        return {
            name: _plain(values[name])
            for name in names
            if name in values and (name in questions or not questions)
        }

    def _draft(self, task: PastTask, questions: dict[str, Question]) -> dict[str, Any]:
        """What a task's holder had begun to answer."""
        kept = [
            _plain(row) for row in self._rows(task) if (row["name"], row["taskId"]) == (DRAFT, task["id"])
        ]
        answers = kept[0].get("answers") if kept and isinstance(kept[0], dict) else None
        return {
            key: value
            for key, value in (answers if isinstance(answers, dict) else {}).items()
            if key in questions and not questions[key].disabled and not unanswered(value)
        }

    def _unexpected(self, task: PastTask) -> Unexpected | None:
        questions = self._questions(form := self._form(task), [task])
        names, more = self._beyond(task, questions) if questions else ([], 0)
        fit = [name for name in names if name.isprintable() and 0 < len(name) <= LENGTH][:NAMES]
        more += len(names) - len(fit)
        return (
            Unexpected(task, {"form": form, "names": fit} | ({"more": more} if more else {}))
            if names or more
            else None
        )

    def _beyond(self, task: PastTask, questions: dict[str, Question]) -> tuple[list[str], int]:
        """Names of what was written in a task, submitted or not, beyond its form's keys and oftener than its
        model does, and how many were not read.

        The engine ties every update of a variable to the activity instance in which it was made, but not to
        who made it. A step without inputs has no scope of its own: what a message or an operator writes into
        the instance meanwhile looks the same, so only what came with the submission counts.
        """
        query = {"activityInstanceId": task["activityInstanceId"], "variableUpdates": True}
        rows = self._session.fetch(
            "/history/detail",
            **query,
            deserializeValues=False,
            sortBy="time",
            sortOrder="asc",
            maxResults=LIMIT,
        )
        more = (
            self._session.fetch("/history/detail/count", **query)["count"] - LIMIT
            if len(rows) == LIMIT
            else 0
        )
        step = self._step(task)
        if not step.inputs:
            rows = _at_once(rows) if task["deleteReason"] == COMPLETED else []
        times = Counter(row["variableName"] for row in rows)
        return [
            name
            for name, often in times.items()
            if often > step.writes[name] and (name not in questions or questions[name].disabled)
        ], more


def _at_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the last thing that anybody did."""
    done = [row["userOperationId"] for row in rows if row["userOperationId"]]
    return [row for row in rows if row["userOperationId"] == done[-1]] if done else []


def _plain(row: PastVariable) -> Any:
    """A variable's value; as the engine has it where it is not what its type says: no answer is dropped."""
    try:
        return codec.decode({row["name"]: {**row}})[row["name"]]
    except codec.CodecError:
        return row["value"]


def _same(one: Any, other: Any) -> bool:
    return one == other or (unanswered(one) and unanswered(other))


def _moment(text: str | None) -> dt.datetime | None:
    return codec.moment(text) if text else None
