"""Which questions a form asks, and how its answers read in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.checks import ROOT
from workers import forms

ANY_FORM = [
    {"type": "text", "text": "{{message}}"},
    {
        "type": "group",
        "label": "1. The child",
        "components": [
            {"type": "textfield", "key": "name", "label": "Name"},
            {"type": "datetime", "key": "born", "dateLabel": "Date of birth", "subtype": "date"},
            {
                "type": "group",
                "label": "Health",
                "components": [{"type": "number", "key": "score", "label": "Score"}],
            },
            {"type": "group", "components": [{"type": "checkbox", "key": "seen", "label": "Seen"}]},
        ],
    },
    {
        "type": "select",
        "key": "plan",
        "label": "Plan",
        "values": [{"value": "LTFOST18", "label": "Long-term fostering"}, {"value": 2, "label": "Two"}],
    },
    {
        "type": "checklist",
        "key": "needs",
        "label": "Needs",
        "values": [{"value": "a", "label": "Quiet"}, {"value": "b", "label": "A garden"}],
    },
    {
        "type": "dynamiclist",
        "path": "moves",
        "label": "Moves",
        "components": [
            {"type": "textfield", "key": "where", "label": "Where"},
            {"type": "datetime", "key": "name", "dateLabel": "When", "subtype": "date"},
            {
                "type": "radio",
                "key": "good",
                "label": "Good for the child?",
                "values": [{"value": "y", "label": "Yes, it was"}],
            },
        ],
    },
    {"type": "textfield", "key": "bare"},
    *(
        {"type": "radio", "key": key, "label": key, "values": [{"value": "authorised", "label": "Completed"}]}
        for key in sorted(forms.STEERING)
    ),
]


@pytest.fixture
def form() -> dict[str, forms.Question]:
    """The questions of a form with one of each kind."""
    return forms.questions({"id": "any-form", "components": ANY_FORM})


def said(form: dict[str, forms.Question], **answers: Any) -> list[tuple[str, str, str]]:
    return [(row["section"], row["question"], row["answer"]) for row in forms.in_words(form, answers)]


def test_questions_come_in_order_with_their_headings(form: dict[str, forms.Question]) -> None:
    asked = form
    assert [*asked][:8] == ["name", "born", "score", "seen", "plan", "needs", "moves", "bare"]
    assert [asked[key].section for key in ("name", "born", "score", "seen", "plan")] == [
        "1. The child",
        "1. The child",
        "Health",
        "1. The child",
        None,
    ]
    assert [asked[key].label for key in ("name", "born", "bare")] == ["Name", "Date of birth", "bare"]


def test_keys_of_rows_are_the_lists_own_business(form: dict[str, forms.Question]) -> None:
    asked = form
    assert "where" not in asked and asked["name"].label == "Name"


def test_options_are_known_by_their_text(form: dict[str, forms.Question]) -> None:
    assert form["plan"].options == {"LTFOST18": "Long-term fostering", "2": "Two"}


@pytest.mark.parametrize(
    ("key", "answer", "words"),
    [
        ("name", "Sam", "Sam"),
        ("born", "2015-02-03", "3 February 2015"),
        ("born", "2015-02-30", "2015-02-30"),
        ("score", 0, "0"),
        ("seen", True, "Yes"),
        ("seen", False, "No"),
        ("plan", "LTFOST18", "Long-term fostering"),
        ("plan", 2, "Two"),
        ("plan", "ADOPTION", "ADOPTION"),
        ("needs", ["b", "a"], "A garden; Quiet"),
        ("needs", ["b", "moon"], "A garden; moon"),
        (
            "moves",
            [
                {"name": "2025-03-14", "where": "Aunt", "good": "y"},
                {"where": "Carers", "name": None, "good": ""},
            ],
            "Where: Aunt, When: 14 March 2025, Good for the child?: Yes, it was\nWhere: Carers",
        ),
        ("bare", "x", "x"),
    ],
)
def test_an_answer_in_words(form: dict[str, forms.Question], key: str, answer: Any, words: str) -> None:
    assert [row[2] for row in said(form, **{key: answer})] == [words]


@pytest.mark.parametrize("nothing", [None, "", []])
def test_what_was_not_answered_is_left_out(form: dict[str, forms.Question], nothing: Any) -> None:
    assert said(form, name=nothing, score=1) == [("Health", "Score", "1")]


def test_rows_keep_the_forms_order_and_no_heading_is_blank(form: dict[str, forms.Question]) -> None:
    assert said(form, plan="LTFOST18", name="Sam") == [
        ("1. The child", "Name", "Sam"),
        ("", "Plan", "Long-term fostering"),
    ]


def test_a_text_goes_on_in_further_paragraphs() -> None:
    long = {"type": "textarea", "key": "story", "label": "Story"}
    rows = [
        {
            "type": "select",
            "key": "question",
            "label": "To",
            "values": [{"value": "story", "label": "Story"}],
        },
        {"type": "textarea", "key": "text", "label": "Text"},
    ]
    more = {"type": "dynamiclist", "path": forms.FURTHER, "label": "Further paragraphs", "components": rows}
    asked = forms.questions({"components": [long, more]})
    belongs, lost = {"question": "story", "text": "It goes on."}, {"text": "To nothing."}
    assert said(asked, story="It begins.", furtherParagraphs=[belongs]) == [
        ("", "Story", "It begins.\nIt goes on.")
    ]
    assert said(asked, furtherParagraphs=[belongs, lost]) == [
        ("", "Further paragraphs", "To: Story, Text: It goes on.\nText: To nothing.")
    ]


def test_what_steers_is_never_shown_as_an_answer(form: dict[str, forms.Question]) -> None:
    assert said(form, **dict.fromkeys(forms.STEERING, "authorised")) == []


def test_what_the_form_does_not_ask_is_left_out(form: dict[str, forms.Question]) -> None:
    assert said(form, shoeSize=31) == []


def test_whatever_writes_is_asked_for() -> None:
    """A key of a type that nobody here has met, one inside a container that nobody has met, a group with a
    path, a key with dots.
    """
    asked = forms.questions(
        {
            "components": [
                {"type": "expression", "key": "sum", "expression": "=1"},
                {
                    "type": "carousel",
                    "components": [{"type": "signature", "key": "signed", "label": "Signed"}],
                },
                {
                    "type": "group",
                    "path": "carer",
                    "label": "The carer",
                    "components": [{"type": "textfield", "key": "name", "label": "Name"}],
                },
                {"type": "textfield", "key": "home.town", "label": "Town"},
                {"type": "textfield", "key": "home.street", "label": "Street"},
                {"type": "textfield", "key": "childName", "label": "Child", "disabled": True},
            ]
        }
    )
    assert [(key, question.label, question.disabled) for key, question in asked.items()] == [
        ("sum", "sum", False),
        ("signed", "Signed", False),
        ("carer", "The carer", False),
        ("home", "home", False),
        ("childName", "Child", True),
    ]
    assert said(asked, carer={"name": "A"}, home={"town": "B", "street": "C"}) == [
        ("", "The carer", "Name: A"),
        ("", "home", "Town: B, Street: C"),
    ]


@pytest.mark.parametrize("file", sorted(ROOT.glob("forms/*/*.form")), ids=lambda file: file.stem)
def test_every_form_of_the_project_is_read(file: Path) -> None:
    """Each question has a label in words, and each heading of a question is one that the file has."""
    text = json.loads(file.read_text())
    asked = forms.questions(text)
    assert asked and all(question.label != key for key, question in asked.items())
    assert {question.section for question in asked.values()} <= {None} | set(_labels(text))


def _labels(part: dict[str, Any]) -> list[str]:
    return [
        part.get("label", ""),
        *(label for inner in part.get("components", []) for label in _labels(inner)),
    ]


def test_what_goes_to_a_brother_or_sister():
    """Not what is the child's own, nor its further paragraphs, what is only shown, a person, or a step."""
    own = {"properties": {"ownToChild": "true"}}
    form = [
        {"type": "textarea", "key": "shared", "label": "Shared"},
        {"type": "textarea", "key": "blank", "label": "Blank"},
        {"type": "textarea", "key": "own", "label": "Own", **own},
        {"type": "textfield", "key": "shown", "label": "Shown", "disabled": True},
        {"type": "select", "key": "manager", "label": "Manager", "valuesKey": "peopleTeamManager"},
        {"type": "dynamiclist", "path": "plan", "label": "Plan", **own, "components": []},
        {"type": "dynamiclist", "path": forms.FURTHER, "label": "Further", "components": []},
        *({"type": "textfield", "key": key, "label": key} for key in forms.STEERING),
    ]
    rows = [{"question": "own", "text": "Secret"}, {"question": "shared", "text": "More"}, {"text": "Where?"}]
    asked = {part.get("key") or part["path"]: "Invented" for part in form} | {
        "blank": "",
        "strange": "Invented",
    }
    left = forms.for_others(forms.questions({"components": form}), asked | {forms.FURTHER: rows})
    assert left == {"shared": "Invented", forms.FURTHER: [rows[1]]}
