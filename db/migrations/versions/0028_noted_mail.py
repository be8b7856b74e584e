"""What machines report about letters is noted: the day of return, the deputy, and what is left to persons."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incoming_mail") as table:
        table.add_column(sa.Column("returns_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("deputy", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("for_person", sa.Boolean(), server_default=sa.false(), nullable=False))
