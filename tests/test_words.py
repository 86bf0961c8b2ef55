"""Days as people write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from workers.words import day


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (dt.date(2026, 1, 4), "4 January 2026"),
        ("2026-01-04", "4 January 2026"),
        ("2026-07-01T12:00:00+00:00", "1 July 2026, 13:00"),
        ("2026-07-01T12:00", "1 July 2026, 12:00"),
        ("2026-07-01T22:59:59+00:00", "1 July 2026"),
        (dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC), "2 July 2026, 00:30"),
        ("31/02/2026", "31/02/2026"),
        ("next week", "next week"),
    ],
)
def test_a_day_is_londons_has_its_time_where_one_is_given_and_else_is_left_as_it_is(value: Any, words: str):
    assert day(value) == words
