"""Texts before reviewers: copies, proposals, adoption by name, marks, what was exported, and files for one addressee."""

import sqlalchemy as sa
from alembic import op

from outreach.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing that stands is changed."""
    op.create_table(
        "addressee_enclosures",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_addressee_enclosures_campaign_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_addressee_enclosures_post_id")),
        sa.PrimaryKeyConstraint("campaign_id", "post_id", "position", name=op.f("pk_addressee_enclosures")),
    )
    with op.batch_alter_table("addressee_enclosures") as batch_op:
        batch_op.create_index(batch_op.f("ix_addressee_enclosures_post_id"), ["post_id"], unique=False)

    op.create_table(
        "communique_exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("exported_by", sa.String(length=200), nullable=False),
        sa.Column("exported_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["communique_versions.id"], name=op.f("fk_communique_exports_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_exports")),
    )
    with op.batch_alter_table("communique_exports") as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_exports_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_communique_exports_version_id"), ["version_id"], unique=False)

    op.create_table(
        "communique_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.Column("drafters", sa.JSON(), nullable=False),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_communique_reviews_campaign_id")),
        sa.ForeignKeyConstraint(["version_id"], ["communique_versions.id"], name=op.f("fk_communique_reviews_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_reviews")),
    )
    with op.batch_alter_table("communique_reviews") as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_reviews_version_id"), ["version_id"], unique=False)

    op.create_table(
        "communique_reviewers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("copy_sha256", sa.String(length=64), nullable=False),
        sa.Column("word", sa.Enum("no-word", "comments", "agrees", name="word", native_enum=False, length=40), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_communique_reviewers_post_id")),
        sa.ForeignKeyConstraint(["review_id"], ["communique_reviews.id"], name=op.f("fk_communique_reviewers_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_reviewers")),
        sa.UniqueConstraint("token", name=op.f("uq_communique_reviewers_token")),
    )
    with op.batch_alter_table("communique_reviewers") as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_reviewers_post_id"), ["post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_communique_reviewers_review_id"), ["review_id"], unique=False)

    op.create_table(
        "communique_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("paragraph_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "change",
                "removal",
                "insertion",
                "move",
                "comment",
                "unplaced",
                name="proposalkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("taken_in_by", sa.String(length=200), nullable=False),
        sa.Column("taken_in_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "outcome", sa.Enum("open", "accepted", "declined", name="outcome", native_enum=False, length=40), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["follows_id"], ["communique_paragraphs.id"], name=op.f("fk_communique_proposals_follows_id")),
        sa.ForeignKeyConstraint(
            ["paragraph_id"], ["communique_paragraphs.id"], name=op.f("fk_communique_proposals_paragraph_id")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["communique_reviewers.id"], name=op.f("fk_communique_proposals_reviewer_id")),
        sa.ForeignKeyConstraint(["version_id"], ["communique_versions.id"], name=op.f("fk_communique_proposals_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communique_proposals")),
    )
    with op.batch_alter_table("communique_proposals") as batch_op:
        batch_op.create_index(batch_op.f("ix_communique_proposals_paragraph_id"), ["paragraph_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_communique_proposals_reviewer_id"), ["reviewer_id"], unique=False)

    with op.batch_alter_table("communique_versions") as batch_op:
        batch_op.add_column(sa.Column("signed_off_by", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("adopted_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("digest", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("embargo_until", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("against_delivery", sa.Boolean(), server_default=sa.false(), nullable=False))
