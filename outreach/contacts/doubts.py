"""The queries of `checking`: for each kind of finding the posts that have it, with the two details its sentence names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.contacts.holding import addressed, present
from outreach.contacts.models import Address, AddressKind, Channel, Holder, Organisation, Person, Post
from outreach.contacts.neutral import Case, needs_gender
from outreach.protocol.entries import Forms

# A mission's address stands at two or three of its posts; at more, or at several organisations, it tells nobody apart.
MANY_POSTS = 3
_PAPER = (Channel.POST, Channel.COURIER, Channel.HAND)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the directory is held against: the day, the languages that the office writes, its `own`, and the forms in each."""

    on: date
    languages: tuple[str, ...]
    own: str
    forms: Callable[[str], Forms]

    def written(self, language: str) -> str:
        """The language in which a letter to somebody of `language` is written."""
        return language if language in self.languages else self.own


Query = Callable[[Session, Ground], Select[Any]]

_LANGUAGE = case((Post.language != "", Post.language), else_=Organisation.language)


def said(value: object) -> str:
    """A detail as a sentence has it."""
    return "" if value is None else str(value.value if isinstance(value, Enum) else value)


def _posts(a: Any = None, b: Any = None, number: Any = Post.id) -> Select[Any]:
    """Posts with their organisations, the details `a` and `b`, and the number of what mends them."""
    details = (literal(None, String) if one is None else one for one in (a, b))
    named = (one.label(name) for one, name in zip((*details, number), ("a", "b", "number"), strict=True))
    return select(Organisation.key, Post.kind, Post.seat, Post.id.label("post_id"), *named).join(Post.organisation)


# --- addresses


def _reached(kind: AddressKind, ground: Ground, post: Any = None) -> ColumnElement[bool]:
    """That letters reach the post at a working address of this kind: its own, or that of the body that hands them on."""
    where = func.coalesce(Post.through_id, Post.id) if post is None else post
    held = select(Holder.id).where(Holder.id == Address.holder_id, addressed(ground.on))
    mine = or_(Address.holder_id.is_(None), Address.holder_id.in_(held))
    return exists().where(Address.post_id == where, Address.kind == kind, Address.failed_since.is_(None), mine)


def _channel() -> ColumnElement[Any]:
    body = aliased(Post)
    theirs = select(body.preferred_channel).where(body.id == Post.through_id).scalar_subquery()
    return func.coalesce(theirs, Post.preferred_channel)


def no_address(_session: Session, ground: Ground) -> Select[Any]:
    """Letters reach it by no way."""
    return _posts().where(~_reached(AddressKind.EMAIL, ground), ~_reached(AddressKind.POSTAL, ground))


def no_email(_session: Session, ground: Ground) -> Select[Any]:
    """Reached by e-mail, and only a postal address is there."""
    return _posts().where(
        _channel() == Channel.EMAIL.value, ~_reached(AddressKind.EMAIL, ground), _reached(AddressKind.POSTAL, ground)
    )


def no_postal(_session: Session, ground: Ground) -> Select[Any]:
    """Reached on paper, and only an e-mail address is there."""
    paper = [channel.value for channel in _PAPER]
    return _posts(_channel()).where(
        _channel().in_(paper), ~_reached(AddressKind.POSTAL, ground), _reached(AddressKind.EMAIL, ground)
    )


def _with_addresses(a: Any, b: Any) -> Select[Any]:
    return _posts(a, b, Address.id).join(Address, Address.post_id == Post.id)


def failed_address(_session: Session, _ground: Ground) -> Select[Any]:
    """Mail came back."""
    return _with_addresses(Address.value, Address.failed_since).where(Address.failed_since.is_not(None))


def other_domain(_session: Session, _ground: Ground) -> Select[Any]:
    """Neither of the organisation's domain nor under it."""
    # Addresses are compared in small letters with the domain as name servers have it.
    ends = or_(
        Address.normalised.endswith("@" + func.lower(Organisation.domain)),
        Address.normalised.endswith("." + func.lower(Organisation.domain)),
        Address.value.endswith("@" + Organisation.domain),
    )
    query = _with_addresses(Address.value, Organisation.domain)
    return query.where(Address.kind == AddressKind.EMAIL, Organisation.domain != "", ~ends)


def shared_address(_session: Session, _ground: Ground) -> Select[Any]:
    """The same mailbox at several organisations, or at many posts of one."""
    other, post = aliased(Address), aliased(Post)
    posts = func.count(other.post_id.distinct())
    shared = (
        select(other.normalised, posts.label("posts"))
        .join(post, post.id == other.post_id)
        .where(other.kind == AddressKind.EMAIL, post.merged_into_id.is_(None))
        .group_by(other.normalised)
        .having(or_(func.count(post.organisation_id.distinct()) > 1, posts > MANY_POSTS))
        .subquery()
    )
    query = _with_addresses(Address.value, shared.c.posts).join(shared, shared.c.normalised == Address.normalised)
    return query.where(Address.kind == AddressKind.EMAIL)


# --- holders


def no_holder(_session: Session, ground: Ground) -> Select[Any]:
    """Nobody is there on the day."""
    return _posts().where(~exists().where(Holder.post_id == Post.id, present(ground.on)))


def two_holders(_session: Session, ground: Ground) -> Select[Any]:
    """Several are there at once; whoever stands in for an absent head is not counted with the head."""
    persons = func.count()
    several = (
        select(Holder.post_id, persons.label("persons"))
        .where(present(ground.on))
        .group_by(Holder.post_id, Holder.in_charge)
        .having(persons > 1)
        .subquery()
    )
    return _posts(several.c.persons).join(several, several.c.post_id == Post.id)


def gender(session: Session, ground: Ground) -> Select[Any]:
    """Of no recorded gender, where protocol has no neutral form; it is asked once for each case that occurs."""
    columns = {
        "language": _LANGUAGE,
        "post_kind": Post.kind,
        "rank": Holder.rank,
        "recorded": Post.title != "",
        "titled": Person.academic_title != "",
        "styled": Person.style != "",
        "greeted": Person.salutation != "",
    }
    unknown = _posts(Person.full_name, _LANGUAGE, Holder.id).join(Holder, Holder.post_id == Post.id).join(Holder.person)
    unknown = unknown.where(Person.gender.is_(None), Person.erased_at.is_(None), addressed(ground.on))
    occurring = unknown.with_only_columns(*columns.values()).distinct()
    needing = (Case(*row) for row in session.execute(occurring))
    met = [
        and_(*(column == getattr(one, name) for name, column in columns.items()))
        for one in needing
        if needs_gender(one, ground.forms(ground.written(one.language)))
    ]
    return unknown.where(or_(literal(False), *met))


# --- languages and ways


def language(_session: Session, _ground: Ground) -> Select[Any]:
    """Nobody made sure."""
    return _posts(Organisation.language).where(Post.language == "", Organisation.language_assumed)


def other_language(_session: Session, ground: Ground) -> Select[Any]:
    """Known, and not one that the office writes."""
    known = or_(Post.language != "", ~Organisation.language_assumed)
    return _posts(_LANGUAGE, literal(ground.own)).where(known, _LANGUAGE.not_in(ground.languages))


def _key_of(post: Any, owner: Any) -> ColumnElement[str]:
    seat = case((post.seat != "", "/" + post.seat), else_="")
    return cast(owner.key + "/" + post.kind + seat, String)


def through(_session: Session, _ground: Ground) -> Select[Any]:
    """The body is itself reached through another one, or may not be written to."""
    body, owner = aliased(Post), aliased(Organisation)
    query = _posts(_key_of(body, owner)).join(body, body.id == Post.through_id).join(owner, owner.id == body.organisation_id)
    return query.where(or_(body.through_id.is_not(None), body.do_not_contact != "", owner.do_not_contact != ""))


def liaison(_session: Session, ground: Ground) -> Select[Any]:
    """It should get copies, and cannot."""
    officer, owner = aliased(Post), aliased(Organisation)
    query = _posts(_key_of(officer, owner)).join(officer, officer.id == Post.liaison_id)
    query = query.join(owner, owner.id == officer.organisation_id).where(Post.liaison_copied)
    unreached = ~_reached(AddressKind.EMAIL, ground, officer.id)
    return query.where(or_(unreached, officer.do_not_contact != "", owner.do_not_contact != ""))
