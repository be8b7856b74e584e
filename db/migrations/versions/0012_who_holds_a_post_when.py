"""Who holds a post when: whom a letter addresses, routes between posts, letters and addressees that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_holders",
        sa.Column("letter_version_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["holders.id"], name=op.f("fk_letter_holders_holder_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["letter_version_id"], ["letter_versions.id"], name=op.f("fk_letter_holders_letter_version_id")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_letter_holders_post_id")),
        sa.PrimaryKeyConstraint("letter_version_id", "post_id", name=op.f("pk_letter_holders")),
    )
    op.create_index(op.f("ix_letter_holders_holder_id"), "letter_holders", ["holder_id"])
    op.create_index(op.f("ix_letter_holders_post_id"), "letter_holders", ["post_id"])

    # Rows that stand already get a blank, which every one of these columns takes as "nothing said".
    with op.batch_alter_table("campaign_addressees") as batch:
        batch.add_column(sa.Column("left_out", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("holders") as batch:
        batch.add_column(sa.Column("source", sa.String(length=400), nullable=False, server_default=""))
    with op.batch_alter_table("letters") as batch:
        batch.add_column(sa.Column("held_because", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("posts") as batch:
        batch.add_column(sa.Column("liaison_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("through_id", sa.Integer(), nullable=True))
        batch.create_index(batch.f("ix_posts_liaison_id"), ["liaison_id"])
        batch.create_index(batch.f("ix_posts_through_id"), ["through_id"])
        for name in ("liaison_id", "through_id"):
            batch.create_foreign_key(batch.f(f"fk_posts_{name}"), "posts", [name], ["id"], ondelete="SET NULL")
