"""Indexes of the few rows that pages look for among very many: wishes not to be contacted, own deadlines, joint letters."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WISH = "do_not_contact <> ''"
FEW = (
    ("ix_organisations_do_not_contact", "organisations", "id", WISH),
    ("ix_posts_do_not_contact", "posts", "id", WISH),
    ("ix_persons_do_not_contact", "persons", "id", WISH),
    ("ix_campaign_addressees_own_deadline", "campaign_addressees", "post_id", "deadline IS NOT NULL"),
    ("ix_letter_addressees_further", "letter_addressees", "letter_id", "position > 0"),
)


def upgrade() -> None:
    for name, table, column, condition in FEW:
        where = sa.text(condition)
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
