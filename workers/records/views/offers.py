"""Copies of forms that wait for the step of a brother or sister."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from workers.records.schema import offers
from workers.records.views.base import View


class Offer(NamedTuple):
    """A form of `from_child`, kept under the key `source`, for the step of `process` that asks it of
    `child_id`. `opens`: the pathway that is opened for the child first. `until`: when it is given up.
    """

    key: str
    child_id: str
    from_child: str
    process: str
    form: str
    source: str
    opens: str | None
    authority: str | None
    asked_at: datetime
    until: datetime


class Offers(View):
    def offers(self, limit: int = 100) -> list[Offer]:
        """Those to look at now, longest waiting first."""
        columns = [offers.c[name] for name in Offer._fields]
        due = select(*columns).where(offers.c.at <= self.now()).order_by(offers.c.at, offers.c.key)
        return [Offer(**row._asdict()) for row in self._rows(due.limit(limit))]
