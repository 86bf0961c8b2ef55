"""A form printed as it was submitted: readable, escaped, one page, and a PDF where there is a Chromium."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.case import Case, eventually

REPORT = "permanency-planning"
WRITTEN = "First <b>paragraph</b>.\n\nSecond, with *detail* & <script>alert(1)</script>."


@pytest.fixture
def twice(case: Case) -> Case:
    """The report was submitted, returned, and submitted with another text."""
    case.start(socialWorker="social-worker", teamManager="team-manager")
    case.do(REPORT, childDescription="Before the return.", dentalCheckDate="2026-01-02")
    case.do("permanency-planning-authorisation", decision="returned", comments="Say more.", nextActions=[])
    case.came_back(REPORT, "social-worker")
    case.submit(REPORT, "social-worker", childDescription=WRITTEN)
    eventually(
        lambda: len([e for e in case.events("form-submitted") if e["details"]["form"] == REPORT]) == 2,
        lambda: "not recorded",
    )
    return case


def test_every_submission_is_printed_as_it_was(twice: Case, homeward, tmp_path: Path):
    page = homeward("print", twice.child, REPORT).out
    for words in (
        "<h1>SC Child&#39;s Permanence Report C0054</h1>",
        "<h2>SC Permanency Planning Process</h2>",
        "by Social Worker (demo), 1 of 2",
        "by Social Worker (demo), 2 of 2",
        "<h3>1. The child</h3>",
        "<dt>Describe the child</dt>\n<dd>Before the return.</dd>",
        "<dd>2 January 2026</dd>",
        "<dd>Team Manager (demo)</dd>",
        "First &lt;b&gt;paragraph&lt;/b&gt;.\n\nSecond, with *detail* &amp; &lt;script&gt;",
    ):
        assert words in page
    assert "<script" not in page and "<b>" not in page and twice.pathway not in page
    answer = homeward("print", twice.child, "permanency-planning-authorisation").out
    assert "<dd>Returned for more work</dd>" in answer and "<dd>Say more.</dd>" in answer, "what decided, too"
    told = json.loads(homeward("print", twice.child, REPORT, "--json").out)
    assert [one["by"]["id"] for one in told["submissions"]] == ["social-worker"] * 2
    file = tmp_path / "report.html"
    said = homeward("print", twice.child, REPORT, "--to", str(file))
    assert (said.code, said.out) == (0, f"{file}: 2 submissions of {REPORT}\n")
    assert "<h1>SC Child" in file.read_text() and file.stat().st_mode & 0o077 == 0, "for nobody else to read"
    refused = homeward("print", twice.child, "adm-decision")
    assert refused.code == 1 and f"there is {REPORT}, permanency-planning-authorisation" in refused.err
    with_none = homeward("print", twice.child, REPORT, "--to", f"{tmp_path}/report.pdf", PATH=str(tmp_path))
    assert with_none.code == 1 and "a PDF needs Chromium, which is not installed" in with_none.err
    if os.environ.get("CHROMIUM") or shutil.which("chromium"):
        made = homeward("print", twice.child, REPORT, "--to", f"{tmp_path}/report.pdf")
        assert made.code == 0 and (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-"), made


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nobody-knows", REPORT], 1, "nobody-knows is not on the record"),
        (["nobody-knows", REPORT, "--to", "report.docx"], 2, "name a file that ends in .html or .pdf"),
    ],
)
def test_what_cannot_be_printed_is_said(workers, homeward, arguments, code, words):
    said = homeward("print", *arguments)
    assert said.code == code and words in said.err and not said.out
