"""What is added to the record.

Every `key` is unique: a second write under the same key writes nothing and gives False, so work that is repeated
after a crash (delivery is at least once) leaves one trace.
"""
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite

from workers.records import schema
from workers.records.deadlines import iso
from workers.records.views import Reads
from workers.records.vocabulary import WHAT


class Writes(Reads):
    def _insert(self, table: Table) -> Any:
        return (postgresql if self._connection.dialect.name == "postgresql" else sqlite).insert(table)

    def _add(self, table: Table, unique: Sequence[str], **values: Any) -> bool:
        """Insert, unless a row with the same `unique` columns stands."""
        insert = self._insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
        return self._connection.execute(insert.returning(table.c[unique[0]])).first() is not None

    # Children

    def register_child(
        self,
        child_id: str,
        *,
        name: str | None = None,
        born: date | None = None,
        gender: str | None = None,
        by: str | None = None,
    ) -> None:
        """Register a child, or correct what is known: what is not given stays as it was."""
        known = self.child(child_id)
        self._connection.execute(schema.children.insert().values(
            child_id=child_id, name=name or (known and known.name), gender=gender or (known and known.gender),
            born=iso(born or (known and known.born)), stub=False, recorded_at=self.now(), recorded_by=by))

    def ensure_child(self, child_id: str) -> bool:
        """Register an unknown child as a stub; True if it was unknown. Work never stops for want of master data."""
        if self.child(child_id):
            return False
        self._connection.execute(schema.children.insert().values(
            child_id=child_id, stub=True, recorded_at=self.now(), recorded_by="homeward"))
        return True

    # The chronology

    def entry(self, *, key: str, child_id: str, what: str, process: str | None = None, pathway_id: str | None = None,
              workstep_id: str | None = None, by: str | None = None, at: datetime | None = None,
              details: Mapping[str, Any] | None = None) -> bool:
        """Add to the chronology. `at`: when it happened (aware; default now). `by`: a user id, "homeward" or None."""
        if what not in WHAT:
            raise ValueError(f"{what!r} is no kind of entry: use one of workers/records/vocabulary.py, or add it there")
        written = self.now()
        return self._add(
            schema.entries,
            ["key"],
            key=key,
            child_id=child_id,
            what=what,
            process=process,
            pathway_id=pathway_id,
            workstep_id=workstep_id,
            by=by,
            at=at or written,
            recorded_at=written,
            details=to_jsonable_python(dict(details or {})),
        )

    def deadline_set(
        self,
        *,
        key: str,
        child_id: str,
        rule: str,
        from_: date | datetime | str | None,
        statutory_due: date | datetime | str | None,
        local_target: date | datetime | str | None,
        last_working_day: date | str | None,
        source: str,
        kind: str,
        replaces: date | datetime | str | None = None,
        details: Mapping[str, Any] | None = None,
        **where: Any,
    ) -> bool:
        """Entry `deadline-set`. `replaces`: the start date before it was corrected. `where`: as `entry` takes it."""
        set_ = {"rule": rule, "statutoryDue": iso(statutory_due), "localTarget": iso(local_target),
                "lastWorkingDay": iso(last_working_day), "from": iso(from_), "source": source, "kind": kind}
        if replaces:
            set_["replaces"] = iso(replaces)
        return self.entry(key=key, child_id=child_id, what="deadline-set", details={**(details or {}), **set_},
                          **{"by": "homeward", **where})

    def deadline_met(self, *, key: str, child_id: str, rule: str, met_on: date | datetime | str,
                     from_: date | datetime | str | None = None, **where: Any) -> bool:
        """Entry `deadline-met`. `from_` says which one where a rule recurs; without it the soonest open one is met."""
        met = {"rule": rule, "metOn": iso(met_on)} | ({"from": iso(from_)} if from_ else {})
        return self.entry(key=key, child_id=child_id, what="deadline-met", details=met, **{"by": "homeward", **where})

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

    # Working tables

    def claim_pathway(self, child_id: str, process: str, pathway_id: str) -> str:
        """Open a pathway of this kind for the child; gives the id of the one that is open: yours, or an earlier one."""
        # One statement, or another's release could fall between asking and looking.
        insert = self._insert(schema.open_pathways).values(
            child_id=child_id, process=process, pathway_id=pathway_id, at=self.now()
        )
        claim = insert.on_conflict_do_update(index_elements=["child_id", "process"], set_={"process": process})
        return self._connection.execute(claim.returning(schema.open_pathways.c.pathway_id)).scalar_one()

    def release_pathway(self, pathway_id: str) -> None:
        """The pathway has ended; harmless if it was not open."""
        self._connection.execute(delete(schema.open_pathways).where(schema.open_pathways.c.pathway_id == pathway_id))

    def add_purge(self, instance_id: str) -> bool:
        """Note an engine instance whose history variables are to be deleted once it has ended."""
        return self._add(schema.purges, ["instance_id"], instance_id=instance_id, at=self.now())

    def done_purge(self, instance_id: str) -> None:
        self._connection.execute(delete(schema.purges).where(schema.purges.c.instance_id == instance_id))
