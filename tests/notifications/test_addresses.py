"""Mail goes where the council lets it go: people set their own addresses in the engine."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.case import Case, eventually
from tests.notifications.doubles import Fake, outbox, queue
from workers.notifications.address import refusal
from workers.records import Record
from workers.rest import organisation
from workers.rest.directory import Directory
from workers.rest.session import EngineSession
from workers.settings import Settings, settings

OURS = {"example.org", "council.example"}
BAD = [
    "no-at-sign",
    "a@b",
    "a@b, second@example.org",
    "a@b,second@example.org",
    "me@gmail.example",
    "a@example.org.evil.example",
    "a@sub.example.org",
    "a@example.org\n",
    "a\0@example.org",
    "a@example.org\r\nBcc: b@elsewhere.example",
    "<a@example.org>",
    "A <a@example.org>",
    "a b@example.org",
    "a@@example.org",
    "@example.org",
    "a@",
    ".a@example.org",
    "a..b@example.org",
    '"a@evil.example,"@example.org',
    "a@example.org;b@example.org",
    "a@exämple.org",
    "a@example.org.",
    "x" * 250 + "@example.org",
    "a@[127.0.0.1]",
    "a@-example.org",
    "\ufffd@example.org",
    "",
]


@pytest.mark.parametrize(
    "address",
    ["iro@example.org", "Iro.Two+cases@Example.ORG", "o'brien@council.example", "a@council.example"],
)
def test_where_mail_goes(address: str):
    assert refusal(address, OURS) is None


@pytest.mark.parametrize("address", BAD, ids=ascii)
def test_where_it_does_not_go(address: str):
    assert (
        (why := refusal(address, OURS))
        and why.startswith("not sent: ")
        and (len(address) < 4 or address not in why)
    )


@given(st.text(max_size=40) | st.text(max_size=20).map(lambda text: f"{text}@example.org"))
def test_what_is_taken_is_one_plain_address_within_our_domains(address: str):
    if refusal(address, OURS) is None:
        assert (
            address.isascii()
            and address.isprintable()
            and address.count("@") == 1
            and not set(address) & set(' ,;<>"()[]\\:')
            and address.rpartition("@")[2].lower() in OURS
        )


# the outbox -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address, why",
    [
        ("me@gmail.example", "outside HOMEWARD_MAIL_DOMAINS"),
        ("a@b, second@example.org", "not one plain mail address"),
    ],
)
def test_the_outbox_sends_nothing_there_and_says_why(record: Record, address: str, why: str):
    channel = Fake()
    queue(record, address=address)
    assert outbox(record, channel).deliver() == 0 and not channel.sent
    lost = record.given_up()
    assert len(lost) == 1 and why in lost[0]["reason"] and not lost[0]["unknown"]
    assert [
        entry["details"]["reason"]
        for entry in record.chronology("CH-1")
        if entry["what"] == "notification-failed"
    ] == [lost[0]["reason"]]


def test_a_domain_that_is_let_in_later_gets_the_mail(record: Record):
    channel = Fake()
    queue(record, address="iro@council.example")
    assert outbox(record, channel).deliver() == 0
    assert record.given_up() and outbox(record, channel).requeue() == 1
    box = outbox(record, channel)
    box.domains = OURS
    assert box.deliver() == 1 and [mail.address for mail in channel.sent] == ["iro@council.example"]


# the settings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, domains",
    [
        ({}, {"example.org"}),
        ({"mail_from": "homeward@council.example"}, {"council.example"}),
        ({"mail_from": "Homeward <homeward@Council.example>"}, {"council.example"}),
        ({"mail_domains": "Council.example, trust.example"}, {"council.example", "trust.example"}),
    ],
)
def test_who_says_nothing_mails_to_the_senders_own_domain(given: dict[str, str], domains: set[str]):
    assert Settings(_env_file=None, **given).domains == domains


@pytest.mark.parametrize(
    "wrong", ["*", "@council.example", "council", "council.example trust.example", "*.example"]
)
def test_what_is_no_domain_is_refused(homeward, wrong: str):
    said = homeward("status", HOMEWARD_MAIL_DOMAINS=wrong)
    assert said.code == 2 and "name domains as in example.org" in said.err and said.err.count("\n") == 1


# the whole way ----------------------------------------------------------------------------------------------


@pytest.fixture
def somebody(engine: EngineSession):
    user = f"somebody-{uuid.uuid4().hex[:6]}"
    organisation.make_demo_users(engine, [user])
    engine.call(f"/group/social-worker/members/{user}", method="PUT")
    yield user
    engine.call(f"/user/{user}", method="DELETE")


@pytest.mark.parametrize(
    "address", ["me@gmail.example", "a@b, second@example.org", "a\0b@example.org"], ids=ascii
)
def test_who_changes_their_own_address_gets_no_childs_mail_there(
    engine: EngineSession, case: Case, somebody: str, address: str, homeward, tmp_path: Path
):
    own = EngineSession(settings().camunda_url, (somebody, somebody))
    profile = own.fetch(f"/user/{somebody}/profile")
    own.call(f"/user/{somebody}/profile", profile | {"email": address}, "PUT")
    assert "\0" not in (Directory(engine).user(somebody).address or "")
    case.start(socialWorker=somebody)
    case.task("permanency-planning", somebody)

    def failed() -> list[str]:
        return [
            row["reason"]
            for row in case.record.given_up()
            if row["childId"] == case.child and row["to"] == somebody
        ]

    reasons = eventually(failed, lambda: f"{case.record.notifications(case.child)}")
    assert all(reason.startswith("not sent: ") for reason in reasons) and not case.incidents()
    assert not [letter for letter in case.letters() if "gmail" in letter["To"] or "second" in letter["To"]]
    said = homeward("mail", case.child)
    assert said.code == 0 and "mend the address in the engine's Admin" in said.out
