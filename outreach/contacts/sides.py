"""Contacts as they are shown beside each other: a name, and lines that help to tell who is who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach.contacts.models import Address, Holder, Organisation, Person, Post
from outreach.contacts.persons import key_of
from outreach.contacts.sameness import Kind, Somebody

_FEW = 4


@dataclass(frozen=True)
class Side:
    """One of a pair, as it helps to tell who is who: how commands name it, its name, and lines about it."""

    id: int
    key: str
    name: str
    lines: tuple[str, ...]


def of(session: Session, kind: Kind, ids: Iterable[int]) -> dict[int, Side]:
    """The contacts of this kind and these numbers, those too that were merged; a few queries for every 500."""
    ids = sorted(ids)
    sides: dict[int, Side] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        if kind is Kind.PERSON:
            sides |= _persons(session, some)
        else:
            query = select(Organisation).where(Organisation.id.in_(some)).options(selectinload(Organisation.posts))
            sides |= {one.id: _side(one, _about_organisation(one)) for one in session.scalars(query)}
    return sides


def _persons(session: Session, ids: Sequence[int]) -> dict[int, Side]:
    lines: dict[int, list[str]] = {number: [] for number in ids}
    held = (
        select(Holder, Post, Organisation)
        .join(Holder.post)
        .join(Post.organisation)
        .where(Holder.person_id.in_(ids))
        .order_by(Holder.id)
    )
    for holder, post, organisation in session.execute(held):
        lines[holder.person_id].append(f"{post.title or post.kind.replace('-', ' ')}, {organisation.name}{_period(holder)}")
    own = select(Holder.person_id, Address.value).join(Address, Address.holder_id == Holder.id)
    for number, value in session.execute(own.where(Holder.person_id.in_(ids)).order_by(Address.id)):
        lines[number].append(value)
    query = select(Person).where(Person.id.in_(ids))
    return {one.id: _side(one, lines[one.id]) for one in session.scalars(query)}


def _period(holder: Holder) -> str:
    parts = (f"from {holder.from_date}" if holder.from_date else "", f"until {holder.to_date}" if holder.to_date else "")
    said = " ".join(filter(None, parts))
    return f" ({said})" if said else ""


def _about_organisation(one: Organisation) -> list[str]:
    posts = [post.title or post.kind.replace("-", " ") for post in one.posts if post.merged_into_id is None]
    more = [f"and {len(posts) - _FEW} more posts"] if len(posts) > _FEW else []
    return (
        [part for part in (one.acronym, one.group.value.replace("-", " "), one.country, one.domain) if part]
        + posts[:_FEW]
        + more
    )


def _side(thing: Somebody, lines: Sequence[str]) -> Side:
    name = thing.full_name if isinstance(thing, Person) else thing.name
    return Side(thing.id, key_of(thing), name, tuple(dict.fromkeys(lines)))
