"""Letters that wait: a server asked to bring one again, or it is meant for later."""

import sqlalchemy as sa
from alembic import op

import outreach.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letters") as table:
        table.add_column(sa.Column("not_before", outreach.database.UtcDateTime(timezone=True), nullable=True))
