"""What the sources ask of the work: docs/requirements, a row each.

`carriers` finds what carries a requirement, `coverage` counts.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from workers.errors import Refused, WrongUse

FOLDER = Path("docs/requirements")
ID = re.compile(r"\b(?:PERM|CLA|CAM|YORK|WOK)-\d+\b")  # a misspelt one too: it is unknown then
LAW = re.compile(r"ENG-\d{2}")

Row = dict[str, Any]  # as the files have it, see docs/requirements/README.md; `file` is added

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # seven times as fast, where it was built


class CatalogueError(Refused):
    """There is no catalogue, or what stands there is none."""


class RequirementError(WrongUse):
    """Nothing of that name is in the catalogue."""


class Catalogue(dict[str, Row]):
    """Every row, by id."""

    def __init__(self, models: Path):
        """Raises CatalogueError where the folder has no rows or what stands there is none."""
        self.folder = models / FOLDER
        try:
            for file in sorted(self.folder.glob("*.yaml")):
                with file.open() as text:
                    self |= {row["id"]: row | {"file": file.stem} for row in yaml.load(text, _Loader)}
        except (yaml.YAMLError, TypeError, KeyError) as error:
            raise CatalogueError(f"{file}: holds no list of requirements: {error}") from None
        if not self:
            raise CatalogueError(
                f"no requirements in {self.folder}: they are expected beside the models, see HOMEWARD_MODELS"
            )

    def named(self, identifier: str) -> Row:
        """Raises RequirementError, which names what is near."""
        if identifier in self:
            return self[identifier]
        if LAW.fullmatch(identifier.upper()):
            raise RequirementError(f"{identifier} is a rule of law: see `homeward deadline --list`")
        near = get_close_matches(identifier.upper(), self, 3)
        raise RequirementError(
            f"no requirement {identifier}: "
            + (f"near are {', '.join(near)}" if near else f"ids are written as {next(iter(self))}")
        )

    def of_process(self, process: str) -> list[Row]:
        """The rows of one process; of all, if none is named. Raises RequirementError."""
        if process and process not in (names := {row["process"] for row in self.values()}):
            near = get_close_matches(process, names, 3) or sorted(names)
            raise RequirementError(f"no requirements of process {process}: there are {', '.join(near)}")
        return [row for row in self.values() if process in ("", row["process"])]

    @cached_property
    def documents(self) -> dict[str, dict[str, str]]:
        """Title, edition and authority of what the rows' `seed` names."""
        return tomllib.loads((self.folder / "sources.toml").read_text())

    def source(self, row: Row) -> str:
        """Document and passage, in words."""
        source = row["source"]
        document = self.documents[source["seed"]]
        return f"{document['title']} ({document['edition']}), {source['section']}, line {source['line']}"
