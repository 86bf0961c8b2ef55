"""Imports point downwards only, and go round nowhere."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp
import pytest

# From the top. What stands on one line knows nothing of its neighbours: the runtime, say, of the record.
LAYERS = (
    {"cli"},
    {"commands"},
    {"clock", "cluster", "service"},
    {"contract", "custody", "health", "models", "requirements", "scaffold"},
    {"topics"},
    {"situation"},
    {"catalogue", "display", "notifications", "play", "reading", "testing", "timescales"},
    {"calendar", "forms", "logs", "periodic", "records"},
    {"runtime"},
    {"embedded", "rest"},
    {"references", "settings"},
    {"bpmn", "errors", "generated", "words"},
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("workers", exclude_type_checking_imports=True, cache_dir=None)


def test_every_package_has_its_layer(graph: grimp.ImportGraph):
    assert graph.find_children("workers") == {f"workers.{name}" for layer in LAYERS for name in layer}


def test_no_import_points_upwards(graph: grimp.ImportGraph):
    upwards = graph.find_illegal_dependencies_for_layers(LAYERS, containers={"workers"})
    routes = [route for found in upwards for route in found.routes]
    assert not routes, [f"{sorted(route.heads)} know {sorted(route.tails)}" for route in routes]


def test_no_import_goes_round(graph: grimp.ImportGraph):
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # CycleError names the modules
