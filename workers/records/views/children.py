"""Who the children are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from workers.records import schema
from workers.records.schema import children
from workers.records.views.base import View


@dataclass(frozen=True)
class Child:
    """A child's master data, as last recorded. `stub`: nobody has registered the child yet."""

    child_id: str
    name: str | None
    born: date | None
    gender: str | None
    stub: bool
    recorded_at: datetime
    recorded_by: str | None


class Children(View):
    def child(self, child_id: str) -> Child | None:
        return next(iter(self._children(children.c.child_id == child_id)), None)

    def unregistered(self, child_id: str) -> str | None:
        """Why a reference stands for no registered child: half a sentence, with those that are written alike
        but for capitals, spaces and hyphens. None if it does.
        """
        if (known := self.child(child_id)) and not known.stub:
            return None
        bare = func.replace(func.replace(func.lower(children.c.child_id), "-", ""), " ", "")
        wanted = child_id.lower().replace("-", "").replace(" ", "")
        alike = [child.child_id for child in self._children(bare == wanted) if not child.stub]
        return f"{child_id} is not registered" + (f" (did you mean {' or '.join(alike)}?)" if alike else "")

    def children(self, stubs_only: bool = False) -> list[Child]:
        """Every child on the record, by reference; `stubs_only`: those nobody has registered yet."""
        if not stubs_only:
            return self._children()
        return [
            child
            for child in self._children(children.c.child_id.in_(select(schema.stubs.c.child_id)))
            if child.stub
        ]

    def _children(self, *where: Any) -> list[Child]:
        # The newest row holds, but a stub never covers what someone registered.
        newest = func.row_number().over(
            partition_by=children.c.child_id, order_by=(children.c.stub, children.c.id.desc())
        )
        ranked = select(children, newest.label("rank")).where(*where).subquery()
        return [
            Child(
                row.child_id,
                row.name,
                row.born and date.fromisoformat(row.born),
                row.gender,
                row.stub,
                row.recorded_at,
                row.recorded_by,
            )
            for row in self._rows(select(ranked).where(ranked.c.rank == 1).order_by(ranked.c.child_id))
        ]
