"""Copies of forms that wait for the step of a brother or sister."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

REQUIRED = ("child_id", "from_child", "process", "form", "source")


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("key", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in REQUIRED),
        sa.Column("opens", sa.Text),
        sa.Column("authority", sa.Text),
        *(sa.Column(name, sa.String(32), nullable=False) for name in ("asked_at", "until", "at")),
        sa.PrimaryKeyConstraint("key", name="pk_offers"),
    )
    op.create_index("ix_offers_child_id", "offers", ["child_id"])
    op.create_index("ix_offers_at", "offers", ["at"])
