"""Finding persons, and contacts of either kind, by what people call them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from outreach.contacts import finding, searching
from outreach.contacts.emails import normalised
from outreach.contacts.finding import NoSuchContact
from outreach.contacts.models import Address, AddressKind, Holder, Organisation, Person, Post
from outreach.contacts.naming import fold, search_terms, search_words, words
from outreach.contacts.sameness import Somebody
from outreach.errors import NotFound, Refused

PREFIX = "person/"
_FEW = 6
# So many whose posts fit are looked at by name: whoever looks for a word that stands in thousands of titles means no person.
_LOOKED_AT = 5_000


@dataclass(frozen=True)
class Found:
    """Somebody whose name fits: their number, name, and the last post that they held, in words."""

    number: int
    name: str
    about: str


def key_of(thing: Somebody) -> str:
    """How commands name it: a person by number, since several may have one name."""
    return f"{PREFIX}{thing.id}" if isinstance(thing, Person) else thing.key


def contact(session: Session, said: str, *, on: date) -> Somebody:
    """The person (`person/12`, a post's key, an e-mail address) or the organisation that is meant; raises as `person`."""
    if said.startswith(PREFIX) or "/" in said or "@" in said:
        return person(session, said, on=on)
    return finding.organisation(session, said)


def person(session: Session, said: str, *, on: date) -> Person:
    """The person with this number (`person/12`), e-mail address of their own, post held on `on`, or name.

    Raises Refused naming the candidates when there are several, NotFound when there is none.
    """
    said = said.strip()
    number = said.removeprefix(PREFIX)
    if number.isascii() and number.isdigit() and len(number) < 10:
        return numbered(session, int(number))
    if "/" in said:
        return _holding(session, said, on)
    found = _candidates(session, said)
    if len(found) == 1:
        return found[0]
    if found:
        more = " and others" if len(found) == _FEW else ""
        listed = ", ".join(f"{key_of(one)} ({one.full_name})" for one in found)
        raise Refused(f"{said!r} may be {listed}{more}; name one by its number.")
    raise NoSuchContact(f"There is no person {said!r}; look for a part of the name.")


def numbered(session: Session, number: int) -> Person:
    """The person with this number, or the one that this one was merged into; raises NotFound."""
    found = session.get(Person, number)
    if found is None:
        raise NotFound(f"There is no person {number} in the directory.")
    return found if found.merged_into_id is None else session.get_one(Person, found.merged_into_id)


def _holding(session: Session, key: str, on: date) -> Person:
    holder = finding.holder_on(finding.post(session, key), on)
    if holder is None:
        raise NotFound(f"Nobody is recorded as holding {key} on {on}.")
    return holder.person


def _candidates(session: Session, said: str) -> Sequence[Person]:
    query = select(Person).where(Person.erased_at.is_(None), Person.merged_into_id.is_(None)).order_by(Person.id)
    if "@" in said:
        own = select(Holder.person_id).join(Address, Address.holder_id == Holder.id)
        theirs = own.where(Address.kind == AddressKind.EMAIL, Address.normalised == normalised(said))
        return session.scalars(query.where(Person.id.in_(theirs)).limit(_FEW)).all()
    parts: list[ColumnElement[bool]] = [
        Person.full_name.icontains(part, autoescape=True) for part in re.split(r"[\s,;]+", said) if part
    ]
    if not parts:
        return []
    found = session.scalars(query.where(*parts).limit(200)).all()
    whole = [one for one in found if words(one.full_name) == words(said)]
    return (whole or found)[:_FEW]


def fitting(session: Session, text: str, *, limit: int) -> list[Found]:
    """Persons of whose name a word begins with each word of `text`, or the one named by number (`person/12`), by alphabet.

    Whoever never held a post is found by number alone. Three or four queries.
    """
    number = text.strip().removeprefix(PREFIX)
    if number != text.strip() and number.isdecimal() and len(number) < 10:
        one = session.get(Person, int(number))
        return _described(session, {one.id: one.full_name}) if one else []
    terms = search_terms(text)
    if not terms:
        return []
    names = (Person.full_name, Person.given_name, Person.family_name)
    query = (
        select(Person.id, *names)
        .distinct()
        .join(Holder, Holder.person_id == Person.id)
        .where(Holder.post_id.in_(searching.posts_with(session, terms)), Person.erased_at.is_(None))
        .limit(_LOOKED_AT)
    )
    named = {row[0]: row[1] for row in session.execute(query) if _has_each(row[1:], terms)}
    first = sorted(named, key=lambda each: (fold(named[each]), each))[:limit]
    return _described(session, {each: named[each] for each in first})


def _has_each(names: Iterable[str], terms: Sequence[str]) -> bool:
    its = {word for name in names for word in search_words(name)}
    return all(any(word.startswith(term) for word in its) for term in terms)


def _described(session: Session, names: Mapping[int, str]) -> list[Found]:
    titled = case((Post.title != "", Post.title), else_=Post.kind)
    held: Any = (
        select(Holder.person_id, titled, Organisation.name)
        .join(Holder.post)
        .join(Post.organisation)
        .where(Holder.person_id.in_(names))
        .order_by(Holder.id)
    )
    about = {row[0]: f"{row[1].replace('-', ' ')}, {row[2]}" for row in session.execute(held)}
    return [Found(number, name, about.get(number, "")) for number, name in names.items()]
