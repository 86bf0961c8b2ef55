"""Variables to the engine and back: what goes out as a type comes back as that type, and no error shows a
value.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.rest import codec
from workers.rest.session import EngineSession

LONDON = ZoneInfo("Europe/London")
SECRET = "Sam Example"

VALUES = [
    # name, Python value, type in the engine
    ("null", None, "Null"),
    ("yes", True, "Boolean"),
    ("no", False, "Boolean"),
    ("zero", 0, "Integer"),
    ("largest integer", 2**31 - 1, "Integer"),
    ("smallest integer", -(2**31), "Integer"),
    ("just a long", 2**31, "Long"),
    ("largest long", 2**63 - 1, "Long"),
    ("smallest long", -(2**63), "Long"),
    ("double", 0.1, "Double"),
    ("large double", 1.5e300, "Double"),
    ("text", 'Grüße, 你好, 👧 "quoted" \\ line\nbreak', "String"),
    ("blank text", "", "String"),
    ("longest text", "x" * codec.MAX_TEXT, "String"),
    ("iso date", "2026-11-02", "String"),
    ("list", ["a", None, 1, 2.5, True, {"b": []}], "Json"),
    ("empty list", [], "Json"),
    ("object", {"name": "Ä", "rows": [{"from": "2026-02-28"}]}, "Json"),
    ("empty object", {}, "Json"),
    ("long list", ["x" * 100] * 100, "Json"),
    ("summer", dt.datetime(2026, 7, 1, 23, 59, 59, tzinfo=LONDON), "Date"),
    ("winter", dt.datetime(2026, 12, 1, 9, 30, 0, 123000, tzinfo=LONDON), "Date"),
    ("the second 01:30 of 25 October", dt.datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1), "Date"),
    ("far east", dt.datetime(2026, 7, 1, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=14))), "Date"),
    ("never", dt.datetime(9999, 12, 31, tzinfo=dt.UTC), "Date"),
]


@pytest.fixture(scope="module")
def returned(engine: EngineSession) -> dict[str, dict[str, Any]]:
    """Each value after a journey through the engine: the variables of a real task, set and read over REST."""
    task = engine.call("/task/create", {"id": "codec-test"}) or engine.fetch("/task/codec-test")
    variables = codec.encode({f"v{number}": value for number, (_, value, _) in enumerate(VALUES)})
    try:
        engine.call(f"/task/{task['id']}/variables", {"modifications": variables})
        yield engine.fetch(f"/task/{task['id']}/variables", deserializeValues=False)
    finally:
        engine.delete("/task/codec-test")


@pytest.mark.parametrize("number", range(len(VALUES)), ids=[name for name, _, _ in VALUES])
def test_a_value_comes_back_from_the_engine_as_it_went(
    number: int, returned: dict[str, dict[str, Any]]
) -> None:
    _, value, kind = VALUES[number]
    found = returned[f"v{number}"]
    back = codec.decode({"v": found})["v"]
    assert found["type"] == kind and type(back) is type(value)
    if isinstance(value, dt.datetime):
        assert back.utcoffset() is not None and back.astimezone(dt.UTC) == value.astimezone(dt.UTC)
    else:
        assert back == value


def test_the_engine_refuses_no_type_that_the_codec_knows(returned: dict[str, dict[str, Any]]) -> None:
    assert {found["type"] for found in returned.values()} == {
        "Null",
        "Boolean",
        "Integer",
        "Long",
        "Double",
        "String",
        "Json",
        "Date",
    }


# alone

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=200)
)
moments = st.datetimes(
    dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 30), timezones=st.just(LONDON) | st.just(dt.UTC)
)


@given(plain | st.lists(json_values) | st.dictionaries(st.text(), json_values))
def test_any_plain_value_goes_there_and_back(value: Any) -> None:
    back = codec.decode(json.loads(json.dumps(codec.encode({"v": value}))))["v"]
    assert back == value and type(back) is type(value)


@given(moments)
def test_a_moment_keeps_its_millisecond_and_its_offset(moment: dt.datetime) -> None:
    back = codec.decode(codec.encode({"v": moment}))["v"]
    assert back.astimezone(dt.UTC) == moment.astimezone(dt.UTC).replace(
        microsecond=moment.microsecond // 1000 * 1000
    )
    assert back.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (dt.date(2026, 11, 2), {"value": "2026-11-02", "type": "String"}),
        (Decimal("0.10"), {"value": "0.10", "type": "String"}),
        (("a", "b"), {"value": '["a", "b"]', "type": "Json"}),
        (True, {"value": True, "type": "Boolean"}),
    ],
)
def test_what_has_no_type_of_its_own_is_sent_as(value: Any, sent: dict[str, Any]) -> None:
    assert codec.encode({"v": value}) == {"v": sent}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (
            {
                "type": "Object",
                "value": '["a"]',
                "valueInfo": {"serializationDataFormat": "application/json"},
            },
            ["a"],
        ),
        ({"type": "Json", "value": ["a"]}, ["a"]),
        ({"type": "json", "value": "{}"}, {}),
        ({"type": "Json", "value": None}, None),
        ({"type": "Date", "value": None}, None),
        ({"value": "x"}, "x"),
        ({"type": None, "value": 1}, 1),
    ],
)
def test_what_else_the_engine_may_answer(variable: dict[str, Any], value: Any) -> None:
    assert codec.decode({"v": variable}) == {"v": value}


REFUSED = [
    ("a text too long", SECRET + "x" * codec.MAX_TEXT, "at most 4000"),
    ("a date-time without an offset", dt.datetime(2026, 11, 2, 9, 30), "without an offset"),
    ("a number beyond 64 bits", 2**63, "64 bits"),
    ("not a number", float("nan"), "finite"),
    ("infinity", float("inf"), "finite"),
    ("a set", {SECRET}, "is a set"),
    ("bytes", SECRET.encode(), "is a bytes"),
    ("an object that is no JSON", {"name": SECRET, "seen": {SECRET}}, "no JSON"),
    ("infinity inside a list", [float("inf"), SECRET], "no JSON"),
]


@pytest.mark.parametrize(("value", "why"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_refusal_names_the_variable_and_never_the_value(value: Any, why: str) -> None:
    with pytest.raises(codec.CodecError) as refused:
        codec.encode({"fine": 1, "childNotes": value})
    assert why in str(refused.value)
    _discreet(refused.value)


@pytest.mark.parametrize(
    "variable",
    [
        {"type": "Json", "value": f'{{"name": "{SECRET}"'},
        {"type": "Object", "value": f"rO0ABXNy {SECRET}"},
        {"type": "Date", "value": f"on the day of {SECRET}"},
        {"type": "Date", "value": "2026-11-02"},
    ],
    ids=["broken JSON", "a serialised Java object", "no date", "a date without a time"],
)
def test_an_answer_that_cannot_be_read_names_the_variable_and_never_the_value(
    variable: dict[str, Any],
) -> None:
    with pytest.raises(codec.CodecError) as refused:
        codec.decode({"childNotes": variable})
    _discreet(refused.value)


def _discreet(error: BaseException) -> None:
    """One line that names the variable; neither it nor what a log prints as its cause shows the value."""
    text = str(error)
    shown = text if error.__suppress_context__ else f"{text} {error.__context__} {error.__cause__}"
    assert "childNotes" in text and SECRET not in shown and "2026-11-02" not in shown and "\n" not in text
