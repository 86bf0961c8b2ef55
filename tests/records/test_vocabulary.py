"""The words of the chronology are those that the workers write, with the details that the contract names."""

from __future__ import annotations

import ast

import pytest

from tests.case import Case
from workers.records.vocabulary import WHAT
from workers.rest import organisation
from workers.settings import PROJECT

WRITTEN = {
    node.value
    for file in (PROJECT / "workers").rglob("*.py")
    if file.name != "vocabulary.py"
    for node in ast.walk(ast.parse(file.read_text()))
    if isinstance(node, ast.Constant)
}


@pytest.mark.parametrize("kind", WHAT)
def test_a_kind_of_entry_is_written_and_described(kind: str) -> None:
    assert kind in WRITTEN and WHAT[kind].says.endswith(".")


def test_entries_have_the_details_that_the_contract_names(case: Case) -> None:
    case.start(socialWorker="social-worker")
    case.until("information-sharing-meeting")
    people = set(organisation.people(PROJECT))
    entries = case.record.chronology(case.child)
    assert len({entry["what"] for entry in entries}) > 8
    strange = {
        f"{entry['what']}: {name}"
        for entry in entries
        for name in entry["details"].keys() - WHAT[entry["what"]].details
        if not (entry["what"] == "pathway-started" and name in people)
    }
    assert not strange, f"add to workers/records/vocabulary.py: {', '.join(sorted(strange))}"
