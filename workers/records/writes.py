"""What is added to the record.

Every `key` is unique: a second write under the same key writes nothing and gives False, so work that is
repeated after a crash (delivery is at least once) leaves one trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import Column, Row, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from workers.records import deadline_rows, schema
from workers.records.database import lock_child
from workers.records.deadlines import KINDS, iso
from workers.records.episodes import Episode
from workers.records.happening import Happening
from workers.records.views import Child, Reads
from workers.records.vocabulary import WHAT

SOON, LATE = timedelta(seconds=2), timedelta(minutes=10)  # between two looks whether an instance has ended


class Writes(Reads):
    def _insert(self, table: Table) -> Any:
        return (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(table)

    def _add(self, table: Table, unique: Sequence[str], **values: Any) -> bool:
        """Insert, unless a row with the same `unique` columns stands."""
        return self._added(table, unique, (table.c[unique[0]],), **values) is not None

    def _added(
        self, table: Table, unique: Sequence[str], columns: Sequence[Column[Any]], **values: Any
    ) -> Row[Any] | None:
        """The same; gives the `columns` of the row that was added."""
        insert = self._insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
        return self._connection.execute(insert.returning(*columns)).first()

    def _add_all(self, table: Table, unique: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> set[Any]:
        """Many at once; the first of the `unique` columns of those that were added."""
        if not rows:
            return set()
        insert = self._insert(table).on_conflict_do_nothing(index_elements=unique)
        return set(self._connection.execute(insert.returning(table.c[unique[0]]), list(rows)).scalars())

    # Children

    def register_child(
        self,
        child_id: str,
        *,
        name: str | None = None,
        born: date | None = None,
        gender: str | None = None,
        by: str | None = None,
    ) -> Child:
        """Register a child, or correct what is known: what is not given stays. What is known then."""
        now = Child(child_id, name, born, gender, False, self.now(), by)
        if before := self.child(child_id):
            now = replace(
                now, name=name or before.name, born=born or before.born, gender=gender or before.gender
            )
        self._connection.execute(schema.children.insert().values(asdict(now) | {"born": iso(now.born)}))
        self._connection.execute(delete(schema.stubs).where(schema.stubs.c.child_id == child_id))
        return now

    def ensure_child(self, child_id: str) -> bool:
        """Register an unknown child as a stub; True if it was unknown.

        Work never stops for want of master data.
        """
        if self.child(child_id):
            return False
        self._connection.execute(
            schema.children.insert().values(
                child_id=child_id, stub=True, recorded_at=self.now(), recorded_by="homeward"
            )
        )
        self._add(schema.stubs, ["child_id"], child_id=child_id)
        return True

    # The chronology

    def entry(
        self,
        happening: Happening,
        what: str,
        details: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> bool:
        """Add to the chronology. `key`: the entry's own, where one happening has several of a kind."""
        if what not in WHAT:
            raise ValueError(
                f"{what!r} is no kind of entry: use one of workers/records/vocabulary.py, or add it there"
            )
        of_deadlines = what in KINDS
        if of_deadlines:
            lock_child(self._connection, happening.child_id)
        columns = deadline_rows.COLUMNS if of_deadlines else (schema.entries.c.id,)
        added = self._added(schema.entries, ["key"], columns, **self._entry(happening, what, details, key))
        if added and of_deadlines:
            deadline_rows.follow(self._connection, added)
        return added is not None

    def _entry(
        self, happening: Happening, what: str, details: Mapping[str, Any] | None, key: str | None
    ) -> dict[str, Any]:
        """The row of an entry."""
        written = self.now()
        return {
            "key": key or f"{happening.key}:{what}",
            "child_id": happening.child_id,
            "what": what,
            "process": happening.process,
            "pathway_id": happening.pathway_id,
            "workstep_id": happening.workstep_id,
            "by": happening.by,
            "at": happening.at or written,
            "recorded_at": written,
            "details": to_jsonable_python(dict(details or {})),
        }

    def deadline_set(
        self,
        happening: Happening,
        *,
        rule: str,
        from_: date | datetime | str | None,
        statutory_due: date | datetime | str | None,
        local_target: date | datetime | str | None,
        last_working_day: date | str | None,
        source: str,
        kind: str,
        replaces: date | datetime | str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> bool:
        """Entry `deadline-set`. `replaces`: the start date before it was corrected."""
        set_ = {
            "rule": rule,
            "statutoryDue": iso(statutory_due),
            "localTarget": iso(local_target),
            "lastWorkingDay": iso(last_working_day),
            "from": iso(from_),
            "source": source,
            "kind": kind,
        }
        if replaces:
            set_["replaces"] = iso(replaces)
        set_ = {**(details or {}), **set_}
        key = f"{happening.key}:deadline-set:{rule}" + (f":{set_['duty']}" if "duty" in set_ else "")
        return self.entry(happening, "deadline-set", set_, key=key)

    def deadline_met(
        self,
        happening: Happening,
        *,
        rule: str,
        met_on: date | datetime | str,
        from_: date | datetime | str | None = None,
        duty: str | None = None,
    ) -> bool:
        """Entry `deadline-met`.

        `from_` says which one where a rule recurs; without it the soonest open one is met. `duty`: whose it
        is, where it is a duty's.
        """
        met = {"rule": rule, "metOn": iso(met_on)} | ({"from": iso(from_)} if from_ else {})
        met |= {"duty": duty} if duty else {}
        return self.entry(happening, "deadline-met", met, key=f"{happening.key}:deadline-met:{rule}")

    def answers(
        self,
        *,
        key: str,
        child_id: str,
        process: str,
        workstep_id: str,
        form: str,
        answers: Mapping[str, Any],
        questions: Mapping[str, Sequence[str | None]],
        by: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Keep a form as submitted. `questions`: key -> (section, label), the words as they were asked."""
        written = self.now()
        return self._add(
            schema.answers,
            ["key"],
            key=key,
            child_id=child_id,
            process=process,
            workstep_id=workstep_id,
            form=form,
            by=by,
            at=at or written,
            recorded_at=written,
            answers=to_jsonable_python(dict(answers)),
            questions=to_jsonable_python(dict(questions)),
        )

    # Episodes

    def lock_episodes(self, child_id: str) -> None:
        """Before a child's episodes are read to add one that goes with them."""
        lock_child(self._connection, child_id)

    def episode(
        self,
        happening: Happening,
        kind: str,
        value: str | None,
        began: date,
        ended: date | None,
        *,
        corrects: Episode | None = None,
        struck: bool = False,
        reason: str | None = None,
    ) -> bool:
        """A version of an episode. `corrects`: the one whose place it takes; `struck`: it never was."""
        if ended and ended < began:
            raise ValueError("an episode ends on its first day or later")
        written = self.now()
        return self._add(
            schema.episodes,
            ["key"],
            key=happening.key,
            child_id=happening.child_id,
            kind=kind,
            value=value,
            began=began.isoformat(),
            ended=ended and ended.isoformat(),
            struck=struck,
            corrects=corrects and corrects.id,
            reason=reason,
            process=happening.process,
            pathway_id=happening.pathway_id,
            workstep_id=happening.workstep_id,
            by=happening.by,
            at=happening.at or written,
            recorded_at=written,
        )

    # Working tables

    def claim_pathway(self, child_id: str, process: str, pathway_id: str) -> str:
        """Open a pathway of this kind for the child; the id of the one that is open, yours or an earlier."""
        # One statement, or another's release could fall between asking and looking.
        insert = self._insert(schema.open_pathways).values(
            child_id=child_id, process=process, pathway_id=pathway_id, at=self.now()
        )
        claim = insert.on_conflict_do_update(
            index_elements=["child_id", "process"], set_={"process": process}
        )
        returned = self._connection.execute(claim.returning(schema.open_pathways.c.pathway_id))
        opened: str = returned.scalar_one()
        return opened

    def release_pathway(self, pathway_id: str) -> None:
        """The pathway has ended; harmless if it was not open."""
        self._connection.execute(
            delete(schema.open_pathways).where(schema.open_pathways.c.pathway_id == pathway_id)
        )

    def add_purge(self, instance_id: str) -> None:
        """Note, to be looked at now, an engine instance whose history variables go once it has ended."""
        insert = self._insert(schema.purges).values(
            instance_id=instance_id, asked_at=self.now(), at=self.now()
        )
        again = {"asked_at": insert.excluded.asked_at, "at": insert.excluded.at}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["instance_id"], set_=again))

    def put_off_purge(self, instance_id: str) -> None:
        """It cannot be done yet: look again, the later the longer ago it was asked for."""
        mine = schema.purges.c.instance_id == instance_id
        if asked_at := self._connection.scalar(select(schema.purges.c.asked_at).where(mine)):
            later = self._later(asked_at)
            self._connection.execute(update(schema.purges).where(mine).values(at=later))

    def _later(self, asked_at: datetime) -> datetime:
        return self.now() + min(max((self.now() - asked_at) / 10, SOON), LATE)

    def done_purge(self, instance_id: str) -> None:
        self._connection.execute(delete(schema.purges).where(schema.purges.c.instance_id == instance_id))
