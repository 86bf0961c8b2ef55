"""What `homeward status` shows of variables written beyond a form."""

from __future__ import annotations

import datetime as dt

from workers.records import Record

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def test_newest_first_and_only_since_a_moment(record: Record) -> None:
    with record.transaction() as tx:
        for number, days in enumerate((40, 29, 2, 30)):
            tx.entry(
                key=f"u{number}",
                child_id=f"child-{number}",
                what="unexpected-variables",
                by="somebody",
                at=NOW - dt.timedelta(days=days),
                details={"form": "f", "names": [f"n{number}"]},
            )
        tx.entry(
            key="other",
            child_id="child-0",
            what="form-submitted",
            by="somebody",
            at=NOW,
            details={"form": "f"},
        )
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
