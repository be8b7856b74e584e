"""Attempts that were rehearsals: their letters went to one address of the office alone, and count as sent nowhere."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery_attempts") as table:
        table.add_column(sa.Column("rehearsal", sa.Boolean(), server_default=sa.false(), nullable=False))
