"""No topic without a test of its own on the double."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workers.topics import catalogue

TESTS = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
TRIED = set(re.findall(r'trial\.run\(\s*"([\w-]+)"', TESTS))


@pytest.mark.parametrize("topic", catalogue())
def test_each_topic_is_tried(topic: str):
    assert topic in TRIED
