"""The generated files in a project's folder: written, and compared with what contracts and models say now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from workers import generated
from workers.bpmn import read
from workers.catalogue import page, shields, templates
from workers.catalogue.shields import page as shields_page
from workers.rest.deploy import model_files
from workers.runtime.contract import Topic


def write(root: Path, topics: Mapping[str, Topic]) -> list[Path]:
    """Bring the files up to date; those that changed. A template that changes gets the next version."""
    changed = generated.write(_expected(root, topics, next_version=True))
    for file in _left_over(root, topics):
        file.unlink()
        changed.append(file)
    return changed


def drift(root: Path, topics: Mapping[str, Topic]) -> list[Path]:
    """Files that are missing, left over, or not what the contracts and models say."""
    return generated.drift(_expected(root, topics)) + _left_over(root, topics)


def _expected(root: Path, topics: Mapping[str, Topic], next_version: bool = False) -> dict[Path, str]:
    models = read(sorted(root.glob("bpmn/**/*.bpmn")))
    on_events = {use.topic for model in models for use in model.uses if use.is_event}
    worksteps = {
        model.process: model.name
        for model in models
        if any(use.topic == "open-workstep" for use in model.uses)
    }
    expected = {
        root / page.FILE: page.render(topics.values()),
        root / shields_page.FILE: shields_page.render(root, shields.summaries(model_files(root), topics)),
    }
    rendered: dict[str, Callable[[int], str]] = {
        topic.name: partial(templates.render, topic, on_events=topic.name in on_events)
        for topic in topics.values()
    }
    rendered[templates.CALL] = partial(templates.call, worksteps=worksteps)
    rendered[templates.DUTY] = templates.duty
    for name, render in rendered.items():
        file = root / templates.FOLDER / f"{name}.json"
        version = templates.version_of(file) or 1
        text = render(version)
        if next_version and file.exists() and file.read_text() != text:
            text = render(version + 1)
        expected[file] = text
    return expected


def _left_over(root: Path, topics: Mapping[str, Topic]) -> list[Path]:
    return [
        file
        for file in sorted((root / templates.FOLDER).glob("*.json"))
        if file.stem not in {*topics, templates.CALL, templates.DUTY}
    ]
