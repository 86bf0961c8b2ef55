"""What `homeward status` shows of variables written beyond a form."""

from __future__ import annotations

import datetime as dt

from workers.records import Happening, Record

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def test_newest_first_and_only_since_a_moment(record: Record) -> None:
    with record.transaction() as tx:
        for number, days in enumerate((40, 29, 2, 30)):
            tx.entry(
                Happening(f"u{number}", f"child-{number}", by="somebody", at=NOW - dt.timedelta(days=days)),
                "unexpected-variables",
                {"form": "f", "names": [f"n{number}"]},
            )
        tx.entry(Happening("other", "child-0", by="somebody", at=NOW), "form-submitted", {"form": "f"})
    with record.reading() as view:
        assert view.unexpected(NOW - dt.timedelta(days=30)) == [
            {
                "childId": f"child-{number}",
                "form": "f",
                "names": [f"n{number}"],
                "by": "somebody",
                "at": (NOW - dt.timedelta(days=days)).isoformat(),
            }
            for number, days in ((2, 2), (1, 29), (3, 30))
        ]
