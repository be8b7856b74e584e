"""Persons who were erased: salted digests of their addresses, and the files that go."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_addresses")),
    )
    op.create_index(op.f("ix_erased_addresses_digest"), "erased_addresses", ["digest"])
    op.create_table(
        "erased_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_erased_files")),
    )
    op.create_index(op.f("ix_erased_files_removed"), "erased_files", ["removed"])
