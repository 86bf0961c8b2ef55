"""docs/modelling.md: every rule is numbered and says what holds it, and what it names is there."""

from __future__ import annotations

import re

from workers.catalogue.skeleton import RULES
from workers.settings import PROJECT

PAGE = (PROJECT / "docs/modelling.md").read_text()
NUMBERED = re.findall(r"^(\d+)\. (.*(?:\n {3,}.*)*)", PAGE, re.M)
HELD_BY = [" ".join(re.search(r"\*([^*]+)\*$", text).group(1).split()) for _, text in NUMBERED]
CHECKS = dict(re.findall(r"^\| \*([a-z ]+)\* \| `([^`]+)`", PAGE, re.M))


def test_rules_are_numbered_throughout() -> None:
    assert [int(number) for number, _ in NUMBERED] == list(range(1, len(NUMBERED) + 1))


def test_every_rule_of_the_skeleton_is_said() -> None:
    assert {name.split()[1] for name in HELD_BY if name.startswith("skeleton ")} == RULES.keys()


def test_every_other_check_is_listed_and_there() -> None:
    named = {name for name in HELD_BY if not name.startswith("skeleton ")} - {"nobody"}
    assert named == CHECKS.keys() - {"skeleton"}
    assert [path for path in CHECKS.values() if not (PROJECT / path).exists()] == []


def test_the_page_is_wrapped() -> None:
    prose = (line for line in PAGE.splitlines() if not line.startswith("|"))
    assert [line for line in prose if len(line) > 110] == []
