"""All models have one version tag."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.catalogue import tags
from workers.rest.deploy import model_files
from workers.settings import PROJECT

FILES = model_files(PROJECT)


def test_the_houses_models_have_one() -> None:
    assert tags.findings(FILES) == [] and tags.of(FILES)


@pytest.mark.parametrize("name", ["permanence.bpmn", "who-hears.dmn"])
@pytest.mark.parametrize("bad", ["", ' camunda:versionTag="other"'], ids=["none", "another"])
def test_one_without_it_is_found(tmp_path: Path, name: str, bad: str) -> None:
    [file] = [file for file in FILES if file.name == name]
    good = f' camunda:versionTag="{tags.of(FILES)}"'
    (tmp_path / name).write_text(file.read_text().replace(good, bad))
    others = [other for other in FILES if other != file]
    [found] = tags.findings([tmp_path / name, *others])
    assert found.element == name.partition(".")[0] and found.what.endswith("give all the same")


def test_models_that_have_none_begin_with_the_first(tmp_path: Path) -> None:
    assert tags.of([]) == tags.FIRST
