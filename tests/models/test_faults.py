"""Each fault is seen by the check that is there for it, and the clean sample by none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .checks import Finding, diagram, forms, house, models, node, references, report
from .faults import FAULTS, Fault

SAMPLE = Path(__file__).parent / "faults" / "sample"
TOPICS = {"sample-close", "sample-notify"}


def all_references(files: list[Path]) -> list[Finding]:
    return [
        finding
        for check in (
            references.files_and_ids,
            references.references,
            references.unused,
            references.declarations,
            references.implementations,
        )
        for finding in check(files)
    ] + references.topics(files, TOPICS)


CHECKS = {
    "references": all_references,
    "house": lambda files: [*house.processes(files), *house.decisions(files)],
    "forms": forms.forms,
    "diagram": diagram.diagrams,
    "lint": node.lint,
    "modeler": node.modeler,
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """{fault: a copy of the sample that has it}"""
    folders = {}
    for fault in FAULTS:
        folder = tmp_path_factory.mktemp("fault")
        shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
        text = (folder / fault.file).read_text()
        assert fault.good in text, f"fault {fault.name!r} does not apply: the sample has changed"
        (folder / fault.file).write_text(text.replace(fault.good, fault.bad, 1))
        folders[fault.name] = folder
    return folders


@pytest.fixture(scope="module")
def in_node(faulty: dict[str, Path]) -> dict[str, list[Finding]]:
    """What lint and Modeler's libraries find in the faulty files: Node starts once for all of them."""
    return {
        check: CHECKS[check]([faulty[fault.name] / fault.file for fault in FAULTS if fault.check == check])
        for check in ("lint", "modeler")
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.check}: {fault.name}")
def test_fault_is_caught(fault: Fault, faulty: dict[str, Path], request: pytest.FixtureRequest) -> None:
    folder = faulty[fault.name]
    if fault.check in {"lint", "modeler"}:
        found = [
            finding
            for finding in request.getfixturevalue("in_node")[fault.check]
            if finding.file == folder / fault.file
        ]
    else:
        found = CHECKS[fault.check](models(folder))
    assert any(fault.says in finding.what for finding in found), (
        f"not caught; found: {[finding.what for finding in found]}"
    )


@pytest.mark.parametrize("check", CHECKS)
def test_clean_sample_has_no_finding(check: str) -> None:
    report(CHECKS[check](models(SAMPLE)))


def test_every_finding_of_a_drawing_has_its_fault() -> None:
    assert {fault.says for fault in FAULTS if fault.check == "diagram"} == {
        f"{word}:" for word in diagram.FINDINGS
    }
