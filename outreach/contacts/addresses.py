"""The addresses of a post: how they are compared, whose they are, adding and removing them."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import cells, emails
from outreach.contacts.models import Address, AddressKind, Holder, Post
from outreach.contacts.naming import fold
from outreach.contacts.recording import may_edit, of_cell, subject_of
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor

# Shorter parts of a name ("Li", "de") stand in too many addresses by chance.
_TELLING = 3


def normalised(kind: AddressKind, value: str) -> str:
    """The form in which two addresses of one kind are compared; at most 400 characters."""
    if kind is AddressKind.EMAIL:
        return emails.normalised(value)[:400]
    if kind is AddressKind.TELEPHONE:
        return re.sub(r"[^\d+]", "", value)[:400]
    return fold(value)[:400]


def is_personal(email: str, names: Iterable[str]) -> bool:
    """Whether the part before @ holds a name of the person: such an address ends with the person, not with the post."""
    local = fold(email.partition("@")[0]).replace(" ", "")
    parts = (part for name in names for part in fold(name).split() if len(part) >= _TELLING)
    return any(part in local for part in parts)


def add(
    session: Session, post: Post, kind: AddressKind, value: str, *, by: Actor, at: datetime, holder: Holder | None = None
) -> Address:
    """Add an address to `post`, or to one holder of it, whose it ends with; raises Refused when it is there already."""
    may_edit(by)
    value = _address_value(kind, value)
    compared = normalised(kind, value)
    if any(
        other.kind is kind and other.normalised == compared and other.holder_id in (None, _id(holder))
        for other in post.addresses
    ):
        raise Refused(f"{post.key} has that address already.")
    address = Address(post=post, holder_id=_id(holder), kind=kind, value=value, normalised=compared)
    session.add(address)
    session.flush()
    journal.record(session, by, "added address", subject_of(holder or post), at=at, kind=kind, value=value)
    return address


_CELL_OF = {AddressKind.EMAIL: "email", AddressKind.TELEPHONE: "phone", AddressKind.POSTAL: "address"}


def _address_value(kind: AddressKind, text: str) -> str:
    read = of_cell(_CELL_OF[kind], text)
    found = [read] if isinstance(read, str) else list(read)
    if len(found) != 1 or not found[0]:
        raise Invalid(f"{_CELL_OF[kind]}: give one at a time.")
    return str(getattr(found[0], "value", found[0]))


def _id(holder: Holder | None) -> int | None:
    return holder.id if holder else None


def correct(session: Session, address: Address, value: str, *, by: Actor, at: datetime) -> None:
    """Write an address as it should be; that mail to the old one failed says nothing about the new one.

    Raises Invalid for what is no such address, Refused when the post has the new one already.
    """
    may_edit(by)
    post, kind, old = address.post, address.kind, address.value
    value = _address_value(kind, value)
    compared = normalised(kind, value)
    if any(other is not address and other.kind is kind and other.normalised == compared for other in post.addresses):
        raise Refused(f"{post.key} has that address already.")
    if value == old:
        return
    if compared != address.normalised:
        address.failed_since, address.failure = None, ""
    address.value, address.normalised = value, compared
    session.flush()
    holder = session.get(Holder, address.holder_id) if address.holder_id else None
    journal.record(session, by, "corrected address", subject_of(holder or post), at=at, kind=kind, value=[old, value])


def remove(session: Session, post: Post, value: str, *, by: Actor, at: datetime) -> None:
    """Take an address away; raises NotFound when the post has none like it."""
    may_edit(by)
    found = [address for address in post.addresses if normalised(address.kind, value) == address.normalised]
    if not found:
        raise NotFound(f"{post.key} has no address {cells.shown(value)}; look at those it has.")
    for address in found:
        kind, holder_id = address.kind, address.holder_id
        holder = session.get(Holder, holder_id) if holder_id else None
        post.addresses.remove(address)
        session.delete(address)
        journal.record(session, by, "removed address", subject_of(holder or post), at=at, kind=kind, value=address.value)


def failed(session: Session, value: str, why: str, on: date, *, by: Actor, at: datetime) -> list[Address]:
    """Mark the e-mail address as one that mail does not reach, wherever it stands; letters to it are held until it is mended.

    Nothing is changed where it is marked already, or stands in no post.
    """
    query = select(Address).where(Address.kind == AddressKind.EMAIL, Address.normalised == normalised(AddressKind.EMAIL, value))
    found = list(session.scalars(query.where(Address.failed_since.is_(None)).order_by(Address.id).with_for_update()))
    for address in found:
        address.failed_since, address.failure = on, why
    session.flush()
    for address in found:
        holder = session.get(Holder, address.holder_id) if address.holder_id else None
        journal.record(session, by, "mail failed", subject_of(holder or address.post), at=at, value=value, why=why)
    return found
