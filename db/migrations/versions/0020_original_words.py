"""Which words of the original a passage of a translation stands for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns; nothing that stands is changed."""
    with op.batch_alter_table("passages") as batch:
        batch.add_column(sa.Column("original_start", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("original_end", sa.Integer(), nullable=True))
