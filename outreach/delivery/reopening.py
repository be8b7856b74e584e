"""A letter that was refused reached nobody: it comes back, to be addressed anew, or goes by its post's second channel."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Channel
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterAddressee, LetterState


def reopen(session: Session, letter: Letter, *, by: Actor, at: datetime) -> None:
    """Make a refused letter a draft again, to mend what was wrong with it; its attempts stay in the ledger.

    Raises Refused unless it was refused and nobody was written to.
    """
    by.must_be(Role.DRAFTER, "bring letters back")
    _must_have_reached_nobody(session, letter)
    letter.void_approval(at, "it was refused; what was wrong is mended")
    session.flush()
    journal.record(session, by, "brought back", f"letter {letter.reference}", at=at)


def turn_to_second(session: Session, letter: Letter, *, by: Actor, at: datetime) -> Channel:
    """Let a refused letter go by its post's second channel, as the bytes that were approved; gives the channel.

    It is approved still and leaves by the next sending by channels. Raises Refused unless `by` may send, the letter was refused
    and reached nobody, and its post has a second channel that it has not gone by.
    """
    by.must_be(Role.APPROVER, "send a letter by another channel")
    _must_have_reached_nobody(session, letter)
    post = session.scalars(select(LetterAddressee).filter_by(letter_id=letter.id).order_by(LetterAddressee.position)).first()
    second = post.post.second_channel if post else None
    if post is None or second is None:
        raise Refused(f"The post that {letter.reference} goes to has no second channel; record one with the contact first.")
    if second is (letter.channel or post.post.preferred_channel):
        raise Refused(f"{letter.reference} went by {second} already; mend the address, or record another second channel.")
    letter.channel, letter.state = second, LetterState.APPROVED
    session.flush()
    journal.record(session, by, "turned to the second channel", f"letter {letter.reference}", at=at, channel=second)
    return second


def _must_have_reached_nobody(session: Session, letter: Letter) -> None:
    if letter.state is not LetterState.REFUSED:
        raise Refused(f"{letter.reference} is {letter.state}; only a letter that was refused comes back.")
    reached = exists().where(
        Outcome.attempt_id == Attempt.id,
        Attempt.rehearsal.is_(False),
        Attempt.letter_id == letter.id,
        Attempt.letter_version_id == letter.version_now.id,
        Outcome.result.in_([Result.ACCEPTED, Result.UNKNOWN]),
    )
    if session.scalar(select(reached)):
        raise Refused(f"{letter.reference} may have reached one of its recipients; write to the others by a new letter.")
