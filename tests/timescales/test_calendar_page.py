"""The calendar that a team subscribes to, on the workers' pages: only with a token, only what is open, and
the token nowhere but in the address.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from tests import canaries
from tests.homeward import Said
from tests.pages import Pages, idle
from workers import health
from workers.records import Happening, Record
from workers.settings import Settings, settings

TOKEN = canaries.plant("calendar-Kanarienvogel-0123456789", "the calendar's token")
NONE = b"there are /metrics, /healthz and /readyz\n"


def get(pages: Pages, path: str) -> tuple[int, str, bytes]:
    """Status, content type and body.

    Not by `requests`: urllib3 logs addresses, and the logs of the whole suite are searched for the token.
    """
    try:
        with urllib.request.urlopen(pages.url + path, timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


@pytest.fixture
def filled(book: Record) -> Record:
    """An open deadline of each of two children, and one that is met."""
    with book.transaction() as tx:
        tx.register_child("child-1", name="Robin Invented")
        for child, rule in (("child-1", "OPEN"), ("child-2", "OPEN"), ("child-1", "MET")):
            tx.deadline_set(
                Happening(f"{child}:{rule}", child, process="permanence", pathway_id=f"pathway-{child}"),
                rule=rule,
                from_="2026-06-15",
                statutory_due="2026-08-31",
                local_target=None,
                last_working_day="2026-08-28",
                source="the source",
                kind="statutory",
            )
        tx.deadline_met(
            Happening("met", "child-1", pathway_id="pathway-child-1"), rule="MET", met_on="2026-07-01"
        )
    return book


def test_with_the_token_everything_open_is_served_as_the_command_prints_it(
    filled: Record, serve: Callable[..., Pages], homeward: Callable[..., Said], tmp_path: Path
) -> None:
    status, kind, body = get(serve(idle(), calendar_token=TOKEN), f"/deadlines/{TOKEN}.ics")
    assert (status, kind) == (200, "text/calendar; charset=utf-8")
    assert [str(event["summary"]) for event in Calendar.from_ical(body).walk("VEVENT")] == [
        "OPEN due: child-1",
        "OPEN due: child-2",
    ]
    assert b"Robin" not in body
    assert (
        body.decode()
        == homeward("deadlines", "--ics", HOMEWARD_RECORD_URL=f"sqlite:///{tmp_path / 'record.sqlite'}").out
    )


def test_what_is_met_meanwhile_is_gone_at_the_next_look(filled: Record, serve: Callable[..., Pages]) -> None:
    pages = serve(idle(), calendar_token=TOKEN)
    assert get(pages, f"/deadlines/{TOKEN}.ics")[2].count(b"BEGIN:VEVENT") == 2
    with filled.transaction() as tx:
        tx.deadline_met(
            Happening("met 2", "child-2", pathway_id="pathway-child-2"), rule="OPEN", met_on="2026-07-01"
        )
    assert get(pages, f"/deadlines/{TOKEN}.ics")[2].count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/deadlines/.ics",
        "/deadlines/None.ics",
        "/deadlines/**********.ics",
        "/deadlines",
        f"/deadlines/{TOKEN}.ics",
    ],
)
def test_without_the_setting_there_is_no_calendar(
    filled: Record, serve: Callable[..., Pages], path: str
) -> None:
    assert get(serve(idle()), path) == (404, "text/plain; charset=utf-8", NONE)


@pytest.mark.parametrize(
    "path",
    [
        "/deadlines/.ics",
        "/deadlines/another-token-0123456789.ics",
        f"/deadlines/{TOKEN[:-1]}.ics",
        f"/deadlines/{TOKEN}0.ics",
        f"/deadlines/{TOKEN.upper()}.ics",
        f"/deadlines/{TOKEN}",
        f"/{TOKEN}.ics",
        f"/deadlines/?{TOKEN}.ics",
        "/deadlines/%C3%A9%00%FF.ics",
        "/deadlines/../deadlines/.ics",
    ],
)
def test_another_token_finds_what_every_other_address_finds(
    filled: Record, serve: Callable[..., Pages], path: str
) -> None:
    assert get(serve(idle(), calendar_token=TOKEN), path) == (404, "text/plain; charset=utf-8", NONE)


def test_while_the_record_is_away_a_subscriber_is_told_so(serve: Callable[..., Pages]) -> None:
    status, _, body = get(
        serve(idle(), calendar_token=TOKEN, record_url="postgresql://u:secret@localhost:9/none"),
        f"/deadlines/{TOKEN}.ics",
    )
    assert (
        status == 503
        and b"HOMEWARD_RECORD_URL" in body
        and b"secret" not in body
        and TOKEN.encode() not in body
    )


def test_no_page_and_no_log_holds_the_token(
    filled: Record, serve: Callable[..., Pages], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(deadlines: object) -> bytes:
        raise ValueError(f"something that quotes {TOKEN}")

    pages = serve(idle(), calendar_token=TOKEN)
    assert get(pages, f"/deadlines/{TOKEN}.ics")[0] == 200
    assert TOKEN.encode() not in get(pages, "/metrics")[2]
    monkeypatch.setattr(health, "calendar", broken)
    with pytest.raises(OSError):
        get(pages, f"/deadlines/{TOKEN}.ics")
    said = (settings().var / "everything.log").read_text()
    assert "health_page_failed" in said and TOKEN not in said


def test_a_token_is_shown_by_nothing_that_shows_settings() -> None:
    assert TOKEN not in repr(Settings(_env_file=None, calendar_token=TOKEN))


@pytest.mark.parametrize(
    "token",
    [
        "q" * 19,
        "twenty characters, but with spaces",
        "with/a/slash/0123456789",
        "ünïcode-0123456789-0123456789",
    ],
)
def test_a_token_that_is_short_or_fits_no_address_is_refused_and_not_quoted(
    homeward: Callable[..., Said], token: str
) -> None:
    said = homeward("deadlines", HOMEWARD_CALENDAR_TOKEN=token)
    assert (
        said.code == 2
        and said.err.startswith("error: setting calendar_token: ")
        and "20 or more" in said.err
        and said.err.count("\n") == 1
        and token not in said.err
    )
    with pytest.raises(ValidationError) as error:
        Settings(_env_file=None, calendar_token=token)
    assert token not in str(error.value)
