"""New rows that wait until a chunk is planned, and then go in by a handful of statements.

They are plain values, not objects of the mapper: those cost as much again as all the rest of an import.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from outreach.contacts import searching
from outreach.contacts.models import (
    Address,
    Channel,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationTag,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.contacts.routing import WAYS


@dataclass(slots=True, kw_only=True)
class NewOrganisation:
    """An organisation that a row adds; later rows of the chunk may still change it."""

    key: str
    name: str
    group: StakeholderGroup
    kind: OrganisationKind
    acronym: str = ""
    domain: str = ""
    country: str = ""
    regional_group: RegionalGroup | None = None
    language: str = "en"
    language_assumed: bool = True
    do_not_contact: str = ""
    do_not_contact_since: date | None = None
    id: int = 0

    def row(self) -> dict[str, Any]:
        """The columns to insert."""
        columns = {name: getattr(self, name) for name in self.__slots__ if name != "group"}
        return columns | {"stakeholder_group": self.group, "designation_note": "", "note": "", "version": 1}


@dataclass(slots=True)
class NewPost:
    """A post that a row adds, reached by e-mail until somebody says otherwise; nothing hangs on it yet."""

    kind: str
    seat: str
    title: str
    language: str = ""
    preferred_channel: Channel = Channel.EMAIL
    second_channel: Channel | None = None
    do_not_contact: str = ""
    do_not_contact_since: date | None = None
    id: int = 0
    through: "AnyPost | None" = None
    liaison: "AnyPost | None" = None
    liaison_copied: bool = False
    # Who is said to hold it, for the rows that follow.
    held_by: str = ""

    # What a stored post has more of: read like its own, and empty.
    @property
    def titles(self) -> tuple[()]:
        """No titles in other languages."""
        return ()

    @property
    def holders(self) -> tuple[()]:
        """Nobody holds it yet."""
        return ()

    @property
    def addresses(self) -> tuple[()]:
        """No address yet."""
        return ()

    def row(self, organisation_id: int) -> dict[str, Any]:
        """The columns to insert."""
        columns = {name: getattr(self, name) for name in self.__slots__ if name not in ("held_by", *WAYS)}
        ways = {f"{name}_id": way and way.id for name in WAYS for way in [getattr(self, name)]}
        return columns | ways | {"organisation_id": organisation_id, "note": "", "version": 1}


AnyOrganisation = Organisation | NewOrganisation
AnyPost = Post | NewPost


@dataclass(slots=True)
class Pending:
    """Another row to insert: its values, and for each column that waits for an id the thing that will have it."""

    values: dict[str, Any]
    links: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    def row(self) -> dict[str, Any]:
        """The columns; asked for when what the links lead to has its id."""
        return self.values | {column: thing and thing.id for column, thing in self.links.items()}


@dataclass
class Additions:
    """What a chunk adds."""

    organisations: list[NewOrganisation] = field(default_factory=list)
    posts: list[tuple[AnyOrganisation, NewPost]] = field(default_factory=list)
    persons: list[Pending] = field(default_factory=list)
    holders: list[Pending] = field(default_factory=list)
    addresses: list[Pending] = field(default_factory=list)
    tags: list[Pending] = field(default_factory=list)
    # Posts that stood, the way that is set, and the new post to which it leads.
    ways: list[tuple[Post, str, NewPost]] = field(default_factory=list)

    def insert(self, session: Session) -> None:
        """Insert everything, each kind after what it leans on; organisations, posts, persons and holders get their ids."""
        _number(session, Organisation, self.organisations)
        _number(session, Post, [post for _, post in self.posts])
        _number(session, Person, self.persons)
        _number(session, Holder, self.holders)
        _insert(session, Organisation, [organisation.row() for organisation in self.organisations])
        _insert(session, Post, [post.row(organisation.id) for organisation, post in self.posts])
        _insert(session, Person, [{"id": person.id, **_PERSON, **person.row()} for person in self.persons])
        _insert(session, Holder, [{"id": holder.id, "version": 1, **holder.row()} for holder in self.holders])
        _insert(session, Address, [{"failure": "", "version": 1, **address.row()} for address in self.addresses])
        _insert(session, OrganisationTag, [tag.row() for tag in self.tags])
        for post, way, new in self.ways:
            setattr(post, way, session.get_one(Post, new.id))
        session.flush()
        searching.index(session, self._whose())

    def _whose(self) -> Iterator[int]:
        """The organisations that words are added to."""
        yield from (organisation.id for organisation in self.organisations)
        yield from (organisation.id for organisation, _ in self.posts)
        # A new holder of a post that stood.
        held = (holder.links["post_id"] for holder in self.holders)
        yield from (post.organisation_id for post in held if isinstance(post, Post))


_PERSON = {"academic_title": "", "style": "", "complimentary_close": "", "note": "", "version": 1}


def _number(session: Session, model: type[Any], things: Sequence[Any]) -> None:
    """Give each new thing its id before it is inserted: to get ids back, SQLite would insert row by row.

    On SQLite the transaction holds the only right to write, so that the next ids are free; PostgreSQL's come from its sequence.
    """
    if not things:
        return
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        series = func.generate_series(1, len(things)).table_valued("number")
        ids = iter(session.scalars(select(func.nextval(sequence)).select_from(series)).all())
    else:
        ids = count((session.scalar(select(func.max(model.id))) or 0) + 1)
    for thing, identity in zip(things, ids, strict=False):
        thing.id = identity


def _insert(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model.__table__), rows)
