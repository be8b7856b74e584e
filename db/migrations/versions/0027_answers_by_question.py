"""Answers by question."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; nothing that stands is changed."""
    op.create_table(
        "structured_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("read_from", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_structured_answers_response_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_structured_answers")),
        sa.UniqueConstraint("response_id", "code", name=op.f("uq_structured_answers_response_id_code")),
    )
    op.create_index(op.f("ix_structured_answers_response_id"), "structured_answers", ["response_id"])
    op.create_index(op.f("ix_structured_answers_code"), "structured_answers", ["code"])
