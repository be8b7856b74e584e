"""Letters of which nobody knows whether they left: a sender died, or a line broke after the message was out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from outreach import journal
from outreach.archive import Archive
from outreach.delivery.claiming import parcel_of
from outreach.delivery.ledger import IN_DOUBT
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Outbox, Report
from outreach.delivery.recording import Sent, record
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState

# As long as a server may take to answer (RFC 5321, section 4.5.3.2.6).
AT_WORK = timedelta(minutes=10)


def in_doubt(session: Session) -> Sequence[Attempt]:
    """The last attempt of each letter that may or may not have left: a sender died or is at work, or its outbox failed."""
    last = select(func.max(Attempt.id)).group_by(Attempt.letter_id)
    query = select(Attempt).join(Attempt.letter).options(contains_eager(Attempt.letter))
    return session.scalars(query.where(Attempt.id.in_(last), Letter.state.in_(IN_DOUBT)).order_by(Attempt.id)).all()


def is_at_work(attempt: Attempt, at: datetime) -> bool:
    """Whether the attempt is open and so young that its sender may still be waiting for the server's answer."""
    return attempt.ended_at is None and at - attempt.started_at < AT_WORK


def settle(
    session: Session,
    letter: Letter,
    went: bool | None,
    *,
    outbox: Outbox | None,
    archive: Archive,
    by: Actor,
    at: datetime,
    why: str,
) -> Sent:
    """Say what became of a letter that is `leaving` or `unknown`: `went` by a person's word, or None to ask the outbox.

    A letter that did not go is approved again and can be sent. Raises Refused when neither knows.
    """
    by.must_be(Role.APPROVER, "settle deliveries")
    if letter.state not in IN_DOUBT:
        raise Refused(f"{letter.reference} is {letter.state}; there is nothing to settle.")
    if went is None:
        went = outbox.holds(parcel_of(letter, archive)) if outbox else None
        why = why or f"the outbox {outbox.name} was asked" if outbox else why
    if went is None:
        raise Refused(f"Nobody can tell whether {letter.reference} left; look at the outbox, then say whether it went and why.")
    attempt = _last_attempt(session, letter)
    recipients = [one.address for one in letter.version_now.recipients] or [letter.reference]
    if went:
        reports = [Report(recipient, Result.ACCEPTED, f"settled: {why}") for recipient in recipients]
        return record(session, attempt, reports, by=by, at=at)
    attempt.ended_at, attempt.result, attempt.detail = at, Result.REFUSED, f"settled: did not go: {why}"
    letter.state = LetterState.APPROVED
    session.flush()
    journal.record(session, by, "settled", f"letter {letter.reference}", at=at, went=False, why=why)
    return Sent(letter.reference, None, "did not go; approved and ready to be sent again")


def _last_attempt(session: Session, letter: Letter) -> Attempt:
    attempt = session.scalar(select(Attempt).filter_by(letter_id=letter.id).order_by(Attempt.id.desc()).limit(1))
    if attempt is None:
        raise NotFound(f"The ledger has no attempt for {letter.reference}.")
    return attempt
