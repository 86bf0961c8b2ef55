"""Pages that models, contracts and commands say themselves: rendered, written, compared with what is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined


def _line(text: str) -> str:
    return " ".join(text.split())


_environment = Environment(
    undefined=StrictUndefined, trim_blocks=False, keep_trailing_newline=True, autoescape=False
)
_environment.filters |= {
    "line": lambda text: _line(text).replace("|", "\\|"),
    "cell": lambda text: text.replace("|", "\\|"),
    "paragraphs": lambda text: "\n\n".join(_line(part) for part in text.split("\n\n")),
    "codes": lambda names: ", ".join(f"`{name}`" for name in names),
}


def render(template: str, **values: Any) -> str:
    """Markdown from a Jinja template. `line` and `cell` are for tables, `codes` for a list of names."""
    return re.sub(r"\n{3,}", "\n\n", _environment.from_string(template).render(**values))


def write(expected: Mapping[Path, str]) -> list[Path]:
    """Bring the files up to date; those that changed."""
    changed = drift(expected)
    for file in changed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(expected[file])
    return changed


def drift(expected: Mapping[Path, str]) -> list[Path]:
    """The files that are missing, or hold something else."""
    return [file for file, text in expected.items() if not file.exists() or file.read_text() != text]
