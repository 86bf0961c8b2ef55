"""What lists are read from, so that they cost what they list and not what was ever recorded: deadlines,
stubs, mail that was given up, counts.
"""

import sqlalchemy as sa
from alembic import op

from workers.records import deadline_rows

revision = "0002"
down_revision = "0001"


def text(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    op.drop_index("ix_entries_what", "entries")
    op.create_index("ix_entries_child_id_what", "entries", ["child_id", "what"])
    op.create_index("ix_entries_what_at", "entries", ["what", "at"])
    op.add_column("purges", sa.Column("asked_at", sa.String(32)))
    op.execute("UPDATE purges SET asked_at = at")
    op.create_index("ix_purges_at_instance_id", "purges", ["at", "instance_id"])

    op.create_table(
        "deadlines",
        sa.Column("first", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("latest", sa.Integer, nullable=False),
        text("child_id", False),
        text("rule", False),
        text("pathway_id"),
        text("workstep_id"),
        sa.Column("due_at", sa.String(32)),
        text("met_on"),
        sa.Column("ended", sa.String(10)),
        sa.PrimaryKeyConstraint("first", name="pk_deadlines"),
        sa.ForeignKeyConstraint(["first"], ["entries.id"], name="fk_deadlines_first"),
        sa.ForeignKeyConstraint(["latest"], ["entries.id"], name="fk_deadlines_latest"),
    )
    deadline_rows.rebuild(op.get_bind())
    op.create_index("ix_deadlines_child_id_rule", "deadlines", ["child_id", "rule"])
    still_open = sa.text("met_on IS NULL AND ended IS NULL")
    op.create_index(
        "ix_deadlines_open",
        "deadlines",
        ["due_at", "first"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )

    op.create_table("stubs", text("child_id", False), sa.PrimaryKeyConstraint("child_id", name="pk_stubs"))
    op.execute(
        "INSERT INTO stubs SELECT child_id FROM children GROUP BY child_id HAVING count(*) = "
        "sum(CASE WHEN stub THEN 1 ELSE 0 END)"
    )

    op.create_table(
        "given_up",
        sa.Column("notification_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("notification_id", name="pk_given_up"),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name="fk_given_up_notification_id"
        ),
    )
    op.execute(
        "INSERT INTO given_up SELECT id FROM notifications WHERE id NOT IN (SELECT notification_id "
        "FROM queue) "
        "AND id IN (SELECT notification_id FROM deliveries) AND id NOT IN (SELECT notification_id "
        "FROM deliveries WHERE state = 'sent')"
    )

    op.create_table(
        "tallies",
        text("state", False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_tallies"),
    )
    for state in ("sent", "failed", "unknown"):
        op.execute(f"INSERT INTO tallies SELECT '{state}', count(*) FROM deliveries WHERE state = '{state}'")
