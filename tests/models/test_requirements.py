"""Every requirement of permanence is carried by a model or a topic, and none is made up."""

from __future__ import annotations

from workers.requirements import Catalogue
from workers.requirements.carriers import carriers
from workers.requirements.coverage import status, unknown
from workers.settings import PROJECT

CATALOGUE, CARRIED = Catalogue(PROJECT), carriers(PROJECT)


def test_no_model_table_form_or_topic_names_an_unknown_requirement() -> None:
    strange = [f"{one.file}: {one.element}: {one.requirement}" for one in unknown(CATALOGUE, CARRIED)]
    assert CARRIED and not strange, f"no such requirements: {', '.join(strange)}"


def test_every_permanence_requirement_is_carried() -> None:
    rows = CATALOGUE.of_process("permanence")
    missing = [row["id"] for row in rows if status(row, CARRIED) == "missing"]
    assert len(rows) == 136 and not missing, f"carried by nothing: {' '.join(missing)}"
