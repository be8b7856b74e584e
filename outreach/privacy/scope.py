"""Which rows are about a person: their own, letters to them, answers and mail that are theirs, entries of the journal."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts.models import Address, AddressKind, Holder, Person, Post
from outreach.journal import Entry, EntryValues
from outreach.letters.models import Letter, LetterAddressee, LetterRecipient, LetterVersion
from outreach.privacy.names import Names
from outreach.responses.models import IncomingMail, ResponseAuthor


@dataclass(frozen=True)
class Scope:
    """The person, those merged into them, and the numbers of what is about them."""

    person: Person
    persons: tuple[Person, ...]
    holders: tuple[Holder, ...]
    addresses: tuple[Address, ...]
    names: Names
    letters: tuple[int, ...]
    responses: tuple[int, ...]
    mails: tuple[int, ...]

    @property
    def emails(self) -> tuple[str, ...]:
        """The person's own e-mail addresses, in the form in which they are compared."""
        return _emails(self.addresses)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the person and of those merged into them."""
        return tuple(person.id for person in self.persons)


def of(session: Session, person: Person) -> Scope:
    """Look up what is about `person`."""
    persons = tuple(session.scalars(select(Person).where(or_(Person.id == person.id, Person.merged_into_id == person.id))))
    numbers = [one.id for one in persons]
    held = select(Holder).where(Holder.person_id.in_(numbers)).order_by(Holder.id)
    holders = tuple(session.scalars(held.options(joinedload(Holder.post).joinedload(Post.organisation))))
    own = select(Address).where(Address.holder_id.in_([holder.id for holder in holders])).order_by(Address.id)
    addresses = tuple(session.scalars(own))
    names = Names.of(persons, [address.value for address in addresses if address.kind is not AddressKind.POSTAL])
    emails = _emails(addresses)
    responses = _responses(session, numbers, names, emails)
    mails = _mails(session, responses, emails)
    return Scope(person, persons, holders, addresses, names, _letters(session, holders, names, emails), responses, mails)


def _emails(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address.normalised for address in addresses if address.kind is AddressKind.EMAIL))


def _letters(session: Session, holders: Collection[Holder], names: Names, emails: Collection[str]) -> tuple[int, ...]:
    """Letters to posts that the person held, and those to their own addresses, as far as they name the person."""
    to_posts = select(LetterAddressee.letter_id).where(LetterAddressee.post_id.in_({holder.post_id for holder in holders}))
    to_them = select(LetterRecipient.letter_version_id).where(func.lower(LetterRecipient.address).in_(emails))
    query = (
        select(LetterVersion)
        .where(or_(LetterVersion.letter_id.in_(to_posts), LetterVersion.id.in_(to_them)))
        .options(selectinload(LetterVersion.recipients))
    )
    return tuple(sorted({version.letter_id for version in session.scalars(query) if addresses(version, names, emails)}))


def addresses(version: LetterVersion, names: Names, emails: Collection[str]) -> bool:
    """Whether a version is addressed to the person: by name in its address or greeting, or at an address of theirs."""
    head = "\n".join((*version.address_block, version.salutation))
    return names.within(head, greeting=True) or any(one.address.lower() in emails for one in version.recipients)


def _responses(session: Session, numbers: Collection[int], names: Names, emails: Collection[str]) -> tuple[int, ...]:
    by_name = [ResponseAuthor.name.icontains(name, autoescape=True) for name in names.whole]
    written = select(ResponseAuthor.response_id).where(or_(ResponseAuthor.person_id.in_(numbers), *by_name))
    sent = select(IncomingMail.response_id).where(_sent_by(emails), IncomingMail.response_id.is_not(None))
    found = {*session.scalars(written), *session.scalars(sent)}
    return tuple(sorted(number for number in found if number is not None))


def _mails(session: Session, responses: Collection[int], emails: Collection[str]) -> tuple[int, ...]:
    query = select(IncomingMail.id).where(or_(IncomingMail.response_id.in_(responses), _sent_by(emails)))
    return tuple(session.scalars(query.order_by(IncomingMail.id)))


def _sent_by(emails: Collection[str]) -> ColumnElement[bool]:
    return func.lower(IncomingMail.sender_address).in_(emails)


def entries(session: Session, scope: Scope) -> list[tuple[Entry, EntryValues]]:
    """The journal's entries about the person: by number in the subject, or by name or address in the values."""
    subjects = [
        condition
        for number in scope.numbers
        for condition in (
            Entry.subject == f"person {number}",
            Entry.subject.startswith(f"person {number} at "),
            Entry.subject.startswith(f"person {number} and "),
            Entry.subject.endswith(f" and person {number}"),
        )
    ]
    values = [EntryValues.body.icontains(name, autoescape=True) for name in scope.names.whole]
    query = select(Entry, EntryValues).join(EntryValues, EntryValues.seq == Entry.seq).where(or_(*subjects, *values))
    return [(entry, side) for entry, side in session.execute(query.order_by(Entry.seq))]


def letters(session: Session, scope: Scope) -> list[Letter]:
    """The letters about the person, with all that hangs on their versions."""
    versions = selectinload(Letter.versions)
    query = select(Letter).where(Letter.id.in_(scope.letters)).order_by(Letter.id)
    hanging = (versions.selectinload(LetterVersion.recipients), versions.selectinload(LetterVersion.enclosures))
    return list(session.scalars(query.options(*hanging, selectinload(Letter.addressees))))
