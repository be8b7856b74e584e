"""Batches set for a time, embargoes, and letters that go by another channel."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that stands is changed."""
    op.create_table(
        "delivery_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("outbox", sa.String(length=40), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_delivery_batches_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_batches")),
    )
    op.create_index(op.f("ix_delivery_batches_campaign_id"), "delivery_batches", ["campaign_id"])
    op.create_table(
        "delivery_batch_letters",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["delivery_batches.id"], name=op.f("fk_delivery_batch_letters_batch_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_delivery_batch_letters_letter_id")),
        sa.PrimaryKeyConstraint("batch_id", "letter_id", name=op.f("pk_delivery_batch_letters")),
    )
    op.create_index(op.f("ix_delivery_batch_letters_letter_id"), "delivery_batch_letters", ["letter_id"])
    op.create_index(op.f("ix_delivery_attempts_started_at"), "delivery_attempts", ["started_at"])
    with op.batch_alter_table("campaigns") as batch:
        batch.add_column(sa.Column("embargo_until", UtcDateTime(timezone=True), nullable=True))
    with op.batch_alter_table("letters") as batch:
        batch.add_column(sa.Column("channel", sa.String(length=40), nullable=True))
