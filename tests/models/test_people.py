"""Whom the models let be asked, and whom engine/organisation.toml does."""

from __future__ import annotations

import re

import pytest

from tests.models.checks import models
from workers.rest import organisation
from workers.settings import settings

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
