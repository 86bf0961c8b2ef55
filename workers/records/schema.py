"""The tables. Rows of APPEND_ONLY ones never change nor go: the database itself refuses (migration 0001)."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    and_,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """A point in time as ISO text in UTC, always of 32 characters: it sorts as text under any collation."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> str | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a time zone cannot be recorded")
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: str | None, dialect: object) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


def serial() -> Column[int]:
    return Column("id", Integer, Identity(), primary_key=True)


children = Table(
    "children",
    metadata,
    serial(),
    Column("child_id", Text, nullable=False, index=True),
    Column("name", Text),
    Column("born", String(10)),
    Column("gender", Text),
    Column("stub", Boolean, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", Text),
)

entries = Table(
    "entries",
    metadata,
    serial(),
    Column("key", Text, nullable=False, unique=True),
    Column("child_id", Text, nullable=False),
    Column("process", Text),
    Column("pathway_id", Text),
    Column("workstep_id", Text),
    Column("what", Text, nullable=False),
    Column("by", Text),  # a user, "homeward", or nobody
    Column("at", Moment, nullable=False),  # when it happened
    Column("recorded_at", Moment, nullable=False),  # when it was written down
    Column("details", JSON, nullable=False),
    Index(None, "child_id", "at"),
    Index(None, "child_id", "what"),
    Index(None, "what", "at"),
)

answers = Table(
    "answers",
    metadata,
    serial(),
    Column("key", Text, nullable=False, unique=True),
    Column("child_id", Text, nullable=False),
    Column("process", Text, nullable=False),
    Column("workstep_id", Text, nullable=False, index=True),
    Column("form", Text, nullable=False),
    Column("by", Text),
    Column("at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("answers", JSON, nullable=False),  # key -> value
    Column("questions", JSON, nullable=False),  # key -> [section, label], the words as they were asked
    Index(None, "child_id", "form"),
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("child_id", Text, nullable=False, index=True),
    Column("process", Text),
    Column("workstep_id", Text),
    Column("to_user", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("at", Moment, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    serial(),
    Column("notification_id", ForeignKey(notifications.c.id), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('started', 'sent', 'failed', 'unknown')", "state"),
        nullable=False,
    ),
    Column("error", Text),  # class of the error and a short reason, no personal data
    Column("at", Moment, nullable=False),
    UniqueConstraint("notification_id", "attempt", "state"),  # inserting `started` is the claim on an attempt
)

episodes = Table(  # versions: a correction or an end is a row of its own, see `episodes`
    "episodes",
    metadata,
    serial(),
    Column("key", Text, nullable=False, unique=True),
    Column("child_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text),
    Column("began", String(10), nullable=False),
    Column("ended", String(10)),  # the day on which it was over; null: it is not
    Column("struck", Boolean, nullable=False),  # it never was
    # the version that this one takes the place of; each is corrected once
    Column("corrects", ForeignKey("episodes.id"), unique=True),
    Column("reason", Text),
    Column("process", Text),
    Column("pathway_id", Text),
    Column("workstep_id", Text),
    Column("by", Text),
    Column("at", Moment, nullable=False),  # when somebody said so
    Column("recorded_at", Moment, nullable=False),
    Index(None, "child_id", "kind"),
)

APPEND_ONLY = (children, entries, answers, notifications, deliveries, episodes)

# Working tables: what is still to be done, and what lists are read from. Nothing is lost with a row that
# goes: the record of it stands above.
deadlines = Table(  # how each stands, as its child's entries tell it: see `deadline_rows`
    "deadlines",
    metadata,
    # the entry that set it,
    Column("first", ForeignKey(entries.c.id), primary_key=True, autoincrement=False),
    # and the one that moved it last: its dates stand there
    Column("latest", ForeignKey(entries.c.id), nullable=False),
    Column("child_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("pathway_id", Text),
    Column("workstep_id", Text),
    Column("due_at", Moment),  # when it is overdue; null: it has no date
    Column("met_on", Text),
    Column("ended", String(10)),
    Index(None, "child_id", "rule"),
)
STANDS_OPEN = and_(deadlines.c.met_on.is_(None), deadlines.c.ended.is_(None))
Index(
    "ix_deadlines_open",
    deadlines.c.due_at,
    deadlines.c.first,
    sqlite_where=STANDS_OPEN,
    postgresql_where=STANDS_OPEN,
)

# children whom nobody has registered yet
stubs = Table("stubs", metadata, Column("child_id", Text, primary_key=True))

queue = Table(
    "queue",
    metadata,
    Column("notification_id", ForeignKey(notifications.c.id), primary_key=True),
    # when to try (again); moved ahead while an attempt runs
    Column("due_at", Moment, nullable=False, index=True),
)

given_up = Table(  # neither sent nor to be tried again
    "given_up",
    metadata,
    Column("notification_id", ForeignKey(notifications.c.id), primary_key=True),
)

tallies = Table(  # attempts to send, by how they ended: a row each for `sent`, `failed` and `unknown`
    "tallies",
    metadata,
    Column("state", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)

offers = Table(  # copies of forms that wait for the step of a brother or sister
    "offers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("child_id", Text, nullable=False, index=True),  # whom it is offered to
    Column("from_child", Text, nullable=False),
    Column("process", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("source", Text, nullable=False),  # the key of the answers
    Column("opens", Text),  # the pathway that is opened for the child; null: none, or done
    Column("authority", Text),
    Column("asked_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),  # when it is given up
    Column("at", Moment, nullable=False, index=True),  # when to look for the step
)

open_pathways = Table(
    "open_pathways",
    metadata,
    Column("child_id", Text, primary_key=True),
    Column("process", Text, primary_key=True),
    Column("pathway_id", Text, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
)

purges = Table(
    "purges",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("asked_at", Moment),
    Column("at", Moment, nullable=False),  # when to look whether it has ended
    Index(None, "at", "instance_id"),
)
