"""Who may be named for a case stands in one table: a line there, and command and topic know them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workers.settings import PROJECT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project with one more person who may be named."""
    for name in ("bpmn", "dmn", "forms", "engine"):
        shutil.copytree(PROJECT / name, tmp_path / name)
    file = tmp_path / "engine" / "organisation.toml"
    line = 'personalAdviser = { title = "Personal adviser", groups = ["personal-adviser"] }\n'
    file.write_text(file.read_text().replace("[people]\n", f"[people]\n{line}"))
    return tmp_path


def said(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "workers.cli", *arguments],
        cwd=PROJECT,
        env=os.environ | {"HOMEWARD_MODELS": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_start_takes_them(folder: Path):
    assert "--personal-adviser" in said(folder, "start", "--help")
    assert "--personal-adviser" not in said(PROJECT, "start", "--help")


def test_the_pathway_reads_them(folder: Path):
    topics = {topic["topic"]: topic for topic in json.loads(said(folder, "topics", "--json"))}
    assert "personalAdviser" in [field["name"] for field in topics["open-pathway"]["reads"]]
