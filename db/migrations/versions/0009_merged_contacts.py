"""Contacts that were merged into others, and the steps that undo it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("organisations", "posts", "persons"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
            batch.create_index(batch.f(f"ix_{table}_merged_into_id"), ["merged_into_id"])
            batch.create_foreign_key(batch.f(f"fk_{table}_merged_into_id"), table, ["merged_into_id"], ["id"])
    op.create_table(
        "contacts_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_by", sa.String(length=200), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_merges")),
    )
    op.create_index("ix_contacts_merges_merged", "contacts_merges", ["kind", "merged_id"])
