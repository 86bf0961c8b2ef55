"""Whom the models let be asked, and whom engine/organisation.toml does."""

from __future__ import annotations

import json
import re

import pytest

from tests.models.checks import models
from workers.forms import components
from workers.rest import organisation
from workers.settings import settings

START = "start-pathway"
MEMBERSHIP = re.compile(r"userId\((\w+)\)\.memberOfGroup\('([\w-]+)'\)")


def asked() -> dict[str, set[str]]:
    """Variable -> the groups that some model wants its user to belong to."""
    found: dict[str, set[str]] = {}
    for path in models():
        if path.suffix == ".bpmn":
            for variable, group in MEMBERSHIP.findall(path.read_text()):
                found.setdefault(variable, set()).add(group)
    return found


def test_some_model_asks() -> None:
    assert "teamManager" in asked()


@pytest.mark.parametrize("variable", asked())
def test_the_models_want_the_groups_of_the_organisation(variable: str) -> None:
    assert asked()[variable] == set(organisation.people(settings().models)[variable]["groups"])


def picked() -> list[tuple[str, str, str]]:
    """Form, key and list of each question that lets a person be picked."""
    return [
        (path.stem, part["key"], part["valuesKey"])
        for path in models()
        if path.suffix == ".form" and path.stem != START
        for part in components(json.loads(path.read_text()))
        if str(part.get("valuesKey")).startswith("people")
    ]


def test_some_form_lets_a_person_be_picked() -> None:
    assert ("permanency-planning", "teamManager", "peopleTeamManager") in picked()


@pytest.mark.parametrize(("form", "key", "variable"), picked())
def test_who_is_picked_is_one_who_may_be(form: str, key: str, variable: str) -> None:
    """The organisation says whom the form offers, and the rules are told whether an answer fits."""
    assert organisation.groups_of(settings().models, variable)
    [model] = [
        text
        for path in models()
        if path.suffix == ".bpmn" and f'formRef="{form}"' in (text := path.read_text())
    ]
    assert f'inputParameter name="{key}Fits"' in model


def test_a_case_is_started_with_whoever_may_be_named() -> None:
    """Nobody has set a variable yet: the form names the groups itself (engine/tasklist/scripts/people.js)."""
    [form] = [path for path in models() if path.stem == START]
    offered = {
        part["key"]: (part["valuesKey"], part["properties"]["groups"].split(","))
        for part in components(json.loads(form.read_text()))
        if "groups" in part.get("properties", {})
    }
    assert offered == {
        name: (f"people{name[0].upper()}{name[1:]}", person["groups"])
        for name, person in organisation.people(settings().models).items()
    }


@pytest.mark.parametrize(
    "path", [path for path in models() if path.suffix == ".form"], ids=lambda path: path.stem
)
def test_nobody_types_a_user_id(path) -> None:
    named = {*organisation.people(settings().models), "requestUser"}
    for part in components(json.loads(path.read_text())):
        assert part.get("key") not in named or part.get("valuesKey"), part["key"]
