"""Persons whose data the office has kept long enough: listed for a decision, and never erased by themselves.

How long is the office's own rule (`[office] retention_days`; none by default): no source gives a period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.models import LetterAddressee, LetterVersion
from outreach.responses.models import Response, ResponseAuthor


@dataclass(frozen=True)
class Due:
    """Somebody whose time is over: when they were last in touch with the office and by what, and since when it is due."""

    number: int
    name: str
    posts: tuple[str, ...]
    last: date | None
    by: str
    since: date | None

    @property
    def key(self) -> str:
        """How commands name the person."""
        return f"person/{self.number}"


def due(session: Session, *, on: date, days: int) -> list[Due]:
    """Persons who hold no post on `on` and were last in touch more than `days` days before, the longest first.

    The last of: the end of their last time in a post, a letter to their post in that time, an answer that they wrote. Somebody
    of whom nothing of the kind is recorded comes first, without a day. `days` 0 is no rule, and nobody is due. Five queries.
    """
    if not days:
        return []
    latest = _latest(session, on)
    cutoff = on - timedelta(days=days)
    found = []
    for number, name in session.execute(_without_post(on)):
        last, by = max(latest.get(number, ()), default=(None, "nothing with a date is recorded"))
        if last is None or last < cutoff:
            found.append((number, name, last, by))
    posts = _posts(session, [number for number, *_ in found])
    listed = [
        Due(number, name, tuple(posts.get(number, ())), last, by, last + timedelta(days=days + 1) if last else None)
        for number, name, last, by in found
    ]
    return sorted(listed, key=lambda one: (one.last or date.min, one.number))


def _without_post(on: date) -> Any:
    holding = select(Holder.person_id).where(or_(Holder.to_date.is_(None), Holder.to_date >= on))
    living = (Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    return select(Person.id, Person.full_name).where(*living, Person.id.not_in(holding)).order_by(Person.id)


def _latest(session: Session, on: date) -> dict[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = {}
    for by, query in _reasons(on):
        for number, day in session.execute(query):
            if day is not None:
                found.setdefault(number, []).append((day, by))
    return found


def _reasons(on: date) -> Iterator[tuple[str, Any]]:
    over = Holder.to_date < on
    yield (
        "the end of a time in a post",
        select(Holder.person_id, func.max(Holder.to_date)).where(over).group_by(Holder.person_id),
    )
    begun = or_(Holder.from_date.is_(None), Holder.from_date <= LetterVersion.dated)
    letters = (
        select(Holder.person_id, func.max(LetterVersion.dated))
        .join(LetterAddressee, LetterAddressee.post_id == Holder.post_id)
        .join(LetterVersion, LetterVersion.letter_id == LetterAddressee.letter_id)
        .where(over, begun, LetterVersion.dated <= Holder.to_date)
    )
    yield "a letter to them", letters.group_by(Holder.person_id)
    wrote = select(ResponseAuthor.person_id, func.max(Response.received_on)).join(
        Response, Response.id == ResponseAuthor.response_id
    )
    yield "an answer of theirs", wrote.where(ResponseAuthor.person_id.is_not(None)).group_by(ResponseAuthor.person_id)


def _posts(session: Session, numbers: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    titled = case((Post.title != "", Post.title), else_=Post.kind)
    for start in range(0, len(numbers), 500):
        held = (
            select(Holder.person_id, titled, Organisation.name)
            .join(Holder.post)
            .join(Post.organisation)
            .where(Holder.person_id.in_(numbers[start : start + 500]))
            .order_by(Holder.id)
        )
        for number, title, organisation in session.execute(held):
            found.setdefault(number, []).append(f"{title.replace('-', ' ')}, {organisation}")
    return found
