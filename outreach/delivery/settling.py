"""Letters of which nobody knows whether they left: a sender died, a line broke after the message was out, or they lie among
the drafts of a mailbox and a person sends them from there.

First it is looked, outside any transaction, for a mail server takes its time; then it is said what became of each.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from outreach import journal
from outreach.archive import Archive
from outreach.delivery.claiming import parcel_of
from outreach.delivery.ledger import IN_DOUBT
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Found, Outbox, Place, Report
from outreach.delivery.recording import Sent, record
from outreach.errors import NotFound, OutreachError, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterState

# As long as a server may take to answer (RFC 5321, section 4.5.3.2.6).
AT_WORK = timedelta(minutes=10)
MAY_BE_SETTLED = (*IN_DOUBT, LetterState.PLACED)


@dataclass(frozen=True)
class Looked:
    """What was seen of one attempt: `found` by its outbox, or None, and then perhaps why it could not be asked."""

    attempt: int
    found: Found | None
    trouble: str = ""


def in_doubt(session: Session) -> Sequence[Attempt]:
    """The last attempt of each letter that may or may not have left: a sender died or is at work, or its outbox failed."""
    return _last_of(session, IN_DOUBT)


def to_settle(session: Session) -> Sequence[Attempt]:
    """The last attempt of each letter that is in doubt, or was placed for a person to send."""
    return _last_of(session, MAY_BE_SETTLED)


def attempt_of(session: Session, letter: Letter) -> Attempt:
    """The last attempt of this letter; raises NotFound when there was none."""
    attempt = session.scalar(select(Attempt).filter_by(letter_id=letter.id).order_by(Attempt.id.desc()).limit(1))
    if attempt is None:
        raise NotFound(f"The ledger has no attempt for {letter.reference}.")
    return attempt


def _last_of(session: Session, states: Sequence[LetterState]) -> Sequence[Attempt]:
    last = select(func.max(Attempt.id)).group_by(Attempt.letter_id)
    query = select(Attempt).join(Attempt.letter).options(contains_eager(Attempt.letter))
    return session.scalars(query.where(Attempt.id.in_(last), Letter.state.in_(states)).order_by(Attempt.id)).all()


def is_at_work(attempt: Attempt, at: datetime) -> bool:
    """Whether the attempt is open and so young that its sender may still be waiting for the server's answer."""
    return attempt.ended_at is None and at - attempt.started_at < AT_WORK


def look(attempts: Sequence[Attempt], outbox_of: Callable[[Attempt], Outbox | None], archive: Archive) -> Iterator[Looked]:
    """Ask the outbox of each attempt what became of its letter; an outbox that cannot be asked is no reason to end.

    The attempts' session stays open meanwhile, and need be none to write. `outbox_of` gives the same outbox again for
    attempts that share it, so that one line serves them all.
    """
    used: list[Outbox] = []
    try:
        for attempt in attempts:
            yield _looked(attempt, outbox_of, archive, used)
    finally:
        for outbox in used:
            outbox.close()


def _looked(attempt: Attempt, outbox_of: Callable[[Attempt], Outbox | None], archive: Archive, used: list[Outbox]) -> Looked:
    try:
        outbox = None if attempt.rehearsal else outbox_of(attempt)
        if outbox is None:
            return Looked(attempt.id, None)
        used.append(outbox)
        return Looked(attempt.id, outbox.find(parcel_of(attempt.letter, archive)))
    except (OutreachError, OSError) as error:
        return Looked(attempt.id, None, str(error).rstrip("."))


def settle(
    session: Session,
    letter: Letter,
    went: bool | None,
    *,
    by: Actor,
    at: datetime,
    looked: Looked | None = None,
    why: str = "",
    on: date | None = None,
) -> Sent:
    """Say what became of a letter in doubt or placed: `went` by a person's word, on a day if that is known, or None to go by
    what was `looked`.

    A letter that did not go is approved again and can be sent. Raises Refused when neither knows.
    """
    by.must_be(Role.APPROVER, "settle deliveries")
    if letter.state not in MAY_BE_SETTLED:
        raise Refused(f"{letter.reference} is {letter.state}; there is nothing to settle.")
    attempt = attempt_of(session, letter)
    if looked and looked.attempt != attempt.id:
        raise Refused(f"{letter.reference} was settled and sent anew meanwhile; look again.")
    if attempt.rehearsal:
        return _did_not_go(session, attempt, letter, "it was only rehearsed", by=by, at=at)
    found = looked.found if looked else None
    if went is None:
        return _by_sight(session, attempt, letter, looked, by=by, at=at)
    if went:
        if on and on > at.date():
            raise Refused(f"{letter.reference} cannot have left on {on}, which is still to come.")
        return _went(session, attempt, letter, why, on or _day(attempt, letter, at), by=by, at=at)
    if found and found.place is Place.PLACED:
        raise Refused(f"{letter.reference} can still be sent from the mailbox ({found.how}); delete it there first.")
    return _did_not_go(session, attempt, letter, why, by=by, at=at)


def _by_sight(session: Session, attempt: Attempt, letter: Letter, looked: Looked | None, *, by: Actor, at: datetime) -> Sent:
    found = looked.found if looked else None
    if found is None or (found.place is Place.ABSENT and letter.state is LetterState.PLACED):
        # Gone from the drafts: sent under another Message-ID, or thrown away. Only a person knows.
        seen = found.how if found else (looked.trouble if looked else "")
        raise Refused(
            f"Nobody can tell whether {letter.reference} left{f' ({seen})' if seen else ''}; "
            f"look, and say what became of it and how you know."
        )
    if found.place is Place.LEFT:
        # A copy may bear the letter's own date, which is older than its leaving.
        on = max(found.on, attempt.started_at.date()) if found.on else _day(attempt, letter, at)
        return _went(session, attempt, letter, found.how, min(on, at.date()), by=by, at=at)
    if found.place is Place.ABSENT:
        return _did_not_go(session, attempt, letter, found.how, by=by, at=at)
    if letter.state is LetterState.PLACED:
        return Sent(letter.reference, Result.PLACED, f"not sent yet: {found.how}")
    return record(session, attempt, _reports(letter, Result.PLACED, found.how), by=by, at=at)


def _day(attempt: Attempt, letter: Letter, at: datetime) -> date:
    # What an outbox took, it took at once; when a person sent a draft, nobody noted.
    return at.date() if letter.state is LetterState.PLACED else attempt.started_at.date()


def _went(session: Session, attempt: Attempt, letter: Letter, why: str, on: date, *, by: Actor, at: datetime) -> Sent:
    return record(session, attempt, _reports(letter, Result.ACCEPTED, why), by=by, at=at, dispatched_on=on)


def _reports(letter: Letter, result: Result, why: str) -> list[Report]:
    recipients = [one.address for one in letter.version_now.recipients] or [letter.reference]
    return [Report(recipient, result, f"settled: {why}") for recipient in recipients]


def _did_not_go(session: Session, attempt: Attempt, letter: Letter, why: str, *, by: Actor, at: datetime) -> Sent:
    attempt.ended_at, attempt.result, attempt.detail = at, Result.REFUSED, f"settled: did not go: {why}"
    attempt.dispatched_on = None
    letter.state = LetterState.APPROVED
    session.flush()
    journal.record(session, by, "settled", f"letter {letter.reference}", at=at, went=False, why=why)
    return Sent(letter.reference, None, "did not go; approved and ready to be sent again")
