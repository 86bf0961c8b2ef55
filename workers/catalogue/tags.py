"""The version tag of the models: one value for all, by which Cockpit shows what is deployed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from workers.bpmn import BPMN, CAMUNDA, Finding

CAMUNDA_DMN = "{http://camunda.org/schema/1.0/dmn}"
FIRST = "1"


def findings(files: Iterable[Path]) -> list[Finding]:
    """Processes and decisions whose tag is not the one that most have."""
    tagged = list(_tagged(files))
    usual = _usual(tag for *_, tag in tagged)
    return [
        Finding(path, element.get("id", ""), f"has version tag {tag}, most have {usual}: give all the same")
        for path, element, tag in tagged
        if tag != usual
    ]


def of(files: Iterable[Path]) -> str:
    """The tag of the models; `FIRST` where there is none."""
    return _usual(tag for *_, tag in _tagged(files))


def _usual(tags: Iterable[str | None]) -> str:
    return next((tag for tag, _ in Counter(tag for tag in tags if tag).most_common(1)), FIRST)


def _tagged(files: Iterable[Path]) -> Iterator[tuple[Path, Element, str | None]]:
    for path in files:
        if path.suffix in (".bpmn", ".dmn"):
            try:
                root = ElementTree.parse(path).getroot()
            except ElementTree.ParseError:
                continue  # deploy has said so
            for element in root.iterfind(BPMN + "process"):
                yield path, element, element.get(CAMUNDA + "versionTag")
            for element in root.iterfind("{*}decision"):
                yield path, element, element.get(CAMUNDA_DMN + "versionTag")
