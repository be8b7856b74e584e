"""The list of pairs that may be the same, as it was when last looked through, with what helps to tell who is who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, selectinload

from outreach import journal
from outreach.contacts import duplicates
from outreach.contacts.models import Address, Holder, Organisation, Person, Post
from outreach.contacts.persons import key_of
from outreach.contacts.recording import may_edit
from outreach.contacts.sameness import AlikePair, Kind, Somebody
from outreach.journal import Actor, Entry

SUBJECT = "duplicates"
_FEW = 4


@dataclass(frozen=True)
class Side:
    """One of a pair, as it helps to tell who is who: how commands name it, its name, and lines about it."""

    id: int
    key: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A pair with both its sides."""

    kind: Kind
    score: int
    reason: str
    first: Side
    second: Side


def look(session: Session, *, by: Actor, at: datetime) -> int:
    """Look through the directory and keep the pairs found instead of those kept before; gives their number."""
    may_edit(by)
    found = duplicates.find(session)
    session.execute(delete(AlikePair))
    rows = [{"kind": p.kind, "first_id": p.first, "second_id": p.second, "score": p.score, "reason": p.reason} for p in found]
    if rows:
        session.execute(insert(AlikePair), rows)
    journal.record(session, by, "looked for", SUBJECT, at=at, pairs=len(rows))
    return len(rows)


def looked_at(session: Session) -> datetime | None:
    """When the directory was last looked through; None if never."""
    query = select(Entry.at).where(Entry.subject == SUBJECT).order_by(Entry.seq.desc()).limit(1)
    return session.scalar(query)


def count(session: Session) -> int:
    """How many pairs are kept."""
    return session.scalar(select(func.count(AlikePair.id))) or 0


def page(session: Session, *, offset: int, limit: int) -> list[Shown]:
    """A part of the pairs kept, the likeliest first."""
    query = select(AlikePair).order_by(AlikePair.score.desc(), AlikePair.id).offset(offset).limit(limit)
    return shown(session, session.scalars(query).all())


def shown(session: Session, pairs: Sequence[Any]) -> list[Shown]:
    """These pairs (of any table of pairs) with their sides: a handful of queries for all."""
    sides = {kind: _sides(session, kind, {each for pair in pairs if pair.kind is kind for each in _ids(pair)}) for kind in Kind}
    return [
        Shown(pair.kind, getattr(pair, "score", 0), _reason(pair), *(sides[pair.kind][each] for each in _ids(pair)))
        for pair in pairs
    ]


def _ids(pair: Any) -> tuple[int, int]:
    if isinstance(pair, duplicates.Pair):
        return pair.first, pair.second
    return pair.first_id, pair.second_id


def _reason(pair: Any) -> str:
    return str(pair.because if hasattr(pair, "because") else pair.reason)


def _sides(session: Session, kind: Kind, ids: Iterable[int]) -> dict[int, Side]:
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
    posts = [post.title or post.kind.replace("-", " ") for post in one.posts]
    more = [f"and {len(posts) - _FEW} more posts"] if len(posts) > _FEW else []
    return (
        [part for part in (one.acronym, one.group.value.replace("-", " "), one.country, one.domain) if part]
        + posts[:_FEW]
        + more
    )


def _side(thing: Somebody, lines: Sequence[str]) -> Side:
    name = thing.full_name if isinstance(thing, Person) else thing.name
    return Side(thing.id, key_of(thing), name, tuple(dict.fromkeys(lines)))
