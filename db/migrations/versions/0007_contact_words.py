"""Contacts are found by words: a table of them, filled from what stands."""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from outreach.contacts.naming import search_words

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 1000
_WORDS = sa.table("contact_words", sa.column("organisation_id"), sa.column("post_id"), sa.column("word"))
# An organisation, a post (0 for the organisation itself), and what is found there; `:first` to `:last` are organisations.
_SOURCES = (
    'SELECT id, 0, "key", name, acronym FROM organisations WHERE id BETWEEN :first AND :last',
    "SELECT organisation_id, 0, short, formal FROM organisation_names WHERE organisation_id BETWEEN :first AND :last",
    "SELECT organisation_id, id, kind, seat, title FROM posts WHERE organisation_id BETWEEN :first AND :last",
    "SELECT posts.organisation_id, posts.id, post_titles.title FROM posts JOIN post_titles ON post_titles.post_id = posts.id"
    " WHERE posts.organisation_id BETWEEN :first AND :last",
    "SELECT posts.organisation_id, posts.id, persons.full_name, persons.given_name, persons.family_name FROM posts"
    " JOIN holders ON holders.post_id = posts.id JOIN persons ON persons.id = holders.person_id"
    " WHERE posts.organisation_id BETWEEN :first AND :last",
)


def upgrade() -> None:
    op.create_table(
        "contact_words",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_contact_words_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "post_id", "word", name=op.f("pk_contact_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_contact_words_word"), "contact_words", ["word", "organisation_id", "post_id"])
    connection = op.get_bind()
    last = connection.scalar(sa.text("SELECT max(id) FROM organisations")) or 0
    for first in range(1, last + 1, _CHUNK):
        if rows := list(_words(connection, first, first + _CHUNK - 1)):
            connection.execute(sa.insert(_WORDS), rows)


def _words(connection: sa.Connection, first: int, last: int) -> Iterator[dict[str, object]]:
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for source in _SOURCES:
        for organisation, post, *texts in connection.execute(sa.text(source), {"first": first, "last": last}):
            found[organisation, post].update(*map(search_words, texts))
    for (organisation, post), words in found.items():
        yield from ({"organisation_id": organisation, "post_id": post, "word": word} for word in sorted(words))
