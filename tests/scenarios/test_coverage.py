"""The scenarios take every node and every sequence flow of every model."""

import pytest

from tests.coverage import contradictions, missing, write
from tests.scenarios.conftest import PARTIAL
from workers.settings import settings

pytestmark = pytest.mark.last(1)  # it counts what the scenarios have taken


def test_every_node_and_flow_is_taken(request: pytest.FixtureRequest, coverage) -> None:
    if request.config.stash.get(PARTIAL, False) or not any(
        item.path.name == "test_scenarios.py" for item in request.session.items
    ):
        pytest.skip("only a part of the scenarios runs")
    models = settings().models
    total = coverage.total(models)
    write(models / "var" / "coverage" / "coverage.json", total)
    assert not contradictions(models, total), "the counter and the engine's history disagree"
    assert not missing(models, total), "no scenario takes these"
