"""Who is not to be contacted: by an index of those few, so that no query reads the others."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, literal_column, select

from outreach.contacts import holding
from outreach.contacts.models import Holder, Organisation, Person, Post

# An index of a part of a table serves only queries that name its condition word for word, with no parameter in it.
_BLANK: ColumnElement[str] = literal_column("''")


def marked(model: Any) -> Select[int]:
    """A query of the organisations, posts or persons that are not to be contacted themselves, by number."""
    return select(model.id).where(model.do_not_contact != _BLANK)


def concerned() -> CompoundSelect[int]:
    """A query of all posts that a wish may concern: their own, their organisation's, or of anybody who ever held them."""
    return marked(Post).union_all(*_of_others())


def _of_others() -> tuple[Select[int], Select[int]]:
    """The posts of organisations, and those of persons, that are not to be contacted."""
    of_organisations = select(Post.id).where(Post.organisation_id.in_(marked(Organisation)))
    return of_organisations, select(Holder.post_id).where(Holder.person_id.in_(marked(Person)))


def reached() -> CompoundSelect[int]:
    """A query of all posts whose letters a wish may concern: their own, or that of the body that hands their letters on."""
    handed_on = select(Post.id).where(Post.through_id.in_(concerned()))
    return marked(Post).union_all(*_of_others(), handed_on)


def posts_on(day: date) -> CompoundSelect[int]:
    """A query of the posts that are not to be contacted on that day: by their own wish, or of whoever holds them then."""
    held = select(Holder.post_id).where(Holder.person_id.in_(marked(Person)), holding.addressed(day, Holder))
    return marked(Post).union_all(held)
