"""Pairs of contacts that may be the same, and pairs that somebody told apart."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts_alike",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_alike")),
        sa.UniqueConstraint("kind", "first_id", "second_id", name=op.f("uq_contacts_alike_kind_first_id_second_id")),
    )
    op.create_index("ix_contacts_alike_score", "contacts_alike", ["score"])
    op.create_table(
        "contacts_told_apart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(length=200), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_told_apart")),
        sa.UniqueConstraint("kind", "first_id", "second_id", name=op.f("uq_contacts_told_apart_kind_first_id_second_id")),
    )
