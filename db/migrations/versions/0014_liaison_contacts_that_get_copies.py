"""Whether a liaison contact gets a copy of each letter, or is only called about it, stands with the post."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("posts") as table:
        table.add_column(sa.Column("liaison_copied", sa.Boolean(), server_default=sa.false(), nullable=False))
