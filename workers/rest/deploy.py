"""Deploys the models.

Files that did not change are not deployed again, so running it twice makes no new version.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workers.errors import Refused
from workers.rest.session import EngineError, EngineSession

PATTERNS = ("bpmn/**/*.bpmn", "dmn/**/*.dmn", "forms/**/*.form")
NAME = "homeward"
PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"


class DeployError(Refused):
    """Models that cannot be deployed: each problem with file, place and reason, in one line."""


@dataclass(frozen=True)
class Deployed:
    files: int
    processes: list[str]
    decisions: list[str]
    forms: list[str]


def model_files(models: Path) -> list[Path]:
    return sorted(file for pattern in PATTERNS for file in models.glob(pattern))


def deploy(
    session: EngineSession, models: Path, check: Callable[[Path], list[str]] | None = None
) -> Deployed:
    """Deploy every model below `models` in one transaction: all of them or none.

    `check`: what else is wrong with files that can be read.
    """
    files = model_files(models)
    if not files:
        raise DeployError(f"no models in {models}: bpmn/, dmn/ and forms/ are expected there")
    _stop_at(
        [
            f"{name}: {count} files of this name, which must be one"
            for name, count in Counter(file.name for file in files).items()
            if count > 1
        ]
    )
    _stop_at([f"{file.name}: {why}" for file in files if (why := _unfit(file))])
    _stop_at(check(models) if check else [])
    before = session.fetch(
        "/deployment", name=NAME, source=NAME, sortBy="deploymentTime", sortOrder="desc", maxResults=1
    )
    parts = {file.name: (file.name, file.read_bytes()) for file in files}
    try:
        answer = session.post(
            "/deployment/create",
            files=parts,
            timeout=(5, 120),
            data={
                "deployment-name": NAME,
                "deployment-source": NAME,
                "deploy-changed-only": "true",
                "enable-duplicate-filtering": "true",
            },
        ).json()
    except EngineError as error:
        _stop_at(_problems(error, {file.name: file for file in files}))
        raise DeployError(
            f"the engine refused the deployment: {' '.join(error.message.split())}: its log says "
            "why (the embedded engine's is engine.log, below var/engine)"
        ) from None
    # nothing changed: the answer is the last one's
    new = (
        []
        if answer["id"] in {row["id"] for row in before}
        else session.fetch(f"/deployment/{answer['id']}/resources")
    )
    return Deployed(
        len(files),
        _keys(answer, "deployedProcessDefinitions"),
        _keys(answer, "deployedDecisionDefinitions"),
        _forms(new),
    )


def _stop_at(problems: list[str]) -> None:
    if problems:
        raise DeployError("; ".join(dict.fromkeys(problems)))


def _keys(answer: dict[str, Any], kind: str) -> list[str]:
    return sorted(definition["key"] for definition in (answer.get(kind) or {}).values())


def _forms(resources: list[dict[str, Any]]) -> list[str]:
    """The engine's answer does not name forms; its deployment has them."""
    return sorted(Path(row["name"]).stem for row in resources if row["name"].endswith(".form"))


def _unfit(file: Path) -> str | None:
    """What the engine would not say, or not say clearly: it answers 200 for a process that is not executable,
    and deploys nothing.
    """
    try:
        if file.suffix == ".form":
            json.loads(file.read_text())
            return None
        root = ElementTree.parse(file).getroot()
    except (ElementTree.ParseError, ValueError) as error:
        return f"cannot be read: {error}"
    if file.suffix == ".bpmn":
        if [process.get("id") for process in root.iter(PROCESS)] != [file.stem]:
            return f"must hold one process whose id is {file.stem}, as the file's name says"
        if next(root.iter(PROCESS)).get("isExecutable") != "true":
            return (
                f"process {file.stem} is not executable: tick Executable in Modeler, or the engine will "
                "not know it"
            )
    return None


def _problems(error: EngineError, files: dict[str, Path]) -> list[str]:
    """What the engine found in BPMN files: it names the line, and the element where it knows it."""
    return [
        f"{name}: {problem['message']} (line {problem['line']}, element "
        f"{problem.get('mainElementId') or _element(files[name], problem['line'])})"
        for name, report in (error.details or {}).items()
        for problem in report.get("errors", [])
    ]


def _element(file: Path, line: int) -> str:
    """The id on that line of the file."""
    lines = file.read_text().splitlines()
    match = re.search(r'\bid="([^"]+)"', lines[line - 1]) if 0 < line <= len(lines) else None
    return match[1] if match else "?"
