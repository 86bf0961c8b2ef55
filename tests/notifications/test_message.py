"""What a mail says, and that nothing else can get into it."""

import json
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from urllib.parse import parse_qsl

import pytest
from pydantic import ValidationError

from workers.notifications import TEMPLATES, Context, Message, details
from workers.notifications.message import link, write

FACTS = {
    "reference": "CH-1",
    "step": "Permanence Planning",
    "request": "Authorise the plan",
    "sender": "Ash Example",
    "due": date(2026, 1, 14),
    "tasklist": "http://x.org/t/",
}
OPEN = {
    "task-opened",
    "request",
    "returned",
    "acknowledge",
    "reminder",
    "escalation",
    "duty",
}  # it waits for somebody
NEWS = {"authorised", "sent-back", "decided", "pathway-ended", "told"}  # nothing is to be done
AT = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_the_templates_are_the_ones_that_are_promised():
    assert OPEN | NEWS == TEMPLATES


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("left_out", [(), ("due",), ("request",), ("due", "request")])
def test_each_template_names_child_step_and_tasklist_whatever_else_is_known(template, left_out):
    subject, body = write(
        template, Context(**{key: value for key, value in FACTS.items() if key not in left_out})
    )
    assert "CH-1" in subject and "\n" not in subject and not subject.startswith("Subject")
    assert "CH-1" in body and "Permanence Planning" in subject + body
    assert ("http://x.org/t/" in body) is (template in OPEN), (
        "where nothing is to be done nothing is to be opened"
    )
    assert ("14 January 2026" in body) is (template in OPEN and "due" not in left_out)
    assert ("Ash Example" in body) is (template not in ("reminder", "escalation"))
    assert "None" not in subject + body and "\n\n\n" not in body


@pytest.mark.parametrize("template", sorted(TEMPLATES - {"reminder", "escalation", "pathway-ended"}))
def test_what_is_asked_is_said_in_words(template):
    assert all("Authorise the plan" in part for part in write(template, Context(**FACTS)))


@pytest.mark.parametrize(
    "label, words",
    [
        (
            "Required CS Manager: Please Review and Acknowledge Request",
            "Please Review and Acknowledge Request",
        ),
        ("CS Request for a panel date", "Request for a panel date"),
        ("Request for a CS panel date", "Request for a CS panel date"),
    ],
)
def test_a_notification_is_called_by_its_label_without_the_systems_words(label, words):
    subject, body = write("acknowledge", Context(**FACTS | {"request": label}))
    assert f"What it says: {words}\n" in body and subject.endswith(f", {words}")


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_nobody_need_have_sent_it(template):
    subject, body = write(template, Context(**FACTS | {"sender": None}))
    assert "None" not in subject + body and "\n\n\n" not in body


@pytest.mark.parametrize("template", ["authorised", "decided", "pathway-ended"])
def test_news_says_what_came_out(template):
    assert "SC ADM Agrees" in write(template, Context(**FACTS | {"outcome": "SC ADM Agrees"}))[1]


@pytest.mark.parametrize(
    "due, shown",
    [
        ("2026-01-14", "14 January 2026\n"),
        ("2026-07-01T08:00:00+00:00", "1 July 2026, 09:00\n"),
        ("2026-07-01T00:00:00+01:00", "1 July 2026, 00:00\n"),
    ],
)
def test_dues_are_shown_in_london_time(due, shown):
    assert shown in write("task-opened", Context(**FACTS | {"due": due}))[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "A Child"},
        {"comments": "text"},
        {"answers": {}},
        {"reference": ""},
        {"step": "a\nBcc: all@example.org"},
        {"request": "a\rb"},
        {"due": "soon"},
        {"due": "2026-07-01T08:00:00"},
        {"reference": None},
    ],
)
def test_nothing_else_gets_in(wrong):
    with pytest.raises(ValidationError):
        Context(**FACTS | wrong)


def test_the_facts_cannot_be_changed_afterwards():
    with pytest.raises(ValidationError):
        Context(**FACTS).step = "another"


def test_an_unknown_template_is_refused():
    with pytest.raises(LookupError):
        write("../secret", Context(**FACTS))


def test_details_are_checked_when_the_notification_is_made(tmp_path):
    made = details(reference="CH-1", step="Permanence Planning", due=date(2026, 1, 14), request_key="k")
    assert made == {
        "reference": "CH-1",
        "step": "Permanence Planning",
        "request": None,
        "sender": None,
        "outcome": None,
        "due": "2026-01-14",
        "requestKey": "k",
        "filter": None,
    }
    with pytest.raises(ValidationError):
        details(reference="CH-1", step="a\nb")


def test_the_link_opens_the_filter_and_finds_the_childs_tasks():
    address = link("http://x.org/t/", "f-1", "CH 1/2")
    assert address.startswith("http://x.org/t/#/?") and " " not in address
    asked = dict(parse_qsl(address.partition("?")[2]))
    [search] = json.loads(asked["searchQuery"])
    assert (asked["filter"], search["type"], search["value"]) == (
        "f-1",
        "processInstanceBusinessKey",
        "CH 1/2",
    )
    assert link("http://x.org/t/", None, None) == "http://x.org/t/#/?"


@pytest.mark.parametrize("personal", ["name", "comments", "answers", "childName"])
def test_the_record_takes_no_other_detail_of_a_notification(book, personal):
    with pytest.raises(ValueError, match=f"may not carry {personal}"), book.transaction() as tx:
        tx.notify(
            key="a",
            child_id="CH-1",
            to_user="iro",
            address="iro@example.org",
            template="request",
            channel="maildir",
            details={personal: "x"},
        )
    assert book.notifications("CH-1") == []


def test_a_mail_is_the_same_bytes_each_time():
    message = Message(
        id="0" * 32, address="iro@example.org", subject="CH-1: Größe – 子", body="Línea\n" * 3, at=AT
    )
    first, second = (message.email("homeward@example.org").as_bytes() for _ in range(2))
    assert first == second and first.isascii()
    read = message_from_bytes(first, policy=policy.default)
    assert (read["To"], read["Subject"], read["Message-ID"]) == (
        "iro@example.org",
        "CH-1: Größe – 子",
        f"<{'0' * 32}@homeward>",
    )
    assert read.get_content() == "Línea\n" * 3


def test_an_address_cannot_add_headers():
    with pytest.raises(ValueError):
        Message(id="a", address="iro@example.org\nBcc: all@example.org", subject="s", body="b", at=AT).email(
            "homeward@example.org"
        )
