"""Values of a template that are the same for everybody stand with the campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("campaigns") as table:
        table.add_column(sa.Column("values", sa.JSON(), server_default="{}", nullable=False))
