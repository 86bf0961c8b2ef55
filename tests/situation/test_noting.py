"""Episodes on the record: noted once, ended, corrected, never overwritten; what does not fit is refused."""

from __future__ import annotations

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workers.records import Happening, Record
from workers.records.episodes import Episode, standing
from workers.settings import PROJECT
from workers.situation import EpisodeError, EpisodeRefused, WrongEpisode
from workers.situation.facts import Situation
from workers.situation.noting import Note, note
from workers.situation.vocabulary import Vocabulary

OURS = Vocabulary.read(PROJECT)
TODAY = dt.date(2026, 11, 28)
CHILD = "CH-1"


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def say(
    record: Record,
    kind: str,
    value: str | None = None,
    began: str | None = None,
    ended: str | None = None,
    *,
    corrects: str | None = None,
    strike: bool = False,
    key: str | None = None,
    child: str = CHILD,
) -> Episode:
    with record.transaction() as tx:
        return note(
            tx,
            OURS,
            Happening(key or str(uuid4()), child, "a-step", "p", "w", "social-worker"),
            Note(kind, value, day(began), day(ended), day(corrects), strike),
            TODAY,
        )


def told(
    record: Record, kind: str | None = None, child: str = CHILD
) -> list[tuple[str | None, str, str | None]]:
    """What stands: value, first day, day on which it was over."""
    with record.reading() as view:
        return [
            (one.value, one.began.isoformat(), one.ended.isoformat() if one.ended else None)
            for one in view.episodes(child, kind)
        ]


def versions(record: Record, child: str = CHILD) -> list[Episode]:
    with record.reading() as view:
        return view.episode_versions(child)


def test_what_is_noted_says_from_where_by_whom_and_when(record: Record):
    say(record, "placement", "U4", "2026-05-03")
    [one] = versions(record)
    assert (one.process, one.pathway_id, one.workstep_id, one.by) == ("a-step", "p", "w", "social-worker")
    assert one.at and one.recorded_at and one.began == dt.date(2026, 5, 3)
    [entry] = record.chronology(CHILD)
    assert entry["what"] == "episode-noted"
    assert entry["details"]["words"] == "Long-term fostering with another foster carer (U4)"


def test_the_same_work_and_the_same_words_leave_one_trace(record: Record):
    first = say(record, "placement", "U4", "2026-05-03", key="task")
    assert say(record, "placement", "U6", "2026-06-03", key="task") == first, "the work was done before"
    assert say(record, "placement", "U4", "2026-05-03") == first, "the form was sent again"
    assert len(versions(record)) == len(record.chronology(CHILD)) == 1


def test_an_end_is_a_version_of_its_own(record: Record):
    say(record, "period-of-care", None, "2026-01-01")
    say(record, "period-of-care", None, None, "2026-03-01")
    assert told(record) == [(None, "2026-01-01", "2026-03-01")]
    first, second = versions(record)
    assert (first.ended, second.corrects) == (None, first.id)
    assert say(record, "period-of-care", None, "2026-01-01").id == second.id, "it has ended, and that stays"


def test_the_next_one_ends_the_last_where_the_kind_says_so(record: Record):
    say(record, "placement", "U6", "2026-01-01")
    say(record, "placement", "U4", "2026-05-03")
    assert told(record) == [("U6", "2026-01-01", "2026-05-03"), ("U4", "2026-05-03", None)]


def test_a_correction_leaves_both_versions(record: Record):
    say(record, "legal-status", "V2", "2026-01-01")
    say(record, "legal-status", "C1", corrects="2026-01-01")
    assert told(record) == [("C1", "2026-01-01", None)]
    say(record, "legal-status", None, "2026-01-05", corrects="2026-01-01")
    assert told(record) == [("C1", "2026-01-05", None)]
    assert [(one.value, one.began.day) for one in versions(record)] == [("V2", 1), ("C1", 1), ("C1", 5)]


def test_what_never_was_is_struck_out_and_stays_readable(record: Record):
    say(record, "missing", None, "2026-01-01", "2026-01-02")
    say(record, "missing", corrects="2026-01-01", strike=True)
    assert told(record) == []
    assert [one.struck for one in versions(record)] == [False, True]


def test_several_of_a_kind_that_may_overlap_are_told_apart_by_their_value(record: Record):
    say(record, "disability", "VIS", "2020-01-01")
    say(record, "disability", "LD", "2020-01-01")
    with pytest.raises(EpisodeRefused, match="not one disability is open"):
        say(record, "disability", None, None, "2024-01-01")
    say(record, "disability", "LD", None, "2024-01-01")
    assert told(record) == [("VIS", "2020-01-01", None), ("LD", "2020-01-01", "2024-01-01")]
    with pytest.raises(EpisodeRefused, match="overlap another disability"):
        say(record, "disability", "VIS", "2021-01-01")


@pytest.mark.parametrize(
    ("error", "said", "words"),
    [
        (
            WrongEpisode,
            ("moon", None, "2026-01-01"),
            "no such kind of episode: use period-of-care, placement",
        ),
        (WrongEpisode, ("placement", "U9", "2026-01-01"), "placement has no such code: use U1, U2"),
        (WrongEpisode, ("period-of-care", None, "2026-11-29"), "has a date in the future: note it when"),
        (WrongEpisode, ("period-of-care", None, "2026-01-01", "2026-11-29"), "has a date in the future"),
        (WrongEpisode, ("missing", None, "2026-01-02", "2026-01-01"), "would end before it began: correct"),
        (WrongEpisode, ("care-review", None, "2026-01-01", "2026-01-02"), "happens on one day: leave"),
        (WrongEpisode, ("missing",), "neither first nor last day is given: say when"),
        (
            EpisodeRefused,
            ("missing", None, None, "2026-01-02"),
            "not one missing is open that could be ended",
        ),
        (EpisodeRefused, ("period-of-care", None, "2025-06-01"), "it would overlap another period-of-care"),
        (EpisodeRefused, ("period-of-care", None, "2024-06-01", "2025-02-01"), "(from 1 January 2025): give"),
        (EpisodeRefused, ("placement", "U4", "2024-12-01"), "it would overlap another placement"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(
    record: Record, error: type[EpisodeError], said: tuple[str, ...], words: str
):
    say(record, "period-of-care", None, "2025-01-01")
    say(record, "placement", "U6", "2025-01-01")
    with pytest.raises(error) as refused:
        say(record, *said)
    assert words in str(refused.value)
    assert "2025" not in refused.value.plain, "a log keeps nothing of the child"
    assert len(versions(record)) == 2


def test_a_correction_names_one_that_stands(record: Record):
    say(record, "placement", "U6", "2025-01-01")
    with pytest.raises(EpisodeRefused, match="not one placement stands on the record from the day"):
        say(record, "placement", "U4", corrects="2025-01-02")
    say(record, "placement", None, "2025-01-02", corrects="2025-01-01")
    with pytest.raises(EpisodeRefused, match="--history"):
        say(record, "placement", "U4", corrects="2025-01-01")


def test_where_dates_ahead_make_sense_they_are_taken(record: Record):
    say(record, "placement", "U6", "2025-01-01")
    say(record, "placement", "U4", "2026-12-24")
    assert told(record) == [("U6", "2025-01-01", "2026-12-24"), ("U4", "2026-12-24", None)]


def test_two_at_once_do_not_both_come_in(record: Record):
    """Each would fit alone."""

    def one(number: int) -> bool:
        try:
            say(record, "period-of-care", None, f"2026-01-{number:02}")
            return True
        except EpisodeRefused:
            return False

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(1, 5))) == 1
    assert len(told(record)) == 1


# random histories -------------------------------------------------------------------------------------------

DAYS = st.integers(0, 40).map(lambda number: dt.date(2024, 2, 10) + dt.timedelta(number))
KINDS = ("period-of-care", "placement", "legal-status", "disability", "care-review", "long-term-fostering")
SAID = st.sampled_from(KINDS).flatmap(
    lambda kind: st.builds(
        Note,
        st.just(kind),
        st.sampled_from(list(OURS.kinds[kind].codes)[:3] or [None]) | st.none(),
        st.none() | DAYS,
        st.none() | DAYS,
        st.none() | DAYS,
        st.booleans(),
    )
)
SHARED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
run = itertools.count()


def play(book: Record, history: list[Note]) -> tuple[str, list[list[Episode]]]:
    """A child with the versions on the record after each note."""
    child, after = f"CH-{next(run)}", []
    for number, said in enumerate(history):
        try:
            with book.transaction() as tx:
                note(tx, OURS, Happening(f"{child}:{number}", child), said, TODAY)
        except EpisodeError:
            pass
        after.append(versions(book, child))
    return child, after


@SHARED
@given(history=st.lists(SAID, min_size=1, max_size=12))
def test_no_two_overlap_where_they_may_not(book: Record, history: list[Note]):
    child, _ = play(book, history)
    for kind in KINDS:
        with book.reading() as view:
            found = view.episodes(child, kind)
        for one, other in itertools.combinations(found, 2):
            if OURS.kinds[kind].overlap != "allowed" or one.value == other.value:
                assert not one.overlaps(other), (one, other)
        assert all(one.ended is None or one.ended >= one.began for one in found)


@SHARED
@given(history=st.lists(SAID, min_size=1, max_size=12))
def test_whatever_is_said_later_earlier_versions_stay_as_they_were(book: Record, history: list[Note]):
    _, after = play(book, history)
    for before, then in itertools.pairwise(after):
        assert then[: len(before)] == before
    found = after[-1]
    replaced = [one.corrects for one in found if one.corrects]
    assert len(replaced) == len(set(replaced)), "each version is corrected once"
    assert len(standing(found)) == len(found) - len(replaced) - sum(one.struck for one in found)


@SHARED
@given(history=st.lists(SAID, min_size=1, max_size=12), on=DAYS)
def test_a_day_is_answered_as_of_that_day(book: Record, history: list[Note], on: dt.date):
    """What begins later changes nothing of it; what holds is what the standing versions say of that day."""
    _, after = play(book, history)
    stands = standing(after[-1])
    born, begun = dt.date(2010, 2, 28), [one for one in stands if one.began <= on]
    then = Situation(OURS, stands, born, on)
    assert then.facts == Situation(OURS, begun, born, on).facts
    care = [one for one in begun if one.kind == "period-of-care"]
    is_open = any(one.ended is None or on < one.ended for one in care)
    assert then.facts.get("lookedAfter") is (is_open if care else None)
    homes = [one for one in then.episodes if one.kind == "placement" and one.open(on)]
    assert len(homes) <= 1 and ("placementKind" in then.facts) == bool(homes)
