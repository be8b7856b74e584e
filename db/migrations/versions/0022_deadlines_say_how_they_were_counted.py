"""A campaign's deadline keeps in words how it was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; what stands has no words."""
    with op.batch_alter_table("campaigns") as batch:
        batch.add_column(sa.Column("deadline_counted", sa.Text(), server_default="", nullable=False))
