"""New rows that wait until a chunk is planned, and then go in by a handful of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.contacts.models import Address, Holder, Organisation, OrganisationTag, Person, Post

_ORGANISATION = (
    *("key", "name", "acronym", "kind", "group", "regional_group", "country", "domain", "language", "language_assumed"),
    *("do_not_contact", "do_not_contact_since"),
)
_POST = (
    *("kind", "seat", "title", "language", "preferred_channel", "second_channel"),
    *("do_not_contact", "do_not_contact_since"),
)


@dataclass
class Pending:
    """A row to insert: its values, and for each column that waits for an id the thing that will have it."""

    values: dict[str, Any]
    links: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    def row(self) -> dict[str, Any]:
        """All columns; asked for when what the links lead to is inserted."""
        return self.values | {column: thing and thing.id for column, thing in self.links.items()}


@dataclass
class Additions:
    """What a chunk adds. Organisations and posts are objects that the chunk's later rows may still change."""

    organisations: list[Organisation] = field(default_factory=list)
    posts: list[tuple[Organisation, Post]] = field(default_factory=list)
    persons: list[Pending] = field(default_factory=list)
    holders: list[Pending] = field(default_factory=list)
    addresses: list[Pending] = field(default_factory=list)
    tags: list[Pending] = field(default_factory=list)

    def insert(self, session: Session) -> None:
        """Insert everything, each kind after what it leans on; objects and pendings get their ids."""
        _insert(session, Organisation, self.organisations, [_columns(made, _ORGANISATION) for made in self.organisations])
        posts = [{"organisation_id": organisation.id, **_columns(post, _POST)} for organisation, post in self.posts]
        _insert(session, Post, [post for _, post in self.posts], posts)
        for model, pendings in ((Person, self.persons), (Holder, self.holders)):
            _insert(session, model, pendings, [pending.row() for pending in pendings])
        for plain, pendings in ((Address, self.addresses), (OrganisationTag, self.tags)):
            if pendings:
                session.execute(insert(plain), [pending.row() for pending in pendings])


def _columns(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _insert(session: Session, model: type[Any], things: Sequence[Any], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        for thing, identity in zip(things, session.scalars(statement, rows), strict=True):
            thing.id = identity
