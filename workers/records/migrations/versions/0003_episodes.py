"""The child's episodes, in versions that are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def text(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "episodes",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        text("key", False),
        text("child_id", False),
        text("kind", False),
        text("value"),
        sa.Column("began", sa.String(10), nullable=False),
        sa.Column("ended", sa.String(10)),
        sa.Column("struck", sa.Boolean, nullable=False),
        sa.Column("corrects", sa.Integer),
        text("reason"),
        text("process"),
        text("pathway_id"),
        text("workstep_id"),
        text("by"),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_episodes"),
        sa.UniqueConstraint("key", name="uq_episodes_key"),
        sa.UniqueConstraint("corrects", name="uq_episodes_corrects"),
        sa.ForeignKeyConstraint(["corrects"], ["episodes.id"], name="fk_episodes_corrects"),
    )
    op.create_index("ix_episodes_child_id_kind", "episodes", ["child_id", "kind"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER episodes_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON episodes "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER episodes_refuse_{change} BEFORE {change.upper()} ON episodes "
            "BEGIN SELECT RAISE(ABORT, 'episodes is append-only'); END"
        )
