"""The generated files in a project's folder: written, and compared with what contracts and models say now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workers import generated
from workers.catalogue import page, shields, templates
from workers.catalogue.model import read
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
    on_events = {
        use.topic for model in read(sorted(root.glob("bpmn/**/*.bpmn"))) for use in model.uses if use.is_event
    }
    expected = {
        root / page.FILE: page.render(topics.values()),
        root / shields_page.FILE: shields_page.render(root, shields.summaries(model_files(root), topics)),
    }
    for topic in topics.values():
        file = root / templates.FOLDER / f"{topic.name}.json"
        version = templates.version_of(file) or 1
        text = templates.render(topic, version, topic.name in on_events)
        if next_version and file.exists() and file.read_text() != text:
            text = templates.render(topic, version + 1, topic.name in on_events)
        expected[file] = text
    return expected


def _left_over(root: Path, topics: Mapping[str, Topic]) -> list[Path]:
    return [file for file in sorted((root / templates.FOLDER).glob("*.json")) if file.stem not in topics]
