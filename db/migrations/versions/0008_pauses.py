"""Pauses: times in which nothing leaves."""

import sqlalchemy as sa
from alembic import op

import outreach.database

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", outreach.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("ended_at", outreach.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_pauses")),
    )
