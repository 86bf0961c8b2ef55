"""Forms, decisions, processes and roles agree: what one asks for or offers, the other knows, in both
directions.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest

from tests.models.checks import BPMN, CAMUNDA, ROOT, models, trees
from workers.catalogue.form_feel import Form, Question

FILES = models()
FORMS = {
    form["id"]: form for path in FILES if path.suffix == ".form" for form in [json.loads(path.read_text())]
}
DECISIONS = {
    decision.get("id"): decision
    for _, root in trees(FILES, ".dmn")
    for decision in root.iterfind("{*}decision")
}
PROCESSES = {path.stem: root for path, root in trees(FILES, ".bpmn")}
# What a review passes on to pathways that are not drawn yet: messages that nobody waits for so far.
ANNOUNCED = {
    "initial-cin-review-meeting",
    "child-in-need-visit",
    "pathway-plan-review",
    "pathway-plan-report",
    "pathway-needs-assessment",
    "refer-to-leaving-care",
    "sdq-assessment",
}
ROLES = set(tomllib.loads((ROOT / "engine" / "organisation.toml").read_text())["roles"])


def used(root: Any) -> list[str]:
    """The forms of a workstep: of its human steps, and those that it names where it calls a shared one."""
    named = [task.get(CAMUNDA + "formRef") for task in root.iter(BPMN + "userTask")]
    for call in root.iter(BPMN + "callActivity"):
        named += [
            given.text for given in call.iter(CAMUNDA + "inputParameter") if given.get("name") == "form"
        ]
        passed = [given for given in call.iter(CAMUNDA + "in") if given.get("target") == "form"]
        named += [(given.get("sourceExpression") or "").strip("${'}") for given in passed]
    return [form for form in dict.fromkeys(named) if form in FORMS]


USED = {step: used(root) for step, root in PROCESSES.items()}
TICKED = re.compile(r'list contains\([^"()]*(?:\([^()]*\))?[^"()]*, "([^"]+)"\)|!= "([a-z-]+)"')


def questions(form: str) -> list[Question]:
    """What a person can answer on a form, in order."""
    return [question for question in Form(form, FORMS[form]).questions if not question.fixed]


def options(form: str, key: str) -> dict[str, str]:
    """The values and labels that a question of a form offers."""
    return {
        option["value"]: option["label"]
        for question in questions(form)
        if question.key == key
        for option in question.part["values"]
    }


def asks(key: str) -> list[tuple[str, str]]:
    """(workstep, form) where the form has this question."""
    return [
        (step, form)
        for step, forms in USED.items()
        for form in forms
        if any(question.key == key for question in questions(form))
    ]


def text(decision: str, *, deep: bool = False) -> str:
    """All expressions of a decision; with `deep`, those of the decisions that it asks too."""
    own = DECISIONS[decision]
    required = (
        [
            DECISIONS[element.get("href")[1:]].get("id")
            for element in own.iterfind("{*}informationRequirement/{*}requiredDecision")
        ]
        if deep
        else []
    )
    return "\n".join(
        [
            *(element.text or "" for element in own.iter("{*}text")),
            *(text(name, deep=True) for name in required),
        ]
    )


def known(decision: str, *, deep: bool = True) -> set[str]:
    """The next actions that a decision asks about."""
    expression = re.sub(r"list contains\(requests, .*", "", text(decision, deep=deep))
    return {value for pair in TICKED.findall(expression) for value in pair if value}


def listed(decision: str) -> dict[str, list[str]]:
    """Of the ticks that a decision reads, which it knows: {variable: values}."""
    found = re.findall(r'\[("[^\]]+")\]\[list contains\((\w+), item\)\]', text(decision))
    return {variable: re.findall(r'"([^"]+)"', values) for values, variable in found}


def rules_of(step: str, form: str) -> str:
    """The decision that checks a form: its own `<form>-rules`, else the workstep's."""
    return f"{form}-rules" if f"{form}-rules" in DECISIONS else f"{step}-rules"


def column(decision: str, name: str) -> dict[str, tuple[Any, str]]:
    """An output of a table: {rule id: (its words, None for null; the rule's first question)}"""
    table = DECISIONS[decision].find("{*}decisionTable")
    position = [output.get("name") for output in table.iterfind("{*}output")].index(name)
    cells = {
        rule.get("id"): rule.findall("{*}outputEntry")[position].findtext("{*}text")
        for rule in table.iterfind("{*}rule")
    }
    asked = {
        rule.get("id"): "\n".join(cell.text or "" for cell in rule.iterfind("{*}inputEntry/{*}text"))
        for rule in table.iterfind("{*}rule")
    }
    return {rule: (None if cell == "null" else cell.strip('"'), asked[rule]) for rule, cell in cells.items()}


ACTIONS = asks("nextActions")
ROUTING = [decision for decision in DECISIONS if decision.endswith("-routing")]


def test_tables_and_forms_were_found() -> None:
    """What is compared below is not empty."""
    assert len(ACTIONS) >= 9 and len(ROUTING) >= 7


@pytest.mark.parametrize(("step", "form"), ACTIONS)
def test_rules_know_the_next_actions_of_their_step(step: str, form: str) -> None:
    offered = {value for where, asked in ACTIONS if where == step for value in options(asked, "nextActions")}
    assert known(rules_of(step, form), deep=False) <= offered
    for variable, values in listed(rules_of(step, form)).items():
        assert variable == "chosenActions" and values == list(options(form, "nextActions"))


@pytest.mark.parametrize("routing", ROUTING)
def test_routing_knows_the_next_actions_that_the_forms_offer(routing: str) -> None:
    step = routing.removesuffix("-routing")
    offered = {value for where, form in ACTIONS if where == step for value in options(form, "nextActions")}
    assert known(routing) == offered == {value for values in listed(routing).values() for value in values}


@pytest.mark.parametrize(("step", "form"), ACTIONS)
def test_next_actions_are_called_alike(step: str, form: str) -> None:
    routes = [
        (value, action)
        for action, asked in column(f"{step}-routing", "action").values()
        if action
        for value in re.findall(r'^list contains\(\?, "([^"]+)"\)', asked, re.M)
    ]
    offered = options(form, "nextActions")
    assert {(value, label) for value, label in routes if value in offered} == set(offered.items())


def test_optional_requests_are_called_alike() -> None:
    for step, form in asks("requests"):
        assert listed(f"{step}-requests") == {"requests": list(options(form, "requests"))}
        labels = {
            (value, label)
            for label, asked in column(f"{step}-requests", "label").values()
            for value in TICKED.search(asked).groups()
            if value
        }
        assert labels == set(options(form, "requests").items())


@pytest.mark.parametrize(("step", "form"), asks("decision"))
def test_an_answer_form_requires_the_answer_only(step: str, form: str) -> None:
    assert [question.key for question in questions(form) if question.limits.get("required")] == ["decision"]
    answers = options(form, "decision").keys()
    assert answers == {"authorised", "returned"} <= set(re.findall(r'"([a-z]+)"', text(rules_of(step, form))))


@pytest.mark.parametrize("routing", ROUTING)
def test_routes_lead_somewhere_and_to_somebody(routing: str) -> None:
    known_ends = PROCESSES.keys() | ANNOUNCED | {"end", "three-month-review"}
    assert {opens for opens, _ in column(routing, "opens").values()} <= known_ends
    assert {to for to, _ in column(routing, "to").values()} <= ROLES | {None}
    assert {when for when, _ in column(routing, "when").values()} <= {"on-finish", "immediately"}


def test_groups_are_roles() -> None:
    named = [
        (path.name, value)
        for path, root in trees(FILES, ".bpmn")
        for value in [
            *(element.get(CAMUNDA + "candidateGroups") for element in root.iter(BPMN + "userTask")),
            *(
                "".join(element.itertext())
                for element in root.iter(CAMUNDA + "inputParameter")
                if element.get("name", "").lower().endswith("groups")
            ),
            *(
                element.get("sourceExpression")
                for element in root.iter(CAMUNDA + "in")
                if element.get("target", "").lower().endswith("groups")
            ),
        ]
        if value
    ]
    named += [
        (decision, groups)
        for decision in DECISIONS
        if decision.endswith("-requests")
        for groups, _ in column(decision, "groups").values()
    ]
    # of an expression only the words behind ? and : are groups; a bare ${variable} is looked at where it is
    # set
    groups = {
        (where, group)
        for where, value in named
        for alternative in (re.findall(r"[?:] *'([^']*)'", value) if "${" in value else [value])
        for group in alternative.split(",")
    }
    assert len(groups) > 10 and not {pair for pair in groups if pair[1] not in ROLES}
