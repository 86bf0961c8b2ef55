"""Deploys the models. Files that did not change are not deployed again, so running it twice makes no new version."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from workers.rest.session import EngineError, EngineSession

PATTERNS = ("bpmn/**/*.bpmn", "dmn/**/*.dmn", "forms/**/*.form")
NAME = "homeward"


class DeployError(Exception):
    """A model that the engine does not take: one line a problem, with file, place and reason."""


@dataclass(frozen=True)
class Deployed:
    files: int
    processes: list[str]
    decisions: list[str]


def model_files(models: Path) -> list[Path]:
    return sorted(file for pattern in PATTERNS for file in models.glob(pattern))


def deploy(session: EngineSession, models: Path) -> Deployed:
    """Deploy every model below `models` in one transaction: all of them or none."""
    files = model_files(models)
    if not files:
        raise DeployError(f"no models in {models}: bpmn/, dmn/ and forms/ are expected there")
    parts = {file.name: (file.name, file.read_bytes()) for file in files}
    try:
        answer = session.post("/deployment/create", files=parts, timeout=(5, 120),
                              data={"deployment-name": NAME, "deployment-source": NAME, "deploy-changed-only": "true", "enable-duplicate-filtering": "true"}).json()
    except EngineError as error:
        raise DeployError(_explain(error, files)) from None
    deployed = Deployed(len(files), _keys(answer, "deployedProcessDefinitions"), _keys(answer, "deployedDecisionDefinitions"))
    _nothing_left_out(session, files)
    return deployed


def _keys(answer: dict, kind: str) -> list[str]:
    return sorted(definition["key"] for definition in (answer.get(kind) or {}).values())


def _nothing_left_out(session: EngineSession, files: list[Path]) -> None:
    """The engine answers 200 for a process that is not executable, and deploys nothing."""
    known = {row["key"] for row in session.fetch("/process-definition", latestVersion=True)}
    if missing := [file for file in files if file.suffix == ".bpmn" and file.stem not in known]:
        raise DeployError("; ".join(f"{file.name}: the engine deployed no process {file.stem}: is it executable, is its id the file's name?" for file in missing))


def _explain(error: EngineError, files: list[Path]) -> str:
    lines = [f"{name}: {problem['message']} (line {problem.get('line')}, element {', '.join(problem.get('elementIds') or ['?'])})"
             for name, found in (error.details or {}).items() for problem in found.get("errors", [])]
    if lines:
        return "\n".join(lines)
    broken = [f"{file.name}: {why}" for file in files if file.suffix != ".form" and (why := _not_xml(file))]
    return "\n".join(broken) or f"the engine refused the deployment: {error.message}"


def _not_xml(file: Path) -> str | None:
    try:
        ElementTree.parse(file)
    except ElementTree.ParseError as error:
        return f"not well-formed: {error}"
    return None
