"""Static checks of the models. Each takes files and gives findings; none needs an engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

ROOT = Path(__file__).resolve().parents[3]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
CAMUNDA_DMN = "{http://camunda.org/schema/1.0/dmn}"
MODELER = "{http://camunda.org/schema/modeler/1.0}"


class Finding(NamedTuple):
    """One problem of one element (its id, or empty when the whole file is meant)."""

    file: Path
    element: str
    what: str

    def __str__(self) -> str:
        path = self.file.relative_to(ROOT) if self.file.is_relative_to(ROOT) else self.file
        return f"{path}: {self.element or '-'}: {self.what}"


def models(folder: Path = ROOT) -> list[Path]:
    """Every model of a project folder."""
    return sorted(
        path
        for pattern in ("bpmn/**/*.bpmn", "dmn/**/*.dmn", "forms/**/*.form")
        for path in folder.glob(pattern)
    )


def named(element: etree._Element) -> str:
    """The id of the element, or of the nearest one around it that has an id."""
    while element is not None and not element.get("id"):
        element = element.getparent()
    return "" if element is None else element.get("id")


def kind(element: etree._Element) -> str:
    """The tag without its namespace: userTask, decision, ..."""
    return etree.QName(element).localname


def trees(files: list[Path], suffix: str) -> Iterator[tuple[Path, etree._Element]]:
    """The parsed files with that suffix.

    What is not XML is left out: lint and Modeler's libraries report it.
    """
    for path in files:
        if path.suffix == suffix:
            try:
                yield path, etree.parse(path).getroot()
            except etree.XMLSyntaxError:
                continue


def report(findings: list[Finding]) -> None:
    """Fail with one line a finding."""
    assert not findings, f"{len(findings)} findings\n" + "\n".join(map(str, findings))
