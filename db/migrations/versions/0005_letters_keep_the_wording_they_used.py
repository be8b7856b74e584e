"""Letters keep which wording they used: versions of before it was kept name none."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wording", sa.JSON(), server_default="{}", nullable=False))
