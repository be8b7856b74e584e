"""What machines report about our letters: that one did not arrive, or not yet, that somebody is away, that it was read.

Such mail answers nothing and closes no letter. It is noted without a person when it names its letter by what only the letter's
recipients and the servers on its way can know: its Message-ID, or the address for answers to it alone. Whatever only names a
reference waits for a person, as does a report that does not fit the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive, Erased
from outreach.contacts import addresses
from outreach.contacts.models import Address, AddressKind
from outreach.delivery import bouncing
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterRecipient, LetterVersion
from outreach.mail.classes import AUTOMATIC, FailedRecipient, MailClass
from outreach.mail.reading import IncomingMessage, opened
from outreach.responses import matching, shelf
from outreach.responses.closing import MAY_BE_ANSWERED
from outreach.responses.matching import BY_ADDRESS
from outreach.responses.models import IncomingMail, MailState

_FAILURES = frozenset({MailClass.BOUNCE, MailClass.DELAY})
# RFC 3463: what the server, its policy or the message is to blame for says nothing about the address.
_NOT_THE_ADDRESS = ("5.3.", "5.6.", "5.7.")


@dataclass(frozen=True)
class Noted:
    """What was noted of a mail: the letters that it is about, and in words."""

    mail: int
    letters: tuple[str, ...]
    said: str


def to_note(session: Session) -> Sequence[int]:
    """The mail of machines that waits and may be about a letter, by number; not what a person let wait again."""
    query = select(IncomingMail.id).where(
        IncomingMail.state == MailState.WAITING,
        IncomingMail.kind.in_(AUTOMATIC),
        IncomingMail.suggested_letter_id.is_not(None),
        IncomingMail.for_person.is_(False),
    )
    return session.scalars(query.order_by(IncomingMail.id)).all()


def note(session: Session, archive: Archive, number: int, *, by: Actor, at: datetime) -> Noted | None:
    """Note what the mail reports; None when it must wait for a person. Call it in a transaction of its own for each.

    A bounce or delay goes into the ledger of delivery, and an address that mail does not reach is marked. Raises Refused unless
    `by` may log.
    """
    by.must_be(Role.DRAFTER, "note reports")
    mail = session.get_one(IncomingMail, number, with_for_update=True)
    try:
        message = opened(archive.fetch(mail.raw_sha256))
    except Erased:
        return None
    letters = _named(session, message)
    if mail.state is not MailState.WAITING or not letters:
        return None
    try:
        # What goes wrong half-way leaves nothing of this report.
        with session.begin_nested():
            said = _said(session, message, letters, by=by, at=at)
    except (NotFound, Refused) as error:
        mail.reason = str(error)
        session.flush()
        return None
    return _noted(session, mail, letters, said, by=by, at=at)


def _named(session: Session, message: IncomingMessage) -> list[Letter]:
    """The letters that a report names beyond doubt, locked."""
    index = matching.index(session, [message])
    numbers = [letter.id for letter, _, how_sure in index.pointed_to(message) if how_sure >= BY_ADDRESS]
    nearest = numbers[:1] if message.kind in _FAILURES else numbers
    query = select(Letter).where(Letter.id.in_(nearest)).order_by(Letter.id).with_for_update()
    return [letter for letter in session.scalars(query) if letter.state in MAY_BE_ANSWERED]


def _said(session: Session, message: IncomingMessage, letters: Sequence[Letter], *, by: Actor, at: datetime) -> str:
    verdict = message.verdict
    if message.kind in _FAILURES:
        _lock(session, [one.address for one in verdict.failed])
        return " ".join(_failure(session, letters[0], one, by=by, at=at) for one in verdict.failed or (FailedRecipient(""),))
    if message.kind is MailClass.RECEIPT:
        return f"It says that {letters[0].reference} was opened; that answers nothing."
    away = f": away until {verdict.returns_on.isoformat()}" if verdict.returns_on else ""
    return f"An automatic answer to {letters[0].reference}{away}" + (
        f"; meanwhile: {verdict.deputy}." if verdict.deputy else "."
    )


def _lock(session: Session, failed: Sequence[str]) -> None:
    # Rows are locked before the journal's head, here as everywhere.
    wanted = [addresses.normalised(AddressKind.EMAIL, one) for one in failed]
    query = select(Address.id).where(Address.kind == AddressKind.EMAIL, Address.normalised.in_(wanted))
    session.execute(query.order_by(Address.id).with_for_update()).all()


def _failure(session: Session, letter: Letter, failed: FailedRecipient, *, by: Actor, at: datetime) -> str:
    permanent = failed.permanent
    is_to_blame = permanent and not failed.status.startswith(_NOT_THE_ADDRESS) and _went_to(session, letter, failed.address)
    bouncing.record(session, letter, failed.address, failed.status, failed.reason, permanent=permanent, by=by, at=at)
    why = " ".join(f"{failed.status} {failed.reason}".split()) or "mail came back"
    if is_to_blame:
        addresses.failed(session, failed.address, why, at.date(), by=by, at=at)
    what = "did not reach" if permanent else "has not reached"
    return f"{letter.reference} {what} {failed.address or 'its recipient'} ({why})."


def _went_to(session: Session, letter: Letter, address: str) -> bool:
    query = select(LetterRecipient.address).join(LetterVersion, LetterVersion.id == LetterRecipient.letter_version_id)
    return address.casefold() in {one.casefold() for one in session.scalars(query.where(LetterVersion.letter_id == letter.id))}


def _noted(session: Session, mail: IncomingMail, letters: Sequence[Letter], said: str, *, by: Actor, at: datetime) -> Noted:
    references = tuple(letter.reference for letter in letters)
    mail.state, mail.reason, mail.suggested_letter_id = MailState.NOTED, said, letters[0].id
    session.flush()
    journal.record(session, by, "noted", f"mail {mail.id}", at=at, letters=references, kind=mail.kind)
    return Noted(mail.id, references, said)


def concerned(session: Session, mail: IncomingMail, message: IncomingMessage) -> Sequence[Letter]:
    """The letters that may have gone to an address which this mail says is lost, the latest first."""
    lost = {one.address.lower() for one in message.verdict.failed if one.permanent and one.address}
    return shelf.sent_to(session, lost) if mail.kind is MailClass.BOUNCE and lost else []
