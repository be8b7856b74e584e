"""Who would be written to, in numbers and the first names: counted in the database, whatever the size of the directory.

What `choosing.choose` reads one by one, for a look before anything is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns import choosing
from outreach.campaigns.choosing import Selection, Wanted
from outreach.contacts import holding, wishes
from outreach.contacts.models import Address, AddressKind, Holder, Organisation, Person, Post


class Named(NamedTuple):
    """An addressee by its organisation's name and the kind of its post."""

    organisation: str
    kind: str


@dataclass(frozen=True)
class Some:
    """How many there are, and the first of them."""

    count: int
    first: tuple[Any, ...] = ()

    @property
    def further(self) -> int:
        """How many there are beyond the first."""
        return self.count - len(self.first)


@dataclass(frozen=True)
class Survey:
    """Whom a campaign would write to.

    `reached` and `unreachable` (those of them without an e-mail address) name by organisation and post; `groups` has the number
    of each stakeholder group; `left_out` the keys of those who are left out although chosen, by reason.
    """

    reached: Some
    unreachable: Some
    groups: tuple[tuple[str, int], ...]
    left_out: tuple[tuple[str, Some], ...]


NOBODY = Survey(Some(0), Some(0), (), ())


def survey(session: Session, selection: Selection, wanted: Wanted, *, on: date, most: int) -> Survey:
    """What `choosing.choose` would give on the day `on`, in numbers and `most` names each; raises NotFound as it does.

    At most six queries.
    """
    choosing.must_exist(session, selection)
    asked = _Asked(selection, selection.posts or wanted.kinds, () if selection.posts else wanted.seats, on, most)
    groups = [_Group(row.group.value, *row[1:]) for row in session.execute(asked.groups())]
    reached, unreachable = sum(one.reached for one in groups), sum(one.unreachable for one in groups)
    left_out = _not_to_be_contacted(session, asked)
    if without := sum(one.without_post for one in groups):
        left_out.append((f"it has no post of the kind {', '.join(asked.kinds)}", Some(without, _keys(session, asked))))
    return Survey(
        reached=Some(reached, _names(session, asked) if reached else ()),
        unreachable=Some(unreachable, _names(session, asked, without_email=True) if unreachable else ()),
        groups=tuple(sorted((one.name, one.reached) for one in groups if one.reached)),
        left_out=tuple(sorted(left_out, key=lambda one: one[0])),
    )


class _Group(NamedTuple):
    """How many of a stakeholder group are reached, how many of them without e-mail, and how many have no fitting post."""

    name: str
    reached: int
    unreachable: int
    without_post: int


@dataclass(frozen=True)
class _Asked:
    """Whom a survey asks about: kinds of post and seats in order of preference, the day, and how many names."""

    selection: Selection
    kinds: Sequence[str]
    seats: Sequence[str]
    on: date
    most: int

    def picked(self, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
        """The chosen organisations, each with the post that is written to; without one where it has none of the kind."""
        # By rank and not by name of the kind: the few posts of an organisation are looked through once, not once a kind.
        kind = case({word: place for place, word in enumerate(self.kinds)}, value=Post.kind)
        fitting = select(Post.id).where(Post.organisation_id == Organisation.id, kind.is_not(None)).correlate(Organisation)
        order: list[Any] = [kind]
        if self.seats:
            order.append(case({word: place for place, word in enumerate(self.seats)}, value=Post.seat))
            fitting = fitting.where(Post.seat.in_(self.seats))
        first = fitting.order_by(*order, Post.id).limit(1).scalar_subquery()
        columns = (Organisation.id, Organisation.key, Organisation.name, Organisation.group.label("group"))
        return select(*columns, first.label("post_id")).where(choosing.clause(self.selection), *conditions)

    def groups(self) -> Select[*tuple[Any, ...]]:
        """What `_Group` holds, for each group."""
        # Each post is looked for once, however often it is named below.
        picked = self.picked().cte("picked").prefix_with("MATERIALIZED")
        reached = and_(*self.may_be_reached(picked))
        unreachable = and_(reached, ~_has_email(picked, self.on))
        counted = (reached, unreachable, picked.c.post_id.is_(None))
        return select(picked.c.group, *(func.sum(case((one, 1), else_=0)) for one in counted)).group_by(picked.c.group)

    def may_be_reached(self, picked: FromClause) -> tuple[ColumnElement[bool], ...]:
        """What makes one of those picked an addressee."""
        return (
            picked.c.post_id.is_not(None),
            picked.c.id.not_in(wishes.marked(Organisation)),
            picked.c.post_id.not_in(wishes.posts_on(self.on)),
        )


def _names(session: Session, asked: _Asked, *, without_email: bool = False) -> tuple[Named, ...]:
    picked = asked.picked().subquery("picked")
    query = select(picked.c.name, Post.kind).join(Post, Post.id == picked.c.post_id).where(*asked.may_be_reached(picked))
    if without_email:
        query = query.where(~_has_email(picked, asked.on))
    return tuple(Named(*row) for row in session.execute(query.order_by(picked.c.name, picked.c.id).limit(asked.most)))


def _keys(session: Session, asked: _Asked) -> tuple[str, ...]:
    picked = asked.picked().subquery("picked")
    query = select(picked.c.key).where(picked.c.post_id.is_(None)).order_by(picked.c.key)
    return tuple(session.scalars(query.limit(asked.most)))


def _not_to_be_contacted(session: Session, asked: _Asked) -> list[tuple[str, Some]]:
    """Nearly nobody: each is read."""
    concerned = select(Post.organisation_id).where(Post.id.in_(wishes.concerned()))
    picked = asked.picked(Organisation.id.in_(concerned)).subquery("picked")
    query = (
        select(picked.c.key, Organisation.do_not_contact, Post.do_not_contact, Person.do_not_contact)
        .join(Organisation, Organisation.id == picked.c.id)
        .join(Post, Post.id == picked.c.post_id)
        .outerjoin(Holder, (Holder.post_id == Post.id) & holding.addressed(asked.on, Holder))
        .outerjoin(Person, Person.id == Holder.person_id)
        .order_by(picked.c.key)
    )
    found: dict[str, list[str]] = {}
    for key, *said in session.execute(query):
        if wish := next((one for one in said if one), ""):
            found.setdefault(f"not to be contacted: {wish}", []).append(key)
    return [(reason, Some(len(keys), tuple(keys[: asked.most]))) for reason, keys in found.items()]


def _has_email(picked: FromClause, on: date) -> ColumnElement[bool]:
    """Whether the post has an address that works: its own, or one of who holds it on the day."""
    mine = (Address.post_id == picked.c.post_id, Address.kind == AddressKind.EMAIL, Address.failed_since.is_(None))
    theirs = exists().where(Holder.id == Address.holder_id, holding.addressed(on, Holder)).correlate(Address)
    return exists().where(*mine, or_(Address.holder_id.is_(None), theirs)).correlate(picked)
