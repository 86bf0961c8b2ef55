"""What people wrote into forms."""

from typing import Any

from sqlalchemy import and_, select

from workers.records.schema import answers
from workers.records.views.base import View


class Answers(View):
    def latest_answers(
        self,
        child_id: str,
        form: str | None = None,
        process: str | None = None,
        workstep_id: str | None = None,
    ) -> dict[str, Any] | None:
        """The child's newest answers (key -> value) among those that fit, or None."""
        wanted = {answers.c.form: form, answers.c.process: process, answers.c.workstep_id: workstep_id}
        fits = and_(
            answers.c.child_id == child_id,
            *(column == value for column, value in wanted.items() if value is not None),
        )
        newest = (
            select(answers.c.answers).where(fits).order_by(answers.c.at.desc(), answers.c.id.desc()).limit(1)
        )
        return self._connection.scalar(newest)

    def answers_of(self, workstep_id: str) -> list[dict[str, Any]]:
        """Each form of a workstep as it was submitted, oldest first, the questions as they were asked."""
        return self._submitted(answers.c.workstep_id == workstep_id)

    def submissions_of(self, child_id: str, form: str) -> list[dict[str, Any]]:
        """The same of one form of a child, in whatever workstep."""
        return self._submitted(answers.c.child_id == child_id, answers.c.form == form)

    def _submitted(self, *where: Any) -> list[dict[str, Any]]:
        rows = self._rows(select(answers).where(*where).order_by(answers.c.at, answers.c.id))
        return [
            {
                "at": row.at.isoformat(),
                "process": row.process,
                "form": row.form,
                "by": row.by,
                "answers": row.answers,
                "questions": row.questions,
            }
            for row in rows
        ]

    def answers_by(self, key: str) -> dict[str, Any] | None:
        """One form as it was submitted, by the key under which it was kept."""
        return next(iter(self._submitted(answers.c.key == key)), None)

    def last_author(self, workstep_id: str | None) -> str | None:
        """Who submitted the workstep's last form."""
        newest = (
            select(answers.c.by)
            .where(answers.c.workstep_id == workstep_id)
            .order_by(answers.c.id.desc())
            .limit(1)
        )
        return self._connection.scalar(newest)
