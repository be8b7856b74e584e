"""Codebooks by name with their sources; themes that were merged, and what followed when they were merged or split."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and a column; nothing that stands is changed."""
    op.create_table(
        "codebooks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_codebooks")),
    )
    op.create_table(
        "theme_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("children", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=200), nullable=False),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["other_id"], ["themes.id"], name=op.f("fk_theme_changes_other_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_theme_changes_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_changes")),
    )
    op.create_index(op.f("ix_theme_changes_other_id"), "theme_changes", ["other_id"])
    op.create_index(op.f("ix_theme_changes_theme_id"), "theme_changes", ["theme_id"])
    with op.batch_alter_table("themes") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_index(batch.f("ix_themes_merged_into_id"), ["merged_into_id"])
        batch.create_foreign_key(batch.f("fk_themes_merged_into_id"), "themes", ["merged_into_id"], ["id"])
