"""The project's models, the pathways that only tests know, and a review before which many duties are due."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.pathways.conftest import SECOND, project

TABLE = "dmn/duties/care-review-duties.dmn"


def models(folder: Path, number: int) -> Path:
    """In the folder; of the table there is so often the first row, each a duty of its own, and no other."""
    project(folder)
    shutil.copytree(SECOND, folder, dirs_exist_ok=True)
    table = (folder / TABLE).read_text()
    head, _, rest = table.partition("      <rule ")
    row = rest.partition("</rule>\n")[0]
    rows = [
        row.replace("YORK106", f"N{one}")
        .replace("consult-child", f"invented-{one}")
        .replace("Consult the child about the review", title)
        for one, title in enumerate(titles(number))
    ]
    whole = "".join(f"      <rule {one}</rule>\n" for one in rows)
    (folder / TABLE).write_text(head + whole + table[table.rindex("    </decisionTable>") :])
    return folder


def titles(number: int) -> list[str]:
    return [f"Invented duty {one}" for one in range(number)]
