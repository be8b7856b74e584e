"""Several letters that a mail may answer, each with its reason and how sure we are; the suggested one is carried over."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_suggestions",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["incoming_mail.id"], name=op.f("fk_mail_suggestions_mail_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_mail_suggestions_letter_id")),
        sa.PrimaryKeyConstraint("mail_id", "letter_id", name=op.f("pk_mail_suggestions")),
    )
    with op.batch_alter_table("mail_suggestions") as table:
        table.create_index(op.f("ix_mail_suggestions_letter_id"), ["letter_id"], unique=False)
    op.execute(
        "INSERT INTO mail_suggestions (mail_id, letter_id, reason, confidence) SELECT id, suggested_letter_id, reason, 50 "
        "FROM incoming_mail WHERE suggested_letter_id IS NOT NULL AND state = 'waiting'"
    )
