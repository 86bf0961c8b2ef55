"""What a child's reference is: the rule itself, and each command that takes one."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.references import LONGEST_NAME, LONGEST_REFERENCE, name_fault, reference_fault

GOOD = ["c-1", "7", "child 7", "CH/2026/0042", "Ā-1", "x" * 64]
BAD = [
    "",
    " ",
    "\t",
    "a\nb",
    "a\r\nBcc: x",
    "a\0b",
    "\x1b[31mred",
    "a\u202eb",
    "\u200ea",
    "a\u2066b\u2069",
    "\u2028",
    "\u00a0",
    "\u3164",
    "\u2800",
    "a\ufe0f",
    "\u200b",
    "x" * 65,
    "\ud800",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_a_reference_may_be(text: str):
    assert reference_fault(text) is None


@pytest.mark.parametrize("text", BAD, ids=ascii)
def test_what_it_may_not_be(text: str):
    assert reference_fault(text)


@given(st.text(max_size=80))
def test_a_reference_is_one_visible_line_and_a_fault_quotes_none_of_it(text: str):
    fault = reference_fault(text)
    if fault is None:
        assert 1 <= len(text) <= LONGEST_REFERENCE and len(text.splitlines()) == 1 and text.strip()
        assert not {unicodedata.category(sign) for sign in text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    elif len(text) > 3 and re.search(r"\W", text):
        assert text not in fault and "\n" not in fault


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ./_-]{0,63}", fullmatch=True))
def test_every_ordinary_reference_is_one(text: str):
    assert reference_fault(text) is None


def test_a_name_is_longer_and_may_join_letters():
    assert (
        name_fault("Robin Example") is None
        and name_fault("x" * LONGEST_NAME) is None
        and name_fault("\u0646\u200c\u0627") is None
    )
    assert all(
        name_fault(text)
        for text in ("x" * (LONGEST_NAME + 1), "Robin\nExample", "\x1b[2J", "   ", "\u200d", "a\u202eb")
    )


# the commands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("start", "{}"),
        ("withdraw", "{}", "--reason", "other"),
        ("allocate", "{}", "--role", "iro", "--to", "iro", "--reason", "x"),
        ("child", "add", "{}"),
        ("child", "show", "{}"),
        ("print", "{}", "permanency-planning"),
        ("chronology", "{}"),
        ("notifications", "{}"),
        ("play", "{}"),
        ("deadlines", "{}"),
        ("incidents", "{}"),
        ("mail", "{}"),
        ("run", "--child", "{}"),
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("bad", [" ", "two\nlines", "x" * 65, "a\u202eb"], ids=ascii)
def test_every_command_refuses_what_is_no_reference(homeward, command, bad):
    said = homeward(*(part.format(bad) for part in command))
    assert (
        said.code == 2 and said.err.startswith("error: a child's reference ") and said.err.count("\n") == 1
    ), said


@pytest.mark.parametrize(
    "option, value, says",
    [
        ("--name", "x" * 201, "at most 200"),
        ("--name", "Robin\nExample", "printable"),
        ("--name", "\x1b[31mRobin", "printable"),
        ("--name", "  ", "not blank"),
        ("--gender", "\u202e", "printable"),
        ("--born", "1930-01-01", "25 or older"),
        ("--born", "1899-12-31", "25 or older"),
    ],
)
def test_a_childs_data_are_looked_at(homeward, tmp_path, option, value, says):
    said = homeward(
        "child",
        "add",
        "child-7",
        option,
        value,
        HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}",
    )
    assert said.code == 2 and says in said.err and said.err.count("\n") == 1, said
    assert not (tmp_path / "record.sqlite").exists()


def test_what_is_right_goes_on_the_record(homeward, tmp_path):
    said = homeward(
        "child",
        "add",
        "child-7",
        "--name",
        "x" * 200,
        "--born",
        "2012-05-04",
        HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}",
    )
    assert said.code == 0, said
