"""Jobs: what is done in the background, who asked for it, and what came of it."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
_OPEN = "NOT state IN ('done', 'dropped')"


def upgrade() -> None:
    """Add a table; nothing that stands is changed."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index(op.f("ix_jobs_about"), "jobs", ["about"])
    op.create_index("ix_jobs_open", "jobs", ["id"], sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN))


def downgrade() -> None:
    """Take the table away; what is waiting in it is never done."""
    op.drop_table("jobs")
