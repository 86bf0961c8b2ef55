"""Copies of tables, deployed for the while of a check under names of their own, whose rules also say their id
and of which every rule that fits comes up.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from workers.rest import codec
from workers.rest.session import EngineError, EngineSession
from workers.timescales import TableError
from workers.timescales.tables import parse

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = f"homeward check on {platform.node()}: "  # whose copies: machine and process
LONGEST = dt.timedelta(hours=1)  # a check of another machine that is older was killed
PATIENCE = (5, 120)  # seconds to connect, and to answer: with a copy goes the history of all its points


@contextmanager
def copy(session: EngineSession, file: Path) -> Iterator[str]:
    """The copy of a table's file: the id of its decision. It goes, with its history, at the end.

    Raises TableError.
    """
    mark = f"check-{random.SystemRandom().getrandbits(32):08x}"
    name = f"{file.stem}-{mark}"  # so that it does not end as a table's does
    parts = {file.name: (f"{mark}-{file.name}", _copied(file, name))}
    try:
        deployment = session.post(
            "/deployment/create",
            files=parts,
            data={"deployment-name": mark, "deployment-source": f"{OURS}{os.getpid()}"},
            timeout=PATIENCE,
        ).json()["id"]
    except EngineError as error:
        raise TableError(f"the engine refuses {file.name}: {error.plain}") from None
    try:
        yield name
    finally:
        session.delete(f"/deployment/{deployment}?cascade=true", timeout=PATIENCE)


def _copied(file: Path, name: str) -> bytes:
    ElementTree.register_namespace("", DMN)
    root = parse(file.read_text(), file.name)
    for decision in root.iterfind("{*}decision"):
        decision.set("id", name)
        for table in decision.iterfind("{*}decisionTable"):
            _say_place(table)
    for diagram in root.findall("{*}DMNDI"):
        root.remove(diagram)
    text: bytes = ElementTree.tostring(root, encoding="utf-8")
    return text


def _say_place(table: ElementTree.Element) -> None:
    table.set("hitPolicy", "COLLECT")
    table.attrib.pop("aggregation", None)
    columns = table.findall("{*}output")
    for number, column in enumerate(columns):
        if column.get("name") is None:
            column.set("name", f"output{number}")
    table.insert(
        list(table).index(columns[-1]) + 1,
        ElementTree.Element(f"{{{DMN}}}output", {"id": "Output_Place", "name": "place", "typeRef": "string"}),
    )
    for rule in table.iterfind("{*}rule"):
        entry = ElementTree.Element(f"{{{DMN}}}outputEntry", {"id": f"Place_{rule.get('id')}"})
        ElementTree.SubElement(entry, f"{{{DMN}}}text").text = f'"{rule.get("id")}"'
        entries = [child for child in rule if child.tag.endswith("outputEntry")]
        rule.insert(list(rule).index(entries[-1]) + 1, entry)


def tidy(session: EngineSession) -> None:
    """Deletes what checks that were killed left behind; another one that runs now keeps its copies."""
    for row in session.fetch("/deployment", nameLike="check-%"):
        if re.fullmatch(r"check-[0-9a-f]{8}", row["name"]) and not _runs(row):
            session.delete(f"/deployment/{row['id']}?cascade=true", timeout=PATIENCE)


def _runs(deployment: dict[str, Any]) -> bool:
    """Of this machine: whether its process is there. Of another: whether it is young."""
    source = deployment["source"] or ""
    if not source.startswith(OURS):
        return dt.datetime.now(dt.UTC) - codec.moment(deployment["deploymentTime"]) < LONGEST
    try:
        os.kill(int(source.removeprefix(OURS)), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True
