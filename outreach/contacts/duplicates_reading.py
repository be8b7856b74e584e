"""What is read of persons and organisations to look for duplicates among them: names, addresses, where they belong."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.likeness import Name
from outreach.contacts.models import (
    Address,
    AddressKind,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Person,
    Post,
)
from outreach.mail.free_mail import is_free

_STATES = (OrganisationKind.MEMBER_STATE, OrganisationKind.OBSERVER_STATE)


@dataclass(slots=True)
class Known:
    """What is known of a person or an organisation: names (the first is its own), where it belongs, how it is reached.

    `homes` are the organisations of a person. States of the directory are never each other's duplicates.
    """

    id: int
    names: tuple[Name, ...]
    homes: tuple[int, ...] = ()
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    acronym: str = ""
    country: str = ""
    is_state: bool = False


def persons(session: Session) -> list[Known]:
    """All persons that were neither erased nor merged into others, by id."""
    homes = _grouped(session, select(Holder.person_id, Post.organisation_id).join(Holder.post))
    domains = _grouped(
        session,
        select(Holder.person_id, Organisation.domain)
        .join(Holder.post)
        .join(Post.organisation)
        .where(Organisation.domain != ""),
    )
    own = select(Holder.person_id, Address.normalised).join(Holder, Holder.id == Address.holder_id)
    addresses = _grouped(session, own.where(Address.kind == AddressKind.EMAIL))
    living = (Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    query = select(Person.id, Person.full_name).where(*living).order_by(Person.id)
    return [
        Known(
            number,
            (Name(name),),
            homes.get(number, ()),
            _domains(domains.get(number, ()), addresses.get(number, ())),
            addresses.get(number, ()),
        )
        for number, name in session.execute(query.execution_options(yield_per=5000))
    ]


def organisations(session: Session) -> list[Known]:
    """All organisations that were not merged into others, by id, with their names in other languages."""
    others = _grouped(session, select(OrganisationName.organisation_id, OrganisationName.short))
    of_posts = select(Post.organisation_id, Address.normalised).join(Post, Post.id == Address.post_id)
    addresses = _grouped(session, of_posts.where(Address.kind == AddressKind.EMAIL))
    about = (Organisation.id, Organisation.name, Organisation.acronym, Organisation.domain)
    query = (
        select(*about, Organisation.country, Organisation.kind)
        .where(Organisation.merged_into_id.is_(None))
        .order_by(Organisation.id)
    )
    found = []
    for number, name, acronym, domain, country, kind in session.execute(query.execution_options(yield_per=5000)):
        names = tuple(Name(each) for each in dict.fromkeys((name, *others.get(number, ()))) if each)
        its = addresses.get(number, ())
        known = Known(number, names, (), _domains((domain,), ()), its, acronym, country, kind in _STATES)
        found.append(known)
    return found


def _grouped(session: Session, query: Any) -> dict[int, tuple[Any, ...]]:
    """Pairs of an id and a value as id -> its different values."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for number, value in session.execute(query.distinct().execution_options(yield_per=5000)):
        found[number].append(value)
    return {number: tuple(values) for number, values in found.items()}


def _domains(given: Iterable[str], addresses: Sequence[str]) -> tuple[str, ...]:
    """The domains that say where somebody belongs: not those that anybody may have an address at."""
    every = {domain.casefold() for domain in given} | {address.rpartition("@")[2] for address in addresses}
    return tuple(sorted(domain for domain in every if domain and not is_free(domain)))
