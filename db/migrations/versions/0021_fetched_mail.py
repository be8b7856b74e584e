"""How far each mailbox was fetched and what could not be had there; the class of each mail that came in."""

import sqlalchemy as sa
from alembic import op

import outreach.database

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = ("bounce", "delay", "auto-reply", "receipt", "list", "spam", "human")


def upgrade() -> None:
    op.create_table(
        "mail_folders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=40), nullable=False),
        sa.Column("folder", sa.String(length=500), nullable=False),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("fetched_at", outreach.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_folders")),
        sa.UniqueConstraint("mailbox", "folder", name=op.f("uq_mail_folders_mailbox_folder")),
    )
    op.create_table(
        "missed_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", outreach.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["folder_id"], ["mail_folders.id"], name=op.f("fk_missed_mail_folder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_mail")),
    )
    with op.batch_alter_table("missed_mail") as table:
        table.create_index(op.f("ix_missed_mail_folder_id"), ["folder_id"], unique=False)
    with op.batch_alter_table("incoming_mail") as table:
        table.add_column(sa.Column("kind", sa.Enum(*KINDS, name="mailclass", native_enum=False, length=40), nullable=True))
