"""A letter that was refused or bounced did not come to those that it is addressed to: it comes back as a draft, to be addressed
anew, or goes by its post's second channel."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.contacts.models import Channel, Post
from outreach.delivery import bouncing
from outreach.delivery.models import Attempt
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters.models import RETURNED, Letter, LetterAddressee, LetterState, RecipientKind


def returned(session: Session, *, offset: int, limit: int) -> Sequence[Letter]:
    """Letters that were refused or bounced and wait for a person, by number: each may go by its post's second channel."""
    query = select(Letter).where(Letter.state.in_(RETURNED)).options(joinedload(Letter.campaign)).order_by(Letter.id)
    return session.scalars(query.offset(offset).limit(limit)).all()


def count_returned(session: Session) -> int:
    """How many letters were refused or bounced."""
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.state.in_(RETURNED))) or 0


def reopen(session: Session, letter: Letter, *, by: Actor, at: datetime) -> None:
    """Make a refused or bounced letter a draft again, to mend what was wrong with it; its attempts stay in the ledger.

    Raises Refused unless it came back and nobody was written to.
    """
    by.must_be(Role.DRAFTER, "bring letters back")
    _must_have_returned(session, letter, [one.address for one in letter.version_now.recipients])
    letter.void_approval(
        at, f"it was {'refused' if letter.state is LetterState.REFUSED else 'bounced'}; what was wrong is mended"
    )
    session.flush()
    journal.record(session, by, "brought back", f"letter {letter.reference}", at=at)


def turn_to_second(session: Session, letter: Letter, *, by: Actor, at: datetime) -> Channel:
    """Let a refused or bounced letter go by its post's second channel, as the bytes that were approved; gives the channel.

    It is approved still and leaves by the next sending by channels. On paper it goes to the post alone, so a copy (cc) that
    arrived by e-mail is no hindrance. Raises Refused unless `by` may send, the letter came back from everybody that it is
    addressed to, and its post has a second channel that it has not gone by.
    """
    by.must_be(Role.APPROVER, "send a letter by another channel")
    post = _post(session, letter)
    second = post.second_channel if post else None
    on_paper = second is not Channel.EMAIL
    recipients = letter.version_now.recipients
    _must_have_returned(session, letter, [one.address for one in recipients if one.kind is RecipientKind.TO or not on_paper])
    if post is None or second is None:
        raise Refused(f"The post that {letter.reference} goes to has no second channel; record one with the contact first.")
    if second is (letter.channel or post.preferred_channel):
        raise Refused(f"{letter.reference} went by {second} already; mend the address, or record another second channel.")
    letter.channel, letter.state = second, LetterState.APPROVED
    session.flush()
    journal.record(session, by, "turned to the second channel", f"letter {letter.reference}", at=at, channel=second)
    return second


def _post(session: Session, letter: Letter) -> Post | None:
    addressee = session.scalars(
        select(LetterAddressee).filter_by(letter_id=letter.id).order_by(LetterAddressee.position)
    ).first()
    return addressee.post if addressee else None


def _must_have_returned(session: Session, letter: Letter, addresses: Sequence[str]) -> None:
    if letter.state not in RETURNED:
        raise Refused(f"{letter.reference} is {letter.state}; only a letter that was refused or bounced comes back.")
    query = select(Attempt).filter_by(letter_id=letter.id, letter_version_id=letter.version_now.id)
    attempts = session.scalars(query.options(selectinload(Attempt.outcomes))).all()
    if bouncing.reached(attempts) & set(addresses):
        raise Refused(f"{letter.reference} may have reached one of its recipients; write to the others by a new letter.")
