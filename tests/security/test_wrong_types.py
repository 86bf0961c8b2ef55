"""S5 and S7: answers of a type that no form sends. The form comes back with a sentence; nothing sticks,
nothing goes on that no rule has read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.case import PLAY, Case, eventually
from tests.security.attack import WAY, came_back, parts, settle
from tests.security.door import REST, WEB, Door, Typed, file, json_, object_, text
from workers.rest.tasklist import fill

# What may be left out, or is only a text: it must not stick; whether it is refused is for the rules.
STEERING = {
    "nextActions",
    "decision",
    "verdict",
    "matchReason",
    "updateReason",
    "purpose",
    "matchIdentified",
    "sendImmediately",
    "teamManager",
    "requests",
    "legalStatus",
    "permanencePlan",
    "placementType",
    "iroRatified",
}
NUMBER, DATE, TRUE = (
    {"value": 7, "type": "Integer"},
    {"value": "2026-11-02T00:00:00.000+0000", "type": "Date"},
    {"value": True, "type": "Boolean"},
)
WRONG: dict[str, Typed] = {
    "a number": NUMBER,
    "a double": {"value": 1.5, "type": "Double"},
    "an object": json_({"a": 1}),
    "a list of numbers": json_([1, 2]),
    "a list of lists": json_([["a"]]),
    "a file": file(),
    "bytes": {"value": "aGk=", "type": "Bytes"},
    "a date": DATE,
    "true": TRUE,
    "a foreign option": text("fly-to-the-moon"),
    "a JSON text": json_("text"),
    "a long list": json_(["fly-to-the-moon"] * 25),
    "a list with null": json_([None]),
    "a foreign list": json_(["fly-to-the-moon"]),
    "a Java list": object_("java.util.ArrayList", '["fly-to-the-moon"]'),
    "a Java map": object_("java.util.HashMap", '{"a": 1}'),
}
FITS = {
    "checklist": set(),
    "taglist": set(),
    "radio": set(),
    "select": set(),
    "datetime": set(),
    "checkbox": {"true"},
    "number": {"a number", "a double"},
}


BRIEF = ("a number", "a list of numbers", "an object", "a foreign option", "a file")
ROWS = {
    "a number": NUMBER,
    "a text": text("fly-to-the-moon"),
    "rows of numbers": json_([1, 2]),
    "a row": json_({"name": "Robin Example"}),
}


def wrong_answers(form: dict[str, Any]) -> dict[str, Typed]:
    """`key: kind` -> an answer that no browser sends: every kind for what steers, for every other choice,
    date and number one of them in turn, rows that are none for the lists.
    """
    found = {}
    for number, part in enumerate(parts(form["components"])):
        if "conditional" in part and part["key"] != "matchReason":
            continue  # not asked on the way that is taken here: whatever is sent is dropped
        kinds = (
            {} if part["type"] in ("textfield", "textarea") else {BRIEF[number % 5]: WRONG[BRIEF[number % 5]]}
        )
        unread = [{row["key"]: {"a": 1} for row in part.get("components", ()) if "key" in row}]
        rows = ROWS | {"rows of what is no text": json_(unread)}
        given = rows if part["type"] == "dynamiclist" else WRONG if part["key"] in STEERING else kinds
        found |= {
            f"{part['key']}: {kind}": variable
            for kind, variable in given.items()
            if kind not in FITS.get(part["type"], set())
        }
    return found


class Journey:
    """A case on its way, which starts anew where an answer has carried it off."""

    def __init__(self, another: Callable[[], Case], at: Callable[[str, str], Door]):
        self.another, self.at, self.problems, self.tried = another, at, [], 0
        self.way: list[tuple[str, dict[str, Any]]] = []
        self.case = self.begins()

    def begins(self) -> Case:
        """Another child, whose people can also read what no form has sent."""
        case = self.another()
        case.person = lambda user: self.at(REST, user)
        case.start()
        return case

    def tries(self, form: str, **then: Any) -> None:
        """All wrong answers at a form that is open or opens next; then it goes on as the routine has it, or
        with `then`.
        """
        self.case.until(form)
        task = self.case.task(form)
        person = self.case.person(task["assignee"] or PLAY[form].who)
        asked, opened = person.form(task["id"]), person.values(task["id"])
        given, right = wrong_answers(asked), opened | fill(asked) | PLAY[form].answers
        mended: dict[str, Any] = {}  # what was wrong before, as it should have been
        bad: dict[str, int] = {}
        for name, variable in given.items():
            key = name.split(":")[0]
            if bad.get(key):
                continue
            task = self.case.tasks(form)[0]
            door = self.at((REST, WEB)[self.tried % 2], task["assignee"] or PLAY[form].who)
            self.tried += 1
            status = door.submits(task["id"], door.honest(task["id"], form) | mended, {key: variable})
            mended[key] = right.get(key)
            if self.case.tasks(form):
                if status < 400:
                    task = came_back(self.case, form, name)
                    if door.tried(f"/task/{task['id']}/form-variables", None, "GET") >= 400:
                        self.problems.append(f"{form}: {name}: came back, and cannot be opened")
                        bad[key] = 1
                continue
            settle(self.case)
            bad[key] = 1
            self.problems.append(
                f"{form}: {name}: "
                f"{'stuck: ' + str(self.case.incidents()[:1]) if self.case.incidents() else 'went on'}"
            )
            self.case = self.begins()
            for step, answers in self.way:
                self.case.until(step)
                self.case.do(step, **answers)
            self.case.until(form)
        assert not self.case.incidents()
        task = self.case.tasks(form)[0]
        door = self.at(REST, task["assignee"] or PLAY[form].who)
        assert door.submits(task["id"], door.honest(task["id"], form) | mended | then) < 400
        settle(self.case)
        back = [door.values(open_["id"]).get("message") for open_ in self.case.tasks(form)]
        assert not back, f"{form} came back: {back}"
        if then:
            self.way.append((form, then))


@pytest.fixture
def journey(another: Callable[[], Case], at: Callable[[str, str], Door]) -> Journey:
    return Journey(another, at)


def test_wrong_types_up_to_the_panel(journey: Journey):
    """S7: each form of the first way, each answer that steers and each date, alternately at both doors."""
    for form, answers in WAY:
        journey.tries(form, **answers)
    assert journey.tried > 161 and not journey.problems, "\n".join(journey.problems)


def test_wrong_types_at_the_placement(journey: Journey):
    """S7: the form that the other way does not pass."""
    journey.tries("permanence-placement")
    assert journey.tried and not journey.problems, "\n".join(journey.problems)


@pytest.mark.parametrize(
    "workstep, form",
    [
        ("permanency-planning-process", "permanency-planning"),
        ("permanency-planning-process", "permanency-planning-authorisation"),
        ("family-finding-request", "family-finding-request"),
        ("panel-and-matching-decision", "panel-record"),
        ("permanence-placement", "permanence-placement"),
    ],
)
def test_texts_of_wrong_types_do_not_stick(
    at_workstep: Callable[[str], Case], at: Callable[[str, str], Door], workstep: str, form: str
):
    """S7: every question that only asks for words is answered with something else, all at once: back with a
    sentence, or rightly on.
    """
    started = at_workstep(workstep)
    started.until(form)
    task = started.task(form)
    door = at(WEB, task["assignee"] or PLAY[form].who)
    keys = [
        part["key"]
        for part in parts(door.form(task["id"])["components"])
        if part["type"] in ("textfield", "textarea") and part["key"] not in STEERING
    ]
    kinds = [
        WRONG[kind]
        for kind in (
            "a number",
            "an object",
            "a list of numbers",
            "a file",
            "a date",
            "true",
            "a JSON text",
            "bytes",
        )
    ]
    door.submits(
        task["id"],
        door.honest(task["id"], form),
        {key: kinds[number % len(kinds)] for number, key in enumerate(keys)},
    )
    eventually(
        lambda: started.incidents() or started.tasks() or started.is_over(),
        lambda: f"no task left: {started.picture()}",
    )
    assert not started.incidents()


@pytest.mark.parametrize(
    "form, answers",
    [
        ("permanency-planning-authorisation", {"nextActions": ["adm-permanence-decision"]}),
        ("adm-panel-record", {"nextActions": ["adm-agrees-permanence-plan"]}),
        ("family-finding-request", {"household": ["no-pets"]}),
        ("permanency-planning", {"requests": []}),
    ],
)
def test_a_java_list_of_fitting_answers_does_not_stick(
    started: Case, at: Callable[[str, str], Door], form: str, answers: dict[str, list[str]]
):
    """S7: what the engine may build, in place of the form's JSON: refused, back, or rightly on."""
    import json

    started.until(form)
    task = started.task(form)
    door = at(REST, task["assignee"] or PLAY[form].who)
    door.submits(
        task["id"],
        door.honest(task["id"], form),
        {key: object_("java.util.ArrayList", json.dumps(value)) for key, value in answers.items()},
    )
    eventually(lambda: started.tasks() or started.incidents(), lambda: f"no task left: {started.picture()}")
    assert not started.incidents()
    if started.tasks(form):
        started.do(form)
        settle(started)
        assert not started.incidents()


def test_a_long_list_costs_no_more_than_a_short_one(started: Case, door: Callable[[str], Door]):
    """S5: 20,000 numbers as `nextActions` come back in a fair multiple of what two cost; 20,000 texts too."""
    worker, form = door("social-worker"), "permanency-planning"
    worker.claim(started.task(form)["id"])

    def cost(value: Any) -> float:
        took = []
        for _ in range(3):
            task = started.task(form)
            values = worker.honest(task["id"], form)
            begun = time.perf_counter()
            worker.submits(task["id"], values, {"nextActions": json_(value)})
            took.append(time.perf_counter() - begun)
            came_back(started, form)
        return min(took)

    few = cost([1, 2])
    for many in ([1] * 20_000, ["a"] * 20_000, [[1]] * 20_000):
        assert (long := cost(many)) < 8 * few + 0.5, f"two: {few:.2f} s, 20,000: {long:.2f} s"


def test_many_variables_hold_nothing_up(started: Case, door: Callable[[str], Door]):
    """S5: a list of 20,000 in every list of the form, and long answers in questions that are none of the
    rules' business.
    """
    worker, form = door("social-worker"), "permanency-planning"
    task = started.task(form)
    lists = [
        part["key"]
        for part in parts(worker.form(task["id"])["components"])
        if part["type"] in ("checklist", "taglist", "dynamiclist")
    ]
    worker.submits(task["id"], worker.honest(task["id"], form), {key: json_([1] * 20_000) for key in lists})
    came_back(started, form)
