"""A letter that a server took and brought back: the report is written into the ledger, beside what was said when it left.

Nothing that stood there is replaced. When everybody whom the letter is addressed to (To) is lost, it stands as bounced: it may
go by the second channel of its post, or come back as a draft to be addressed anew (`reopening`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from outreach import journal
from outreach.contacts.models import Channel
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.delivery.recording import Sent
from outreach.delivery.settling import is_at_work
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState, LetterVersion, RecipientKind

# What a letter that went out by e-mail may stand at when the report on it comes.
_ON_THE_WAY = frozenset({LetterState.LEAVING, LetterState.ACCEPTED, LetterState.UNKNOWN, LetterState.PLACED})
_WENT = frozenset({Result.ACCEPTED, Result.UNKNOWN, Result.PLACED})


def record(
    session: Session, letter: Letter, address: str, status: str, reason: str, *, permanent: bool, by: Actor, at: datetime
) -> Sent:
    """Record that `letter` did not come to one of its addresses, for good or so far; says what it counts as.

    `permanent`: a server has given it up, though a later letter may get through (a full mailbox); not while it still tries.
    `status` is the code of RFC 3463 or RFC 5321 ("5.1.1", "550", or empty) and `reason` the server's words. An empty `address`,
    or one that the letter was handed on to, means the recipient where there is one alone. The same report again changes
    nothing. Raises NotFound when the letter did not go there by e-mail, Refused while a sender is
    at work on it: come again.
    """
    by.must_be(Role.DRAFTER, "record bounces")
    session.refresh(letter, with_for_update=True)
    attempt = _attempt_to(session, letter, address)
    if is_at_work(attempt, at):
        raise Refused(f"{letter.reference} is still leaving; record what came back of it when that is done.")
    recipient = _recipient(attempt, letter, address)
    result = Result.BOUNCED if permanent else Result.DELAYED
    known = {one.result for one in attempt.outcomes if one.recipient == recipient}
    if result not in known and Result.BOUNCED not in known:
        said = " ".join(f"{status} {reason}".split())
        attempt.outcomes.append(Outcome(recipient=recipient, result=result, reply=said))
        if permanent:
            _bring_back(session, letter, attempt, at)
        session.flush()
        values = {"address": recipient, "status": status, "reason": reason}
        journal.record(session, by, result.value, f"letter {letter.reference}", at=at, **values)
    return Sent(letter.reference, result, f"{recipient}: {result}; the letter is {letter.state}")


def _attempt_to(session: Session, letter: Letter, address: str) -> Attempt:
    """The last attempt by e-mail that the report can be about."""
    query = (
        select(Attempt)
        .where(Attempt.letter_id == letter.id, Attempt.channel == Channel.EMAIL, Attempt.rehearsal.is_(False))
        .options(selectinload(Attempt.outcomes), selectinload(Attempt.version).selectinload(LetterVersion.recipients))
        .order_by(Attempt.id.desc())
    )
    for attempt in session.scalars(query):
        left = attempt.ended_at is None or any(one.result in _WENT for one in attempt.outcomes)
        if left and _named(attempt, address):
            return attempt
    whom = f"to {address}" if address else "to one address alone"
    raise NotFound(f"The ledger does not say that {letter.reference} went {whom} by e-mail; look at its recipients.")


def _recipient(attempt: Attempt, letter: Letter, address: str) -> str:
    named = _named(attempt, address)
    if named is None:
        raise NotFound(f"{letter.reference} went to several addresses; say which of them it came back from.")
    return named


def _named(attempt: Attempt, address: str) -> str | None:
    """The recipient as it stands in the letter; the one alone, if another address is named."""
    recipients = [one.address for one in attempt.version.recipients]
    for recipient in recipients:
        if recipient.casefold() == address.strip().casefold():
            return recipient
    return recipients[0] if len(recipients) == 1 else None


def _bring_back(session: Session, letter: Letter, attempt: Attempt, at: datetime) -> None:
    last = session.scalar(select(Attempt.id).filter_by(letter_id=letter.id).order_by(Attempt.id.desc()).limit(1))
    # What left again since, by another way or as another version, is not touched by a late report.
    if attempt.id != last or attempt.letter_version_id != letter.version_now.id or letter.state not in _ON_THE_WAY:
        return
    if _lost(attempt) >= _addressed(attempt):
        letter.state, attempt.result = LetterState.BOUNCED, Result.BOUNCED
        # It bounced, so it left: whoever sent it died, or never heard the answer.
        attempt.ended_at = attempt.ended_at or at
        attempt.dispatched_on = attempt.dispatched_on or attempt.started_at.date()


def _lost(attempt: Attempt) -> set[str]:
    return {one.recipient for one in attempt.outcomes if one.result is Result.BOUNCED}


def _addressed(attempt: Attempt) -> set[str]:
    return {one.address for one in attempt.version.recipients if one.kind is RecipientKind.TO}


def reached(attempts: Sequence[Attempt]) -> set[str]:
    """The addresses that these attempts may have brought a letter to: taken by a server, and not lost since."""
    return {
        one.recipient
        for attempt in attempts
        if not attempt.rehearsal
        for one in attempt.outcomes
        if one.result in (Result.ACCEPTED, Result.UNKNOWN) and one.recipient not in _lost(attempt)
    }
