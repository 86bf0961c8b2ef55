"""engine/situation.toml: what it may say, and that it answers what the tables ask for."""

from __future__ import annotations

import shutil
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from workers import models
from workers.settings import PROJECT
from workers.situation import VocabularyError, WrongEpisode
from workers.situation.check import findings
from workers.situation.vocabulary import FILE, Vocabulary
from workers.timescales.tables import Tables

TEXT = tomllib.loads((PROJECT / FILE).read_text())
OURS = Vocabulary(TEXT)
TABLES = Tables.of_files(PROJECT)


def changed(path: str, value: Any) -> dict[str, Any]:
    """Our text with one entry other than it is; None: without it."""
    text = deepcopy(TEXT)
    *way, last = path.split("/")
    part = text
    for name in way:
        part = part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return text


def test_every_fact_of_the_tables_is_answered_or_named_as_asked():
    assert findings(PROJECT, OURS, TABLES) == []
    assert OURS.answers.keys() >= TABLES.facts().keys()
    assert all(OURS.source(fact) for fact in TABLES.facts())


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("facts/ageMonths", None, "dmn/eligibility/leaving-care-service.dmn: asks for ageMonths"),
        ("facts/ageInMonths", {"months_since": "birth"}, "facts.ageInMonths: no table asks for ageInMonths"),
        ("asked/the conference", ["moonPhase"], "asked.'the conference': no table asks for moonPhase"),
        ("facts/lookedAfter", {"months_since": "placement"}, "facts.lookedAfter: lookedAfter is boolean"),
        ("facts/placementMonths", {"open": "placement"}, "facts.placementMonths: placementMonths is integer"),
        ("kinds/placement/codes/U1/placementKind", "boat", "facts.placementKind: boat is none of the values"),
        ("facts/openToTeam/was", "once", "facts.openToTeam: once is none of the values of openToTeam"),
        ("facts/caseType/first_open/missing", "gone", "facts.caseType: gone is none of the values"),
        ("facts/placementRatifiedByIro/form", "no-form", "there is no form no-form"),
        ("facts/placementRatifiedByIro/key", "noKey", "form information-sharing-meeting does not ask noKey"),
        ("facts/visitCategory/table", "no-table", "there is no table no-table"),
    ],
)
def test_what_the_tables_do_not_know_is_found(path: str, value: Any, said: str):
    found = findings(PROJECT, Vocabulary(changed(path, value)), TABLES)
    assert any(said in line for line in found), found
    assert all(str(FILE) in line for line in found)


def test_what_is_found_is_not_deployed(tmp_path: Path):
    shutil.copytree(PROJECT / "dmn/timescales", tmp_path / "dmn/timescales")
    (tmp_path / "engine").mkdir()
    text = (PROJECT / FILE).read_text()
    (tmp_path / FILE).write_text(text.replace("ageMonths = {", "ageInMonths = {"))
    found = [line for line in models.findings(tmp_path) if "health-timescales" in line or "ageInM" in line]
    assert found == [
        f"dmn/timescales/health-timescales.dmn: asks for ageMonths, and {FILE} says nothing of it: add it "
        "there to facts, or to asked",
        f"{FILE}: facts.ageInMonths: no table asks for ageInMonths: correct its name, or take it out",
    ]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kind", {}, "kind is none of kinds, facts, asked"),
        ("kinds/placement/titel", "x", "kinds.placement has titel: use"),
        ("kinds/placement/title", None, "kinds.placement has no title"),
        ("kinds/placement/overlap", "maybe", "kinds.placement does not say whether two may overlap"),
        ("kinds/placement/ahead", "yes", "kinds.placement has a ahead that is neither"),
        ("kinds/placement/ends_with", "moon", "kinds.placement names moon, which is no kind"),
        ("kinds/period-of-care/ends_with", "placement", "kinds.period-of-care ends with itself"),
        ("kinds/allocated-worker/holds", "name", "kinds.allocated-worker holds name"),
        ("kinds/placement/codes/U1", "foster", "kinds.placement.codes.U1 has no title"),
        ("kinds/placement/codes/U1/kind", "x", "kinds.placement.codes.U1 says kind, which no fact reads"),
        ("facts/lookedAfter", "period-of-care", "facts.lookedAfter has not one way to be answered"),
        ("facts/lookedAfter/ever", "placement", "facts.lookedAfter has not one way to be answered"),
        ("facts/lookedAfter/open", "care", "facts.lookedAfter names care, which is no kind"),
        ("facts/lookedAfter/open", True, "facts.lookedAfter does not say whose open"),
        ("facts/lookedAfter/codes", ["C1"], "facts.lookedAfter names C1, which is no code of period-of-care"),
        ("facts/lookedAfter/within", {"weeks": 1}, "facts.lookedAfter has within: leave out"),
        ("facts/openToTeam/was", None, "facts.openToTeam lacks was"),
        ("facts/movedInLastFourWeeks/within", {"moons": 1}, "facts.movedInLastFourWeeks has a within"),
        ("facts/lookedAfterAfter16/from_age", "16", "facts.lookedAfterAfter16 has a from_age"),
        ("facts/firstReviewHeld/during", "care", "facts.firstReviewHeld names care, which is no kind"),
        ("asked/the conference", ["ageMonths"], "names ageMonths, which is answered already"),
        ("asked/the conference", "ageMonths", "asked.'the conference' is no list"),
    ],
)
def test_what_makes_no_sense_is_refused_with_file_entry_and_mend(path: str, value: Any, said: str):
    with pytest.raises(VocabularyError) as error:
        Vocabulary(changed(path, value))
    assert said in str(error.value) and str(error.value).startswith(f"{FILE}: ")


def test_what_is_no_toml_is_refused(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / FILE).write_text("[kinds")
    with pytest.raises(VocabularyError, match=r"situation\.toml: no TOML"):
        Vocabulary.read(tmp_path)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("placement", "U9"),
        ("placement", None),
        ("period-of-care", "U1"),
        ("allocated-worker", None),
        ("allocated-worker", " "),
        ("brothers-and-sisters", "a\nb"),
    ],
)
def test_a_value_that_a_kind_does_not_have_is_refused_and_not_quoted(kind: str, value: str | None):
    with pytest.raises(WrongEpisode) as error:
        OURS.kind(kind).check(value)
    assert "U9" not in str(error.value) and "\n" not in str(error.value)


def test_a_code_is_told_in_words_with_the_code_of_the_national_return():
    placement = OURS.kind("placement")
    assert placement.words("U3-temporary") == "Relative or friend, temporarily approved (regulation 24) (U3)"
    assert OURS.kind("custody").words("remand") == "On remand"
    assert placement.words("of an older vocabulary") == "of an older vocabulary"
    assert OURS.kind("period-of-care").words(None) is None


def test_where_facts_come_from_is_said_in_words():
    assert OURS.source("ageMonths") == "date of birth: whole months since"
    assert OURS.source("movedInLastFourWeeks") == "Placement: whether one began no longer ago than 4 weeks"
    assert OURS.source("childAgrees") == (
        "asked when the deadline is set, in the review, the visit or the planning meeting"
    )
    assert OURS.source("placementRatifiedByIro") == (
        "asked by the form information-sharing-meeting (iroRatified)"
    )
    assert OURS.source("firstReviewHeld") == (
        "Review of a child in care, held: whether there has been one since the open period of care began"
    )
    assert OURS.source("moonPhase") is None
