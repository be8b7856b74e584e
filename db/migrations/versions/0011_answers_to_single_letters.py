"""Letters have tokens of their own, and keep the questions that they asked."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letters") as batch:
        batch.add_column(sa.Column("reply_token", sa.String(length=16), nullable=True))
        batch.add_column(sa.Column("answer_token", sa.String(length=32), nullable=True))
        batch.create_unique_constraint(op.f("uq_letters_reply_token"), ["reply_token"])
        batch.create_unique_constraint(op.f("uq_letters_answer_token"), ["answer_token"])
    with op.batch_alter_table("letter_versions") as batch:
        batch.add_column(sa.Column("asked", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
