"""The record of each child, and the rule that it is only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("children", "entries", "answers", "notifications", "deliveries")


def text(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def moment(name: str) -> sa.Column:
    return sa.Column(name, sa.String(32), nullable=False)


def document(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON, nullable=False)


def serial(table: str) -> tuple[sa.Column, sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Integer, sa.Identity(), nullable=False), sa.PrimaryKeyConstraint(
        "id", name=f"pk_{table}"
    )


def upgrade() -> None:
    op.create_table(
        "children",
        *serial("children"),
        text("child_id", False),
        text("name"),
        sa.Column("born", sa.String(10)),
        text("gender"),
        sa.Column("stub", sa.Boolean, nullable=False),
        moment("recorded_at"),
        text("recorded_by"),
    )
    op.create_index("ix_children_child_id", "children", ["child_id"])

    op.create_table(
        "entries",
        *serial("entries"),
        text("key", False),
        text("child_id", False),
        text("process"),
        text("pathway_id"),
        text("workstep_id"),
        text("what", False),
        text("by"),
        moment("at"),
        moment("recorded_at"),
        document("details"),
        sa.UniqueConstraint("key", name="uq_entries_key"),
    )
    op.create_index("ix_entries_child_id_at", "entries", ["child_id", "at"])
    op.create_index("ix_entries_what", "entries", ["what"])

    op.create_table(
        "answers",
        *serial("answers"),
        text("key", False),
        text("child_id", False),
        text("process", False),
        text("workstep_id", False),
        text("form", False),
        text("by"),
        moment("at"),
        moment("recorded_at"),
        document("answers"),
        document("questions"),
        sa.UniqueConstraint("key", name="uq_answers_key"),
    )
    op.create_index("ix_answers_child_id_form", "answers", ["child_id", "form"])
    op.create_index("ix_answers_workstep_id", "answers", ["workstep_id"])

    op.create_table(
        "notifications",
        sa.Column("id", sa.String(32), nullable=False),
        text("key", False),
        text("child_id", False),
        text("process"),
        text("workstep_id"),
        text("to_user", False),
        text("address", False),
        text("template", False),
        text("channel", False),
        document("details"),
        moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("key", name="uq_notifications_key"),
    )
    op.create_index("ix_notifications_child_id", "notifications", ["child_id"])

    op.create_table(
        "deliveries",
        *serial("deliveries"),
        sa.Column("notification_id", sa.String(32), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        text("state", False),
        text("error"),
        moment("at"),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name="fk_deliveries_notification_id"
        ),
        sa.UniqueConstraint(
            "notification_id", "attempt", "state", name="uq_deliveries_notification_id_attempt_state"
        ),
        sa.CheckConstraint("state IN ('started', 'sent', 'failed', 'unknown')", name="ck_deliveries_state"),
    )

    op.create_table(
        "queue",
        sa.Column("notification_id", sa.String(32), nullable=False),
        moment("due_at"),
        sa.PrimaryKeyConstraint("notification_id", name="pk_queue"),
        sa.ForeignKeyConstraint(["notification_id"], ["notifications.id"], name="fk_queue_notification_id"),
    )
    op.create_index("ix_queue_due_at", "queue", ["due_at"])

    op.create_table(
        "open_pathways",
        text("child_id", False),
        text("process", False),
        text("pathway_id", False),
        moment("at"),
        sa.PrimaryKeyConstraint("child_id", "process", name="pk_open_pathways"),
        sa.UniqueConstraint("pathway_id", name="uq_open_pathways_pathway_id"),
    )

    op.create_table(
        "purges",
        text("instance_id", False),
        moment("at"),
        sa.PrimaryKeyConstraint("instance_id", name="pk_purges"),
    )

    (refuse_on_postgresql if op.get_bind().dialect.name == "postgresql" else refuse_on_sqlite)()


def refuse_on_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change} BEFORE {change.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
